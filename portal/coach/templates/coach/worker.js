{% load i18n %}{% get_current_language as language %}/* The service worker of the coach's pages. It keeps only files without personal data. Without a connection it answers with
   an empty page; portal.js fills in what this tab kept of the day. */
"use strict";
const RELEASE = "dag-{{ release }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const PATIENCE = 20000; /* milliseconds after which a page counts as unreachable */
const SHELL = `<!doctype html><html lang="{{ language }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waakvlam</title><link rel="icon" href="{{ files.3|escapejs }}" type="image/svg+xml">{% for file in css %}<link rel="stylesheet" href="{{ file|escapejs }}">{% endfor %}<script src="{{ script|escapejs }}" defer></script></head>
<body data-outside="{% url 'coach:day' %}"{% include "_outside.html" %}><header class="top"><nav aria-label="{% translate 'Hoofdmenu' %}"><ul><li><a href="{{ week }}">{% translate "Deze week" %}</a></li></ul></nav></header>
<main id="inhoud" tabindex="-1" data-shell data-unsaved data-since="{% translate 'Geen verbinding. Dit is de stand van' %}" data-count="{% translate 'Wachten om bewaard te worden:' %}"><h1>{% translate "Geen verbinding" %}</h1>
<p>{% translate "Deze pagina staat niet op dit toestel. Er is niets veranderd. Probeer het opnieuw zodra er verbinding is." %}</p><p><a class="button" href="">{% translate "Opnieuw proberen" %}</a> <a class="button plain" href="{{ week }}">{% translate "Deze week" %}</a></p></main></body></html>`;

addEventListener("install", (event) => event.waitUntil(caches.open(RELEASE).then((kept) => kept.addAll(FILES)).then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== RELEASE).map((name) => caches.delete(name)))).then(() => clients.claim())));
addEventListener("fetch", (event) => {
  const { request } = event, path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(Promise.race([fetch(request), late()]).catch(shell));
  else if (FILES.includes(path)) event.respondWith(fetch(request).catch(() => caches.match(path)));
});
const late = () => new Promise((_, fail) => setTimeout(fail, PATIENCE));
const shell = () => new Response(SHELL, { status: 503, headers: {
  "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Content-Security-Policy": "{{ policy|escapejs }}" } });
