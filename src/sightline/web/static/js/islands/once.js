// @ts-check
/* A form is sent once: a second click or Enter while the first is on its way does nothing, so that
   nobody keeps one thing twice. What htmx or an island sends by itself is not touched. */

/** A download answers without leaving the page: after this long the form may be sent again. */
const AGAIN_MS = 3000;

// on the window, after every listener that may take the sending over
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    return;
  }
  form.setAttribute("data-sent", "");
  setTimeout(() => form.removeAttribute("data-sent"), AGAIN_MS);
});

// a page that comes back out of the browser's store is a page not sent yet
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
});

export {};
