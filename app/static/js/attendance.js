// A search that hides what does not match while somebody types, so that no mark is lost; without scripts it is a page.
(() => {
  "use strict";

  /** @param {string} text */
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

  /** @param {HTMLFormElement} search form with data-narrows (a selector) above elements with data-name */
  const prepare = (search) => {
    if (search.dataset.whole !== "yes") return;
    const field = /** @type {HTMLInputElement} */ (search.elements.namedItem("q"));
    const lines = [...document.querySelectorAll(`${search.dataset.narrows} [data-name]`)];
    const narrow = () => {
      const wanted = folded(field.value);
      for (const line of lines) line.hidden = !line.dataset.name.includes(wanted);
    };
    field.addEventListener("input", narrow);
    search.addEventListener("submit", (event) => { event.preventDefault(); narrow(); });
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-narrows]").forEach(prepare));
})();
