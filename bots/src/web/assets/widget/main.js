// Putting it together: reads the script tag, keeps the conversation, answers the page through `window.Lara`.

class Chat {
  constructor(script) {
    const { brand, channel, lang, identity, theme } = script.dataset;
    this.key = `lara:${brand}:${channel || "web"}`;
    this.language = pickLanguage(lang);
    this.texts = TEXTS[this.language];
    this.memory = new Memory(this.key);
    this.meet(identity || null);
    this.wire = new Wire({ base: new URL(script.src).origin, brand, channel, identity, memory: this.memory });
    this.wire.onWelcome = (answer) => this.welcome(answer.brand.name, answer.name, answer.elsewhere);
    this.wire.onIdentityRefused = (error) => this.refuseIdentity(error);
    this.talk = new Talk({
      texts: this.texts,
      clock: clockOf(this.language),
      onRetry: (id) => this.retry(id),
      onSay: (text) => this.say(text),
    });
    this.elsewhere = new Elsewhere({ texts: this.texts, clock: clockOf(this.language), onAsk: () => this.wire.link() });
    this.panel = new Panel({
      elsewhere: this.elsewhere,
      texts: this.texts,
      language: this.language,
      talk: this.talk,
      theme,
      onOpen: () => this.opened(),
      onClose: () => this.remember(false),
      onSend: (text) => this.say(text),
    });
    this.line = new Line(this.wire, this.key, {
      cursor: () => this.cursor(),
      onMessages: (messages) => this.take(messages),
      onTyping: () => this.talk.setTyping(true),
      onState: (state) => this.panel.setNotice(state === "lost" && this.panel.isOpen ? this.texts.offline : ""),
      onGone: (error) => this.gone(error),
      onBroadcast: (message) => this.hear(message),
    });
    document.addEventListener("visibilitychange", () => this.markRead());
    addEventListener("online", () => this.flush());
    this.begin();
  }

  /** Another person at this browser, or nobody any more: what was kept belongs to the one before. */
  meet(identity) {
    const subject = subjectOf(identity);
    if (subject !== this.memory.subject) this.memory.forget(subject);
  }

  begin() {
    const { kept } = this.memory;
    if (kept.visitor) this.welcome(kept.brand, kept.name, kept.elsewhere);
    for (const message of this.memory.pending) this.showPending(message, "pending");
    if (this.memory.started) {
      this.line.want(true);
      this.flush();
    }
    const reopen = this.recall() && !this.panel.phone.matches;
    if (reopen) this.panel.open({ focus: false });
  }

  welcome(brand, name, elsewhere) {
    this.panel.setBrand(brand);
    this.elsewhere.offer(elsewhere);
    this.talk.welcome(brand, name);
  }

  /** The page changes under an open chat: it opens again on the next one. */
  remember(open) {
    try {
      if (open) sessionStorage.setItem(`${this.key}:open`, "1");
      else sessionStorage.removeItem(`${this.key}:open`);
    } catch {
      // Then it stays closed.
    }
  }

  recall() {
    try {
      return Boolean(sessionStorage.getItem(`${this.key}:open`));
    } catch {
      return false;
    }
  }

  async opened() {
    this.remember(true);
    this.markRead();
    try {
      await this.wire.visit({ anew: !this.memory.kept.brand });
      if (this.memory.started) this.line.want(true);
      this.panel.setNotice("");
    } catch (error) {
      this.gone(error);
    }
  }

  /** The place of the last message that was seen coming. */
  cursor() {
    const last = this.talk.last((item) => item.cursor);
    return last ? last.cursor : null;
  }

  say(text) {
    const message = { id: newId(), text, at: Date.now() };
    this.panel.refocus();
    this.memory.addPending(message);
    this.showPending(message, "pending");
    this.line.tell({ kind: "pending", message });
    this.flush();
  }

  showPending(message, state) {
    this.talk.put({ key: message.id, author: "customer", text: message.text, at: new Date(message.at), state });
  }

  retry(id) {
    const message = this.memory.pending.find((pending) => pending.id === id);
    if (!message) return;
    message.failed = false;
    this.memory.save({});
    this.panel.refocus();
    this.showPending(message, "pending");
    this.flush();
  }

  /** Sends what waits, in order, one at a time. */
  async flush() {
    if (this.flushing) return;
    this.flushing = true;
    clearTimeout(this.flushTimer);
    try {
      for (;;) {
        const message = this.memory.pending.find((pending) => !pending.failed);
        if (!message) break;
        if (!(await this.post(message))) break;
      }
    } finally {
      this.flushing = false;
    }
  }

  /** Whether to go on with the next. The id makes sending again safe. */
  async post(message) {
    try {
      const { id } = await this.wire.post(message.id, message.text);
      this.memory.dropPending(message.id);
      this.talk.put({ key: message.id, id, author: "customer", text: message.text, at: new Date(message.at), state: "sent" });
      this.expectAnswer();
      this.line.want(true);
      this.panel.setNotice("");
      this.tries = 0;
      return true;
    } catch (error) {
      return this.postFailed(message, error);
    }
  }

