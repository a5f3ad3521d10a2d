// @ts-check
/* <people-map>: what surrounds the drawing: the panel of one person beside it, search, folding, zoom,
   undo, printing and the PNG. Everything it fetches is a page of its own too; without script the
   links and forms go there. */

import { savePicture } from "./map-picture.js";
import { tellPanel, tellRow } from "./people-told.js";

const MIN = 0.3;
const MAX = 2;
const FRAGMENT = { "HX-Request": "true", "HX-Request-Type": "partial" };

class PeopleMap extends HTMLElement {
  zoom = 1;
  /** What dragging draws, kept over drawings. */
  mode = "";
  /** Who keeps the focus when the next drawing arrives. */
  wanted = "";
  /** @type {number | undefined} */
  timer;

  connectedCallback() {
    this.addEventListener("person", (event) => { event.preventDefault(); this.open(/** @type {SVGGElement} */ (/** @type {CustomEvent} */ (event).detail).dataset.href ?? ""); });
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("saved", (event) => this.saved(event.target));
    this.addEventListener("submit", (event) => this.submit(event));
    this.addEventListener("change", (event) => this.tick(event.target));
    this.watch = new MutationObserver((changes) => { if (changes.some((one) => [...one.addedNodes].some((node) => node instanceof Element && node.matches("rel-map")))) this.arrived(); });
    this.watch.observe(this, { childList: true, subtree: true });
    this.arrived();
    const chosen = this.querySelector('.node[data-state="selected"]');
    if (chosen instanceof SVGGElement) this.centre(chosen);
    else this.begin();
  }

  disconnectedCallback() { this.watch?.disconnect(); }

  /** @returns {SVGSVGElement | null} */
  get svg() { return this.querySelector(".map > svg"); }
  /** @returns {HTMLElement | null} */
  get panel() { return this.querySelector("#person") ?? document.getElementById("person"); }

  /** @param {string} text @param {Record<string, string>} [names] */
  say(text, names = {}) {
    const live = this.querySelector("[data-live]");
    if (live) live.textContent = (this.dataset[text] ?? "").replace(/\{(\w+)\}/g, (_, name) => names[name] ?? "");
  }

