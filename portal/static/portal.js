/* Everything works without this file. With it: Escape closes the menu, one tap is one request, a note survives a poor
   connection, and a coach reads the day's addresses without one. It talks to nobody but the portal itself. */
"use strict";

const body = document.body.dataset, shell = document.querySelector("[data-shell]");
const DAY = "dag", KEY = "sleutel", NEWS = "bericht", DRAFT = "concept:";
const WHY = "why"; /* beside the fields of a draft: what the portal answered when it did not save it */
const AGAIN = 8000; /* milliseconds between two looks whether the portal can be reached again */

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

/* Parts that only a wide screen has room for are open there. */
if (matchMedia("(min-width: 60rem)").matches) document.querySelectorAll("details[data-wide]").forEach((part) => { part.open = true; });
/* Long parts are folded on a phone. */
if (matchMedia("(max-width: 40rem)").matches) document.querySelectorAll("details.fold").forEach((part) => { part.open = false; });
document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });

/* A day that is typed takes the place of the buttons for the next step. */
document.addEventListener("change", (event) => {
  if (event.target.name !== "follow_up_on" || !event.target.value) return;
  event.target.form.querySelectorAll("[name=next]").forEach((choice) => { choice.checked = false; });
});

/* Encryption: AES-GCM under a key that only this user's pages carry. */
const text = new TextEncoder(), back = new TextDecoder();
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(""));
const imported = (key) => crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
async function seal(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await imported(key), text.encode(JSON.stringify(value)));
  return { iv: base64(iv), sealed: base64(sealed) };
}
async function unseal(key, kept) {
  const open = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(kept.iv) }, await imported(key), bytes(kept.sealed));
  return JSON.parse(back.decode(open));
}

/* The storage of this tab. It is gone when the tab closes, and at logout. */
const read = (name) => JSON.parse(sessionStorage.getItem(name) || "null");
const write = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
const remove = (name) => sessionStorage.removeItem(name);
const user = body.user || read(DAY)?.user;
const draftOf = (path) => `${DRAFT}${user}:${path}`;
const pathOf = (name) => name.slice(name.indexOf(":", DRAFT.length) + 1);
const drafts = () => Object.keys(sessionStorage).filter((name) => name.startsWith(`${DRAFT}${user}:`));
const waiting = () => drafts().filter((name) => read(name).waiting);
const forgetDay = () => { remove(DAY); remove(KEY); };
const forget = () => { forgetDay(); drafts().forEach(remove); };
const others = window.BroadcastChannel && new BroadcastChannel("uitgelogd");
if (others) others.onmessage = forget; /* a logout in one tab clears the others */
if (!shell && !body.outside) forgetDay(); /* the session ended, or reading offline is switched off; drafts stay for their owner */
if (read(DAY)?.until < Date.now()) forgetDay();

