"""Let the analyst add users and programs, give them areas and close their accounts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts import people
from portal.accounts.access import (
    UserRequest,
    accounts_for,
    corporations_for,
    requires,
    users_for,
    works_everywhere,
)
from portal.accounts.areas import known_wijken
from portal.accounts.models import Role, User, plain_name
from portal.accounts.people import Area
from portal.analyst.accounts import TokenForm
from portal.analyst.closing import NOBODY, Closing, asked, in_care, only_one
from portal.casework import lending
from portal.choices import set_choices

PER_PAGE = 50
YES, NO = "ja", "nee"
PROGRAM = "program"


class NameForm(forms.ModelForm):
    """The name of a user: all that users may change of their own account."""

    class Meta:
        model = User
        fields = ("first_name", "last_name")


class AccessForm(NameForm):
    """Name, role and areas of a user.

    The areas are those that the register delivers and those that the user has, in the corporations of the analyst; areas in
    other corporations stay as they are. For a user who has areas there, only the areas can be changed.
    """

    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Werkgebied"), required=False, widget=forms.CheckboxSelectMultiple
    )
    active = forms.TypedChoiceField(
        label=gettext_lazy("Account"),
        choices=[(YES, gettext_lazy("Open")), (NO, gettext_lazy("Gesloten"))],
        coerce=lambda answer: answer == YES,
        widget=forms.RadioSelect,
    )

    taker = forms.ChoiceField(
        label=gettext_lazy("Wie neemt de adressen over, als u dit account sluit of een andere rol geeft?"),
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta(NameForm.Meta):
        fields = ("first_name", "last_name", "role")  # type: ignore[assignment]
        widgets = {"role": forms.RadioSelect}

    def __init__(self, *args: Any, by: User, **values: Any) -> None:
        super().__init__(*args, **values)
        user, corporations = self.instance, dict(corporations_for(by).values_list("pk", "name"))
        has = {(scope.corporation_id, scope.wijk) for scope in user.scopes.all()} if user.pk else set()
        self.elsewhere = {area for area in has if area[0] not in corporations}
        has -= self.elsewhere
        set_choices(self, "areas", [(json.dumps(area), words) for area, words in _areas(corporations, has)])
        self.managed = bool(user.pk) and accounts_for(by).filter(pk=user.pk).exists()
        if user.pk and not self.managed:
            for name in ("first_name", "last_name", "role", "active", "taker"):
                del self.fields[name]
        elif user.role != Role.AUDITOR and not works_everywhere(by):  # an auditor reads the log of all
            set_choices(self, "role", [choice for choice in Role.choices if choice[0] != Role.AUDITOR])
        # of a copy, because a refused form changes the user
        self.closing = Closing.of(copy(user)) if self.managed and user.stands_in else None
        if self.closing and self.closing.own:
            set_choices(self, "taker", self.closing.choices())
        else:
            self.fields.pop("taker", None)
        self.initial["areas"] = [json.dumps(area) for area in has]
        self.initial["active"] = YES if user.is_active else NO

    def clean_areas(self) -> set[Area]:
        """Return the chosen areas; wijken of a corporation that is chosen as a whole add nothing."""
        chosen = {(corporation, wijk) for corporation, wijk in map(json.loads, self.cleaned_data["areas"])}
        whole = {corporation for corporation, wijk in chosen if not wijk}
        return self.elsewhere | {(name, wijk) for name, wijk in chosen if not wijk or name not in whole}

    def clean(self) -> dict[str, Any]:
        """Put into the user whether the account is open."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.is_active = data.get("active", self.instance.is_active)
        leaves = not data.get("active", True) or data.get("role", Role.COACH) != Role.COACH
        if "taker" in self.fields and leaves and not data.get("taker"):
            self.add_error("taker", _("Kies wie de adressen overneemt, of „Nog niemand”."))
        return data

    def chosen(self) -> User | None:
        """Return the coach who takes over the cases of a user who leaves; None if there are none, or nobody takes them."""
        taker = self.cleaned_data.get("taker")
        if self.instance.stands_in or not taker or taker == NOBODY:
            return None
        return User.objects.get(pk=int(taker))


class NewForm(AccessForm):
    """A new user, with a password or a work account."""

    login = forms.ChoiceField(
        label=gettext_lazy("Hoe logt deze persoon in?"),
        choices=[
            ("password", gettext_lazy("Met een wachtwoord, dat wij nu maken")),
            ("work", gettext_lazy("Met het werkaccount")),
            (PROGRAM, gettext_lazy("Niet: dit is een programma, en dat krijgt een sleutel")),
        ],
        initial="password",
        widget=forms.RadioSelect,
    )

    class Meta(AccessForm.Meta):
        fields = ("username", "first_name", "last_name", "role")  # type: ignore[assignment]
        help_texts = {"username": gettext_lazy("Hiermee logt iemand in.")}

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        del self.fields["active"]
        self.initial["role"] = None  # to be chosen
        self.fields["username"].widget.attrs |= {"autocomplete": "off", "autofocus": False}

    def clean(self) -> dict[str, Any]:
        """Put into the user whether it is a program."""
        data: dict[str, Any] = super().clean()
        self.instance.is_program = data.get("login") == PROGRAM
        return data


