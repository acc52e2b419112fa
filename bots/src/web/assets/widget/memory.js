// What the widget remembers in the host page's storage: the visitor token, what was read, what was not sent yet.

/** A UUID; plain-http pages have no crypto.randomUUID. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Whom an identity token names. Only the server can tell whether it is true; here it only tells people apart. */
function subjectOf(identity) {
  if (!identity) return null;
  try {
    const base64 = identity.split(".")[0].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return claims.external_id ? `id:${claims.external_id}` : `email:${claims.email}`;
  } catch {
    return "unreadable";
  }
}

/** Compares two cursors, `conversation.seq`; conversation ids grow. */
function compareCursors(a, b) {
  const [ca, sa] = (a || ".0").split(".");
  const [cb, sb] = (b || ".0").split(".");
  if (ca !== cb) return ca < cb ? -1 : 1;
  return Number(sa) - Number(sb);
}

class Memory {
  /** `key` names the brand and channel. Without storage (private mode, blocked) it lasts as long as the page. */
  constructor(key) {
    this.key = key;
    this.kept = {};
    this.load();
  }

  load() {
    try {
      this.kept = JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      // Nothing stored, or nothing that can be read: what is kept in memory goes on.
    }
    if (typeof this.kept !== "object") this.kept = {};
    if (!Array.isArray(this.kept.pending)) this.kept.pending = [];
  }

  save(changes) {
    Object.assign(this.kept, changes);
    try {
      localStorage.setItem(this.key, JSON.stringify(this.kept));
    } catch {
      // Full or blocked: the page's own memory has it.
    }
  }

  /** Somebody else writes from now on: nothing of the one before stays. */
  forget(subject) {
    this.kept = { pending: [] };
    this.save({ subject });
  }

  get visitor() {
    return this.kept.visitor || null;
  }
  get subject() {
    return this.kept.subject || null;
  }
  get pending() {
    return this.kept.pending;
  }
  get read() {
    return this.kept.read || null;
  }
  /** Whether this visitor ever wrote, so that there may be something to fetch. */
  get started() {
    return Boolean(this.kept.started);
  }

  addPending(message) {
    this.save({ pending: [...this.pending, message], started: true });
  }

  dropPending(id) {
    if (this.pending.some((message) => message.id === id)) {
      this.save({ pending: this.pending.filter((message) => message.id !== id) });
    }
  }

  markRead(cursor) {
    if (compareCursors(cursor, this.read) > 0) this.save({ read: cursor });
  }
}
