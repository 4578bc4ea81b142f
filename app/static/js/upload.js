// Before files travel over a slow line: tell those that are too large; while they travel: say so.
(() => {
  "use strict";

  /** Say what is wrong with the files that were chosen; empty if nothing is.
   * @param {HTMLInputElement} field
   * @returns {string} */
  const faultOf = (field) => {
    const files = [...field.files];
    const large = files.filter((file) => file.size > Number(field.dataset.maxBytes)).map((file) => file.name);
    if (large.length) return `${large.join(", ")}: ${field.dataset.tooLarge}`;
    return files.length > Number(field.dataset.maxFiles) ? field.dataset.tooMany : "";
  };

  /** Show or hide that files are on their way.
   * @param {HTMLFormElement} form
   * @param {boolean} sending */
  const showSending = (form, sending) => {
    const status = form.querySelector("[data-upload-sending]");
    status.textContent = sending ? status.dataset.uploadSending : "";
    form.querySelector("button").disabled = sending;
  };

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-upload] [type=file]")) return;
    event.target.setCustomValidity(faultOf(event.target));
    event.target.reportValidity();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-upload]")) showSending(event.target, true);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-upload]").forEach((form) => showSending(form, false));
  });
})();
