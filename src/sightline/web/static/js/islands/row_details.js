// @ts-check
/* Rows that open: a link with data-opens="id" shows that row and lets htmx fill it once; the next
   click closes it. A box with data-ticks="form" ticks every box of that form. Without script the
   link leads to a page, and the box is not shown. */

const KEY = "[data-opens]";

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest(KEY) : null;
  if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = document.getElementById(link.dataset.opens ?? "");
  if (!row) return;
  const opening = row.hidden;
  row.hidden = !opening;
  link.setAttribute("aria-expanded", String(opening));
  if (opening && row.dataset.filled !== "true") { row.dataset.filled = "true"; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.dataset.ticks) return;
  for (const other of document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(box.dataset.ticks)}"]`)) {
    if (other instanceof HTMLInputElement) other.checked = box.checked;
  }
});

/** What needs script is shown, and links that open a row say that they are closed. */
function settle() {
  for (const box of document.querySelectorAll("[data-ticks]")) if (box instanceof HTMLElement) box.hidden = false;
  for (const link of document.querySelectorAll(`${KEY}:not([aria-expanded])`)) {
    link.setAttribute("aria-expanded", "false");
    link.setAttribute("aria-controls", link.getAttribute("data-opens") ?? "");
    link.setAttribute("role", "button");
  }
}

new MutationObserver(settle).observe(document.body, { childList: true, subtree: true });
settle();