/* Drafts */
const typed = (form) => [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
async function keep(form, how) {
  const title = document.querySelector(".back a")?.textContent.replace("‹", "").trim() || document.querySelector("h1").textContent;
  write(draftOf(location.pathname), { ...await seal(form.dataset.draft, typed(form)), title, ...how });
}
async function restore(form) {
  const name = draftOf(location.pathname), kept = read(name);
  if (!kept) return;
  try {
    const values = await unseal(form.dataset.draft, kept), why = values.find(([key]) => key === WHY)?.[1];
    for (const field of form.elements) {
      const given = values.filter(([key]) => key === field.name).map(([, value]) => value);
      if (!field.name || field.name === "csrfmiddlewaretoken") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
      else if (given.length) field.value = given[0];
    }
    form.querySelectorAll("details").forEach((part) => { part.open = true; });
    const notice = say(form, form.dataset.restored, "new");
    for (const words of why || []) notice.append(Object.assign(document.createElement("p"), { textContent: words }));
  } catch (_) { remove(name); } /* kept before the password changed: nobody can read it any more */
}
function say(where, words, kind) {
  where.querySelector(".connection")?.remove();
  const notice = document.createElement("div");
  notice.className = `notice ${kind} connection`;
  notice.setAttribute("role", kind === "warn" ? "alert" : "status");
  notice.append(words);
  where.prepend(notice);
  notice.scrollIntoView({ block: "center" });
  return notice;
}
const linkTo = (href, textContent) => Object.assign(document.createElement("a"), { href, textContent });
async function reachable() {
  try { return (await fetch("/gezond/", { cache: "no-store", signal: AbortSignal.timeout(8000) })).ok; } catch (_) { return false; }
}
function follow(form) {
  const draft = form.dataset.draft && window.crypto?.subtle, leaves = form.action.endsWith("/uit/");
  if (draft) {
    let wait;
    form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => keep(form, {}), 300); });
    form.addEventListener("submit", () => clearTimeout(wait));
    if (form.dataset.filled) remove(draftOf(location.pathname)); /* the portal kept it already */
    else restore(form);
  }
  form.addEventListener("submit", async (event) => {
    if (form.dataset.sending) { event.preventDefault(); return; }
    if (leaves && waiting().length && !confirm(body.leave)) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    if (leaves) { forget(); others?.postMessage(""); }
    if (!draft) return;
    event.preventDefault();
    await keep(form, {});
    if (!shell && await reachable()) { await keep(form, { sent: true }); form.submit(); return; }
    delete form.dataset.sending;
    if (body.outside) await keep(form, { waiting: true });
    if (shell && await reachable()) { location.reload(); return; }
    if (body.outside) say(form, form.dataset.waits, "new").append(" ", linkTo(body.week, body.on));
    else say(form, form.dataset.lost, "warn");
  });
}

/* The day: pages of the week, kept until the portal's time limit, and notes that are sent once there is a connection. */
async function fetchDay() {
  try {
    const answer = await fetch(body.outside, { cache: "no-store" });
    return answer.ok && !answer.redirected ? await answer.json() : null;
  } catch (_) { return null; }
}
async function keepDay(day) {
  if (!day || !body.key) return;
  sessionStorage.setItem(KEY, body.key);
  write(DAY, { user, until: day.until, stamp: day.stamp, kept: Date.now(), ...await seal(body.key, day.pages) });
}
/* Sends a note. If the portal does not save it, its reasons are kept with the note, for it says them once; the note is then
   one about the address as it is now, so a later change of a colleague is told again. */
