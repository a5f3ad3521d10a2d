// @ts-check
/* <cell-grid>: arrow keys move over the cells, Enter opens one in the panel beside, C and P act on
   it, Y confirms it. A cell is a plain link with an address below the page's own; without script it turns the page.
   A saved fact says how its cell looks now (data-here, data-look, data-shown), and it is redrawn. */

class CellGrid extends HTMLElement {
  connectedCallback() {
    this.panel = this.querySelector("#cell");
    this.bare = [...(this.panel?.childNodes ?? [])];
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("focusin", (event) => this.follow(event.target));
    this.addEventListener("htmx:after:swap", () => this.settle());
    this.settle();
    this.watch = new MutationObserver(() => this.settle());
    this.watch.observe(this, { childList: true, subtree: true });
  }

  disconnectedCallback() { this.watch?.disconnect(); }

  /** One stop for the Tab key: the current cell, else the first. */
  settle() {
    for (const cell of this.cells()) if (cell !== this.current) cell.tabIndex = -1;
    if (!this.current?.isConnected) this.current = this.cells()[0];
    if (this.current) this.current.tabIndex = 0;
    this.redraw();
    this.back();
  }

  /** Where an answer of the server took the field with the keyboard's place, that place again. */
  back() {
    if (document.activeElement !== document.body || !this.at || !this.hasAttribute("data-open")) return;
    const field = this.querySelector(this.at);
    if (field instanceof HTMLElement) field.focus({ preventScroll: true });
  }

  /** @returns {HTMLAnchorElement[]} */
  cells() { return [...this.querySelectorAll("table.ws td > a")].filter((one) => one instanceof HTMLAnchorElement && !one.closest(".more")); }

  /** @param {EventTarget | null} target */
  follow(target) {
    const field = target instanceof HTMLInputElement && target.closest("#cell form[id]");
    if (field) this.at = `#${field.id} [name="${target.name}"]${target.type === "radio" ? `[value="${target.value}"]` : ""}`;
    if (!(target instanceof HTMLAnchorElement) || !target.matches("table.ws td > a")) return;
    if (this.current) this.current.tabIndex = -1;
    this.current = target;
    target.tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (event.key === "Escape" && target?.closest("#cell")) { this.close(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.answer(event.key, target)) { event.preventDefault(); return; }
    const letters = document.documentElement.hasAttribute("data-shortcuts");
    if (letters && event.key.toLowerCase() === "y" && this.confirm(target)) { event.preventDefault(); return; }
    if (!target?.matches("table.ws td > a")) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) { event.preventDefault(); this.move(way[0], way[1]); return; }
    const act = letters ? { c: "sighting", p: "play" }[event.key.toLowerCase()] : undefined;
    const href = this.current?.getAttribute("href") ?? "";
    if (act && /^[\w-]+\/\w+$/.test(href)) { event.preventDefault(); location.href = `${href}/${act}`; }
  }

  /** 0 to 3 answers how much the opened cell needs it: the one question that is asked.
   * @param {string} key @param {Element | null} target */
  answer(key, target) {
    if (!/^[0-3]$/.test(key) || target?.matches("input:not([type=radio]), textarea, select")) return false;
    const choice = this.panel?.querySelector(`#fact-need:not(:has(fieldset:disabled)) input[name=level][value="${key}"]`);
    if (!(choice instanceof HTMLInputElement)) return false;
    choice.focus({ preventScroll: true });
    if (!choice.checked) choice.click();
    return true;
  }

  /** Y says that all that stands in the opened cell is right today.
   * @param {Element | null} target */
  confirm(target) {
    if (target?.matches("input:not([type=radio]), textarea, select")) return false;
    const button = this.panel?.querySelector("button[data-confirm]");
    if (!(button instanceof HTMLButtonElement)) return false;
    button.click();
    return true;
  }

  /** @param {number} across @param {number} down */
  move(across, down) {
    const place = this.current?.closest("td");
    const row = place?.closest("tr");
    if (!place || !row) return;
    const rows = [...this.querySelectorAll("table.ws tr")].filter((one) => one.querySelector("td > a") && !one.matches(".more"));
    const to = rows[rows.indexOf(row) + down];
    const cells = to ? [...to.querySelectorAll("td > a")] : [];
    const next = cells[[...row.querySelectorAll("td")].indexOf(place) + across];
    if (next instanceof HTMLElement) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  }

  /** @param {MouseEvent} event */
  click(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-close]")) { event.preventDefault(); this.close(); return; }
    const cell = target?.closest("table.ws td > a");
    const href = cell?.getAttribute("href") ?? "";
    if (href.startsWith("#u")) { this.unfold(event, href); return; }
    if (!(cell instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open(cell);
  }

  /** A rolled up cell opens its unit's column, as the column's head does.
   * @param {MouseEvent} event @param {string} at */
  unfold(event, at) {
    const head = this.querySelector(`th[id="${CSS.escape(at.slice(1))}"] > a`);
    if (!(head instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    location.href = head.href;
  }

  /** @param {HTMLAnchorElement} cell */
  async open(cell) {
    for (const other of this.querySelectorAll("td > a[aria-current]")) other.removeAttribute("aria-current");
    cell.setAttribute("aria-current", "true");
    this.toggleAttribute("data-open", true);
    const address = new URL(cell.href);
    // @ts-ignore: htmx is a script of the frame
    await window.htmx.ajax("GET", address.pathname, { target: "#cell", swap: "innerHTML" });
    if (this.panel instanceof HTMLElement) {
      const first = this.panel.querySelector("input:checked, input:not([type=hidden])");
      if (first instanceof HTMLElement) first.focus({ preventScroll: innerWidth > 1100 });
    }
  }

  close() {
    this.at = undefined;
    this.toggleAttribute("data-open", false);
    for (const other of this.querySelectorAll("td > a[aria-current]")) other.removeAttribute("aria-current");
    this.panel?.replaceChildren(...(this.bare ?? []));
    this.current?.focus();
  }

  /** The cell of the panel as the server says it looks now. */
  redraw() {
    const now = this.querySelector("#cell-sum [data-here]");
    if (!(now instanceof HTMLElement)) return;
    const { here, look, shown } = now.dataset;
    const cell = this.querySelector(`table.ws a[href="${CSS.escape(here ?? "")}"]`) ?? this.cells().find((one) => one.getAttribute("href") === here);
    if (!(cell instanceof HTMLElement) || !look || (cell.className === look && cell.textContent === shown)) return;
    cell.className = look;
    cell.textContent = shown ?? "";
  }
}

for (const form of document.querySelectorAll("form.ws-filter")) {
  form.querySelector("[data-plain-save]")?.setAttribute("hidden", "");
  form.addEventListener("change", () => form instanceof HTMLFormElement && form.requestSubmit());
}
customElements.define("cell-grid", CellGrid);
