// @ts-check
/* <autosave-field data-url data-version>: saves its control 800 ms after typing stops and says so
   in a fixed place: Saving, Saved, Not saved with Retry. A 409 shows the panel with both values and
   leaves what was typed alone. The form around it has a save button for people without script,
   marked data-plain-save; it is hidden here.

   The server answers 200 or 204, with the new version in X-Sightline-Version; 409 with the conflict
   panel; 422 with a message as plain text; 401 where the session has ended, with the way to sign in.
   What was typed stays where it is then: a link opens that way beside this page, and coming back
   here saves, with a new form token. */

const PAUSE = 800;
/** @type {Set<AutosaveField>} */
const unsaved = new Set();

class AutosaveField extends HTMLElement {
  connectedCallback() {
    this.control = /** @type {HTMLInputElement | null} */ (this.querySelector("input, select, textarea"));
    this.place = this.querySelector("[data-place]");
    this.panel = this.querySelector("[data-conflict]");
    if (!this.control) return;
    this.saved = this.control.value;
    this.control.addEventListener("input", () => this.later());
    this.control.addEventListener("change", () => this.save());
    const plain = this.closest("form")?.querySelector("[data-plain-save]");
    if (plain instanceof HTMLElement) plain.hidden = true;
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    unsaved.delete(this);
  }

  later() {
    unsaved.add(this);
    clearTimeout(this.timer);
    if (this.clash) return;
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.clash) return;
    if (!this.control || (this.control.value === this.saved && !this.failed)) { unsaved.delete(this); return; }
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    unsaved.add(this);
    this.say("saving", this.dataset.textSaving);
    const sent = this.control.value;
    if (this.out) await renewToken();
    let answer = await this.send(this.control.name, sent);
    if (answer?.status === 403 && await renewToken()) answer = await this.send(this.control.name, sent);
    this.busy = false;
    await this.settle(answer, sent);
    if (this.again) { this.again = false; this.save(); }
  }

  /** @param {string} name @param {string} sent */
  send(name, sent) {
    const body = new FormData();
    body.set(name, sent);
    if (this.dataset.version) body.set("version", this.dataset.version);
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": location.href, ...formToken() };
    return fetch(this.dataset.url ?? "", { method: "POST", body, headers }).catch(() => null);
  }

  /** @param {Response | null} answer @param {string} sent */
  async settle(answer, sent) {
    const redirect = answer?.headers.get("HX-Redirect");
    this.out = answer?.status === 401;
    if (redirect && !this.out) { location.href = redirect; return; }
    this.failed = !answer?.ok;
    if (answer?.ok) {
      this.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
      this.saved = sent;
      this.dataset.version = answer.headers.get("X-Sightline-Version") ?? this.dataset.version ?? "";
      this.control?.removeAttribute("aria-invalid");
      if (this.panel) this.panel.replaceChildren();
      if (this.control?.value === sent) unsaved.delete(this);
      this.say("saved", this.dataset.textSaved);
    } else if (answer?.status === 409 && this.panel) {
      this.clash = true;
      this.panel.replaceChildren(...this.choices(await answer.text()));
      this.say("conflict", this.dataset.textConflict);
    } else if (this.out) {
      this.say("failed", this.dataset.textOut, true);
      if (this.place) this.place.append(" ", this.entrance(redirect ?? "/"));
    } else if (answer?.status === 422) {
      this.control?.setAttribute("aria-invalid", "true");
      this.say("failed", await answer.text());
    } else {
      this.say("failed", this.dataset.textFailed, true);
    }
  }

  /** The conflict panel as a part of this field: forms do not nest, so its form becomes a group
   * whose button takes the choice. @param {string} html @returns {Element[]} */
  choices(html) {
    const form = new DOMParser().parseFromString(html, "text/html").querySelector("form.conflict");
    if (!form) return [];
    const group = document.createElement("div");
    group.className = "conflict";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", form.getAttribute("aria-label") ?? "");
    group.dataset.version = form.querySelector("input[name=version]")?.getAttribute("value") ?? "";
    group.append(...form.childNodes);
    for (const hidden of group.querySelectorAll("input[type=hidden]")) hidden.remove();
    for (const radio of group.querySelectorAll("input[type=radio]")) radio.setAttribute("name", `${this.control?.name}-choice`);
    const button = group.querySelector("button");
    button?.setAttribute("type", "button");
    button?.addEventListener("click", () => this.choose(group));
    return [group];
  }

  /** What the field holds by now, or the other value, is saved on the other's version. Until the
   * choice nothing is sent. @param {HTMLElement} group */
  choose(group) {
    if (!this.control) return;
    const chosen = /** @type {HTMLInputElement | null} */ (group.querySelector("input:checked"));
    if (chosen && !chosen.hasAttribute("data-mine")) this.control.value = chosen.value;
    this.dataset.version = group.dataset.version ?? "";
    this.clash = false;
    this.failed = true;
    this.save();
    this.control.focus();
  }

  /** @param {string} state @param {string} [words] @param {boolean} [retry] */
  say(state, words, retry) {
    if (this.place instanceof HTMLElement) {
      this.place.dataset.state = state;
      this.place.textContent = words ?? "";
      if (retry) this.place.append(" ", this.retryButton());
    }
    const page = document.getElementById("save-state");
    if (!page) return;
    const left = unsaved.size;
    page.hidden = false;
    page.dataset.state = left ? state : "saved";
    page.textContent = (left ? words : page.dataset.textAll ?? this.dataset.textSaved) ?? "";
  }

  /** The way to sign in, in a tab of its own. @param {string} address */
  entrance(address) {
    const link = document.createElement("a");
    link.href = address;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = this.dataset.textEnter ?? "Sign in";
    return link;
  }

  retryButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.textContent = this.dataset.textRetry ?? "Retry";
    button.addEventListener("click", () => this.save());
    return button;
  }
}

/** The form token that the frame sends with every htmx request. */
function formToken() {
  const written = document.body.getAttribute("hx-headers:inherited");
  return written ? JSON.parse(written) : {};
}

/** Take the form token of this page as it is drawn now; false where it is not to be had. */
async function renewToken() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const written = drawn.getAttribute("hx-headers:inherited");
  if (written) document.body.setAttribute("hx-headers:inherited", written);
  return Boolean(written);
}

addEventListener("focus", () => { for (const field of unsaved) if (field.out) field.save(); });
addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });
addEventListener("online", () => { for (const field of unsaved) field.save(); });
customElements.define("autosave-field", AutosaveField);
