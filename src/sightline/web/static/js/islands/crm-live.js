// @ts-check
/* <crm-live data-at data-text-moved>: says that an account is looked at, every 3 seconds while the
   page shows, and what of it is saved here, on its way, refused or contested. Elements that carry
   data-crm="Opportunity:12:amount" get the state of their field, where it crosses; what moved in the CRM is offered,
   never put over what somebody types. */

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
      if (!answer.ok) return;
      const told = await answer.json();
      if (!told.connected) return;
      this.show(told);
    } catch { /* offline: the next one tells */ }
    this.later(EVERY);
  }

  /** @param {{moved: string, said: string, saved: string, crosses: string[], fields: {row: string, field: string, state: string, words: string}[]}} told */
  show(told) {
    this.hidden = false;
    const line = this.querySelector("[data-said]");
    if (line && line.textContent !== told.said) line.textContent = told.said;
    this.dataset.state = told.fields.some((one) => one.state === "refused" || one.state === "conflict")
      ? "stuck" : told.fields.length ? "waiting" : "saved";
    for (const one of document.querySelectorAll("[data-crm]")) {
      const at = /** @type {HTMLElement} */ (one);
      const [kind, , field] = (at.dataset.crm ?? "").split(":");
      if (!told.crosses.includes(`${kind}:${field}`)) { delete at.dataset.crmState; continue; }
      const found = told.fields.find((each) => `${each.row}:${each.field}` === at.dataset.crm);
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
