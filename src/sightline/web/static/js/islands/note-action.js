// @ts-check
/* <note-action>: what is selected in the note goes into the first empty line below it, or into a new
   one. Without script the lines are typed. */

class NoteAction extends HTMLElement {
  connectedCallback() {
    this.note = this.querySelector("textarea");
    const take = this.querySelector("[data-take]");
    if (!(take instanceof HTMLElement)) return;
    take.hidden = false;
    take.addEventListener("click", () => this.take());
  }

  take() {
    const note = this.note;
    if (!(note instanceof HTMLTextAreaElement)) return;
    const text = note.value.slice(note.selectionStart, note.selectionEnd).replace(/\s+/g, " ").trim().slice(0, 255);
    const say = this.querySelector("[data-say]");
    if (!text) { note.focus(); return; }
    const line = this.free();
    line.value = text;
    if (say) say.textContent = text;
    note.focus();
  }

  /** @returns {HTMLInputElement} */
  free() {
    const lines = [...this.querySelectorAll("input[name=subject]")].filter((one) => one instanceof HTMLInputElement);
    const empty = lines.find((one) => !one.value.trim());
    if (empty) return empty;
    const last = lines[lines.length - 1].closest("li");
    const more = /** @type {HTMLElement} */ (last?.cloneNode(true));
    for (const field of more.querySelectorAll("input")) field.value = "";
    last?.after(more);
    return /** @type {HTMLInputElement} */ (more.querySelector("input[name=subject]"));
  }
}

customElements.define("note-action", NoteAction);