  /** A page or a part of it, or null where the server did not answer. @param {string} address @param {Record<string, string>} [headers] */
  async fetch(address, headers = {}) {
    const answer = await fetch(address, { headers: { ...FRAGMENT, ...headers } }).catch(() => null);
    if (!answer?.ok) { this.say("textFailed"); return null; }
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  /** The panel of one person, with the first field in focus. @param {string} address */
  async open(address) {
    const found = (await this.fetch(address))?.querySelector("[data-person]");
    const panel = this.panel;
    if (!found || !panel) return;
    panel.hidden = false;
    panel.replaceChildren(found);
    this.select(found.getAttribute("data-person") ?? "");
    const first = panel.querySelector(".one-field select, .one-field input:not([type=hidden])") ?? panel.querySelector("#person-h");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {string} key */
  select(key) { for (const node of this.querySelectorAll(".node")) node.setAttribute("aria-selected", String(node instanceof SVGGElement && node.dataset.key === key)); }

  close() {
    const panel = this.panel;
    const key = panel?.querySelector("[data-person]")?.getAttribute("data-person");
    if (!panel || !key) return;
    panel.hidden = true;
    panel.replaceChildren();
    this.select("");
    const back = this.querySelector(`.node[data-key="${key}"], [data-open="${key}"]`);
    if (back instanceof SVGElement || back instanceof HTMLElement) back.focus();
  }

  /** @param {MouseEvent} event */
  click(event) {
    const at = event.target instanceof Element ? event.target : null;
    if (!at || event.ctrlKey || event.metaKey) return;
    const node = at.closest(".node");
    const map = at.closest("rel-map");
    const link = at.closest("[data-next], [data-open], [data-close], [data-choose], [data-zoom], [data-png], [data-print], [data-everybody]");
    if (at.closest(".fold") && node instanceof SVGGElement) this.fold(node);
    else if (node instanceof SVGGElement && map) { if (performance.now() - (/** @type {any} */ (map).dropped ?? 0) > 300) this.open(node.dataset.href ?? ""); }
    else if (link instanceof HTMLElement) this.act(link, event);
  }

  /** @param {HTMLElement} link @param {Event} event */
  act(link, event) {
    const { zoom, choose } = link.dataset;
    event.preventDefault();
    if (link.hasAttribute("data-close")) this.close();
    else if (link.hasAttribute("data-everybody")) this.redraw({ everybody: "1", focus: "", opened: "", folded: "" });
    else if (choose) this.choose(choose, /** @type {HTMLButtonElement} */ (link).value);
    else if (zoom) this.scale(zoom);
    else if (link.hasAttribute("data-print")) print();
    else if (link.hasAttribute("data-png")) this.png();
    else if (link instanceof HTMLAnchorElement) this.open(link.href);
  }

  /** An answer of the help becomes the choice. @param {string} id @param {string} value */
  choose(id, value) {
    const field = document.getElementById(id);
    if (!(field instanceof HTMLSelectElement)) return;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const at = event.target instanceof Element ? event.target : null;
    if (!at) return;
    const node = at.closest(".node");
    if (event.key === "Escape" && at.closest("#person")) this.close();
    else if (node instanceof SVGGElement && event.key === " ") { event.preventDefault(); this.fold(node); }
    else if (node && ["+", "-", "0"].includes(event.key)) this.scale({ "+": "in", "-": "out", 0: "one" }[event.key] ?? "");
    else if (node && event.key === "/") { event.preventDefault(); document.getElementById("map-words")?.focus(); }
  }

  /** This address with some choices changed. @param {Record<string, string>} changes */
  address(changes) {
    const url = new URL(this.querySelector("[data-search]")?.getAttribute("action") ?? location.href, location.href);
    url.search = location.search;
    for (const [name, value] of Object.entries(changes)) { if (value) url.searchParams.set(name, value); else url.searchParams.delete(name); }
    return url.pathname + url.search;
  }

  /** @param {Record<string, string>} changes */
  async redraw(changes) {
    const address = this.address(changes);
    const found = (await this.fetch(address))?.querySelector("rel-map");
    const map = this.querySelector("rel-map");
    if (!found || !map) return;
    const kept = document.activeElement?.closest(".node");
    const [left, top] = [this.svg?.parentElement?.scrollLeft ?? 0, this.svg?.parentElement?.scrollTop ?? 0];
    map.replaceWith(found);
    history.replaceState(null, "", address);
    this.svg?.parentElement?.scrollTo(left, top);
    if (kept instanceof SVGGElement) /** @type {SVGGElement | null} */ (this.querySelector(`.node[data-key="${kept.dataset.key}"]`))?.focus({ preventScroll: true });
    const person = this.panel?.querySelector("[data-person]")?.getAttribute("data-person");
    if (person) this.select(person);
  }

  /** Hide or show everybody below. @param {SVGGElement} node */
  fold(node) {
    const state = node.getAttribute("aria-expanded");
    if (!state) return;
    const key = node.dataset.key ?? "";
    const [folded, opened] = ["folded", "opened"].map((name) => new Set((new URLSearchParams(location.search).get(name) ?? "").split(",").filter(Boolean)));
    if (!folded || !opened) return;
    if (state === "true") { folded.add(key); opened.delete(key); } else { folded.delete(key); opened.add(key); }
    node.focus();
    this.redraw({ folded: [...folded].join(","), opened: [...opened].join(",") });
  }

  /** After a new drawing: its size, and how many are shown. */
  arrived() {
    const svg = this.svg;
    if (!svg) return;
    const shown = svg.parentElement?.dataset.shown;
    const count = this.querySelector("[data-count].tag");
    if (shown && count) count.textContent = shown;
    if (this.zoom !== 1) this.size();
    const mode = this.querySelector("[data-mode]");
    if (mode instanceof HTMLSelectElement) mode.value = this.mode;
    const moved = this.wanted && this.querySelector(`.node[data-key="${this.wanted}"]`);
    this.wanted = "";
    if (!(moved instanceof SVGGElement)) return;
    moved.focus({ preventScroll: true });
    moved.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {string} how */
  scale(how) {
    const svg = this.svg;
    if (!svg) return;
    const room = (svg.parentElement?.clientWidth ?? 0) / svg.viewBox.baseVal.width;
    const next = { in: this.zoom * 1.2, out: this.zoom / 1.2, one: 1, fit: Math.min(1, room) }[how] ?? 1;
    this.zoom = Math.min(MAX, Math.max(MIN, next));
    this.size();
    this.say("textZoom", { percent: String(Math.round(this.zoom * 100)) });
  }

  size() { for (const side of /** @type {const} */ (["width", "height"])) this.svg?.setAttribute(side, String(this.svg.viewBox.baseVal[side] * this.zoom)); }

  /** @param {SVGGElement} node */
  centre(node) { node.scrollIntoView({ block: "nearest", inline: "center" }); if (!this.panel?.querySelector("[data-person]")) node.focus({ preventScroll: true }); }

  /** A map wider than its window opens where its first person stands. */
  begin() {
    const [room, first] = [this.svg?.parentElement, this.querySelector(".node")];
    const [window, person] = [room?.getBoundingClientRect(), first?.getBoundingClientRect()];
    if (room && window && person && person.right > window.right) room.scrollLeft += (person.left + person.right - window.left - window.right) / 2;
  }

  /** A field was saved: the drawing and the summary follow. @param {EventTarget | null} target */
  async saved(target) {
    const at = target instanceof Element ? target : null;
    const row = at?.closest("tr[data-key]");
    if (row) { this.offerUndo(await tellRow(row)); return; }
    const person = at?.closest("[data-person]");
    if (this.querySelector("rel-map")) await this.redraw({});
    const open = person?.querySelector(".one-field")?.getAttribute("action")?.replace(/\/say\/.*$/, "");
    const fresh = open ? (await this.fetch(open + location.search))?.querySelector("[data-person]") : null;
    if (person) this.offerUndo(tellPanel(person, fresh));
  }

  /** What was saved last can be taken back by the button above the map. @param {string} address */
  offerUndo(address) {
    const form = this.querySelector("form[data-undo]");
    if (!address || !(form instanceof HTMLFormElement)) return;
    form.action = address;
    form.hidden = false;
  }

  /** Fields save themselves: Enter in one must not send the form. Who is moved keeps the focus.
   * @param {SubmitEvent} event */
  submit(event) {
    if (!(event.target instanceof HTMLFormElement)) return;
    if (event.target.matches(".one-field")) event.preventDefault();
    const moved = event.target.elements.namedItem("person") ?? event.target.elements.namedItem("start");
    if (moved instanceof HTMLInputElement && event.target.closest("rel-map")) this.wanted = moved.value;
  }

  /** @param {EventTarget | null} target */
  tick(target) {
    if (target instanceof HTMLSelectElement && target.hasAttribute("data-mode")) this.mode = target.value;
    if (!(target instanceof HTMLInputElement) || !target.hasAttribute("data-tick-all")) return;
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("input[name=tick]"))) box.checked = target.checked;
  }

  async png() { if (!(await savePicture((this.dataset.picture ?? "") + location.search, `${this.dataset.name ?? "map"}.png`))) this.say("textFailed"); }
}

customElements.define("people-map", PeopleMap);
