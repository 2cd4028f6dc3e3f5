/* Everything works without this file. With it: Escape closes the menu, one tap is one request, a note survives a poor
   connection, and Bellen returns to a form. It asks nothing of anybody but the portal itself. */
"use strict";

const PREFIX = "concept:";

/* Menus: Escape closes the one that is open and gives the focus back. */
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".me details[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
document.addEventListener("click", (event) => {
  const open = document.querySelector(".me details[open]");
  if (open && !open.contains(event.target)) open.open = false;
  const call = event.target.closest("a[data-then]");
  if (call) setTimeout(() => { location.assign(call.dataset.then); }, 1000);
});

/* Drafts: encrypted under a key that only this login's pages carry, in this tab alone, and gone once sent or logged out. */
const text = new TextEncoder(), back = new TextDecoder();
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const forget = () => Object.keys(sessionStorage).filter((k) => k.startsWith(PREFIX)).forEach((k) => sessionStorage.removeItem(k));

async function keyOf(form) {
  return crypto.subtle.importKey("raw", bytes(form.dataset.draft), "AES-GCM", false, ["encrypt", "decrypt"]);
}
function typed(form) {
  return [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
}
async function keep(form, sent) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = text.encode(JSON.stringify(typed(form)));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(form), plain);
  sessionStorage.setItem(PREFIX + location.pathname, JSON.stringify({ iv: [...iv], sealed: [...new Uint8Array(sealed)], sent }));
}
async function restore(form) {
  const name = PREFIX + location.pathname, kept = JSON.parse(sessionStorage.getItem(name) || "null");
  if (!kept) return;
  try {
    const open = await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(kept.iv) }, await keyOf(form), new Uint8Array(kept.sealed));
    const values = JSON.parse(back.decode(open));
    for (const field of form.elements) {
      const given = values.filter(([key]) => key === field.name).map(([, value]) => value);
      if (!field.name || field.name === "csrfmiddlewaretoken") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
      else if (given.length) field.value = given[0];
    }
    form.querySelectorAll("details").forEach((part) => { part.open = true; });
    say(form, form.dataset.restored, "new");
  } catch (_) { sessionStorage.removeItem(name); } /* the key of another login: unreadable, so gone */
}
function say(form, words, kind) {
  form.querySelector(".connection")?.remove();
  const notice = document.createElement("div");
  notice.className = `notice ${kind} connection`;
  notice.setAttribute("role", kind === "warn" ? "alert" : "status");
  notice.textContent = words;
  form.prepend(notice);
  notice.scrollIntoView({ block: "center" });
}
async function reachable() {
  try { return (await fetch("/gezond/", { cache: "no-store", signal: AbortSignal.timeout(8000) })).ok; } catch (_) { return false; }
}

/* A draft that was sent is gone once a page other than its form comes back, unless that page says that it was not saved. */
if (!document.querySelector("[data-unsaved]")) {
  Object.keys(sessionStorage)
    .filter((name) => name.startsWith(PREFIX) && name !== PREFIX + location.pathname && JSON.parse(sessionStorage.getItem(name)).sent)
    .forEach((name) => sessionStorage.removeItem(name));
}

for (const form of document.querySelectorAll("form[method=post]")) {
  const draft = form.dataset.draft && window.crypto?.subtle;
  if (draft) {
    let wait;
    form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => keep(form, false), 300); });
    if (form.dataset.filled) sessionStorage.removeItem(PREFIX + location.pathname); /* the portal kept it already */
    else restore(form);
  }
  form.addEventListener("submit", async (event) => {
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    if (form.action.endsWith("/uit/")) forget();
    if (!draft) return;
    event.preventDefault();
    await keep(form, false);
    if (await reachable()) { await keep(form, true); form.submit(); return; }
    delete form.dataset.sending;
    say(form, form.dataset.lost, "warn");
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach((form) => { delete form.dataset.sending; }));
