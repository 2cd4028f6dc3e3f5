"""Let the analyst help somebody log in again, and give programs their tokens."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts import people
from portal.accounts.access import UserRequest, accounts_for, requires
from portal.accounts.audit import record
from portal.accounts.models import Role, User
from portal.api.models import Token

Step = Callable[..., HttpResponse]


class TokenForm(forms.ModelForm):
    """A new token: how long it is valid."""

    class Meta:
        model = Token
        fields = ("expires_on",)
        widgets = {"expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


def account_of(request: UserRequest, user_id: int) -> User:
    """Return an account that this analyst manages, other than their own; else raise 404."""
    user = accounts_for(request.user).exclude(pk=request.user.pk).filter(pk=user_id).first()
    if user is None:
        raise Http404
    return user


def _button(step: Callable[[UserRequest, User], HttpResponse]) -> Step:
    """Make the view of a button on the page of a user whose account the analyst manages."""

    @wraps(step)
    def view(request: UserRequest, user_id: int) -> HttpResponse:
        user = account_of(request, user_id)
        if request.method != "POST":  # redirected here after logging in again
            return redirect("analyst:user", user.pk)
        return step(request, user)

    return requires(Role.ANALYST)(never_cache(view))


@_button
def password(request: UserRequest, user: User) -> HttpResponse:
    """Give a user a new password, and show it once."""
    if user.is_program:
        raise Http404
    shown = {"added": user, "password": people.new_password(request.user, user), "renewed": True}
    return render(request, "analyst/user_added.html", shown)


@_button
def factor(request: UserRequest, user: User) -> HttpResponse:
    """Let a user who lost the telephone set up the second factor again."""
    people.forget_factor(request.user, user)
    messages.success(request, _("De inlogapp is gewist. Bij het inloggen stelt deze persoon hem opnieuw in."))
    return redirect("analyst:user", user.pk)


@_button
def unlock(request: UserRequest, user: User) -> HttpResponse:
    """Let a user log in again after too many wrong passwords."""
    people.unlock(request.user, user)
    messages.success(request, _("Deze persoon kan weer proberen in te loggen."))
    return redirect("analyst:user", user.pk)


@_button
def issue(request: UserRequest, user: User) -> HttpResponse:
    """Issue a token for a program, and show it once."""
    if not (user.is_program and user.is_active):
        raise Http404
    form = TokenForm(request.POST, instance=Token(user=user))
    if not form.is_valid():
        messages.warning(request, " ".join(map(str, form.errors["expires_on"])))
        return redirect("analyst:user", user.pk)
    token = form.save(commit=False)
    secret = token.issue()
    record(request.user, "token.add", subject=user.username, token=str(token), until=str(token.expires_on))
    return render(request, "analyst/token.html", {"program": user, "token": token, "secret": secret})


@requires(Role.ANALYST)
def revoke(request: UserRequest, token_id: int) -> HttpResponse:
    """Revoke a token; the next request with it is refused."""
    tokens = Token.objects.filter(pk=token_id, user__in=accounts_for(request.user))
    token = tokens.select_related("user").first()
    if token is None:
        raise Http404
    if request.method == "POST":
        if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record(request.user, "token.revoke", subject=token.user.username, token=str(token))
        messages.success(request, _("De sleutel is ingetrokken."))
    return redirect("analyst:user", token.user_id)
