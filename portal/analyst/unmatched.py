"""Let the analyst resolve the rows that carry a right or a safety warning and match nobody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, requires, unmatched_for
from portal.accounts.models import Role
from portal.analyst.reasons import in_words
from portal.casework.models import Worry
from portal.choices import set_choices
from portal.coach.again import LONGEST_TOKEN, new_token, offer, typed_before
from portal.runs.assign import LONGEST_ID, assign
from portal.runs.models import Assignment, Meaning, Reason, UnmatchedRow

PER_PAGE = 50
REPORTERS = 5
"""Most people who are named to ask which address a worry is about."""
OTHER, NOBODY = "+", "-"
"""Answers that are not one of the candidates."""


class AnswerForm(forms.Form):
    """An agreement, or none of our tenants, and why."""

    agreement = forms.ChoiceField(
        label=gettext_lazy("Om welke overeenkomst gaat het?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Kies er een.")},
    )
    other = forms.CharField(
        label=gettext_lazy("Nummer van de andere overeenkomst"),
        required=False,
        max_length=LONGEST_ID,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Hoe weet u dit?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Kies er een.")},
    )

    def __init__(self, *args: Any, row: UnmatchedRow, **values: Any) -> None:
        super().__init__(*args, **values)
        near = [(agreement, agreement) for agreement in row.candidates] if row.answerable else []
        other = [(OTHER, _("Een andere overeenkomst"))] if row.answerable else []
        set_choices(self, "agreement", [*near, *other, (NOBODY, _("Van niemand van ons"))])

    def clean(self) -> dict[str, Any]:
        """Require the number of another agreement, and resolve the choice to an agreement or nobody."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen, other = data.get("agreement"), data.pop("other", "").strip()
        if chosen == OTHER and not other:
            self.add_error("other", _("Vul het nummer in."))
        data["overeenkomst_id"] = {OTHER: other, NOBODY: ""}.get(chosen or "", chosen)
        return data


@requires(Role.ANALYST)
@never_cache
@require_safe
def rows(request: UserRequest) -> HttpResponse:
    """List the rows that match nobody, open ones first, each with the newest answer."""
    page = Paginator(unmatched_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    answers = _answers(list(page))
    shown = [
        {"row": row, "why": in_words(row.reason), "answer": answers.get((row.corporation_id, row.key))}
        for row in page
    ]
    return render(request, "analyst/unmatched.html", {"rows": shown, "page": page})


@requires(Role.ANALYST)
@never_cache
def answer(request: UserRequest, row_id: int) -> HttpResponse:
    """Show one row with the agreements that it may mean, and record the answer."""
    row = unmatched_for(request.user).filter(pk=row_id).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        form = AnswerForm(request.POST, row=row)
        if not form.is_valid():
            return offer(request)
        token = request.POST.get("token", "")[:LONGEST_TOKEN] or new_token()
        agreement, reason = form.cleaned_data["overeenkomst_id"], form.cleaned_data["reason"]
        try:
            assign(request.user, row_id, token=token, overeenkomst_id=agreement, reason=reason)
        except ValidationError as refused:
            return offer(request, refused)
        messages.success(request, _("Bewaard. Het antwoord telt mee in de volgende lijst."))
        return redirect("analyst:unmatched")
    typed = typed_before(request)
    form = AnswerForm(typed.data, row=row)
    typed.add_errors(form)
    before = _answers([row]).get((row.corporation_id, row.key))
    shown = {
        "row": row,
        "why": in_words(row.reason),
        "form": form,
        "token": typed.token,
        "kept": typed.kept,
        "before": before,
        "reporters": _reporters(row),
    }
    return render(request, "analyst/answer.html", shown)


def _reporters(row: UnmatchedRow) -> list[Worry]:
    """Return the worries of this portal that may be the row, the newest first: those about an address without an agreement."""
    if not row.from_portal or row.meaning != Meaning.WORRY:
        return []
    without = Q(case=None) | Q(case__from_worry=True)
    worries = Worry.objects.filter(without, corporation=row.corporation_id, withdrawn_at=None)
    return list(worries.select_related("by").order_by("-on", "-pk")[:REPORTERS])


def _answers(shown: list[UnmatchedRow]) -> dict[tuple[str, str], Assignment]:
    """Return the newest answer about each of some rows, by corporation and key."""
    given = Assignment.objects.filter(key__in=[row.key for row in shown]).select_related("by")
    return {(row.corporation_id, row.key): row for row in given.order_by("on", "reference")}
