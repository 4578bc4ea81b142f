// The pairing board: arrow keys in the matrix, sliders beside numbers, and what changed read out.
(() => {
  "use strict";

  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  /** Where the focus was before a swap: an id, or the address of a link. */
  let focused = { id: "", href: "" };

  /** Make one cell of a matrix the way in by Tab; the others are reached by arrow keys.
   * @param {HTMLElement} body element with data-walk */
  const prepareWalk = (body) => {
    const links = body.querySelectorAll("td > a");
    links.forEach((link) => link.setAttribute("tabindex", "-1"));
    (body.querySelector("a[aria-current]") ?? links[0])?.setAttribute("tabindex", "0");
  };

  /** Go to a cell.
   * @param {HTMLElement} body element with data-walk
   * @param {HTMLElement | null | undefined} link of the cell, if there is one */
  const walkTo = (body, link) => {
    if (!link) return;
    body.querySelector('td > a[tabindex="0"]')?.setAttribute("tabindex", "-1");
    link.setAttribute("tabindex", "0");
    link.focus();
  };

  /** @param {KeyboardEvent} event a key pressed in a cell */
  const walk = (event) => {
    const cell = event.target.closest("[data-walk] td");
    if (!cell || event.ctrlKey || event.altKey || event.metaKey) return;
    const [row, body] = [cell.parentElement, cell.closest("[data-walk]")];
    const at = [...body.rows].indexOf(row);
    const ends = { Home: row.cells[1], End: row.cells[row.cells.length - 1] };
    const [down, along] = STEPS[event.key] ?? [0, 0];
    const next = ends[event.key] ?? (event.key in STEPS ? body.rows[at + down]?.cells[cell.cellIndex + along] : null);
    if (!next) return;
    event.preventDefault();
    walkTo(body, next.querySelector("a"));
  };

  /** Show a slider beside its number.
   * @param {HTMLInputElement} slider element with data-follows, the id of the number */
  const prepareSlider = (slider) => {
    slider.hidden = false;
    slider.value = document.getElementById(slider.dataset.follows).value;
  };

  /** Add up the weights of a form, and show whether they are 100.
   * @param {HTMLElement} group element with data-weights */
  const addUp = (group) => {
    const numbers = [...group.querySelectorAll('input[type="number"]')];
    const total = numbers.reduce((sum, number) => sum + Number(number.value), 0);
    const shown = group.querySelector("[data-sum]");
    shown.hidden = false;
    shown.querySelector("[data-sum-of]").textContent = String(total);
    shown.classList.toggle("pairing__sum--wrong", total !== 100);
  };

  /** Let number and slider follow each other.
   * @param {Event} event of something that is typed or moved */
  const follow = (event) => {
    const field = event.target;
    if (field.dataset.follows) document.getElementById(field.dataset.follows).value = field.value;
    else if (field.id) document.querySelectorAll(`[data-follows="${CSS.escape(field.id)}"]`).forEach((slider) => { slider.value = field.value; });
    const group = field.closest("[data-weights]");
    if (group) addUp(group);
  };

  /** Mark the cells and links of the pair whose reasons are open now. */
  const markOpen = () => {
    const pair = document.getElementById("reasons")?.dataset.pair;
    document.querySelectorAll("[data-opens] a").forEach((link) => {
      if (pair && new URL(link.href).searchParams.get("pair") === pair) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };

  /** Read out what changed, and give the focus back to what had it.
   * @param {HTMLElement} part what was swapped in */
  const settle = (part) => {
    const announcement = document.getElementById("announcement");
    const said = part.querySelector("[data-announce]") ?? (part.id === "reasons" ? part.querySelector("h2") : null);
    if (announcement && said) announcement.textContent = said.textContent.replace(/\s+/g, " ").trim();
    if (part.querySelector("[data-focus]") || (document.activeElement && document.activeElement !== document.body)) return;
    const link = [...part.querySelectorAll("a")].find((one) => one.getAttribute("href") === focused.href);
    (document.getElementById(focused.id) ?? link ?? document.getElementById("reasons_title"))?.focus({ preventScroll: true });
  };

  /** @param {ParentNode} root where to look */
  const prepare = (root) => {
    root.querySelectorAll("[data-walk]").forEach(prepareWalk);
    root.querySelectorAll("[data-follows]").forEach(prepareSlider);
    root.querySelectorAll("[data-weights]").forEach(addUp);
  };

  document.addEventListener("keydown", walk);
  document.addEventListener("input", follow);
  document.addEventListener("htmx:before:swap", () => {
    const active = document.activeElement;
    focused = { id: active?.id || "", href: active?.getAttribute("href") || "" };
  });
  document.addEventListener("htmx:after:swap", () => {
    const board = document.getElementById("board");
    if (!board?.querySelector("#reasons")) return;
    prepare(board);
    markOpen();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target?.id || event.target.id;
    const part = document.getElementById(target);
    if (!part || !["board", "reasons"].includes(target)) return;
    settle(part);
    const panel = document.getElementById("reasons");
    if (target === "reasons" && panel.getBoundingClientRect().top > innerHeight * .8) panel.scrollIntoView();
  });
  document.addEventListener("DOMContentLoaded", () => prepare(document));
})();
