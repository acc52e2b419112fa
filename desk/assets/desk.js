// The desk's own script. Everything works without it; with it pages stay fresh, keys work and previews follow the typing.
"use strict";
(() => {
  const body = document.body;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const vietnamese = document.documentElement.lang === "vi";

  // Time ------------------------------------------------------------------------------------------------------------
  const unit = (minutes) => {
    if (minutes < 1) return body.dataset.now;
    const [n, en, vi] = minutes < 60 ? [minutes, "min", "phút"]
      : minutes < 1440 ? [Math.floor(minutes / 60), "h", "giờ"] : [Math.floor(minutes / 1440), "d", "ngày"];
    return `${n} ${vietnamese ? vi : en}`;
  };
  const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const tick = () => {
    const now = Date.now();
    for (const time of all("time[data-ago]")) {
      say(time, time.dataset.ago.replace("{time}", unit(Math.floor((now - Date.parse(time.dateTime)) / 60000))));
    }
    for (const time of all("time[data-due]")) {
      const left = Date.parse(time.dateTime) - now;
      const form = left < 0 ? time.dataset.late : time.dataset.in;
      say(time, form.replace("{time}", unit(Math.floor(Math.abs(left) / 60000))));
      time.classList.toggle("late", left < 0);
    }
  };

  // Drafts: what is being written outlives swaps, reloads and a closed lid -----------------------------------------------
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* full or forbidden */ } },
  };
  const draftKey = (form) => `lara-draft-${form.dataset.draft}`;
  const restoreDrafts = (root) => {
    for (const form of all("form[data-draft]", root)) {
      const area = one("textarea", form);
      const kept = store.get(draftKey(form));
      if (area && kept && area.dataset.restored === undefined) {
        const shown = area.defaultValue;
        area.dataset.restored = "";
        if (area.value === shown) area.value = kept;
        const fold = form.closest("details");
        if (fold) fold.open = true;
      }
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form && event.target.tagName === "TEXTAREA") {
      const { value, defaultValue } = event.target;
      store.set(draftKey(form), value === defaultValue ? "" : value);
    }
  });

  // Swapping a fragment: only keyed children that differ are touched, so selection, focus and scroll stay ----------------
  const sources = new WeakMap();
  const source = (element) => sources.get(element) ?? element.outerHTML;
  const remember = (root) => { for (const element of all("[data-key]", root)) sources.set(element, element.outerHTML); };
  const keyed = (element) => [...element.children].some((child) => child.dataset.key !== undefined);
  const merge = (old, fresh) => {
    if (!keyed(fresh) || !keyed(old)) { old.replaceWith(fresh); return; }
    for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const before = new Map([...old.children].map((child) => [child.dataset.key ?? child.outerHTML, child]));
    let at = old.firstElementChild;
    for (const child of [...fresh.children]) {
      const key = child.dataset.key ?? child.outerHTML;
      const text = child.outerHTML;
      const known = before.get(key);
      let put = known ?? child;
      before.delete(key);
      const writing = key === "composer" && known?.dataset.state === child.dataset.state;
      if (known && !writing && source(known) !== text) {
        if (keyed(known) && keyed(child)) merge(known, child);
        else {
          if (known.open) child.open = true;
          if (at === known) at = child;
          known.replaceWith(child);
          put = child;
        }
      }
      sources.set(put, text);
      if (put === at) at = at.nextElementSibling;
      else old.insertBefore(put, at);
    }
    for (const gone of before.values()) gone.remove();
  };
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const swap = (name, page) => {
    const fresh = one(`[data-fragment="${name}"]`, page);
    const old = one(`[data-fragment="${name}"]`);
    if (!fresh || !old) return;
    const log = one("#transcript");
    const atEnd = log && log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const chosen = one('[data-row][aria-selected="true"]')?.dataset.key;
    merge(old, document.adoptNode(fresh));
    if (chosen) one(`[data-row][data-key="${chosen}"]`)?.setAttribute("aria-selected", "true");
    if (log && atEnd) log.scrollTop = log.scrollHeight;
    if (name === "queue") {
      const { waiting: w, mine } = one('[data-fragment="queue"]').dataset;
      const waiting = Number(w ?? 0);
      for (const [tab, n] of Object.entries({ waiting: w, mine })) {
        const shown = one(`[data-count="${tab}"]`);
        if (shown) say(shown, n === "0" ? "" : n ?? "");
      }
      const count = one("#waiting-count");
      if (count) { say(count, waiting > 0 ? String(waiting) : ""); count.classList.toggle("hot", waiting > 0); }
    }
    const counted = fresh.dataset.countOf && one(`#${fresh.dataset.countOf}`);
    if (counted) say(counted, fresh.dataset.countIs === "0" ? "" : fresh.dataset.countIs);
    restoreDrafts(document);
    enhance(document);
    tick();
  };

  // Staying fresh -----------------------------------------------------------------------------------------------------
  const talkPage = () => one("[data-conversation]");
  const wanted = new Set();
  // The whole queue is read at most this often, however much is said; the last change is always followed by a read.
  const QUEUE_EVERY = 1000;
  const often = ["queue", "mentions", "people", "suggestions", "person"];
  let queueAt = 0;
  let queueSoon = 0;
  let running = false;
  const wantQueue = () => {
    const left = queueAt + QUEUE_EVERY - Date.now();
    const both = () => { queueAt = Date.now(); for (const name of often) wanted.add(name); };
    if (left <= 0) both();
    else queueSoon ||= setTimeout(() => { queueSoon = 0; both(); refresh(); }, left);
  };
  const address = (name) => {
    if (["queue", "channels", "mentions", "people", "person", "suggestions"].includes(name)) return one(`[data-fragment="${name}"]`)?.dataset.refresh;
    const id = talkPage()?.dataset.conversation;
    return id && !new URLSearchParams(location.search).has("before") ? `/desk/c/${id}?fragment=${name}` : undefined;
  };
  const refresh = async () => {
    if (running) return;
    running = true;
    try {
      await new Promise((done) => setTimeout(done, 60));
      while (wanted.size > 0 && !document.hidden) {
        const [name] = wanted;
        wanted.delete(name);
        const from = address(name);
        if (!from || !one(`[data-fragment="${name}"]`)) continue;
        const answer = await fetch(from, { headers: { accept: "text/html" }, credentials: "same-origin" });
        if (answer.status === 401) { location.reload(); return; }
        if (answer.ok) swap(name, parse(await answer.text()));
      }
    } catch { /* the stream tells when the server is back */ } finally { running = false; }
  };
  const changed = (change) => {
    const page = talkPage();
    const everything = change.kind === "all";
    if (!everything && change.brand && change.brand !== body.dataset.brand) return;
    if (everything) for (const name of often) wanted.add(name);
    else if (change.kind === "conversation" || change.kind === "customer") wantQueue();
    if (everything || change.kind === "channel" || change.kind === "brand") wanted.add("channels");
    if (page && (everything || change.key === page.dataset.conversation)) { wanted.add("talk"); wanted.add("card"); }
    if (page && change.kind === "customer" && change.key === page.dataset.customer) wanted.add("card");
    refresh();
  };
  const offline = (is) => { const bar = one(".offline"); if (bar) bar.hidden = !is; };

  // One stream a browser: the visible page that holds the lock listens and tells the others -----------------------------
  const live = () => {
    const channel = "BroadcastChannel" in window ? new BroadcastChannel("lara-desk") : null;
    if (channel) channel.onmessage = ({ data }) => { if (data.offline !== undefined) offline(data.offline); else changed(data); };
    let stop = null;
    let failing = 0;
    const listen = () => new Promise((done) => {
      const stream = new EventSource("/desk/events");
      stream.addEventListener("changed", ({ data }) => {
        const change = JSON.parse(data);
        clearTimeout(failing);
        offline(false);
        channel?.postMessage({ offline: false });
        changed(change);
        channel?.postMessage(change);
      });
      stream.onerror = () => {
        clearTimeout(failing);
        failing = setTimeout(() => { offline(true); channel?.postMessage({ offline: true }); }, 4000);
        if (stream.readyState === EventSource.CLOSED) setTimeout(() => { if (stop) { stop(); lead(); } }, 3000);
      };
      stop = () => { stop = null; clearTimeout(failing); stream.close(); done(); };
    });
    let asking = null;
    const lead = () => {
      if (document.hidden || stop || asking) return;
      if (!navigator.locks) { listen(); return; }
      asking = new AbortController();
      navigator.locks.request("lara-desk-stream", { signal: asking.signal }, () => {
        asking = null;
        return document.hidden ? undefined : listen();
      }).catch(() => { asking = null; });
    };
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) { asking?.abort(); asking = null; stop?.(); }
      else { changed({ kind: "all" }); lead(); }
    });
    addEventListener("pagehide", () => stop?.());
    addEventListener("pageshow", ({ persisted }) => { if (persisted) { changed({ kind: "all" }); lead(); } });
    lead();
  };

  // Acting without leaving the page -------------------------------------------------------------------------------------
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.dataset.draft && form.dataset.act === undefined) { store.set(draftKey(form), ""); return; }
    if (form.dataset.act === undefined) return;
    event.preventDefault();
    const button = one("button:not([type=button])", form);
    if (button?.disabled) return;
    const area = one("textarea", form);
    if (button) button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "text/html" } });
      const page = parse(await answer.text());
      if (!one('[data-fragment="talk"]', page)) { document.documentElement.replaceWith(document.adoptNode(page.documentElement)); return; }
      const refused = one(".notice.bad", page);
      if (area && !refused) { area.value = ""; store.set(draftKey(form), ""); const fold = form.closest("details"); if (fold) fold.open = false; }
      swap("talk", page);
      swap("card", page);
      swap("queue", page);
      const log = one("#transcript");
      if (log) log.scrollTop = log.scrollHeight;
      if (form.action.endsWith("/take-over") && !refused) one("#reply")?.focus();
      else if (area && document.contains(area)) area.focus();
    } catch { offline(true); } finally { if (button) button.disabled = false; }
  });
  document.addEventListener("change", (event) => event.target.closest?.("form[data-auto]")?.requestSubmit());

  // Keys ------------------------------------------------------------------------------------------------------------------
  const rows = () => all("[data-row]");
  const move = (by) => {
    const list = rows();
    if (list.length === 0) return;
    let at = list.findIndex((row) => row.getAttribute("aria-selected") === "true" || row.getAttribute("aria-current") === "true");
    const marked = list.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (marked >= 0) at = marked;
    at = at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by));
    list.forEach((row, n) => n === at ? row.setAttribute("aria-selected", "true") : row.removeAttribute("aria-selected"));
    list[at].focus({ preventScroll: true });
    list[at].scrollIntoView({ block: "nearest" });
  };
  const keys = {
    j: () => move(1), k: () => move(-1),
    t: () => one("[data-key-t]")?.click(), b: () => one("[data-key-b]")?.click(), e: () => one("[data-key-e]")?.click(),
    r: () => one("#reply")?.focus(),
    n: () => { const fold = one("[data-key-n]")?.closest("details"); if (fold) { fold.open = true; one("textarea", fold).focus(); } },
    p: () => { const name = one("#card a.name"); if (name) name.click(); else location.href = "/desk/people"; },
    "/": () => { const box = one("[data-search]"); if (box) box.focus(); else location.href = "/desk"; },
    "?": () => one("#keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const target = event.target;
    const typing = target.matches?.("input, textarea, select, [contenteditable]");
    if (typing) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) { event.preventDefault(); target.form.requestSubmit(); }
      else if (event.key === "Escape") target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
    if (event.key === "Enter" && target === body) { one('[data-row][aria-selected="true"]')?.click(); return; }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // Template editor: line numbers, names that insert, preview as you type -------------------------------------------------
  const studio = () => {
    const form = one("form[data-studio]");
    if (!form) return;
    const area = one("#body", form);
    const lines = one(".lines", form);
    // A hidden copy tells how many rows each line wraps into, so that numbers stand beside their lines.
    const mirror = document.createElement("div");
    mirror.className = "mirror";
    form.append(mirror);
    const number = () => {
      const height = parseFloat(getComputedStyle(area).lineHeight);
      mirror.style.width = `${area.clientWidth}px`;
      mirror.replaceChildren(...area.value.split("\n").map((line) => { const row = document.createElement("div"); row.textContent = line || " "; return row; }));
      lines.textContent = [...mirror.children].map((row, n) => (n + 1) + "\n".repeat(Math.max(1, Math.round(row.offsetHeight / height)))).join("");
      lines.scrollTop = area.scrollTop;
    };
    let asked = 0;
    let waiting = 0;
    const preview = async () => {
      const mine = ++asked;
      try {
        const answer = await fetch("/desk/templates/preview", { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "text/html" } });
        if (!answer.ok || mine !== asked) return;
        const fresh = one('[data-fragment="preview"]', parse(await answer.text()));
        if (!fresh) return;
        one('[data-fragment="preview"]').replaceWith(document.adoptNode(fresh));
        const broken = Number(fresh.dataset.faults) > 0;
        one("[data-publish]", form).disabled = broken;
        one("[data-broken]", form).hidden = !broken;
        area.setAttribute("aria-invalid", String(broken));
      } catch { /* typed on: the next one answers */ }
    };
    const later = () => { clearTimeout(waiting); waiting = setTimeout(preview, 180); };
    area.addEventListener("input", () => { number(); later(); });
    area.addEventListener("scroll", () => { lines.scrollTop = area.scrollTop; });
    new ResizeObserver(() => { lines.style.maxHeight = `${area.offsetHeight}px`; number(); }).observe(area);
    document.addEventListener("change", (event) => { if (event.target.matches("[data-person]")) later(); });
    document.addEventListener("click", (event) => {
      const text = event.target.closest?.("[data-insert]")?.dataset.insert;
      if (text === undefined) return;
      area.focus();
      if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number();
    if (area.value !== area.defaultValue) later();
  };

  // Small things ------------------------------------------------------------------------------------------------------------
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
  const enhance = (root) => { for (const button of all("[data-copy][hidden], [data-add-row][hidden], [data-remove-row][hidden], [data-help][hidden]", root)) button.hidden = false; };
  document.addEventListener("click", async (event) => {
    const target = event.target.closest?.("[data-copy], [data-add-row], [data-remove-row], [data-help]");
    if (!target) return;
    if (target.dataset.help !== undefined) one("#keys")?.showModal();
    if (target.dataset.copy) {
      try { await navigator.clipboard.writeText(one(target.dataset.copy).textContent); target.lastChild.textContent = body.dataset.copied; } catch { getSelection().selectAllChildren(one(target.dataset.copy)); }
    }
    if (target.dataset.removeRow !== undefined) target.closest("[data-row-of]").remove();
    if (target.dataset.addRow !== undefined) {
      const rows = target.closest("[data-rows]");
      const row = all("[data-row-of]", rows).at(-1)?.cloneNode(true) ?? null;
      if (!row) return;
      for (const input of all("input", row)) { input.value = ""; input.removeAttribute("aria-invalid"); input.removeAttribute("id"); }
      for (const extra of all("label, .wrong", row)) extra.remove();
      target.before(row);
      one("input", row).focus();
    }
  });
  document.addEventListener("input", (event) => {
    const filter = event.target.dataset?.filter;
    if (filter) {
      const text = fold(event.target.value.trim());
      for (const row of all(filter)) row.hidden = !row.dataset.text.includes(text);
    }
    if (event.target.dataset?.slugFrom !== undefined) {
      const to = one("[data-slug-to]");
      if (to && to.dataset.touched === undefined) to.value = fold(event.target.value).replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+|-+$/g, "").slice(0, 40);
    }
    if (event.target.dataset?.slugTo !== undefined) event.target.dataset.touched = "";
  });
  const findPeople = () => {
    const box = one("[data-find-people]");
    if (!box) return;
    box.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.ctrlKey) { const form = one("form[data-studio]"); store.set(draftKey(form), one("#body").value); } });
  };

  remember(document);
  restoreDrafts(document);
  enhance(document);
  tick();
  setInterval(tick, 15000);
  studio();
  findPeople();
  const log = one("#transcript");
  if (log) log.scrollTop = log.scrollHeight;
  if (body.dataset.live) live();
})();
