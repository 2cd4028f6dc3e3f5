"""Answer the coach whether the list can be wrong, with the figure that the manager reads: how many addresses needed help."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.accounts.access import corporations_for
from portal.accounts.models import User
from portal.manager.answers import help_needed
from portal.trends.models import Evidence, EvidenceName


def can_it_err(user: User) -> tuple[str, SafeString, str]:
    """Return question, answer and page for *Hulp* of a coach."""
    always = _(
        "Ja. Niet bij elk adres is hulp nodig, en de lijst mist ook mensen. De redenen kunnen onvolledig zijn of niet kloppen. U "
        "beslist; past een adres niet, kies dan Niet passend."
    )
    theirs = list(corporations_for(user))
    given = {
        row.corporation_id: row
        for row in Evidence.objects.filter(corporation__in=theirs, name=EvidenceName.NEEDS)
    }
    lines = []
    for corporation in theirs:
        needed = help_needed(given.get(corporation.pk))
        # what it found, and until when it looked; how the list compares with a lot is on the manager's page
        answered = [needed.lines[0], *needed.lines[1:][-1:]]
        lines += [corporation.name + ":"] * (len(theirs) > 1) + answered
    texts = format_html_join(" ", "<span{}>{}</span>", ((_language(line), line) for line in lines))
    return _("Kan de lijst het mis hebben?"), format_html("{} {}", always, texts), "coach:week"


def _language(line: str) -> SafeString:
    """Return the attribute of a line that stays Dutch on another page, or nothing."""
    language = getattr(line, "lang", "")
    return format_html(' lang="{}"', language) if language else SafeString("")
