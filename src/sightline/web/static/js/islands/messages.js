// @ts-check
/* <toast-area>: messages leave after ten seconds unless looked at, and can be closed; what failed
   stays. It also says when a part of the page could not be fetched: the server's own failures are
   not swapped into the page. */

const STAY = 10_000;

class ToastArea extends HTMLElement {
  connectedCallback() {
    for (const toast of this.querySelectorAll(".toast")) this.tend(/** @type {HTMLElement} */ (toast));
    this.watch = new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) {
          if (node instanceof HTMLElement && node.matches(".toast")) this.tend(node);
        }
      }
    });
    this.watch.observe(this, { childList: true });
    this.failed = (/** @type {Event} */ event) => this.onFailure(/** @type {CustomEvent} */ (event));
    for (const name of FAILURES) document.addEventListener(name, this.failed);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    for (const name of FAILURES) if (this.failed) document.removeEventListener(name, this.failed);
  }

  /** Gives a message its close button and, unless it reports a failure, its time.
   * @param {HTMLElement} toast */
  tend(toast) {
    if (toast.dataset.tended) return;
    toast.dataset.tended = "true";
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn";
    close.dataset.kind = "quiet";
    close.dataset.iconOnly = "";
    close.setAttribute("aria-label", this.dataset.textClose ?? "Close");
    close.textContent = "×";
    close.addEventListener("click", () => toast.remove());
    if (!toast.querySelector("form")) close.classList.add("end");
    toast.append(close);
    if (toast.dataset.tone === "neg") return;
    let timer = setTimeout(() => toast.remove(), STAY);
    const hold = () => clearTimeout(timer);
    const release = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), STAY / 2); };
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("pointerleave", release);
    toast.addEventListener("focusout", release);
  }

  /** @param {CustomEvent} event */
  onFailure(event) {
    const answer = event.detail?.ctx?.response ?? event.detail?.xhr;
    const status = answer?.status ?? 0;
    if (status && status < 500) return;
    const reference = answer?.headers?.get?.("X-Sightline-Reference") ?? "";
    const words = navigator.onLine ? this.dataset.textFailed : this.dataset.textOffline;
    const place = reference ? ` ${this.dataset.textReference} ${reference}.` : "";
    this.say(`${words ?? ""}${place}`, "neg");
  }

  /** @param {string} text @param {string} tone */
  say(text, tone) {
    if ([...this.querySelectorAll(".toast p")].some((p) => p.textContent === text)) return;
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.dataset.tone = tone;
    const words = document.createElement("p");
    words.textContent = text;
    toast.append(words);
    this.append(toast);
  }
}

const FAILURES = ["htmx:response:error", "htmx:error", "htmx:responseError", "htmx:sendError", "sightline:failed"];
customElements.define("toast-area", ToastArea);
