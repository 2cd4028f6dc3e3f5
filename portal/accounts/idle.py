"""A session ends when nobody used it for a while; what was being typed is kept for whoever typed it."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, QueryDict

SEEN, STARTED, LEFT, TYPED = "seen", "started", "left", "typed"
EVERY = 60  # seconds: the session is written at most once a minute
MOST = 8_000  # characters of a form that are kept
NOT_KEPT = ("csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code")


class IdleSession:
    """Log out whoever was away longer than `settings.IDLE`, or logged in longer than `settings.LONGEST_SESSION` ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the clock before the view does anything."""
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            started = session.setdefault(STARTED, now)
            idle = now - session.get(SEEN, now)
            if (
                idle > settings.IDLE.total_seconds()
                or now - started > settings.LONGEST_SESSION.total_seconds()
            ):
                who = request.user.pk
                logout(request)
                request.session[LEFT] = who
            elif SEEN not in session or idle >= EVERY:
                session[SEEN] = now
        return self.get_response(request)


def keep_typed(request: HttpRequest) -> None:
    """Keep a form that was sent after the session had ended, for its owner to find after logging in again."""
    if request.method != "POST" or LEFT not in request.session:
        return
    form = request.POST.copy()
    for name in NOT_KEPT:
        form.pop(name, None)
    text = form.urlencode()
    if len(text) <= MOST:
        request.session[TYPED] = {"user": request.session[LEFT], "path": request.path, "form": text}


def take_typed(request: HttpRequest) -> QueryDict | None:
    """Give what this user had typed on this page before the session ended, once; a view shows it as a filled form.

    The view says that it was not saved yet. Nothing is sent by itself: the world may have moved on.
    """
    typed = request.session.get(TYPED)
    if not typed or typed["user"] != request.user.pk or typed["path"] != request.path:
        return None
    del request.session[TYPED]
    return QueryDict(typed["form"])
