// Going on elsewhere: where the talk goes on with a one-time code, for who is signed in.

/** What the platforms are called. */
const PLATFORMS = {
  messenger: "Messenger",
  telegram: "Telegram",
  whatsapp: "WhatsApp",
  instagram: "Instagram",
  discord: "Discord",
};

class Elsewhere {
  /** `onAsk` fetches a code with its links. */
  constructor({ texts, clock, onAsk }) {
    this.texts = texts;
    this.clock = clock;
    this.onAsk = onAsk;
    this.isOpen = false;
    this.button = el(
      "button.icon-button",
      {
        type: "button",
        title: texts.elsewhere,
        "aria-label": texts.elsewhere,
        "aria-expanded": "false",
        "aria-controls": "lara-elsewhere",
        hidden: true,
        onclick: () => (this.isOpen ? this.close() : this.open()),
      },
      icon(ICONS.away, 20),
    );
    this.sheet = el("div.elsewhere", { id: "lara-elsewhere", role: "group", "aria-label": texts.elsewhere, hidden: true });
    // The code is there before anybody reads it out: what is said politely is that it came.
    this.sheet.setAttribute("aria-live", "polite");
    this.sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      event.preventDefault();
      this.close();
      this.button.focus();
    });
  }

  /** Shows the way out, if it leads anywhere. */
  offer(kinds) {
    const leads = Boolean(kinds && kinds.length);
    this.button.hidden = !leads;
    if (!leads) this.close();
  }

  close() {
    this.isOpen = false;
    this.sheet.hidden = true;
    this.sheet.replaceChildren();
    this.button.setAttribute("aria-expanded", "false");
  }

  /** A code is good once: every opening brings a new one. */
  async open() {
    this.isOpen = true;
    this.button.setAttribute("aria-expanded", "true");
    this.sheet.hidden = false;
    this.sheet.replaceChildren(el("p.lead", {}, this.texts.pending));
    try {
      const given = await this.onAsk();
      if (this.isOpen) this.show(given);
    } catch (error) {
      const fast = error instanceof Refused && error.status === 429;
      if (this.isOpen) this.sheet.replaceChildren(el("p.lead", {}, fast ? this.texts.elsewhereLater : this.texts.unavailable));
    }
  }

  show({ code, valid_until, links }) {
    const until = this.clock.time(new Date(valid_until));
    this.sheet.replaceChildren(
      el("p.lead", {}, this.texts.elsewhereLead),
      ...links.map((link) => this.way(link, links)),
      el("p.code", {}, this.texts.elsewhereCode, " ", el("code", {}, code), ". ", this.texts.elsewhereUntil(until)),
    );
    const first = this.sheet.querySelector("a");
    if (first) first.focus({ preventScroll: true });
  }

  way(link, links) {
    const platform = PLATFORMS[link.kind] || link.name;
    // A brand with two pages: their own names tell them apart.
    const twins = links.filter((other) => other.kind === link.kind).length > 1;
    const name = twins ? `${platform} · ${link.name}` : platform;
    const said = link.say ? [el("span.say", {}, this.texts.elsewhereSay, " ", el("code", {}, link.say))] : [];
    if (!link.url) return el("div.way", {}, el("span", {}, name), ...said);
    const label = el("span", {}, this.texts.elsewhereOn(name));
    // Once it is used there is nothing more to do here.
    const onclick = () => !link.say && setTimeout(() => this.close());
    return el("a.way", { href: link.url, target: "_blank", rel: "noopener noreferrer", onclick }, label, ...said);
  }
}
