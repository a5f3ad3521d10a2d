// @ts-check
/* <key-list>: J and K move through its items (data-item), other letters press the control of the
   current item that carries data-key="e", "s" and so on. Only while the person has single-letter
   keys switched on (WCAG 2.1.4); never inside a field, a dialog or with a modifier. */

class KeyList extends HTMLElement {
  index = -1;

  connectedCallback() {
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.addEventListener("focusin", (event) => {
      const item = event.target instanceof Element ? event.target.closest("[data-item]") : null;
      if (item) this.mark(this.items.indexOf(/** @type {HTMLElement} */ (item)));
    });
    this.watch = new MutationObserver(() => this.settle());
    // htmx takes away from a part that was swapped in what was added to it meanwhile
    const attributeFilter = ["data-current", "tabindex"];
    this.watch.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter });
  }

  disconnectedCallback() {
    if (this.onKey) document.removeEventListener("keydown", this.onKey);
    this.watch?.disconnect();
  }

  /** @returns {HTMLElement[]} */
  get items() { return [...this.querySelectorAll("[data-item]")].filter((node) => node instanceof HTMLElement); }

  /** @param {KeyboardEvent} event */
  key(event) {
    const on = document.documentElement.hasAttribute("data-shortcuts");
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, select, textarea, dialog, [contenteditable], [popover]")) return;
    const letter = event.key.toLowerCase();
    if (letter === "j" || letter === "k") {
      event.preventDefault();
      this.go(this.index + (letter === "j" ? 1 : -1));
      return;
    }
    const control = this.items[this.index]?.querySelector(`[data-key="${CSS.escape(letter)}"]`);
    if (letter.length !== 1 || !(control instanceof HTMLElement)) return;
    event.preventDefault();
    control.click();
  }

  /** Moves to an item and puts the focus on it. @param {number} to */
  go(to) {
    const items = this.items;
    const index = Math.min(Math.max(to, 0), items.length - 1);
    const item = items[index];
    if (!item) return;
    if (!item.hasAttribute("tabindex")) item.tabIndex = -1;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    this.mark(index);
  }

  /** @param {number} index */
  mark(index) {
    if (index < 0) return;
    this.index = index;
    this.items.forEach((item, at) => item.toggleAttribute("data-current", at === index));
  }

  /** After an item left: the next one takes its place, and the focus if it was lost. */
  settle() {
    const items = this.items;
    if (this.index < 0) return;
    const index = Math.min(this.index, items.length - 1);
    const item = items[index];
    const held = item !== undefined && document.activeElement === item && !item.hasAttribute("tabindex");
    if (item === items[this.index] && item?.hasAttribute("data-current") && !held) return;
    if (held || document.activeElement === document.body) this.go(index);
    else this.mark(index);
  }
}

customElements.define("key-list", KeyList);
