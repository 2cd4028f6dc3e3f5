"""Let the auditor read the audit log, search it by user, action, case and period, and download it as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, audit_for, auditors, requires, works_everywhere
from portal.accounts.actions import IN_A_LIST, action_words, role_words
from portal.accounts.audit import record
from portal.accounts.audit_lines import grouped, lines
from portal.accounts.models import AuditEntry, Role
from portal.trends.tables import harmless

PER_PAGE = 100
FILTERS = ("username", "action", "corporation")
DONE_OR_OPENED = "zonder-lijsten"
"""The choice of every action but those of `IN_A_LIST`, which are most of the log."""


@requires(Role.AUDITOR, Role.ANALYST)
@require_safe
def audit_log(request: UserRequest) -> HttpResponse:
    """Show the audit log, newest first; the URL contains the filters. An analyst reads here who may see it, and how."""
    if request.user.role == Role.ANALYST:
        shown = {"auditors": auditors(), "manages": works_everywhere(request.user)}
        return render(request, "accounts/audit_who.html", shown)
    entries, filters, notices = _asked(request)
    rows = grouped(entries) if filters["overeenkomst_id"] else entries
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    codes = audit_for(request.user).order_by("action").values_list("action", flat=True).distinct()
    actions = sorted(((code, action_words(code)) for code in codes), key=lambda pair: pair[1])
    context = {
        "page": page,
        "lines": lines(page),
        "views": entries.count() if rows is not entries else None,
        "asked": filters,
        "query": kept.urlencode(),
        "actions": actions,
        "done_or_opened": DONE_OR_OPENED,
        "notices": notices,
    }
    return render(request, "accounts/audit.html", context)


@requires(Role.AUDITOR)
@require_safe
def audit_csv(request: UserRequest) -> StreamingHttpResponse:
    """Stream the filtered log as CSV row by row, because it can be long."""
    entries, filters, _notices = _asked(request)
    record(
        request.user, "export.audit", None, **{name: value[:100] for name, value in filters.items() if value}
    )
    response = StreamingHttpResponse(_rows(entries), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="logboek_{timezone.localdate()}.csv"'
    return response


def _asked(request: UserRequest) -> tuple[QuerySet[AuditEntry], dict[str, str], list[str]]:
    """Read the filters; ignore an unreadable date and return a notice about it."""
    filters = {
        name: request.GET.get(name, "").strip() for name in (*FILTERS, "overeenkomst_id", "van", "tot")
    }
    chosen = {name: filters[name] for name in FILTERS if filters[name] and filters[name] != DONE_OR_OPENED}
    entries = audit_for(request.user).filter(**chosen)
    if filters["action"] == DONE_OR_OPENED:
        entries = entries.exclude(action__in=IN_A_LIST)
    if filters["overeenkomst_id"]:
        entries = entries.filter(overeenkomst_id__in=_spellings(filters["overeenkomst_id"]))
    notices = []
    for name, moment in (("van", "at__gte"), ("tot", "at__lt")):
        day = _day(filters[name])
        if day is not None:
            after = timedelta(days=name == "tot")
            entries = entries.filter(**{moment: timezone.make_aware(datetime.combine(day + after, time()))})
        elif filters[name]:
            notices.append(
                _("„%(text)s” is geen datum die wij kunnen lezen. Schrijf bijvoorbeeld 2026-03-31.")
                % {"text": filters[name]}
            )
            filters[name] = ""
    return entries, filters, notices  # fmt: skip


def _spellings(agreement: str) -> set[str]:
    """Return the ids that a text may mean: the page writes the corporation before the id, and people leave out capitals."""
    texts = {agreement, agreement.split()[-1]}
    return texts | {text.upper() for text in texts}


def _day(text: str) -> date | None:
    """Parse a date within the years that the database supports."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return min(max(day, date(1900, 1, 1)), date(9000, 1, 1)) if day else None


class _Echo:
    """A file that returns what is written to it."""

    def write(self, text: str) -> str:
        return text


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    head = (
        _("Wanneer"),
        _("Wie"),
        _("Rol"),
        _("Wat"),
        _("Corporatie"),
        _("Overeenkomst"),
        _("Bijzonderheden"),
    )
    yield "\ufeff" + writer.writerow(head)
    for entry in entries.iterator(chunk_size=2000):
        detail = ", ".join(f"{name}: {value}" for name, value in entry.detail.items())
        cells = (
            entry.username,
            role_words(entry.role),
            action_words(entry.action),
            entry.corporation,
            entry.overeenkomst_id,
            detail,
        )
        when = timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds")
        yield writer.writerow([when, *(harmless(str(cell)) for cell in cells)])
