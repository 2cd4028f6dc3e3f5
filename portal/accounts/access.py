"""Who may open which page and see which case: the only module that decides it.

A view says which roles it is for (`requires`), or that it is for anybody (`for_everyone`); the middleware `Access`
holds every request against that before the view runs. A view that says nothing is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from portal.accounts.idle import keep_typed
from portal.accounts.models import AuditEntry, Corporation, Role, Scope, User
from portal.casework.models import Case, Worry

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
ANYBODY: frozenset[str] = frozenset()
"""Also who is not logged in."""
EVERY_ROLE = frozenset(Role.values)
THEIRS = ("allauth.", "django.contrib.admin.", "django.contrib.auth.admin", "django.views.i18n")
"""Packages whose views guard themselves: login, the second factor, the admin, the language switch."""
WITHOUT_FACTOR = ("account_", "mfa_", "set_language", "socialaccount_", "openid_connect_")
"""Pages that somebody needs who still has to set up the second factor."""


class UserRequest(HttpRequest):
    """A request of a user who is logged in, as every view that `requires` a role receives it."""

    user: User


def requires(*roles: Any) -> Callable[[View], View]:
    """Say which roles a page is for; used on a view function, also on what `as_view()` gives."""

    def mark(view: View) -> View:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def for_everyone(view: View) -> View:
    """Say that a page is for anybody, logged in or not."""
    view.roles = ANYBODY  # type: ignore[attr-defined]
    return view


class Access:
    """Hold every request against the roles that its view is for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponse | None:
        """Answer in place of the view where somebody may not be there."""
        roles: frozenset[str] | None = getattr(view, "roles", None)
        if roles == ANYBODY:
            return None
        if roles is None and not view.__module__.startswith(THEIRS):
            raise PermissionDenied(f"{view.__module__} does not say who it is for")
        user = request.user
        if not user.is_authenticated:
            if roles is None:
                return None
            keep_typed(request)
            return redirect_to_login(request.get_full_path() if request.method == "GET" else request.path)
        name = request.resolver_match.url_name or "" if request.resolver_match else ""
        if not name.startswith(WITHOUT_FACTOR) and lacks_factor(request):
            return redirect("mfa_activate_totp")
        if roles is not None and user.role not in roles:
            raise PermissionDenied
        return None


def lacks_factor(request: HttpRequest) -> bool:
    """Tell whether this user still has to set up the second factor; who came in through OpenID Connect has theirs there."""
    user = request.user
    if not isinstance(user, User) or not user.second_factor or request.session.get("factor"):
        return False
    methods = request.session.get("account_authentication_methods", [])
    if (
        any(method.get("method") == "socialaccount" for method in methods)
        or Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    ):
        request.session["factor"] = True
        return False
    return True


def corporations_for(user: User) -> QuerySet[Corporation]:
    """Give the corporations that a user works for."""
    return Corporation.objects.filter(Exists(Scope.objects.filter(user=user, corporation=OuterRef("pk"))))


def _inside(user: User) -> Exists:
    """Tell of rows with `corporation` and `wijk` whether they lie in the user's scope."""
    return Exists(
        Scope.objects.filter(
            Q(wijk="") | Q(wijk=OuterRef("wijk")), user=user, corporation=OuterRef("corporation")
        )
    )


def cases_for(user: User) -> QuerySet[Case]:
    """Give the cases that a user may see.

    Only a coach sees cases: in own corporations and wijken, and only those on the newest list or that a coach has
    worked on. Everything that opens a case by its id starts here, so that an id of another's case does not exist.
    """
    if user.role != Role.COACH or not user.is_active:
        return Case.objects.none()
    on_list = Q(listed_on=F("corporation__newest_list"))
    return Case.objects.filter(_inside(user), on_list | Q(worked_on=True)).select_related("corporation")


def coaches_for(case: Case) -> QuerySet[User]:
    """Give the coaches who work in the wijk of a case, so who can have it in care."""
    theirs = Scope.objects.filter(
        Q(wijk="") | Q(wijk=case.wijk), user=OuterRef("pk"), corporation=case.corporation
    )
    return User.objects.filter(Exists(theirs), role=Role.COACH, is_active=True).order_by(
        "first_name", "username"
    )


def counted_cases_for(user: User) -> QuerySet[Case]:
    """Give the cases that a manager may count; they are never shown, one by one or as an address."""
    return Case.objects.filter(_inside(user)) if user.role == Role.MANAGER else Case.objects.none()


def wijk_rows_for(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the rows (with `corporation` and `wijk`) that lie in a user's scope: figures of a manager."""
    return rows.filter(_inside(user))


def worries_for(user: User) -> QuerySet[Worry]:
    """Give the worries that a user may see.

    A coach: those about own cases, and urgent ones of the own corporations about an address that is on no list (its
    wijk is not known here, and somebody has to go). Whoever passed one on: their own.
    """
    if user.role == Role.COACH:
        unlisted = Q(case=None, urgent=True, corporation__in=corporations_for(user))
        return Worry.objects.filter(Q(case__in=cases_for(user)) | unlisted)
    return Worry.objects.filter(by=user) if user.role == Role.MELDER else Worry.objects.none()


def audit_for(user: User) -> QuerySet[AuditEntry]:
    """Give the audit log to the auditor."""
    return AuditEntry.objects.all() if user.role == Role.AUDITOR else AuditEntry.objects.none()
