// Keeps the own agenda for reading without a connection, and drops it when somebody else, or nobody, is signed in.
(() => {
  "use strict";

  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  const PREFIX = "agenda:";
  const PATH = "/my/agenda";

  /** Drop what is kept, except under one name.
   * @param {string} [name] */
  const forget = async (name) => {
    const names = (await caches.keys()).filter((one) => one.startsWith(PREFIX) && one !== name);
    await Promise.all(names.map((one) => caches.delete(one)));
  };

  /** Keep the page that was just loaded and its files; they come from the browser's own cache, not again from afar.
   * @param {string} name @param {boolean} served by the service worker, which then has kept the page itself */
  const keep = async (name, served) => {
    const files = [...document.querySelectorAll('link[rel="stylesheet"], link[rel="icon"], script[src]')];
    const wanted = files.map((element) => element.href || element.src);
    const cache = await caches.open(name);
    for (const kept of await cache.keys()) {
      if (new URL(kept.url).pathname !== PATH && !wanted.includes(kept.url)) await cache.delete(kept);
    }
    for (const address of [...wanted, PATH]) {
      if ((served || address !== PATH) && (await cache.match(address, { ignoreVary: true }))) continue;
      const answer = await fetch(address, { cache: "force-cache" });
      if (answer.ok && !answer.redirected) await cache.put(address, answer);
    }
  };

  document.addEventListener("DOMContentLoaded", async () => {
    const { reader } = document.body.dataset;
    const name = reader ? PREFIX + reader : undefined;
    try {
      await forget(name);
      if (!name || location.pathname !== PATH || location.search || !navigator.onLine) return;
      const served = Boolean(navigator.serviceWorker.controller);
      await navigator.serviceWorker.register("/sw.js", { scope: PATH });
      await keep(name, served);
    } catch {
      // no room, not allowed or no connection: the page works as ever
    }
  });
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action, location.href).pathname === "/sign-out") forget().catch(() => undefined);
  });
})();
