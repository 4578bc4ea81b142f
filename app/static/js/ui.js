// Small helps on top of pages that work without them.
(() => {
  "use strict";

  /** Count the words of a text field and say when there are too many.
   * @param {HTMLElement} field element with data-words, the limit */
  const countWords = (field) => {
    const words = field.querySelector("textarea").value.split(/\s+/).filter(Boolean).length;
    const shown = field.querySelector("[data-words-count]");
    shown.textContent = String(words);
    shown.parentElement.classList.toggle("field__words--over", words > Number(field.dataset.words));
  };

  /** Put the focus on the summary of errors, once it appears.
   * @param {ParentNode} root where to look */
  const focusSummary = (root) => root.querySelector("[data-focus]")?.focus();

  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-words]");
    if (field) countWords(field);
  });
  document.addEventListener("htmx:after:swap", (event) => focusSummary(event.target));
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-words]").forEach(countWords);
    focusSummary(document);
  });
})();
