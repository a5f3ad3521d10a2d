// @ts-check
/* What is told beside fields that save themselves follows them: in the panel of one person
   (data-summary, and fields that one choice opens) and in a row of the table (data-told). Each answer
   is where the change is taken back, or nothing. */

/** @param {Element} row of the people table @returns {Promise<string>} */
export async function tellRow(row) {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`tr[data-key="${row.getAttribute("data-key")}"]`);
  replaced(row, fresh, "[data-told]");
  return page.querySelector("form[data-undo]")?.getAttribute("action") ?? "";
}

/** @param {Element} person the panel as it stands @param {Element | null | undefined} fresh as the server tells it @returns {string} */
export function tellPanel(person, fresh) {
  if (!fresh) return "";
  replaced(person, fresh, "[data-summary]");
  // what one choice opens (why a stance, what shows a rating) comes without touching what is typed
  const fields = [...fresh.querySelectorAll(".person > .one-field")];
  for (const form of fields) {
    if (person.querySelector(`[action="${form.getAttribute("action")}"].one-field`)) continue;
    const anchor = [...person.querySelectorAll(".person > .one-field, :scope > .one-field")][fields.indexOf(form) - 1];
    (anchor?.nextElementSibling?.matches("details.help") ? anchor.nextElementSibling : anchor)?.after(form);
  }
  return fresh.getAttribute("data-undo-to") ?? "";
}

/** @param {Element} old @param {Element | null} fresh @param {string} parts */
function replaced(old, fresh, parts) {
  const told = [...(fresh?.querySelectorAll(parts) ?? [])];
  [...old.querySelectorAll(parts)].forEach((part, at) => { const now = told[at]; if (now) part.replaceWith(now); });
}
