// @ts-check
/* <people-search data-text-found data-text-nobody>: finds while one types, by asking the page for its
   list. Enter goes to the first found, the arrow keys to the others; without script the form shows
   the same list as links. */

const PAUSE = 150;

class PeopleSearch extends HTMLElement {
  /** @type {number | undefined} */
  timer;

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("input", () => { clearTimeout(this.timer); this.timer = window.setTimeout(() => this.search(), PAUSE); });
  }

  get field() { return /** @type {HTMLInputElement} */ (this.querySelector("input[type=search]")); }
  get links() { return /** @type {HTMLAnchorElement[]} */ ([...this.querySelectorAll("ol a")]); }

  /** @param {KeyboardEvent} event */
  key(event) {
    const here = this.links.indexOf(/** @type {HTMLAnchorElement} */ (event.target));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      (this.links[here + step] ?? (step < 0 ? this.field : this.links.at(-1)))?.focus();
    } else if (event.key === "Enter" && event.target === this.field) {
      event.preventDefault();
      this.first();
    }
  }

  async search() {
    const url = new URL(this.querySelector("form")?.action ?? "", location.href);
    url.search = location.search;
    url.searchParams.set("words", this.field.value);
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "map-found" };
    const answer = await fetch(url, { headers }).catch(() => null);
    const list = this.querySelector("ol");
    if (!answer?.ok || !list) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ol");
    if (!found) return;
    found.toggleAttribute("hidden", !this.field.value.trim());
    list.replaceWith(found);
    const live = this.querySelector("[aria-live]");
    const words = found.querySelector("a") ? this.dataset.textFound : this.dataset.textNobody;
    if (live) live.textContent = (words ?? "").replace("{count}", found.dataset.count ?? "");
  }

  async first() {
    clearTimeout(this.timer);
    await this.search();
    const first = this.links[0];
    if (first) location.href = first.href;
  }
}

customElements.define("people-search", PeopleSearch);