  postFailed(message, error) {
    const refused = error instanceof Refused;
    this.tries = (this.tries || 0) + 1;
    // Too fast is no failure: it goes out when the server says so.
    if (refused && error.status === 429) {
      this.panel.setNotice(this.texts.slowDown);
      this.flushTimer = setTimeout(() => this.flush(), error.retryAfter || 2000);
      return false;
    }
    if (this.tries < 3 && (!refused || error.passing)) {
      this.flushTimer = setTimeout(() => this.flush(), (refused && error.retryAfter) || 1500 * this.tries);
      return false;
    }
    this.tries = 0;
    for (const pending of this.memory.pending) {
      // Only this one if it is at fault itself; all of them if nothing gets through.
      if (pending.id === message.id || !refused || error.passing) {
        pending.failed = true;
        this.showPending(pending, "failed");
      }
    }
    this.memory.save({});
    this.panel.setNotice(refused && error.status === 413 ? this.texts.tooLong : this.texts.unavailable);
    return refused && !error.passing;
  }

  /** Dots, unless a human answers: only they know whether they write. */
  expectAnswer() {
    const other = this.talk.last((item) => item.author !== "customer");
    if (!other || other.author !== "agent") this.talk.setTyping(true);
  }

  take(messages) {
    for (const message of messages) {
      const own = message.author === "customer";
      const item = { ...message, key: message.client_id || message.id, at: new Date(message.at), state: "sent" };
      if (own && message.client_id) this.memory.dropPending(message.client_id);
      this.talk.put(item);
      if (!own) this.talk.setTyping(false);
    }
    if (!this.memory.started) this.memory.save({ started: true });
    const other = this.talk.last((item) => item.author !== "customer");
    this.panel.setHuman(other && other.author === "agent" ? other.name || this.texts.agent : null);
    this.markRead();
  }

  /** Moves the mark of what was read if the panel is looked at, and shows what was not. */
  markRead() {
    if (this.panel.isOpen && document.visibilityState === "visible") {
      const before = this.memory.read;
      this.memory.markRead(this.cursor());
      if (this.memory.read !== before) this.line.tell({ kind: "read", cursor: this.memory.read });
    }
    const unread = this.talk.items.filter(
      (item) => item.author !== "customer" && compareCursors(item.cursor, this.memory.read) > 0,
    );
    this.panel.setUnread(unread.length);
  }

  /** What another tab of this browser says. */
  hear(message) {
    if (message.kind === "messages") this.take(message.messages);
    else if (message.kind === "pending") {
      this.memory.load();
      this.showPending(message.message, "pending");
    } else if (message.kind === "read") {
      this.memory.load();
      this.markRead();
    } else if (message.kind === "person") this.become(message.identity, { told: true });
  }

  /** The brand or the channel is gone, or the server is away for now. */
  gone(error) {
    if (error instanceof Refused && !error.passing) console.error(`Lara: ${error.message} (${error.code})`);
    if (this.panel.isOpen) this.panel.setNotice(this.texts.unavailable);
  }

  refuseIdentity(error) {
    console.warn(`Lara: ${error.message} (${error.code})`);
    this.elsewhere.offer(null);
    this.talk.clear();
    dispatchEvent(new CustomEvent("lara:identity-refused", { detail: { code: error.code } }));
  }

  /** Somebody else from now on: `identity` is a token, or null for a stranger. */
  async become(identity, { told = false } = {}) {
    this.line.stop();
    const same = subjectOf(identity) === this.memory.subject && !told;
    this.wire.identity = identity;
    if (told) this.memory.load();
    else if (!same || !identity) this.memory.forget(subjectOf(identity));
    if (!same || !identity) {
      this.talk.clear();
      this.panel.setHuman(null);
      this.panel.setUnread(0);
    }
    this.line.wanted = false;
    this.elsewhere.offer(this.memory.kept.elsewhere);
    if (!told) this.line.tell({ kind: "person", identity });
    if (this.panel.isOpen) await this.opened();
    else if (this.memory.started) this.line.want(true);
  }
}

const script = document.currentScript;

function start() {
  if (window.Lara) return;
  if (!script || !script.dataset.brand) {
    console.error('Lara: the script tag needs data-brand="..."');
    return;
  }
  const chat = new Chat(script);
  window.Lara = Object.freeze({
    /** Opens the chat. */
    open: () => chat.panel.open(),
    /** Closes it. */
    close: () => chat.panel.close(),
    /** The customer signed in: a fresh identity token. */
    identify: (token) => chat.become(token || null),
    /** The customer signed out: nothing of theirs stays in this browser. */
    forget: () => chat.become(null),
  });
  dispatchEvent(new CustomEvent("lara:ready"));
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
