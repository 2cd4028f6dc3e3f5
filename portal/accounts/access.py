"""Decide who may open which page and see which case. No other module decides this.

Each view declares the roles that may open it (`requires`) or that it is public (`for_everyone`). The middleware
`Access` checks every request before the view runs, and refuses a view without a declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from portal.accounts.idle import keep_typed
from portal.accounts.models import AuditEntry, Corporation, Role, Scope, User
from portal.casework.models import Case, Worry
from portal.runs.models import UnmatchedRow

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Row = TypeVar("Row", bound=Model)
ANYBODY: frozenset[str] = frozenset()
"""Roles of a public page, which includes visitors who are not logged in."""
EVERY_ROLE = frozenset(Role.values)
THEIRS = ("allauth.", "django.views.i18n")
"""Packages whose views check access themselves: login, the second factor, the language switch."""
WITHOUT_FACTOR = ("account_", "mfa_", "set_language", "socialaccount_", "openid_connect_")
"""Pages that a user without a second factor needs to set it up."""


@dataclass(frozen=True)
class Viewer:
    """The rights that decide which cases a user may see. A query that depends on nothing else can be cached under them."""

    role: str
    is_active: bool
    areas: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, user: User) -> Viewer:
        """Return the rights of a user, read for this request."""
        return cls(user.role, user.is_active, tuple(sorted(user.areas)))


class UserRequest(HttpRequest):
    """A request of a logged-in user, as every view that `requires` a role receives it."""

    user: User


def requires(*roles: Any) -> Callable[[View], View]:
    """Declare which roles may open a page; decorates a view function or the result of `as_view()`."""

    def mark(view: View) -> View:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def for_everyone(view: View) -> View:
    """Declare that anybody may open a page, logged in or not."""
    view.roles = ANYBODY  # type: ignore[attr-defined]
    return view


class Access:
    """Middleware that checks every request against the roles of its view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on unchanged; the check is in `process_view`."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponse | None:
        """Return a refusal or a redirect if the user may not open this view, else None."""
        roles: frozenset[str] | None = getattr(view, "roles", None)
        if roles == ANYBODY:
            return None
        if roles is None and not view.__module__.startswith(THEIRS):
            raise PermissionDenied(f"{view.__module__} does not declare its roles")
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
    """Return whether this user must still set up a second factor. OpenID Connect users have theirs at the provider."""
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
    """Return the corporations that a user works for."""
    return Corporation.objects.filter(pk__in=_corporations(user))


def users_for(analyst: User) -> QuerySet[User]:
    """Return the users to whom an analyst gives areas: those of the analyst's corporations, and those without an area."""
    inside = Q(scopes__corporation__in=_corporations(analyst)) | Q(scopes=None) | Q(pk=analyst.pk)
    return User.objects.filter(inside).distinct()


def works_everywhere(user: User) -> bool:
    """Return whether a user works for every corporation of the installation."""
    return not Corporation.objects.exclude(pk__in=_corporations(user)).exists()


def accounts_for(analyst: User) -> QuerySet[User]:
    """Return the users whose account an analyst manages: name, role, password, second factor, tokens, open or closed.

    Whoever holds an account can use all of its areas. So these are the users who work only for corporations of the analyst.
    An auditor reads the log of every corporation, so only an analyst of all of them manages that account.
    """
    outside = Scope.objects.filter(user=OuterRef("pk")).exclude(corporation__in=_corporations(analyst))
    accounts = users_for(analyst).exclude(Exists(outside))
    return accounts if works_everywhere(analyst) else accounts.exclude(role=Role.AUDITOR)


def _corporations(user: User | Viewer) -> set[str]:
    return {corporation for corporation, _wijk in user.areas}


def _inside(user: User | Viewer, path: str = "") -> Q:
    """Build a condition on rows with `corporation` and `wijk`, reached through ``path``: they are within the user's areas."""
    inside = Q((f"{path}corporation__in", [corporation for corporation, wijk in user.areas if not wijk]))
    for corporation, wijk in user.areas:
        if wijk:
            inside |= Q((f"{path}corporation", corporation), (f"{path}wijk", wijk))
    return inside


def _visible(user: User | Viewer, path: str = "") -> Q:
    """Build the condition of `cases_for` on rows that reach a case through ``path``."""
    from_worry = Q((f"{path}from_worry", True), (f"{path}corporation__in", _corporations(user)))
    on_list = Q((f"{path}listed_on", F(f"{path}corporation__newest_list")))
    return (_inside(user, path) | from_worry) & (on_list | Q((f"{path}worked_on", True)))


def _sees_cases(user: User | Viewer) -> bool:
    return user.role == Role.COACH and user.is_active


