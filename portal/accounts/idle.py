"""End sessions that are idle for too long, and keep a half-typed form for its owner."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse, QueryDict

SEEN, STARTED, LEFT, TYPED = "seen", "started", "left", "typed"
EVERY = 60  # write the session at most once per this many seconds
MOST = 8_000  # keep at most this many characters of a form
NOT_KEPT = ("csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code")


class IdleSession:
    """Log out users who were idle longer than `settings.IDLE` or logged in before `settings.LONGEST_SESSION` ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End the session if it is too old, before the view runs."""
        request.user = get_user(request)  # every request asks for the user here, so a lazy one saves nothing
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            started = session.setdefault(STARTED, now)
            idle = now - session.get(SEEN, now)
            if (
                idle > settings.IDLE.total_seconds()
                or now - started > settings.LONGEST_SESSION.total_seconds()
                or min(idle, now - started)
                < -EVERY  # the clock was ahead, so this session would outlive its time
            ):
                owner = request.user.pk
                logout(request)
                request.session[LEFT] = owner
            elif SEEN not in session or idle >= EVERY:
                session[SEEN] = now
        return self.get_response(request)


def keep_typed(request: HttpRequest) -> None:
    """Keep a form that was sent after the session ended, so that its owner finds it after logging in again."""
    if request.method != "POST" or LEFT not in request.session:
        return
    form = request.POST.copy()
    for name in NOT_KEPT:
        form.pop(name, None)
    text = form.urlencode()
    if len(text) <= MOST:
        request.session[TYPED] = {"user": request.session[LEFT], "path": request.path, "form": text}


def take_typed(request: HttpRequest) -> QueryDict | None:
    """Return, once, what this user typed on this page before the session ended.

    A view shows it as a filled form and says that it was not saved. It is never submitted automatically, because the
    case may have changed in the meantime.
    """
    typed = request.session.get(TYPED)
    if not typed or typed["user"] != request.user.pk or typed["path"] != request.path:
        return None
    del request.session[TYPED]
    return QueryDict(typed["form"])
