// The frame: button, panel, header, input; opening, closing, focus, phones.

/** The widest page that gets the panel full-screen, in CSS pixels; the style sheet says the same. */
const PHONE = "(max-width: 520px)";

class Panel {
  constructor({ texts, language, talk, elsewhere, theme, onOpen, onClose, onSend }) {
    this.texts = texts;
    this.talk = talk;
    this.elsewhere = elsewhere;
    this.onOpen = onOpen;
    this.onClose = onClose;
    this.onSend = onSend;
    this.isOpen = false;
    this.host = document.createElement("lara-chat");
    this.host.lang = language;
    // Inline and important: a page's `* { display: block !important }` must not move the chat.
    for (const [name, value] of [["all", "initial"], ["position", "fixed"], ["z-index", "2147483000"], ["inset", "auto 0 0 auto"]]) {
      this.host.style.setProperty(name, value, "important");
    }
    const root = this.host.attachShadow({ mode: "open" });
    Panel.style(root);
    this.launcher = this.makeLauncher();
    this.section = this.makeSection();
    this.frame = el("div.lara", { "data-theme": theme || null }, this.launcher, this.section);
    root.append(this.frame);
    this.root = root;
    this.phone = matchMedia(PHONE);
    if (window.visualViewport) {
      for (const event of ["resize", "scroll"]) visualViewport.addEventListener(event, () => this.fit());
    }
    // Beside the body: a transform or filter on it would move what is fixed.
    document.documentElement.append(this.host);
  }

  /** Constructed sheets are allowed under every content policy. */
  static style(root) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(el("style", {}, STYLE));
    }
  }

  makeLauncher() {
    this.badge = el("span.badge", { hidden: true, "aria-hidden": "true" });
    const faces = [el("span.face.face-chat", {}, icon(ICONS.chat, 28)), el("span.face.face-close", {}, icon(ICONS.down, 26))];
    return el(
      "button.launcher",
      {
        type: "button",
        "aria-label": this.texts.open,
        "aria-expanded": "false",
        "aria-controls": "lara-panel",
        onclick: () => this.toggle(),
      },
      ...faces,
      this.badge,
    );
  }

  makeSection() {
    const { texts } = this;
    this.title = el("h2", { id: "lara-title" }, "\u00a0");
    this.subtitle = el("p", {}, texts.about);
    this.logo = el("span.logo", { "aria-hidden": "true" }, icon(ICONS.spark, 20));
    const close = el("button.icon-button", { type: "button", "aria-label": texts.close, onclick: () => this.close() }, icon(ICONS.close, 22));
    const header = el("header", {}, this.logo, el("div.names", {}, this.title, this.subtitle), this.elsewhere.button, close);
    this.notice = el("div.notice", { role: "status", hidden: true });
    const middle = el("div.middle", {}, this.talk.log, this.talk.jump);
    const section = el(
      "section.panel",
      { id: "lara-panel", role: "dialog", "aria-labelledby": "lara-title", hidden: true },
      header,
      this.elsewhere.sheet,
      this.notice,
      middle,
      this.talk.quick,
      this.makeForm(),
    );
    section.addEventListener("keydown", (event) => this.onKey(event));
    return section;
  }

  makeForm() {
    const { texts } = this;
    this.input = el("textarea", {
      rows: "1",
      maxlength: "4000",
      placeholder: texts.write,
      "aria-label": texts.writeLabel,
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.onInput(),
      onkeydown: (event) => {
        // While a syllable is being composed (Telex, VNI), Enter belongs to the input method.
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        this.submit();
      },
    });
    this.sendButton = el("button.send", { type: "submit", "aria-label": texts.send, disabled: true }, icon(ICONS.send, 22));
    const onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    return el("form", { onsubmit, novalidate: true }, this.input, this.sendButton);
  }

  onInput() {
    this.sendButton.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 132)}px`;
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.onInput();
    this.onSend(text);
  }

  /** The button that was pressed goes away: the focus must not. On a phone the keyboard stays down. */
  refocus() {
    if (this.root.activeElement === this.input) return;
    (this.phone.matches ? this.talk.log : this.input).focus({ preventScroll: true });
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open({ focus = true } = {}) {
    if (this.isOpen) return;
    this.isOpen = true;
    this.returnTo = Panel.focused();
    this.section.hidden = false;
    // One frame apart, so that the change is animated.
    requestAnimationFrame(() => this.frame.classList.add("open"));
    this.launcher.setAttribute("aria-expanded", "true");
    this.lockPage(true);
    this.fit();
    this.onInput();
    this.talk.toEnd();
    if (focus) this.input.focus({ preventScroll: true });
    this.onOpen();
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.elsewhere.close();
    this.frame.classList.remove("open");
    this.launcher.setAttribute("aria-expanded", "false");
    this.lockPage(false);
    const hide = () => !this.isOpen && (this.section.hidden = true);
    setTimeout(hide, matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180);
    const target = this.returnTo && this.returnTo.isConnected && this.returnTo !== document.body ? this.returnTo : this.launcher;
    target.focus({ preventScroll: true });
    this.onClose();
  }

  /** What has the focus, also inside our own shadow. */
  static focused() {
    let active = document.activeElement;
    while (active && active.shadowRoot && active.shadowRoot.activeElement) active = active.shadowRoot.activeElement;
    return active;
  }

  /** Behind a full-screen panel the page must not scroll. */
  lockPage(on) {
    const page = document.documentElement.style;
    if (on && this.phone.matches) {
      this.pageOverflow = page.overflow;
      page.overflow = "hidden";
      this.section.setAttribute("aria-modal", "true");
    } else if (!on && this.pageOverflow !== undefined) {
      page.overflow = this.pageOverflow;
      this.pageOverflow = undefined;
      this.section.removeAttribute("aria-modal");
    }
  }

  /** A phone's keyboard covers the page: the panel keeps to what can be seen. */
  fit() {
    const view = window.visualViewport;
    if (!view || !this.isOpen) return;
    const phone = this.phone.matches;
    this.section.style.setProperty("--seen-height", phone ? `${view.height}px` : "");
    this.section.style.setProperty("--seen-top", phone ? `${view.offsetTop}px` : "");
    this.talk.toEnd();
  }

  onKey(event) {
    // The page's own shortcuts are not meant by what is typed here.
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab") this.keepFocus(event);
  }

  keepFocus(event) {
    const wanted = "button, textarea, a[href], [tabindex='0']";
    const all = [...this.section.querySelectorAll(wanted)].filter((it) => !it.disabled && it.getClientRects().length);
    const first = all[0];
    const last = all[all.length - 1];
    const active = this.root.activeElement;
    const wrap = event.shiftKey ? (active === first ? last : null) : active === last ? first : null;
    if (!wrap) return;
    event.preventDefault();
    wrap.focus();
  }

  setBrand(name) {
    this.title.textContent = name || "\u00a0";
  }

  /** Says who is on the other side. */
  setHuman(name) {
    this.subtitle.textContent = name ? this.texts.aboutHuman(name) : this.texts.about;
    this.logo.replaceChildren(name ? Talk.initial(name) : icon(ICONS.spark, 20));
    this.frame.classList.toggle("human", Boolean(name));
  }

  setUnread(count) {
    this.badge.hidden = !count;
    this.badge.textContent = count > 9 ? "9+" : String(count);
    this.launcher.setAttribute("aria-label", count ? this.texts.openUnread(count) : this.texts.open);
  }

  setNotice(text) {
    this.notice.textContent = text || "";
    this.notice.hidden = !text;
  }
}
