// @ts-check
/* form.fact: a fact of a cell, saved as a whole. A choice that is complete by itself is sent at once;
   whatever is typed is sent when the keyboard leaves the form, so that low, likely and high are one
   fact and not three. The answer takes the form's place: what was typed meanwhile is put back into
   it and sent on top of the version that the answer brought. Without script the button saves. */

/** Choices that need words beside them before they say anything. */
const WAITS = new Set(["competitor", "blocked", "not_applicable"]);

/** @typedef {{typed: Map<string, string>, dirty: boolean, busy: boolean, again: boolean}} State */
/** @type {Map<string, State>} */
const states = new Map();

/** @param {EventTarget | null} target */
function form_of(target) {
  const form = target instanceof Element ? target.closest("form.fact") : null;
  return form instanceof HTMLFormElement ? form : null;
}

/** @param {HTMLFormElement} form */
function state_of(form) {
  const state = states.get(form.id) ?? { typed: new Map(), dirty: false, busy: false, again: false };
  states.set(form.id, state);
  return state;
}

/** @param {HTMLFormElement} form */
function send(form) {
  const state = state_of(form);
  if (state.busy) state.again = true;
  else form.requestSubmit();
}

document.addEventListener("input", (event) => {
  const form = form_of(event.target), field = event.target;
  if (!form) return;
  const state = state_of(form);
  state.dirty = true;
  if (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type !== "radio")) state.typed.set(field.name, field.value);
});

document.addEventListener("change", (event) => {
  const form = form_of(event.target), field = event.target;
  if (!form || !(field instanceof HTMLInputElement) || field.type !== "radio") return;
  const whole = !WAITS.has(field.value) && !form.matches("#fact-access, #fact-budget");
  if (whole) send(form);
});

document.addEventListener("focusout", (event) => {
  const form = form_of(event.target);
  if (!form || !state_of(form).dirty || form_of(event.relatedTarget) === form) return;
  send(form);
});

document.addEventListener("submit", (event) => {
  const form = form_of(event.target);
  if (!form) return;
  Object.assign(state_of(form), { typed: new Map(), dirty: false, busy: true });
}, true);

for (const name of ["htmx:after:swap", "htmx:error", "htmx:response:error"]) document.addEventListener(name, settle);

function settle() {
  for (const [id, state] of states) {
    const form = document.getElementById(id);
    if (!state.busy || !(form instanceof HTMLFormElement)) continue;
    state.busy = false;
    for (const [name, value] of state.typed) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
    }
    if (state.again) { state.again = false; send(form); }
  }
}
