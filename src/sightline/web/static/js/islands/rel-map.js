// @ts-check
/* <rel-map>: the relationship map by keys and pointer. Layout and drawing stay on the server: a move
   fills the form marked data-move (fields person and manager) and submits it, and the server sends
   the new drawing. Arrow keys go to the nearest person, Enter opens (data-href) or confirms, Escape
   cancels. M begins a move, T moves to the top; with a form marked data-line, I and C begin a line
   of influence or conflict, and the select marked data-mode says what dragging draws. A finger held
   still picks a person up. Without a form the map is only read. */

/** @typedef {{node: SVGGElement, x: number, y: number, ghost?: SVGGElement, to?: SVGGElement | null, timer?: number}} Drag */
const LINES = { i: "influences", c: "conflicts" };
const HOLD = 350;
const SLOP = 10;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 5;

class RelMap extends HTMLElement {
  moving = "";
  /** The kind of line being drawn; empty while a person is moved. */
  kind = "";
  wanted = "";
  /** @type {Set<string>} */
  below = new Set();
  /** @type {SVGGElement | undefined} the person as drawn before a move */
  drawn;
  /** @type {Drag | undefined} */
  drag;
  dropped = 0;
  onMove = (/** @type {PointerEvent} */ event) => this.pull(event);
  onUp = () => this.drop();

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("pointerdown", (event) => this.grab(event));
    this.addEventListener("focusin", (event) => { const node = this.nodeOf(event.target); if (node) this.rove(node); });
    this.addEventListener("dblclick", (event) => { const node = this.nodeOf(event.target); if (node) this.open(node); });
    this.addEventListener("contextmenu", (event) => { if (this.drag?.timer || this.drag?.ghost) event.preventDefault(); });
    this.addEventListener("touchmove", (event) => { if (this.drag && this.moving) event.preventDefault(); }, { passive: false });
    this.watch = new MutationObserver(() => this.refocus());
    this.watch.observe(this, { childList: true, subtree: true });
  }

  disconnectedCallback() { this.watch?.disconnect(); }

  /** @returns {HTMLFormElement | null} */
  get form() { return this.querySelector("form[data-move]"); }
  /** @returns {HTMLFormElement | null} */
  get lines() { return this.querySelector("form[data-line]"); }
  /** What dragging draws. */
  get mode() { const mode = this.querySelector("[data-mode]"); return mode instanceof HTMLSelectElement ? mode.value : ""; }
  /** @returns {SVGGElement[]} */
  get nodes() { return [...this.querySelectorAll(".node:not([data-ghost])")].filter((node) => node instanceof SVGGElement); }
  /** @param {string} key */
  node(key) { return this.nodes.find((node) => node.dataset.key === key); }
  /** @param {EventTarget | null} target @returns {SVGGElement | null} */
  nodeOf(target) { return target instanceof Element ? target.closest(".node:not([data-ghost])") : null; }
  /** Whether a card stands for somebody: a role that nobody fills is neither moved nor moved to.
   * @param {Element} node */
  somebody(node) { return node.getAttribute("data-state") !== "wanted"; }
  /** @param {SVGGElement} node */
  name(node) { return (node.getAttribute("aria-label") ?? "").split(",")[0] ?? ""; }

  /** @param {string} text @param {Record<string, string>} [names] */
  say(text, names = {}) {
    const live = this.querySelector("[aria-live]");
    const words = this.dataset[text] ?? "";
    if (live) live.textContent = words.replace(/\{(\w+)\}/g, (_, name) => names[name] ?? "");
  }

  /** @param {SVGGElement} node */
  rove(node) { for (const other of this.nodes) other.setAttribute("tabindex", other === node ? "0" : "-1"); }

  /** @param {SVGGElement} node */
  open(node) {
    const asked = new CustomEvent("person", { bubbles: true, cancelable: true, detail: node });
    if (node.dataset.href && this.dispatchEvent(asked)) location.href = node.dataset.href;
  }

  /** Everybody who hangs under a person, with the person. @param {string} key */
  under(key) {
    const found = new Set([key]);
    const queue = [key];
    while (queue.length) {
      const above = queue.pop();
      for (const node of this.nodes) {
        const own = node.dataset.key ?? "";
        if (node.dataset.manager === above && !found.has(own)) { found.add(own); queue.push(own); }
      }
    }
    return found;
  }

  /** @param {SVGGElement} node @param {string} [kind] of line; empty: a move */
  begin(node, kind = "") {
    this.moving = node.dataset.key ?? "";
    this.kind = kind;
    this.below = kind ? new Set([this.moving]) : this.under(this.moving);
    for (const other of this.nodes) if (!this.somebody(other)) this.below.add(other.dataset.key ?? "");
    for (const other of this.nodes) other.toggleAttribute("data-no", this.below.has(other.dataset.key ?? ""));
    node.setAttribute("data-moving", "");
  }

  end() {
    for (const node of this.nodes) for (const name of ["data-moving", "data-no", "data-drop"]) node.removeAttribute(name);
    this.moving = this.kind = "";
  }

  /** @param {SVGGElement | null} target the other person; null: to the top */
  commit(target) {
    const form = this.kind ? this.lines : this.form;
    const person = this.node(this.moving);
    if (!form || !person) return;
    const other = target?.dataset.key ?? "";
    const filled = this.kind ? { start: this.moving, end: other, kind: this.kind } : { person: this.moving, manager: other, seen: person.dataset.manager || "0" };
    for (const [name, value] of Object.entries(filled)) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
    }
    this.wanted = this.moving;
    this.drawn = person;
    if (target) this.say(this.kind ? "textLined" : "textMoved", { person: this.name(person), manager: this.name(target) });
    this.end();
    form.requestSubmit();
  }

  /** After the server's drawing arrived, the focus returns to the person who was moved. */
  refocus() {
    if (!this.wanted || this.drag) return;
    const node = this.node(this.wanted);
    if (!node || node === this.drawn) return;
    this.wanted = "";
    node.focus({ preventScroll: true });
  }

  /** The nearest person in a direction; what lies aside counts more than what lies ahead.
   * @param {SVGGElement} from @param {number} dx @param {number} dy */
  near(from, dx, dy) {
    const centre = (/** @type {SVGGElement} */ node) => { const box = node.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
    const [x = 0, y = 0] = centre(from);
    let best = null;
    let least = Infinity;
    for (const node of this.nodes) {
      const [a = 0, b = 0] = centre(node);
      const along = (a - x) * dx + (b - y) * dy;
      if (node === from || along <= 4) continue;
      const far = along + 2.5 * (Math.abs((a - x) * dy) + Math.abs((b - y) * dx));
      if (far < least) { least = far; best = node; }
    }
    return best;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const node = this.nodeOf(event.target);
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const [dx, dy] = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)] ?? [];
    if (dx !== undefined && dy !== undefined) {
      event.preventDefault();
      this.step(this.near(node, dx, dy));
    } else if (!this.moving && this.letter(event.key.toLowerCase(), node)) {
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!this.moving) this.open(node);
      else if (this.below.has(node.dataset.key ?? "")) this.say(this.somebody(node) ? "textCircle" : "textNobody");
      else this.commit(node);
    } else if (event.key === "Escape" && this.moving) {
      const moved = this.node(this.moving);
      this.end();
      moved?.focus();
      this.say("textCancelled");
    }
  }

  /** What a letter begins, if anything. @param {string} letter @param {SVGGElement} node */
  letter(letter, node) {
    if (!this.somebody(node)) return false;
    const kind = LINES[/** @type {keyof typeof LINES} */ (letter)] ?? "";
    if (kind && this.lines) {
      this.begin(node, kind);
      this.say("textLining", { person: this.name(node) });
    } else if (letter === "m" && this.form) {
      this.begin(node);
      this.say("textMoving", { person: this.name(node) });
    } else if (letter === "t" && this.form && node.dataset.manager) {
      this.begin(node);
      this.commit(null);
    } else return false;
    return true;
  }

  /** @param {SVGGElement | null} to */
  step(to) {
    if (!to) return;
    for (const node of this.nodes) node.toggleAttribute("data-drop", Boolean(this.moving) && node === to && !this.below.has(to.dataset.key ?? ""));
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const node = this.nodeOf(event.target);
    if (!node || event.button || !this.form || this.drag || !this.somebody(node)) return;
    this.drag = { node, x: event.clientX, y: event.clientY };
    if (event.pointerType === "touch") this.drag.timer = window.setTimeout(() => { if (this.drag) { this.drag.timer = 0; this.begin(node, this.mode); } }, HOLD);
    addEventListener("pointermove", this.onMove);
    addEventListener("pointerup", this.onUp, { once: true });
    addEventListener("pointercancel", this.onUp, { once: true });
  }

  /** @param {PointerEvent} event */
  pull(event) {
    const drag = this.drag;
    if (!drag) return;
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    if (drag.timer) { if (Math.hypot(dx, dy) > SLOP) { clearTimeout(drag.timer); this.drag = undefined; } return; }
    if (!drag.ghost && Math.hypot(dx, dy) < STEP) return;
    const svg = drag.node.ownerSVGElement;
    const place = drag.node.transform.baseVal.getItem(0).matrix;
    if (!drag.ghost) {
      if (!this.moving) this.begin(drag.node, event.shiftKey ? "influences" : this.mode);
      drag.ghost = /** @type {SVGGElement} */ (drag.node.cloneNode(true));
      for (const name of ["tabindex", "role", "aria-label"]) drag.ghost.removeAttribute(name);
      drag.ghost.setAttribute("data-ghost", "");
      drag.ghost.setAttribute("aria-hidden", "true");
      drag.node.parentNode?.append(drag.ghost);
    }
    const scale = svg ? svg.viewBox.baseVal.width / svg.getBoundingClientRect().width : 1;
    drag.ghost.setAttribute("transform", `translate(${place.e + dx * scale} ${place.f + dy * scale})`);
    const under = this.nodeOf(document.elementFromPoint(event.clientX, event.clientY));
    drag.to = under && !this.below.has(under.dataset.key ?? "") ? under : null;
    for (const node of this.nodes) node.toggleAttribute("data-drop", node === drag.to);
  }

  drop() {
    for (const name of ["pointermove", "pointerup", "pointercancel"]) removeEventListener(name, name === "pointermove" ? /** @type {EventListener} */ (this.onMove) : this.onUp);
    const drag = this.drag;
    this.drag = undefined;
    clearTimeout(drag?.timer);
    drag?.ghost?.remove();
    if (!drag?.ghost) { if (drag) this.end(); return; }
    this.dropped = performance.now();
    if (drag.to) this.commit(drag.to);
    else this.end();
  }
}

customElements.define("rel-map", RelMap);
