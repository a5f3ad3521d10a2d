// @ts-check
/* <said-action data-at>: where somebody selects words of a note, in any text of a page or
   while typing one, offers to make an action of them. Its link opens the page of actions from a note,
   outside an account by way of which account is meant,
   with the words on its first line; the keyboard reaches it with Alt+A. */

const LEAST = 3;
const MOST = 255;
const TEXT = "p, li, dd, td, blockquote, figcaption, summary, [data-note]";
const ASIDE = "nav, button, thead, .btn, .kbd, said-action";

class SaidAction extends HTMLElement {
  connectedCallback() {
    this.link = /** @type {HTMLAnchorElement | null} */ (this.querySelector("a"));
    this.look = () => this.offer();
    this.key = (/** @type {KeyboardEvent} */ event) => this.pressed(event);
    document.addEventListener("selectionchange", this.look);
    document.addEventListener("select", this.look, true);
    document.addEventListener("keydown", this.key);
  }

  disconnectedCallback() {
    if (this.look) {
      document.removeEventListener("selectionchange", this.look);
      document.removeEventListener("select", this.look, true);
    }
    if (this.key) document.removeEventListener("keydown", this.key);
  }

  offer() {
    if (!this.link || this.link.contains(document.activeElement)) return;
    const found = typed() ?? shown();
    this.hidden = found === null;
    if (found === null) return;
    const at = this.dataset.at ?? "";
    this.link.href = `${at}${at.includes("?") ? "&" : "?"}subject=${encodeURIComponent(found.words)}`;
    const top = Math.min(Math.max(8, found.box.bottom + 6), window.innerHeight - 48);
    const wide = this.offsetWidth || 220;
    const left = Math.min(Math.max(8, found.box.left), Math.max(8, window.innerWidth - wide - 8));
    this.style.setProperty("inset", `${top}px auto auto ${left}px`);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.altKey && event.code === "KeyA" && !this.hidden && this.link) {
      event.preventDefault();
      this.link.click();
    } else if (event.key === "Escape") this.hidden = true;
  }
}

/** @param {string} text */
function words(text) {
  const found = text.replace(/\s+/g, " ").trim().slice(0, MOST);
  return found.length >= LEAST ? found : null;
}

/** What is selected in a note that is being typed. */
function typed() {
  const field = document.activeElement;
  if (!(field instanceof HTMLTextAreaElement) || field.closest("note-action")) return null;
  const found = words(field.value.slice(field.selectionStart, field.selectionEnd));
  return found ? { words: found, box: field.getBoundingClientRect() } : null;
}

/** What is selected in a text of the page. */
function shown() {
  const selected = document.getSelection();
  if (!selected || selected.isCollapsed || selected.rangeCount === 0) return null;
  const range = selected.getRangeAt(0);
  const node = range.commonAncestorContainer;
  const near = node instanceof Element ? node : node.parentElement;
  if (!near?.closest("main") || near.closest(ASIDE) || !near.closest(TEXT)) return null;
  const found = words(selected.toString());
  return found ? { words: found, box: range.getBoundingClientRect() } : null;
}

customElements.define("said-action", SaidAction);
