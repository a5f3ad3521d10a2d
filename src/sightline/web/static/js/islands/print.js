// @ts-check
/* [data-print]: prints the page. Hidden without script, where the browser's own menu does it. */

for (const button of document.querySelectorAll("[data-print]")) {
  if (!(button instanceof HTMLElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => print());
}
