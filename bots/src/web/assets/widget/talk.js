// The conversation on the page: bubbles, times, marks, quick replies, the typing dots.

/** Makes an element: `el("button.send", { type: "button" }, "text", child)`. Text is only ever text. */
function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute.startsWith("on")) element.addEventListener(attribute.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(attribute, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An icon of 24 by 24; `path` is the widget's own. */
function icon(path, size = 24) {
  const NS = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(NS, "svg");
  for (const [name, value] of Object.entries({
    viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor",
    "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) svg.setAttribute(name, value);
  const line = document.createElementNS(NS, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const ICONS = {
  chat: "M4 12a8 7.2 0 1 1 3.4 5.9L4 19.5l1-3.6A7 7 0 0 1 4 12Zm4.5 0h.01M12 12h.01M15.500 12h.01",
  away: "M14 4.500h5.500V10M19.500 4.500l-8 8M17 13.500v4a2 2 0 0 1-2 2H6.500a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2h4",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9.500l6 6 6-6",
  send: "M5 12 3.800 4.600 20.500 12 3.800 19.400 5 12Zm0 0h7",
  spark: "M12 4.500l1.700 4.300a2.400 2.400 0 0 0 1.500 1.500l4.300 1.700-4.300 1.700a2.400 2.400 0 0 0-1.500 1.500L12 19.500l-1.700-4.300a2.400 2.400 0 0 0-1.500-1.500L4.500 12l4.300-1.700a2.400 2.400 0 0 0 1.500-1.500L12 4.500Z",
  person: "M12 12a3.600 3.600 0 1 0 0-7.200 3.600 3.600 0 0 0 0 7.200Zm-6.500 7.200c.8-3 3.300-4.700 6.500-4.700s5.700 1.700 6.500 4.700",
  clock: "M12 7.500V12l3 2M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z",
  check: "M5 12.500l4.500 4.500L19 7.500",
  warn: "M12 8v5M12 16.200v.01M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z",
};

/** Pages with a strict content policy ask how a text became HTML; the server's markup is the only source here. */
const trusted = window.trustedTypes
  ? (() => {
      try {
        return trustedTypes.createPolicy("lara-chat", { createHTML: (html) => html });
      } catch {
        return null;
      }
    })()
  : null;

/** Puts the server's own HTML, made by its markup writer, into a bubble. */
function putHtml(element, message) {
  try {
    element.innerHTML = trusted ? trusted.createHTML(message.html) : message.html;
  } catch {
    element.textContent = message.text;
  }
  for (const link of element.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
}

class Talk {
  constructor({ texts, clock, onRetry, onSay }) {
    this.texts = texts;
    this.clock = clock;
    this.onRetry = onRetry;
    this.onSay = onSay;
    this.items = [];
    this.log = el("div.log", { role: "log", "aria-live": "polite", "aria-label": texts.log, tabindex: "0" });
    this.list = el("div.list");
    this.hello = el("div.hello");
    this.typing = this.makeTyping();
    this.log.append(this.hello, this.list, this.typing);
    this.quick = el("div.quick", { role: "group", "aria-label": texts.answers });
    this.jump = el("button.jump", { type: "button", hidden: true, onclick: () => this.toEnd() }, texts.newBelow);
    this.log.addEventListener("scroll", () => this.atEnd() && (this.jump.hidden = true), { passive: true });
    this.welcome(null, null);
  }

  makeTyping() {
    const dots = el("span.dots", { "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    const label = el("span.unseen", {}, this.texts.typing);
    return el("div.typing", { hidden: true }, el("span.mark.bot", {}, icon(ICONS.spark, 16)), el("div.bubble", {}, dots, label));
  }

  welcome(brand, name) {
    this.hello.replaceChildren(
      el("div.sun", { "aria-hidden": "true" }, icon(ICONS.spark, 30)),
      el("p.greeting", {}, this.texts.hello(name)),
      el("p", {}, this.texts.helloText(brand)),
    );
    this.showQuick();
  }

  /** Adds or changes an item. Items have `key`, `author`, `at`, `state`, and `text` or a message with `html`. */
  put(item) {
    const known = this.items.find((other) => other.key === item.key || (other.id && other.id === item.id));
    const stick = this.atEnd() || item.author === "customer";
    if (known) {
      const settled = known.cursor && !item.cursor;
      Object.assign(known, item, settled ? { cursor: known.cursor, state: "sent" } : {});
    } else this.items.push({ ...item });
    this.items.sort(Talk.order);
    this.render();
    if (stick) this.toEnd();
    else if (!known) this.jump.hidden = false;
  }

  /** Confirmed ones by their place, then what is on its way in the order it was written. */
  static order(a, b) {
    if (a.cursor && b.cursor) return compareCursors(a.cursor, b.cursor);
    if (a.cursor || b.cursor) return a.cursor ? -1 : 1;
    return a.at - b.at;
  }

  clear() {
    this.items = [];
    this.list.replaceChildren();
    this.setTyping(false);
    this.showQuick();
  }

  last(test) {
    return this.items.findLast ? this.items.findLast(test) : [...this.items].reverse().find(test);
  }

  render() {
    const rows = [];
    let before = null;
    for (const [place, item] of this.items.entries()) {
      const next = this.items[place + 1];
      if (!before || this.clock.dayKey(before.at) !== this.clock.dayKey(item.at)) rows.push(this.dayRow(item));
      item.row = item.row || this.makeRow(item);
      this.dress(item, Talk.joined(before, item), Talk.joined(item, next));
      rows.push(item.row);
      before = item;
    }
    this.arrange(rows);
    this.hello.classList.toggle("small", this.items.length > 0);
    this.showQuick();
  }

  /** Moves only what is out of place, so that screen readers hear each message once. */
  arrange(rows) {
    rows.forEach((row, place) => {
      if (this.list.children[place] !== row) this.list.insertBefore(row, this.list.children[place] || null);
    });
    while (this.list.children.length > rows.length) this.list.lastChild.remove();
  }

  static joined(a, b) {
    return Boolean(a && b && a.author === b.author && a.name === b.name && Math.abs(b.at - a.at) < 300000);
  }

  dayRow(item) {
    const key = this.clock.dayKey(item.at);
    const known = [...this.list.children].find((row) => row.dataset.day === key);
    return known || el("div.day", { "data-day": key }, this.clock.day(item.at));
  }

  makeRow(item) {
    const row = el(`div.row.${item.author}`);
    item.who = el("span.unseen");
    item.bubble = el("div.bubble", { dir: "auto" });
    item.meta = el("div.meta");
    const mark = el(`span.mark.${item.author}`, { "aria-hidden": "true" });
    mark.append(item.author === "agent" ? Talk.initial(item.name) || icon(ICONS.person, 16) : icon(ICONS.spark, 16));
    const body = el("div.body", {}, item.who, item.bubble, item.meta);
    row.append(...(item.author === "customer" ? [body] : [mark, body]));
    return row;
  }

  static initial(name) {
    const words = (name || "").trim().split(/\s+/);
    return words[words.length - 1].charAt(0).toUpperCase();
  }

  /** Brings a row up to date. */
  dress(item, joinsBefore, joinsNext) {
    const name = item.author === "customer" ? this.texts.you : item.name || this.texts[item.author];
    item.who.textContent = `${name}: `;
    if (item.shown !== item.html && item.html !== undefined) putHtml(item.bubble, item);
    else if (item.html === undefined) item.bubble.textContent = item.text;
    item.shown = item.html;
    item.row.classList.toggle("joins-before", joinsBefore);
    item.row.classList.toggle("joins-next", joinsNext);
    item.row.classList.toggle("failed", item.state === "failed");
    item.row.classList.toggle("pending", item.state === "pending");
    const look = `${item.state} ${joinsNext} ${item.name}`;
    if (item.look === look) return;
    item.look = look;
    item.meta.replaceChildren(...this.metaOf(item, name, joinsNext));
  }

  metaOf(item, name, joinsNext) {
    const time = el("time", { datetime: item.at.toISOString() }, this.clock.time(item.at));
    if (item.author !== "customer") return joinsNext ? [] : [el("span", {}, name), time];
    if (item.state === "failed") {
      const retry = el("button.retry", { type: "button", onclick: () => this.onRetry(item.key) }, this.texts.retry);
      return [icon(ICONS.warn, 14), el("span", {}, this.texts.failed), retry];
    }
    if (joinsNext && item.state === "sent") return [];
    const sent = item.state === "sent";
    const state = el("span.state", { title: sent ? this.texts.sent : this.texts.pending }, icon(sent ? ICONS.check : ICONS.clock, 14));
    return [time, state, el("span.unseen", {}, sent ? this.texts.sent : this.texts.pending)];
  }

  setTyping(on) {
    clearTimeout(this.typingTimer);
    const stick = this.atEnd();
    this.typing.hidden = !on;
    if (on) {
      this.typingTimer = setTimeout(() => this.setTyping(false), 8000);
      if (stick) this.toEnd();
    }
  }

  /** The buttons of the last message; at the start, what people often ask. */
  showQuick() {
    const last = this.items[this.items.length - 1];
    const titles = last
      ? (last.author !== "customer" && last.quick_replies ? last.quick_replies : []).map((reply) => reply.title)
      : this.texts.starters;
    const look = JSON.stringify(titles);
    if (this.quickLook === look) return;
    this.quickLook = look;
    const stick = this.atEnd();
    this.quick.replaceChildren(
      ...titles.map((title) => el("button.choice", { type: "button", onclick: () => this.onSay(title) }, title)),
    );
    this.quick.hidden = !titles.length;
    if (stick) this.toEnd();
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
  }

  toEnd() {
    this.jump.hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
    requestAnimationFrame(() => (this.log.scrollTop = this.log.scrollHeight));
  }
}
