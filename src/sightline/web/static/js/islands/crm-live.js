// @ts-check
/* <crm-live data-at data-text-moved>: says that an account is looked at, every 3 seconds while the
   page shows, and what of it is saved here, on its way, refused or contested. Elements that carry
   data-crm="Opportunity:12:amount" get the state of their field, where it crosses; "Task:12:*" gets what of
   the row is not in step, and nothing while all is. What moved in the CRM is offered, never put over what
   somebody types. */

const EVERY = 3000;

class CrmLive extends HTMLElement {
  /** @type {string | null} */ moved = null;

  connectedCallback() {
    this.again = () => this.later(0);
    document.addEventListener("visibilitychange", this.again);
    this.later(0);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    if (this.again) document.removeEventListener("visibilitychange", this.again);
  }

  /** @param {number} wait */
  later(wait) {
    clearTimeout(this.timer);
    if (!document.hidden) this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
    try {
      const answer = await fetch(this.dataset.at ?? "", { method: "POST", headers });
      if (!answer.ok && answer.status < 500) return;
      const told = await answer.json();
      if (!told.connected) return;
      this.show(told);
    } catch { /* offline, or the server starts again: the next one tells */ }
    this.later(EVERY);
  }

  /** What of a row asks for a person before what is on its way, told with its field.
      @param {{field: string, label: string, state: string, words: string}[]} fields */
  worst(fields) {
    const found = fields.find((one) => one.state === "conflict" || one.state === "refused") ?? fields[0];
    return found && { ...found, words: found.field ? `${found.label}: ${found.words}` : found.words };
  }

  /** @param {{moved: string, said: string, saved: string, stopped: boolean, look: string, crosses: string[], fields: {row: string, field: string, label: string, state: string, words: string}[]}} told */
  show(told) {
    this.hidden = false;
    const line = this.querySelector("[data-said]");
    if (line && line.textContent !== told.said) line.textContent = told.said;
    const look = /** @type {HTMLAnchorElement | null} */ (this.querySelector("[data-look]"));
    if (look) { look.hidden = !told.look; look.href = told.look; }
    this.dataset.state = told.stopped || told.fields.some((one) => one.state === "refused" || one.state === "conflict")
      ? "stuck" : told.fields.length ? "waiting" : "saved";
    for (const one of document.querySelectorAll("[data-crm]")) {
      const at = /** @type {HTMLElement} */ (one);
      const [kind, , field] = (at.dataset.crm ?? "").split(":");
      const crosses = field === "*" || told.crosses.includes(`${kind}:${field}`);
      const found = field === "*" ? this.worst(told.fields.filter((each) => `${each.row}:*` === at.dataset.crm))
        : told.fields.find((each) => `${each.row}:${each.field}` === at.dataset.crm);
      if (!crosses || (field === "*" && !found) || told.stopped) {
        if (at.dataset.crmState) at.removeAttribute("title");
        delete at.dataset.crmState;
        continue;
      }
      at.dataset.crmState = found ? found.state : "saved";
      at.dataset.crmWords = found ? found.words : told.saved;
      at.title = at.dataset.crmWords;
    }
    if (this.moved !== null && this.moved !== told.moved) {
      const offer = /** @type {HTMLElement | null} */ (this.querySelector("[data-moved]"));
      if (offer) offer.hidden = false;
    }
    this.moved ??= told.moved;
  }
}

customElements.define("crm-live", CrmLive);
