// @ts-check
/* <command-palette>: Ctrl K (or Cmd K) opens a dialog with a combobox; lines come from the server.
   Without script the same box is a link to the search page. */

const WAIT = 80;

class CommandPalette extends HTMLElement {
  at = -1;

  connectedCallback() {
    this.dialog = this.closest("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector("ul");
    this.live = this.querySelector("[role=status]");
    this.none = this.querySelector(".palette-none");
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.hotkey(event);
    this.onClick = (/** @type {MouseEvent} */ event) => this.opener(event);
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onClick);
    this.input?.addEventListener("input", () => this.later());
    this.input?.addEventListener("keydown", (event) => this.move(event));
    this.list?.addEventListener("click", (event) => this.pick(event));
    this.querySelector("form")?.addEventListener("submit", (event) => { if (this.go()) event.preventDefault(); });
    this.dialog?.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog?.close(); });
  }

  disconnectedCallback() {
    if (this.onKey) document.removeEventListener("keydown", this.onKey);
    if (this.onClick) document.removeEventListener("click", this.onClick);
  }

  get options() { return [...(this.list?.querySelectorAll("[role=option]") ?? [])]; }

  /** @param {KeyboardEvent} event */
  hotkey(event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    this.open();
  }

  /** @param {MouseEvent} event */
  opener(event) {
    const link = event.target instanceof Element ? event.target.closest("[data-palette-open]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open();
  }

  open() {
    if (this.dialog?.open) return;
    this.dialog?.showModal();
    this.input?.select();
    this.ask();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    this.running?.abort();
    this.running = new AbortController();
    const address = new URL(this.dataset.url ?? "", location.href);
    address.searchParams.set("q", this.input?.value ?? "");
    try {
      const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
      const answer = await fetch(address, { headers, signal: this.running.signal });
      const redirect = answer.headers.get("HX-Redirect");
      if (redirect) { location.href = redirect; return; }
      if (answer.ok) this.show(await answer.text());
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.show("");
    }
  }

  /** Lines of the search page become options: their link is kept as an address. @param {string} html */
  show(html) {
    if (!this.list || !this.input) return;
    const parsed = new DOMParser().parseFromString(`<ul>${html}</ul>`, "text/html");
    const lines = [...parsed.querySelectorAll("li")].map((line) => {
      const link = line.querySelector("a");
      line.setAttribute("role", "option");
      line.dataset.href = link?.getAttribute("href") ?? "";
      const plain = document.createElement("span");
      plain.className = "line";
      plain.append(...(link?.childNodes ?? []));
      link?.replaceWith(plain);
      return line;
    });
    this.list.replaceChildren(...lines);
    this.input.setAttribute("aria-expanded", String(lines.length > 0));
    if (this.live) this.live.textContent = lines.length ? `${lines.length} ${this.dataset.textCount}` : this.dataset.textNone ?? "";
    this.none?.toggleAttribute("hidden", lines.length > 0);
    this.select(lines.length ? 0 : -1);
  }

  /** @param {number} at */
  select(at) {
    this.at = at;
    this.options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    const chosen = this.options[at];
    if (chosen) this.input?.setAttribute("aria-activedescendant", chosen.id);
    else this.input?.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = this.options.length;
    if (!step || !count) return;
    event.preventDefault();
    this.select((this.at + step + count) % count);
  }

  /** @param {Event} event */
  pick(event) {
    const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (!option) return;
    this.select(this.options.indexOf(option));
    this.go();
  }

  /** Goes to the chosen line; false where there is none and the form may search. */
  go() {
    const chosen = this.options[this.at];
    const href = chosen instanceof HTMLElement ? chosen.dataset.href : "";
    if (!href) return false;
    location.href = href;
    return true;
  }
}

customElements.define("command-palette", CommandPalette);