async function send(name, csrf, key) {
  const path = pathOf(name), values = await unseal(key, read(name)), form = new URLSearchParams(values);
  form.set("csrfmiddlewaretoken", csrf);
  const answer = await fetch(path, { method: "POST", body: form });
  const end = new URL(answer.url).pathname;
  if (answer.ok && answer.redirected && end !== path && !end.startsWith("/in/")) { remove(name); return true; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), now = page.querySelector("main [name=version]")?.value;
  const why = [...page.querySelectorAll("main [role=alert] :is(p, li)")].map((part) => part.textContent.replace(/\s+/g, " ").trim());
  const newer = values.map(([field, given]) => [field, field === "version" && now ? now : given]);
  const sealed = why.length ? await seal(key, [...newer, [WHY, why]]) : {};
  write(name, { ...read(name), ...sealed, waiting: false, refused: true });
  return false;
}
let sending = false;
async function sendWaiting() {
  if (sending) return;
  sending = true;
  try { await sendAll(); } finally { sending = false; }
}
async function sendAll() {
  const key = body.key || sessionStorage.getItem(KEY), day = key && waiting().length && await fetchDay();
  if (!day) return;
  const sent = [];
  for (const name of waiting()) {
    const { title } = read(name);
    try {
      if (await send(name, day.csrf, key)) sent.push(title);
    } catch (_) { break; } /* the connection is gone again: the rest keeps waiting, and a note that did arrive counts once */
  }
  const refused = drafts().filter((name) => read(name).refused).map((name) => [pathOf(name), read(name).title]);
  remove(DAY); /* its pages are older than what was just saved */
  if (sent.length || refused.length) write(NEWS, { sent, refused });
  if (document.querySelector("form[data-draft]") && !shell) news(); else location.reload();
}
function news() {
  const found = read(NEWS), words = document.createElement("div");
  remove(NEWS);
  if (!found) return;
  const refused = found.refused.filter(([path]) => !inSight(path));
  if (found.sent.length) words.append(`${body.sent} ${[...new Set(found.sent)].join(", ")}. `);
  if (refused.length) words.append(`${body.refused} `);
  for (const [path, title] of refused) words.append(linkTo(path, title), " ");
  if (words.childNodes.length) say(document.querySelector("main"), words, refused.length ? "warn" : "done");
}
/* What was typed and not saved stays in sight on the week and on the page of its address, until it is saved or thrown away. */
const inSight = (path) => path !== location.pathname && path.startsWith(location.pathname);
const marked = (path) => document.querySelector(`li a[href="${path}"]`)?.closest("li").querySelector("p");
function showUnsaved() {
  document.querySelector(".unsaved")?.remove();
  const names = drafts().filter((name) => inSight(pathOf(name)) && !(read(name).waiting && marked(pathOf(name))));
  if (!names.length) return;
  const refused = names.some((name) => read(name).refused), notice = document.createElement("div");
  notice.className = `notice ${refused ? "warn" : "new"} unsaved`;
  notice.setAttribute("role", refused ? "alert" : "status");
  notice.append(body.refused);
  for (const name of names) {
    const line = document.createElement("p"), drop = Object.assign(document.createElement("button"), { className: "plain", textContent: body.drop });
    drop.setAttribute("aria-label", `${body.drop}, ${read(name).title}`);
    drop.addEventListener("click", () => { if (confirm(`${body.drop}: ${read(name).title}?`)) { remove(name); showUnsaved(); } });
    line.append(linkTo(pathOf(name), read(name).title), " ", ...(read(name).waiting ? [body.waits] : [drop]));
    notice.append(line);
  }
  document.querySelector("main").prepend(notice);
}
function markWaiting() {
  for (const name of waiting()) {
    marked(pathOf(name))?.append(Object.assign(document.createElement("strong"), { className: "late", textContent: ` ${body.waits}` }));
  }
}
async function showKept() {
  const day = read(DAY), key = sessionStorage.getItem(KEY);
  const page = day && key && (await unseal(key, day))[location.pathname];
  if (page) {
    const since = new Date(day.kept);
    shell.innerHTML = page; /* made by the portal; the policy forbids scripts in it */
    document.title = `${shell.querySelector("h1").textContent} · Waakvlam`;
    const count = waiting().length ? ` ${shell.dataset.count} ${waiting().length}.` : "";
    say(shell, `${shell.dataset.since} ${since.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })}.${count}`, "new");
    if (location.search === "?soort=telefoon") shell.querySelector("[name=kind][value=Telefoon]")?.click();
    setTimeout(() => { forgetDay(); location.reload(); }, day.until - Date.now());
  }
}

/* A draft that was sent is gone once a page other than its form comes back, unless that page says that it was not saved. */
if (!document.querySelector("[data-unsaved]")) {
  drafts().filter((name) => pathOf(name) !== location.pathname && read(name).sent).forEach(remove);
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach((form) => { delete form.dataset.sending; }));

(async () => {
  if (shell) await showKept();
  document.querySelectorAll("form[method=post]").forEach(follow);
  if (!body.outside || !window.crypto?.subtle) return;
  markWaiting();
  showUnsaved();
  const resume = async () => { if (await reachable()) { if (shell) location.reload(); else sendWaiting(); } };
  addEventListener("online", async () => { /* what it says is not true any more, whatever the portal does */
    const bar = document.querySelector(".connection:not(.done)"), place = bar?.parentNode;
    bar?.remove();
    if (await reachable()) { await resume(); return; }
    setTimeout(() => { if (bar && !document.querySelector(".connection")) place.prepend(bar); }, AGAIN);
  });
  /* Browsers say so too early, for a network without the portal, or not at all. */
  setInterval(() => { if (!document.hidden && (shell || waiting().length)) resume(); }, AGAIN);
  if (shell) return;
  news();
  navigator.serviceWorker?.register(body.worker).catch(() => {}); /* without it, everything but reading offline works */
  await sendWaiting();
  const stamp = document.querySelector("[data-stamp]")?.dataset.stamp;
  if (stamp && read(DAY)?.stamp !== stamp) await keepDay(await fetchDay());
})();
