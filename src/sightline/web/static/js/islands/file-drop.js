// @ts-check
/** A drop area around a plain file input: without this script the input does all of it. */
class FileDrop extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector('input[type="file"]');
    if (!(input instanceof HTMLInputElement)) return;
    this.addEventListener('dragover', (event) => { event.preventDefault(); this.toggleAttribute('data-over', true); });
    this.addEventListener('dragleave', () => this.removeAttribute('data-over'));
    this.addEventListener('drop', (event) => {
      event.preventDefault();
      this.removeAttribute('data-over');
      if (event.dataTransfer?.files.length) {
        input.files = event.dataTransfer.files;
        this.list(input);
      }
    });
    input.addEventListener('change', () => this.list(input));
  }

  /** @param {HTMLInputElement} input */
  list(input) {
    const place = this.querySelector('.chosen');
    if (!place) return;
    const lines = [...(input.files ?? [])].map((file) => {
      const line = document.createElement('li');
      line.textContent = `${file.name}, ${Math.ceil(file.size / 1024).toLocaleString()} KB`;
      return line;
    });
    place.replaceChildren(...lines);
  }
}
customElements.define("file-drop", FileDrop);
