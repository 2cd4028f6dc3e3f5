"""A coach's day without a connection: the pages to keep on the phone, and the service worker that shows them.

The browser keeps the pages encrypted in the storage of one tab (`portal/static/portal.js`), until the end of the day at the
latest, and removes them at logout. The service worker itself keeps only files without personal data.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, for_everyone
from portal.accounts.audit import record_many
from portal.casework.models import Case
from portal.coach.again import new_token
from portal.coach.views.address import about
from portal.coach.views.contact import around, contact_form
from portal.coach.views.page import coach_page
from portal.coach.views.week import WeekPage

MOST = 40
"""Maximum number of addresses to take along; a week of one coach has about ten."""
FILES = ("portal.css", "coach.css", "portal.js", "vlam.svg")
BARE = "coach/bare.html"


@coach_page
@require_safe
def day(request: UserRequest) -> HttpResponse:
    """Return the week, its addresses and an empty contact form for each, to read and fill in without a connection.

    Returns
    -------
    JsonResponse
        ``until``, milliseconds since 1970 at which the browser removes the pages; ``stamp``, which changes when a page
        would; ``csrf``, the token to send forms with later; ``pages``, the HTML of each by its path.
    """
    week = WeekPage.of(request)
    cases = [case for case in week.seen if case.objected_on is None][:MOST]
    record_many(request.user, "list.offline", cases)
    pages = {reverse("coach:week"): _bare(request, "coach/week.html", week.context())}
    for case in cases:
        pages[reverse("coach:case", args=[case.pk])] = _bare(
            request, "coach/case.html", about(case, request.user)
        )
        pages[reverse("coach:contact", args=[case.pk])] = _bare(
            request, "coach/contact.html", _form(request, case)
        )
    return JsonResponse(
        {
            "until": int(until(timezone.localtime()).timestamp() * 1000),
            "stamp": week.stamp,
            "csrf": get_token(request),
            "pages": pages,
        }
    )


@for_everyone
@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker: without a connection it answers with an empty page, which `portal.js` fills in."""
    files = [static(name) for name in FILES]
    context = {
        "release": _release(),
        "files": files,
        "policy": build_policy(),
        "css": files[:2],
        "script": files[2],
        "week": reverse("coach:week"),
    }
    return render(request, "coach/worker.js", context, content_type="text/javascript")


def until(now: datetime) -> datetime:
    """Return when the pages expire: at the end of the day, and no later than a session would."""
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return min(midnight, now + settings.LONGEST_SESSION)


def _form(request: UserRequest, case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "version": case.version,
        "token": new_token(),
        "form": contact_form(request.user, case)(case=case),
        **around(request.user, case),
    }


def _bare(request: UserRequest, template: str, context: dict[str, Any]) -> str:
    return render_to_string(template, {**context, "layout": BARE}, request)


def _release() -> str:
    """Return a name that changes when one of the files does, so that a new release replaces the old files."""
    names = "".join(static(name) for name in FILES)
    content = b"".join(Path(path).read_bytes() for name in FILES if (path := finders.find(name)))
    return hashlib.sha256(names.encode() + content).hexdigest()[:12]