def cases_for(user: User | Viewer) -> QuerySet[Case]:
    """Return the cases that a user may see.

    Only a coach sees cases: those in the coach's own corporations and wijken that are on the newest list or that a
    coach has worked on. A case that was opened for a worry has no wijk, so every coach of its corporation sees it. Every
    page that opens a case by its id uses this function, so the id of another case gives 404.
    """
    if not _sees_cases(user):
        return Case.objects.none()
    return Case.objects.filter(_visible(user)).select_related("corporation")


def of_cases_for(user: User | Viewer, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Keep the rows (with `case`) of cases that a user may see; a join costs less than `case__in=cases_for(user)`."""
    return rows.filter(_visible(user, "case__")) if _sees_cases(user) else rows.none()


def coaches_for(case: Case) -> QuerySet[User]:
    """Return the coaches who work in the wijk of a case and can therefore take care of it."""
    scopes = Scope.objects.filter(user=OuterRef("pk"), corporation=case.corporation)
    if not case.from_worry:
        scopes = scopes.filter(Q(wijk="") | Q(wijk=case.wijk))
    coaches = User.objects.filter(Exists(scopes), role=Role.COACH, is_active=True, is_program=False)
    return coaches.order_by("first_name", "username")


def colleagues_of(user: User) -> list[User]:
    """Return the other coaches of a coach's corporations, with their areas."""
    scopes = Scope.objects.filter(user=OuterRef("pk"), corporation__in=_corporations(user))
    coaches = User.objects.filter(Exists(scopes), role=Role.COACH, is_active=True, is_program=False)
    colleagues = list(
        coaches.exclude(pk=user.pk).order_by("first_name", "username").prefetch_related("scopes")
    )
    for coach in colleagues:  # else each would read them again
        coach.areas = tuple((scope.corporation_id, scope.wijk) for scope in coach.scopes.all())
    return colleagues


def takes_care_of(coach: User, case: Case) -> bool:
    """Return whether a coach works in the area of a case; the same condition as `coaches_for`."""
    return any(
        corporation == case.corporation_id and (case.from_worry or wijk in ("", case.wijk))
        for corporation, wijk in coach.areas
    )


def counted_cases_for(user: User) -> QuerySet[Case]:
    """Return the cases that a manager may count. They are never shown singly or with their address."""
    if user.role != Role.MANAGER:
        return Case.objects.none()
    return Case.objects.filter(_inside(user))


def wijk_rows_for(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the rows (with `corporation` and `wijk`) in a manager's scope; for tables of figures."""
    return rows.filter(_inside(user))


def worries_for(user: User) -> QuerySet[Worry]:
    """Return the worries that a user may see.

    A coach sees worries about their own cases. Somebody has to go for an urgent one, so a coach also sees those about every
    address of their wijken that was on a list before, and those about addresses that never were, in all of their
    corporations, because the wijk is unknown. Other users see the worries that they reported themselves.
    """
    if _sees_cases(user):
        return worries_for_coach(user)
    return own_worries(user)


def own_worries(user: User) -> QuerySet[Worry]:
    """Return the worries that a user reported."""
    return Worry.objects.filter(by=user) if user.role in (Role.MELDER, Role.COACH) else Worry.objects.none()


def worries_for_coach(user: User | Viewer) -> QuerySet[Worry]:
    """Return the worries that a coach may see, as `worries_for`, and nothing for other users."""
    if not _sees_cases(user):
        return Worry.objects.none()
    unknown = Q(case=None, corporation__in=_corporations(user))
    urgent = Q(urgent=True) & (unknown | _inside(user, "case__"))
    return Worry.objects.filter(_visible(user, "case__") | urgent, withdrawn_at=None)


def unmatched_for(user: User) -> QuerySet[UnmatchedRow]:
    """Return the rows that match nobody, for an analyst of their corporation."""
    if user.role != Role.ANALYST or not user.is_active:
        return UnmatchedRow.objects.none()
    return UnmatchedRow.objects.filter(corporation__in=corporations_for(user)).select_related("corporation")


def cases_of_log(user: User) -> QuerySet[Case]:
    """Return the cases whose agreement an auditor may look up by address, to answer who looked at it; of none more than that."""
    if user.role != Role.AUDITOR:
        return Case.objects.none()
    return Case.objects.exclude(address="").select_related("corporation")


def auditors() -> QuerySet[User]:
    """Return the users who read the log."""
    return User.objects.filter(role=Role.AUDITOR, is_active=True).order_by("first_name", "username")


def analysts(corporation: Corporation) -> QuerySet[User]:
    """Return the users who manage the accounts of a corporation's coaches."""
    theirs = User.objects.filter(scopes__corporation=corporation, role=Role.ANALYST, is_active=True)
    return theirs.filter(is_program=False).distinct().order_by("first_name", "username")


def audit_for(user: User) -> QuerySet[AuditEntry]:
    """Return the audit log for an auditor, and nothing for other users."""
    return AuditEntry.objects.all() if user.role == Role.AUDITOR else AuditEntry.objects.none()
