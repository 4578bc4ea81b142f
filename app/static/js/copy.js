// A button that copies the text of a field; without scripts it stays hidden.
(() => {
  "use strict";

  /** @param {HTMLButtonElement} button element with data-copy (id of the field) and data-copied (words afterwards) */
  const prepare = (button) => {
    const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copy));
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    });
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-copy]").forEach(prepare));
})();
