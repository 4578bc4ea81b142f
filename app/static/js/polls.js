// A poll: one button that says yes to every moment.
(() => {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-poll-all]").forEach((help) => {
      help.hidden = false;
      help.querySelector("button").addEventListener("click", () => {
        help.closest("form").querySelectorAll('input[type="radio"][value="yes"]').forEach((choice) => {
          choice.checked = true;
        });
      });
    });
  });
})();
