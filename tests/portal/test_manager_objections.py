"""Test that the manager reads how many objections there are, which wait, and which were dealt with in time."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Role
from portal.casework.models import Objection
from portal.runs.models import Assignment, UnmatchedRow
from tests.portal import factories
from tests.portal.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.dear]

QUESTION = "Hoeveel bezwaren zijn er, en zijn ze op tijd verwerkt?"
DELIVERED = MONDAY - timedelta(days=40)


@pytest.fixture
def answer(corporation, enter):
    """Read the answer on the manager's page: its tone, and its text on one line."""
    client = enter(factories.user(Role.MANAGER, corporation))

    def read(**asked: str) -> tuple[str, str]:
        page = client.get(reverse("manager:corporation", args=("dewaard",)), asked).content.decode()
        (found,) = re.finditer(
            rf'answer (\w+)">\s*<h2>{re.escape(QUESTION)}</h2>(.*?)</div>', page, re.DOTALL
        )
        return found[1], re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", found[2])))

    return read


def assign(row: UnmatchedRow, by, days: int) -> None:
    """Find the tenant of a row so many days after its file was delivered."""
    Assignment.objects.create(
        by=by,
        corporation=row.corporation,
        key=row.key,
        meaning=row.meaning,
        overeenkomst_id="OVK0000702",
        reason="typing",
        on=DELIVERED + timedelta(days=days),
    )


def test_objections_of_the_portal_are_counted_and_who_stays_off_the_list(corporation, answer):
    day = MONDAY - timedelta(weeks=6)
    before = timezone.make_aware(datetime.combine(day, time(12)))
    by = factories.user(Role.COACH, corporation)
    for number in range(24):
        withdrawn = day + timedelta(days=3) if number < 12 else None
        case = factories.case(corporation)
        Objection.objects.create(case=case, by=by, on=day, created_at=before, withdrawn_on=withdrawn)
    year = {
        "van": f"{day.year}-01-01",
        "tot": str(min(MONDAY, date(day.year, 12, 31))),
    }  # MONDAY may be in the next
    tone, said = answer(**year)
    assert tone == "known" and "Nu open: geen." in said and "buiten de lijst van" not in said
    assert "kwamen er in het portaal ongeveer 25 bezwaren binnen; ongeveer 10 zijn weer ingetrokken." in said
    run = factories.run(corporation)
    run.counts = {"excluded": {"objection": 12, "possible_objection": 2}}
    run.save()
    assert "Door een bezwaar bleven ongeveer 15 overeenkomsten buiten de lijst" in answer()[1]


def test_a_delivered_objection_asks_for_attention_until_its_tenant_is_found(corporation, answer):
    """Twelve were found on the last day of the month and twelve a day later; three more still wait."""
    rows = [factories.unmatched(corporation) for _each in range(27)]
    tone, said = answer()
    assert tone == "act" and "Nu open: ongeveer 25. Ze kwamen in een bestand" in said
    assert said.index("Nu open: ongeveer 25.") < said.index("bezwaren binnen;"), (
        "what asks for attention comes first"
    )
    assert "Geen daarvan wacht langer dan een maand." in said
    run = factories.run(corporation)
    for day, late in ((MONDAY - timedelta(days=30), False), (DELIVERED, True)):
        run.deliveries = [{"file": rows[0].file, "peildatum": str(day), "state": "loaded"}]
        run.save()
        said = answer()[1]
        assert ("Geen daarvan wacht langer dan een maand." in said) is not late
        assert ("Daarvan wachten er ongeveer 25 langer dan een maand." in said) is late
    by = factories.user(Role.ANALYST, corporation)
    for number, row in enumerate(rows[:24]):
        assign(row, by, days=30 if number < 12 else 31)
    tone, said = answer()
    assert tone == "act" and "Vraagt nu aandacht" in said
    made, waiting, in_time = (
        said.index(part)
        for part in (
            "bezwaren binnen;",
            "Nu open: 1–9. Ze kwamen in een bestand",
            "zocht de analist er ongeveer 10 binnen een maand uit",
        )
    )
    assert waiting < said.index("Daarvan wachten er 1–9 langer dan een maand.") < made < in_time
    for row in rows[24:]:
        assign(row, by, days=31)
    tone, said = answer()
    assert (
        tone == "known"
        and "Nu open: geen. Van ongeveer 25 vond de analist de huurder: die werken vanaf de volgende lijst."
        in said
    )
    UnmatchedRow.objects.filter(pk__in=[row.pk for row in rows[5:]]).update(open=False)
    assert "Van 1–9 vond de analist de huurder" in answer()[1]
    UnmatchedRow.objects.update(open=False)
    assert "vond de analist de huurder" not in answer()[1]
    assert "zocht de analist er ongeveer 10 binnen een maand uit" in said


def test_an_objection_of_which_the_tenant_is_not_known_yet_is_said_while_it_is_open(corporation, answer):
    factories.unmatched(corporation, answerable=False)
    said = answer()[1]
    assert "Nu open: geen." in said and "Niet elk aangeleverd bezwaar werkt al" in said
    UnmatchedRow.objects.update(open=False)
    assert "Niet elk aangeleverd bezwaar" not in answer()[1]
