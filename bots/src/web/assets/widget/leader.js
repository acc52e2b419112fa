// Listening: one stream a browser, whichever of its tabs is looked at; long poll where streams are held back.

/** Silence after which a stream that said nothing at all is taken for held back by a proxy. */
const FIRST_BYTE = 6000;
/** Silence after which a stream is dead: the server pings every fifteen seconds. */
const DEAD = 40000;
/** Streams that end sooner count as a failure. */
const SHORT = 3000;

class Line {
  /** `onMessages(list)`, `onTyping()`, `onState("open" | "lost")`, `cursor()`. */
  constructor(wire, key, handlers) {
    this.wire = wire;
    this.key = key;
    this.on = handlers;
    this.wanted = false;
    this.running = null;
    this.streamsFail = 0;
    this.failures = 0;
    this.wake = () => {};
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(key) : null;
    if (this.channel) this.channel.onmessage = (event) => this.on.onBroadcast(event.data);
    document.addEventListener("visibilitychange", () => this.settle());
    addEventListener("online", () => this.wake());
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", (event) => event.persisted && this.settle());
  }

  tell(message) {
    if (this.channel) this.channel.postMessage(message);
  }

  /** Says whether anything can arrive; the rest follows from it and from whether the page is looked at. */
  want(wanted) {
    this.wanted = wanted;
    this.settle();
  }

  settle() {
    const needed = this.wanted && document.visibilityState === "visible";
    if (needed && !this.running) this.start();
    else if (!needed) this.stop();
  }

  /** Ends the stream at once; a new identity starts another. */
  stop() {
    if (this.running) this.running.abort();
    this.running = null;
  }

  restart() {
    this.stop();
    this.settle();
  }

  start() {
    const running = new AbortController();
    this.running = running;
    const { signal } = running;
    const locks = navigator.locks;
    if (!locks || !this.channel) {
      this.lead(signal);
      return;
    }
    const wait = () => {
      // Another tab leads and tells this one from now on; what came before has to be fetched.
      this.catchUp(signal);
      return locks.request(this.key, { signal }, () => this.lead(signal));
    };
    locks
      .request(this.key, { ifAvailable: true }, (lock) => (lock ? this.lead(signal).then(() => true) : false))
      .then((led) => led || signal.aborted || wait())
      .catch(() => {});
  }

  async catchUp(signal) {
    try {
      this.take((await this.wire.poll(this.on.cursor(), 0, signal)).messages);
    } catch {
      // The leader's stream, or our own in a moment, brings it.
    }
  }

  async lead(signal) {
    while (!signal.aborted) {
      try {
        if (this.streamsFail >= 2) await this.longPoll(signal);
        else await this.listen(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused && !error.passing) {
          this.on.onGone(error);
          return;
        }
        this.failures += 1;
        if (this.failures > 1) this.on.onState("lost");
        await this.pause(error, signal);
      }
    }
  }

  async listen(signal) {
    const stream = new AbortController();
    const abort = () => stream.abort();
    signal.addEventListener("abort", abort, { once: true });
    const began = performance.now();
    let alive = false;
    let timer = setTimeout(abort, FIRST_BYTE);
    const onChunk = () => {
      alive = true;
      this.open();
      clearTimeout(timer);
      timer = setTimeout(abort, DEAD);
    };
    try {
      await this.wire.stream(this.on.cursor(), stream.signal, onChunk, (name, data) => {
        if (name === "message") this.take([data]);
        else if (name === "typing") this.on.onTyping();
      });
    } catch (error) {
      if (signal.aborted || error instanceof Refused) throw error;
      const heldBack = !alive && (stream.signal.aborted || error instanceof NoStream);
      if (heldBack) this.streamsFail += 1;
      // A stream that is dead or held back is no lost connection yet: the next round tells.
      if (!heldBack && !stream.signal.aborted) throw error;
      return;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
    if (!signal.aborted && performance.now() - began < SHORT) throw new Error("the stream ended at once");
  }

  async longPoll(signal) {
    const cursor = this.on.cursor();
    const page = await this.wire.poll(cursor, 25, signal);
    this.open();
    this.take(page.messages);
    // Nobody has written yet: the answer came at once and would come at once again.
    if (!cursor && !page.messages.length) await this.sleep(2000, signal);
  }

  open() {
    this.failures = 0;
    this.on.onState("open");
  }

  take(messages) {
    if (!messages.length) return;
    this.on.onMessages(messages);
    this.tell({ kind: "messages", messages });
  }

  async pause(error, signal) {
    const backOff = Math.min(30000, 1000 * 2 ** Math.min(this.failures - 1, 5));
    const wish = error instanceof Refused ? error.retryAfter : 0;
    await this.sleep(Math.max(wish, backOff * (0.5 + Math.random() / 2)), signal);
  }

  sleep(time, signal) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      const now = () => {
        clearTimeout(timer);
        resolve();
      };
      this.wake = now;
      signal.addEventListener("abort", now, { once: true });
    });
  }
}
