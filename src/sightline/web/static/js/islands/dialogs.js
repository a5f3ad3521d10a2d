// @ts-check
/* What older browsers lack of native dialogs, and figures that open: one at a time, closed by
   Escape or a click elsewhere, and kept inside the window; and tabs that start at their own. */

if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest("button[commandfor]");
    const dialog = document.getElementById(button?.getAttribute("commandfor") ?? "");
    if (!(dialog instanceof HTMLDialogElement)) return;
    const command = button?.getAttribute("command");
    if (command === "show-modal") dialog.showModal();
    if (command === "close") dialog.close();
  });
}

/** @returns {HTMLDetailsElement[]} */
const opened = () => [...document.querySelectorAll("details[data-popup][open]")].filter((node) => node instanceof HTMLDetailsElement);

document.addEventListener("toggle", (event) => {
  const popup = event.target;
  if (!(popup instanceof HTMLDetailsElement) || !popup.matches("[data-popup]") || !popup.open) return;
  for (const other of opened()) if (other !== popup && !other.contains(popup)) other.open = false;
  const inside = popup.querySelector(".inputs");
  if (!inside) return;
  delete popup.dataset.align;
  if (inside.getBoundingClientRect().right > document.documentElement.clientWidth - 8) popup.dataset.align = "end";
}, true);

document.addEventListener("click", (event) => {
  for (const popup of opened()) if (event.target instanceof Node && !popup.contains(event.target)) popup.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const popup of opened()) {
    const held = popup.contains(document.activeElement);
    popup.open = false;
    if (held) popup.querySelector("summary")?.focus();
  }
});

/* On a narrow screen the page's own tab is brought into sight, sideways only. */
const shown = document.querySelector(".tabs [aria-current]");
const strip = shown?.closest(".tabs");
if (shown instanceof HTMLElement && strip) {
  const [own, whole] = [shown.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += own.left + own.width / 2 - whole.left - whole.width / 2;
}

export {};