@requires(Role.ANALYST)
@require_safe
def users(request: UserRequest) -> HttpResponse:
    """List the users with their role, areas and open work, the open accounts first."""
    every = _with_work(users_for(request.user))
    every = every.prefetch_related("scopes__corporation").order_by("-is_active", "username")
    page = Paginator(every, PER_PAGE).get_page(request.GET.get("page"))
    failed = people.failed_logins(page)
    rows: list[dict[str, Any]] = [
        {
            "user": user,
            "areas": [_words(s.corporation.name, s.wijk) for s in user.scopes.all()],
            "failed": failed.get(plain_name(user.username), 0),
        }
        for user in page
    ]
    left = in_care().filter(owner__in=users_for(request.user).filter(is_active=False)).count()
    return render(request, "analyst/users.html", {"rows": rows, "page": page, "left": left})


@requires(Role.ANALYST)
@never_cache
def add(request: UserRequest) -> HttpResponse:
    """Add a user, and show the password once."""
    form = NewForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        with_password = form.cleaned_data["login"] == "password"
        user = form.save(commit=False)
        password = people.add(request.user, user, form.cleaned_data["areas"], with_password=with_password)
        return render(request, "analyst/user_added.html", {"added": user, "password": password})
    return render(request, "analyst/user.html", {"form": form})


@requires(Role.ANALYST)
@never_cache
def change(request: UserRequest, user_id: int) -> HttpResponse:
    """Change a user; users change only the name of their own account."""
    user = users_for(request.user).filter(pk=user_id).first()
    if user is None:
        raise Http404
    own = user == request.user
    typed = request.POST or None
    form = NameForm(typed, instance=user) if own else AccessForm(typed, instance=user, by=request.user)
    if request.method == "POST" and form.is_valid():
        taker = form.chosen() if isinstance(form, AccessForm) else None
        with transaction.atomic():
            people.change(request.user, form.save(commit=False), form.cleaned_data.get("areas"))
            number = lending.pass_on(request.user, away=user, to=taker) if taker else 0
        messages.success(request, _passed(number, user, taker) if taker else _saved(user, form))
        if not user.stands_in:
            closing = Closing.of(user)
            for sentence in closing.after():
                messages.warning(request, sentence)
            for sentence in closing.stays():
                messages.info(request, sentence)
        if not user.is_active:
            lending.keep_up()
        return redirect("analyst:users")
    shown = User.objects.get(pk=user_id)  # a refused form changed the other one
    context = {"form": form, "changed": shown, "own": own}
    if isinstance(form, AccessForm) and form.managed:
        failed = sum(people.failed_logins([shown]).values())
        context |= {"account": True, "failed": failed, "only_one": only_one(shown)}
        if isinstance(form, AccessForm) and form.closing:
            context["before_closing"] = form.closing.before()
        if shown.is_program:
            context |= {"tokens": shown.tokens.all(), "token_form": TokenForm()}
    return render(request, "analyst/user.html", context)


def _saved(user: User, form: forms.ModelForm) -> str:
    """Say what was saved, if it opens or closes an account."""
    if "active" not in form.changed_data:
        return _("Bewaard.")
    words = _("Bewaard. Het account van %(user)s is open.")
    return (words if user.is_active else _("Bewaard. Het account van %(user)s is gesloten.")) % {"user": user}


def _passed(number: int, user: User, taker: User) -> str:
    text = ngettext(
        "Bewaard. %(to)s heeft nu %(n)s adres van %(user)s in zorg, en leest dat op Deze week.",
        "Bewaard. %(to)s heeft nu %(n)s adressen van %(user)s in zorg, en leest dat op Deze week.",
        number,
    )
    return text % {"to": taker, "n": number, "user": user}


def _with_work(users: QuerySet[User]) -> QuerySet[User]:
    """Add how many addresses each user has in care (``in_care``), and for how many hand-overs they wait for a partner (``asked``).

    A hand-over waits also where its address is closed meanwhile, as *In zorg* shows it.
    The numbers are exact: they say who has work, and nothing about an address.
    """
    theirs = in_care().filter(owner=OuterRef("pk"))
    open_ = asked().filter(case__owner=OuterRef("pk"))
    return users.annotate(in_care=_count(theirs, "owner"), asked=_count(open_, "case__owner"))


def _count(rows: QuerySet[Any], owner: str) -> Coalesce:
    number = rows.order_by().values(owner).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number), 0)


def _areas(names: Mapping[str, str], has: set[Area]) -> list[tuple[Area, str]]:
    """Return the areas to choose from in words: each corporation and its wijken, and areas of the user that no delivery has."""
    known = known_wijken()
    areas = [(name, wijk) for name in names for wijk in ("", *sorted(known.get(name, set())))]
    gone = sorted(has - set(areas))
    return [
        *((area, _words(names[area[0]], area[1])) for area in areas),
        *((area, f"{_words(names[area[0]], area[1])} ({_('niet in de gegevens')})") for area in gone),
    ]


def _words(corporation: str, wijk: str) -> str:
    return f"{corporation}: {wijk or _('Alle wijken')}"
