// Keeps what is typed in a form on this device until the server has confirmed exactly those words.
(() => {
  "use strict";

  const PREFIX = "draft:";
  const RETRY_MS = 15_000;
  // What a form sends beside the answers; not part of what was typed.
  const OWN = new Set(["form_key", "edit", "version", "then"]);

  /** What was typed: names and values in the order of the form.
   * @param {HTMLFormElement} form
   * @returns {[string, string][]} */
  const typedIn = (form) =>
    [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === "string" && value !== "");

  /** The same words, however line ends and outer spaces are written.
   * @param {[string, string][]} typed */
  const fingerprint = (typed) => JSON.stringify(typed.map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()]));

  /** @param {string} key @returns {any} what is kept, or null */
  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      return null;
    }
  };

  /** Keep something; a full or forbidden store must not stop anybody from typing.
   * @param {string} key @param {object} draft */
  const write = (key, draft) => {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
    } catch {
      // the text is still in the page, and on its way to the server
    }
  };

  /** Forget what is kept under keys that meet a condition.
   * @param {(key: string) => boolean} meets */
  const forget = (meets) => {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX) && meets(key.slice(PREFIX.length)))
        .forEach((key) => localStorage.removeItem(key));
    } catch {
      // no store, nothing kept
    }
  };

  /** Put typed values back into a form.
   * @param {HTMLFormElement} form @param {[string, string][]} typed */
  const restore = (form, typed) => {
    const left = new Map();
    typed.forEach(([name, value]) => left.set(name, [...(left.get(name) ?? []), value]));
    for (const control of form.elements) {
      if (!control.name || OWN.has(control.name)) continue;
      const values = left.get(control.name) ?? [];
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
      else if ("value" in control && control.type !== "submit") control.value = values[0] ?? "";
      if (values.length) control.closest("details")?.setAttribute("open", "");
    }
  };

  /** @param {HTMLFormElement} form */
  const keepDrafts = (form) => {
    const key = PREFIX + form.dataset.draft;
    const person = form.dataset.draft.split(":")[0];
    let edit = Number(read(key)?.edit ?? 0);
    let sent = "";
    let confirmed = fingerprint(typedIn(form));

    /** @param {string} words */
    const say = (words) => {
      const status = form.querySelector("[data-draft-status]");
      if (!status) return;
      status.classList.remove("saved--done");
      if (status.textContent !== words) status.textContent = words;
    };
    const send = () => htmx.trigger(form, "draft:send");
    const keep = () =>
      write(key, { typed: typedIn(form), version: form.elements.version?.value, page: form.elements.form_key.value, edit });
    const isUnsent = () => fingerprint(typedIn(form)) !== confirmed;

    forget((name) => name.split(":")[0] !== person);
    if (form.dataset.draftConfirmed) {
      const done = PREFIX + form.dataset.draftConfirmed;
      if (read(done)?.submitted) localStorage.removeItem(done);
    }
    const kept = read(key);
    if (kept && fingerprint(kept.typed) === confirmed) {
      localStorage.removeItem(key);
    } else if (kept) {
      restore(form, kept.typed);
      // saved on top of the version that it was typed on: whether somebody else came between is for the server to say
      form.elements.version.value = kept.version ?? "0";
      form.elements.form_key.value = kept.page;
      form.querySelector("[data-draft-restored]").hidden = false;
      say(form.dataset.draftSaving);
      setTimeout(send, 0);
    }

    form.addEventListener("input", () => {
      keep();
      say(navigator.onLine ? form.dataset.draftSaving : form.dataset.draftOffline);
    });
    form.addEventListener("htmx:config:request", (event) => {
      edit = Math.max(edit + 1, Date.now());
      event.detail.ctx.request.body.set("edit", String(edit));
    });
    form.addEventListener("htmx:before:request", (event) => {
      // a save that waited for the one before it carries the version that this one made
      const body = event.detail.ctx.request.body;
      if (form.elements.version) body.set("version", form.elements.version.value);
      sent = fingerprint([...body].filter(([name, value]) => !OWN.has(name) && value !== ""));
    });
    form.addEventListener("htmx:before:response", (event) => {
      const { ctx } = event.detail;
      if (!ctx.response.raw.redirected && ctx.response.status < 500 && ctx.response.status !== 404) return;
      event.preventDefault(); // not the answer to a save: signed out, or the server is in trouble
      say(ctx.response.raw.redirected ? form.dataset.draftSignedOut : form.dataset.draftOffline);
    });
    form.addEventListener("htmx:after:swap", (event) => {
      if (!event.detail.ctx?.response?.headers.get("Saved-Version")) return;
      confirmed = sent;
      if (isUnsent()) keep();
      else localStorage.removeItem(key);
    });
    form.addEventListener("htmx:error", () => say(form.dataset.draftOffline));
    form.addEventListener("submit", (event) => {
      if (navigator.onLine) {
        form.elements.edit.value = String(Math.max(edit + 1, Date.now()));
        keep();
        write(key, { ...read(key), submitted: true });
        return;
      }
      event.preventDefault();
      keep();
      say(form.dataset.draftOffline);
    });
    addEventListener("online", () => isUnsent() && send());
    addEventListener("offline", () => isUnsent() && say(form.dataset.draftOffline));
    setInterval(() => navigator.onLine && isUnsent() && read(key) && !form.matches(".htmx-request") && send(), RETRY_MS);
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-draft]").forEach(keepDrafts);
    document.querySelectorAll("[data-draft-clear]").forEach((element) => {
      forget((name) => name.split(":")[1] === element.dataset.draftClear);
    });
  });
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action, location.href).pathname === "/sign-out") forget(() => true);
  });
})();
