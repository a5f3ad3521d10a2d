// @ts-check
/* <live-room data-changes data-fragments data-since data-open>: what others change in the room comes
   by itself. Asks `changes?since=N` every 2 seconds in the room, every 30 on a page that only waits
   for it (data-pace="slow"), not at all while hidden. A fragment (data-live) that holds the focus or unsaved typing is never
   replaced: it waits, marked, until it is left. Also ticks the clock. */

const QUICK = 2000;
const SLOW = 30000;

class LiveRoom extends HTMLElement {
  /** @type {Set<number>} */ seen = new Set();
  /** @type {Set<string>} */ waiting = new Set();
  asking = false;

  connectedCallback() {
    this.since = this.dataset.since ?? "0";
    for (const id of (this.dataset.seen ?? "").split(",")) if (id) this.seen.add(Number(id));
    this.again = () => this.later(0);
    this.tick = setInterval(() => this.clock(), 1000);
    this.clock();
    if (this.dataset.open !== "yes") return;
    document.addEventListener("visibilitychange", this.again);
    for (const name of ["focus", "online"]) addEventListener(name, this.again);
    this.addEventListener("focusout", () => setTimeout(() => this.settle(), 0));
    document.addEventListener("htmx:after:swap", this.again);
    this.later(this.pause);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    clearInterval(this.tick);
    for (const name of ["visibilitychange", "htmx:after:swap"]) document.removeEventListener(name, this.again ?? (() => {}));
    for (const name of ["focus", "online"]) removeEventListener(name, this.again ?? (() => {}));
  }

  get pause() { return this.dataset.pace === "slow" ? SLOW : QUICK; }

  /** @param {number} wait */
  later(wait) {
    clearTimeout(this.timer);
    if (document.hidden) return;
    this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    try {
      const answer = await fetch(`${this.dataset.changes}?since=${this.since}`, { headers: { "HX-Request": "true" } });
      if (answer.status === 200) await this.take(await answer.json());
    } catch { /* offline: the next one asks from the same moment */ }
    this.asking = false;
    this.later(this.pause);
  }

  /** @param {{since: number, whole?: boolean, changes: {id: number, fragments: string[], whole: boolean}[]}} told */
  async take(told) {
    const fresh = told.changes.filter((one) => !this.seen.has(one.id));
    if (told.whole || fresh.some((one) => one.whole)) { this.turn(); return; }
    for (const one of fresh) for (const name of one.fragments) this.waiting.add(name);
    if (await this.settle()) {
      for (const one of told.changes) this.seen.add(one.id);
      this.since = String(told.since);
    }
  }

  /** The page is another one now: turned at once where nothing is being typed. */
  turn() {
    if (this.typing(this)) { this.toggleAttribute("data-turned", true); return; }
    location.reload();
  }

  /** Fetches and swaps what waits, but for what is in use. False where the server did not answer. */
  async settle() {
    if (this.hasAttribute("data-turned") && !this.typing(this)) { location.reload(); return true; }
    const names = [...this.waiting].filter((name) => {
      const held = this.find(name);
      const busy = held !== null && this.busy(held);
      if (held) held.toggleAttribute("data-waiting", busy);
      if (held && busy) held.dataset.note = this.dataset.textWaiting;
      return held !== null && !busy;
    });
    for (const name of this.waiting) if (!this.find(name)) this.waiting.delete(name);
    if (!names.length) return true;
    const answer = await fetch(`${this.dataset.fragments}?names=${names.join(",")}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return false;
    const told = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of names) this.swap(name, told.querySelector(`[data-live="${CSS.escape(name)}"]`));
    this.clock();
    return true;
  }

  /** @param {string} name @param {Element | null} fresh */
  swap(name, fresh) {
    const held = this.find(name);
    // the focus may have come in while the answer was on its way
    if (!held || !fresh || this.busy(held)) return;
    this.keepOpen(held, fresh);
    held.replaceWith(fresh);
    this.waiting.delete(name);
    // @ts-ignore htmx is loaded by the frame
    globalThis.htmx?.process?.(fresh);
  }

  /** What was unfolded to be filled in stays unfolded. @param {Element} held @param {Element} fresh */
  keepOpen(held, fresh) {
    const open = new Set([...held.querySelectorAll("details[open] > summary")].map((one) => one.textContent?.trim()));
    for (const one of fresh.querySelectorAll("details > summary")) {
      if (open.has(one.textContent?.trim())) one.parentElement?.setAttribute("open", "");
    }
  }

  /** @param {string} name @returns {HTMLElement | null} */
  find(name) { return document.querySelector(`[data-live="${CSS.escape(name)}"]`); }

  /** Whether somebody works in it: a field or form with the focus, or typing not yet sent.
   * @param {Element} place */
  busy(place) {
    const focus = document.activeElement;
    return (focus !== null && place.contains(focus)) || this.typing(place);
  }

  /** Whether a field in it has the focus, or holds typing not yet sent. @param {Element} place */
  typing(place) {
    const focus = document.activeElement;
    if (focus?.matches("input, textarea, select") && place.contains(focus)) return true;
    for (const field of place.querySelectorAll("input:not([type=hidden]), textarea")) {
      if ((field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field.value !== field.defaultValue) return true;
    }
    for (const list of place.querySelectorAll("select")) {
      if ([...list.options].some((one, at) => one.selected !== (one.defaultSelected || (at === 0 && ![...list.options].some((o) => o.defaultSelected))))) return true;
    }
    return false;
  }

  clock() {
    const shown = document.querySelector("[data-clock]");
    if (!(shown instanceof HTMLElement)) return;
    if (shown !== this.shown) { this.shown = shown; this.from = Date.now(); }
    const passed = shown.dataset.running === "yes" ? Math.floor((Date.now() - (this.from ?? Date.now())) / 1000) : 0;
    const left = Number(shown.dataset.left) - passed;
    const minutes = Math.floor(Math.abs(left) / 60);
    shown.textContent = `${left < 0 ? "−" : ""}${minutes}:${String(Math.abs(left) % 60).padStart(2, "0")}`;
    shown.toggleAttribute("data-over", left < 0);
  }
}

customElements.define("live-room", LiveRoom);
