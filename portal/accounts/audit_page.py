"""The audit log for the auditor: read, searched by who, what, which and when, and given as a file."""

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

from portal.accounts.access import UserRequest, audit_for, requires
from portal.accounts.audit import record
from portal.accounts.models import AuditEntry, Role
from portal.trends.tables import harmless

PER_PAGE = 100
FILTERS = ("username", "action", "overeenkomst_id")


@requires(Role.AUDITOR)
@require_safe
def audit_log(request: UserRequest) -> HttpResponse:
    """Show the audit log, newest first; the filters stand in the address."""
    entries, asked, notices = _asked(request)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    actions = list(audit_for(request.user).order_by("action").values_list("action", flat=True).distinct())
    context = {
        "page": page,
        "asked": asked,
        "query": kept.urlencode(),
        "actions": actions,
        "notices": notices,
    }
    return render(request, "accounts/audit.html", context)


@requires(Role.AUDITOR)
@require_safe
def audit_csv(request: UserRequest) -> StreamingHttpResponse:
    """Give what the filters leave as a file, row by row: the log may be long."""
    entries, asked, _notices = _asked(request)
    record(
        request.user, "export.audit", None, **{name: value[:100] for name, value in asked.items() if value}
    )
    response = StreamingHttpResponse(_rows(entries), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="logboek_{timezone.localdate()}.csv"'
    return response


def _asked(request: UserRequest) -> tuple[QuerySet[AuditEntry], dict[str, str], list[str]]:
    """Read the filters; a day that cannot be read is told and left out."""
    asked = {name: request.GET.get(name, "").strip() for name in (*FILTERS, "van", "tot")}
    entries = audit_for(request.user).filter(**{name: asked[name] for name in FILTERS if asked[name]})
    notices = []
    for name, moment in (("van", "at__gte"), ("tot", "at__lt")):
        day = _day(asked[name])
        if day is not None:
            after = timedelta(days=name == "tot")
            entries = entries.filter(**{moment: timezone.make_aware(datetime.combine(day + after, time()))})
        elif asked[name]:
            notices.append(
                _("„%(text)s” is geen datum die wij kunnen lezen. Schrijf bijvoorbeeld 2026-03-31.")
                % {"text": asked[name]}
            )
            asked[name] = ""
    return entries, asked, notices  # fmt: skip


def _day(text: str) -> date | None:
    """Read a day between the years that a clock of the database knows."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return min(max(day, date(1900, 1, 1)), date(9000, 1, 1)) if day else None


class _Echo:
    """A file that gives back what is written to it."""

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
        cells = (entry.username, entry.role, entry.action, entry.corporation, entry.overeenkomst_id, detail)
        when = timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds")
        yield writer.writerow([when, *(harmless(str(cell)) for cell in cells)])
