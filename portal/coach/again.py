"""Show a form that could not be saved again after a redirect, so that the back button never resends it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from portal.accounts.idle import NOT_KEPT, take_typed

AGAIN = "again"
SEARCHED = "searched"
"""Key of the text of the last search in the session."""
LONGEST_TOKEN = 64


@dataclass(frozen=True)
class Typed:
    """The earlier input of a user: none, a refused form, or a form whose session had ended (``kept``)."""

    data: QueryDict | None = None
    kept: bool = False
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """The token of the form, or a new one."""
        token = self.data.get("token", "") if self.data else ""
        return token[:LONGEST_TOKEN] or new_token()

    def add_errors(self, form: forms.Form) -> None:
        """Add the errors of a service to the fields that they concern."""
        if form.is_bound and not form.errors:
            for name, texts in self.refused.items():
                form.add_error(name if name in form.fields else None, texts)


def new_token() -> str:
    """Create a token, so that a form that is sent twice counts once."""
    return secrets.token_urlsafe(16)


def offer(
    request: HttpRequest,
    refused: ValidationError | None = None,
    *,
    anew: bool = False,
    page: str = "",
    more: dict[str, str] | None = None,
) -> HttpResponse:
    """Redirect to the form with the typed input and ``more`` of it; by default it is at the same address.

    ``anew`` gives it a new token, because the old one was saved already.
    """
    typed = request.POST.copy()
    typed.update(more or {})
    for name in (*NOT_KEPT, *(["token"] if anew else [])):
        typed.pop(name, None)
    if refused is None:
        errors = {}
    elif hasattr(refused, "error_dict"):
        errors = refused.message_dict
    else:
        errors = {NON_FIELD_ERRORS: refused.messages}
    if anew:
        typed["again"] = "1"
    path = page.partition("?")[0] or request.path
    request.session[AGAIN] = {"path": path, "form": typed.urlencode(), "refused": errors}
    return redirect(page or request.get_full_path())


def fill_in(request: HttpRequest, values: dict[str, str | list[str]]) -> HttpResponse:
    """Redirect to the form with values filled in as if they had been typed, under a new token."""
    filled = QueryDict(mutable=True)
    for name, value in values.items():
        filled.setlist(name, value if isinstance(value, list) else [value])
    request.session[AGAIN] = {"path": request.path, "form": filled.urlencode(), "refused": {}}
    return redirect(request.path)


def typed_before(request: HttpRequest) -> Typed:
    """Return, once, the input that this user typed on this page before."""
    kept = take_typed(request)
    if kept is not None:
        return Typed(kept, kept=True)
    again = request.session.get(AGAIN)
    if not again or again["path"] != request.path:
        return Typed()
    del request.session[AGAIN]
    return Typed(QueryDict(again["form"]), refused=again["refused"])
