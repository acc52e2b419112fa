// The requests. Nothing here touches the page.

/** An answer that is not a success. `retryAfter` is in milliseconds. */
class Refused extends Error {
  constructor(status, code, message, retryAfter) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
  /** Whether the same request may succeed later. */
  get passing() {
    return this.status === 429 || this.status >= 500;
  }
}

/** Something between page and server does not let streams through. */
class NoStream extends Error {}

class Wire {
  constructor({ base, brand, channel, identity, memory }) {
    this.root = `${base}/web/${encodeURIComponent(brand)}`;
    this.channel = channel;
    this.identity = identity || null;
    this.memory = memory;
    this.visiting = null;
    this.onWelcome = () => {};
    this.onIdentityRefused = () => {};
  }

  url(path, query = {}) {
    const url = new URL(this.root + path);
    if (this.channel) url.searchParams.set("channel", this.channel);
    for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
    return url;
  }

  async ask(path, { query, body, token, signal, accept, timeout = 20000 } = {}) {
    const headers = { Accept: accept || "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const stop = new AbortController();
    const abort = () => stop.abort();
    if (signal) signal.aborted ? abort() : signal.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(abort, timeout);
    try {
      const response = await fetch(this.url(path, query), {
        method: body ? "POST" : "GET",
        headers,
        body: body && JSON.stringify(body),
        signal: accept ? signal : stop.signal,
        credentials: "omit",
        cache: "no-store",
      });
      if (!response.ok) throw await Wire.refusal(response);
      return accept ? response : await response.json();
    } finally {
      clearTimeout(timer);
      if (signal) signal.removeEventListener("abort", abort);
    }
  }

  static async refusal(response) {
    const wait = Number(response.headers.get("Retry-After"));
    let error = {};
    try {
      error = (await response.json()).error || {};
    } catch {
      // A proxy's page: the status says enough.
    }
    return new Refused(response.status, error.code || "unknown", error.message || "", wait > 0 ? wait * 1000 : 0);
  }

  /** Makes sure there is a visitor token; at most one request at a time. */
  async visit({ anew = false } = {}) {
    if (!anew && this.memory.visitor) return this.memory.visitor;
    this.visiting = this.visiting || this.fetchVisitor().finally(() => (this.visiting = null));
    return this.visiting;
  }

  async fetchVisitor() {
    const ask = (identity) => this.ask("/visitor", { body: { identity, visitor: this.memory.visitor } });
    let answer;
    try {
      answer = await ask(this.identity);
    } catch (error) {
      const refused = error instanceof Refused && this.identity && /^identity_/.test(error.code);
      if (!refused) throw error;
      // The page's token is old or wrong. Going on as a stranger shows nobody's data.
      this.onIdentityRefused(error);
      this.identity = null;
      this.memory.forget(null);
      answer = await ask(null);
    }
    this.memory.save({
      visitor: answer.visitor,
      name: answer.name || null,
      brand: answer.brand.name,
      elsewhere: answer.elsewhere || [],
      started: this.memory.started || answer.known,
    });
    this.onWelcome(answer);
    return answer.visitor;
  }

  /** Runs a request with the token; a token that is no longer good is replaced once. */
  async withToken(request) {
    const token = await this.visit();
    try {
      return await request(token);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      return request(await this.visit({ anew: true }));
    }
  }

  post(id, text) {
    return this.withToken((token) => this.ask("/messages", { body: { id, text }, token }));
  }

  /** A one-time code and the links that take it elsewhere. */
  link() {
    return this.withToken((token) => this.ask("/link", { body: {}, token }));
  }

  poll(after, wait, signal) {
    const query = { after, wait };
    return this.withToken((token) =>
      this.ask("/messages", { query, token, signal, timeout: (wait + 15) * 1000 }),
    );
  }

  /** Reads the stream until it ends; `onChunk` on every sign of life, `onEvent` on every event. */
  async stream(after, signal, onChunk, onEvent) {
    const response = await this.withToken((token) =>
      this.ask("/stream", { query: { after }, token, signal, accept: "text/event-stream" }),
    );
    const type = response.headers.get("Content-Type") || "";
    if (!response.body || !type.startsWith("text/event-stream")) throw new NoStream();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onChunk();
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) Wire.event(block, onEvent);
    }
  }

  static event(block, onEvent) {
    let name = "message";
    const data = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event:")) name = line.slice(6).trim();
      else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    }
    if (data.length) onEvent(name, JSON.parse(data.join("\n")));
  }
}
