// Gives the own agenda without a connection. It keeps that page and the files that it needs, and nothing else.
"use strict";

const PREFIX = "agenda:";
const PATH = "/my/agenda";
const GONE = new Set([401, 403, 404, 410]);

/** Drop what is kept, except under one name.
 * @param {string} [name] */
const forget = async (name) => {
  const names = (await caches.keys()).filter((one) => one.startsWith(PREFIX) && one !== name);
  await Promise.all(names.map((one) => caches.delete(one)));
};

/** Keep the page as it came for whoever is signed in; drop it when nobody is.
 * @param {Response} answer */
const keep = async (answer) => {
  if (answer.type === "opaqueredirect" || GONE.has(answer.status)) return forget();
  if (answer.status !== 200) return undefined;
  const html = await answer.text();
  const reader = /<body data-reader="(\d+)"/.exec(html)?.[1];
  if (!reader) return forget();
  const cache = await caches.open(PREFIX + reader);
  await cache.put(PATH, new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
  return forget(PREFIX + reader);
};

/** Show the page as it was kept, with the sentence that says since when.
 * @param {Response} kept */
const offline = async (kept) => {
  const html = (await kept.text()).replace("data-offline hidden", "data-offline");
  return new Response(html, { headers: kept.headers });
};

/** @param {FetchEvent} event */
const page = async (event) => {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keep(answer.clone()));
    return answer;
  } catch {
    const kept = await caches.match(PATH, { ignoreVary: true });
    return kept ? offline(kept) : Response.error();
  }
};

/** A static file has its content's hash in its name: what is kept never differs from what would come.
 * @param {Request} request */
const file = async (request) => (await caches.match(request, { ignoreVary: true })) ?? fetch(request);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname === PATH && /^(\?lang=..)?$/.test(address.search)) {
    event.respondWith(page(event));
  } else if (address.pathname.startsWith("/static/")) {
    event.respondWith(file(request));
  }
});
