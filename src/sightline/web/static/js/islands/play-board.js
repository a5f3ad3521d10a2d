// @ts-check
/* <play-board>: cards are dragged from lane to lane, or moved with Shift and the arrow keys. A move
   is the card's own form, which works without script; lost opens the card's question why. */

class PlayBoard extends HTMLElement {
  connectedCallback() {
    for (const card of this.cards()) card.draggable = true;
    this.addEventListener("dragstart", (event) => this.take(event));
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("dragleave", (event) => this.lane(event.target)?.removeAttribute("data-over"));
    this.addEventListener("dragend", () => this.clear());
    this.addEventListener("drop", (event) => this.drop(event));
    this.addEventListener("keydown", (event) => this.key(event));
  }

  /** @returns {HTMLElement[]} */
  cards() { return [...this.querySelectorAll("[data-move]")].filter((one) => one instanceof HTMLElement); }

  /** @param {EventTarget | null} target */
  lane(target) { return target instanceof Element ? target.closest("[data-column]") : null; }

  /** @param {DragEvent} event */
  take(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, textarea, select")) { event.preventDefault(); return; }
    const card = target?.closest("[data-move]");
    if (!(card instanceof HTMLElement) || !event.dataTransfer) return;
    this.held = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector("h4")?.textContent ?? "");
    card.setAttribute("data-held", "");
  }

  /** @param {DragEvent} event */
  over(event) {
    const lane = this.lane(event.target);
    if (!lane || !this.held) return;
    event.preventDefault();
    for (const other of this.querySelectorAll("[data-over]")) if (other !== lane) other.removeAttribute("data-over");
    lane.setAttribute("data-over", "");
  }

  /** @param {DragEvent} event */
  drop(event) {
    const lane = this.lane(event.target);
    const card = this.held;
    this.clear();
    if (!lane || !card) return;
    event.preventDefault();
    this.move(card, lane.getAttribute("data-column") ?? "");
  }

  clear() {
    for (const one of this.querySelectorAll("[data-over], [data-held]")) { one.removeAttribute("data-over"); one.removeAttribute("data-held"); }
    this.held = undefined;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = event.target instanceof Element ? event.target : null;
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way || !event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || target?.closest("input, select, textarea")) return;
    const card = target?.closest("[data-move]");
    const lanes = [...this.querySelectorAll("[data-column]")];
    const here = lanes.findIndex((lane) => card && lane.contains(card));
    const to = lanes[here + way];
    if (!(card instanceof HTMLElement) || !to) return;
    event.preventDefault();
    this.move(card, to.getAttribute("data-column") ?? "");
  }

  /** @param {HTMLElement} card @param {string} column */
  move(card, column) {
    if (card.closest("[data-column]")?.getAttribute("data-column") === column) return;
    if (column === "lost") { this.ask(card); return; }
    const form = card.querySelector("form[data-mover]");
    const field = form?.querySelector("[name=column]");
    if (form instanceof HTMLFormElement && field instanceof HTMLSelectElement) { field.value = column; form.requestSubmit(); }
  }

  /** Opens the question why. @param {HTMLElement} card */
  ask(card) {
    const why = card.querySelector("details[data-lost]");
    for (let box = why; box instanceof HTMLDetailsElement; box = box.parentElement?.closest("details") ?? null) box.open = true;
    const first = why?.querySelector("select");
    if (first instanceof HTMLElement) first.focus();
  }
}

customElements.define("play-board", PlayBoard);
