// @ts-check
/* Light, dark or as the device, at once; the form keeps the choice with the person.
   Without script the same form posts and comes back. */

/** @param {string} theme */
function show(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-form] button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("value") === theme));
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-theme-form]")) return;
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  show(button.value);
  const body = new FormData(form, button);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok) document.dispatchEvent(new CustomEvent("sightline:failed"));
});

export {};
