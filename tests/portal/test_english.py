"""Test that the English pages of manager and analyst have no Dutch of the product's own; what the pipeline wrote is marked as Dutch."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from features.catalogue import SIGNALS
from pipelines.installation.contracts import contracts
from portal.accounts.models import Role
from portal.exchange import receive
from portal.runs.models import Run
from portal.runs.names import in_language
from portal.trends import tables
from portal.trends.models import EvidenceName
from tests.portal import factories, two_years
from tests.portal.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.dear]

DUTCH = re.compile(
    r"\b(de|het|een|van|niet|wordt|zijn|bij|voor|dat|er|naar|hoeveel|hoe|waarom|huurachterstand\w*|zorgen|adressen|weken|tot|tussen|alles)\b"
)
"""Words that no English sentence has."""
QUESTIONS = {signal.name: signal.question for signal in SIGNALS}


@pytest.mark.parametrize(
    "name", sorted({*QUESTIONS.values(), *(each.dutch_name for each in contracts().values())})
)
def test_each_name_that_a_run_sends_has_its_english(name):
    with override("en"):
        assert not DUTCH.search(in_language(name).lower())
        assert in_language("Een vraag van vroeger?") == "Een vraag van vroeger?", "of an older version"


def test_a_day_in_a_table_is_written_as_its_language_does():
    with override("en"):
        assert (tables.when(MONDAY, "day"), tables.when(MONDAY, "month")) == (
            f"{MONDAY:%-d %b %Y}",
            f"{MONDAY:%b %Y}",
        )
    with override("nl"):
        assert tables.when(MONDAY, "day").split()[1].islower()


def words(text: str) -> str:
    """Return the words of a page that are not marked as Dutch, and no commands, names of files or data that people typed."""
    text = text.split("<main")[1].split("</main>")[0]
    text = re.sub(r"<svg.*?</svg>|<code.*?</code>|<option.*?</option>", " ", text, flags=re.S)
    text = re.sub(r'<(\w+)[^>]*\blang="nl"[^>]*>.*?</\1>', " ", text, flags=re.S)
    text = unescape(re.sub(r"<[^>]+>", " ", text))
    return re.sub(r"\S+_\d{4}-\d\d-\d\d\S*|de waard", " ", text.lower())


@pytest.mark.parametrize(
    ("role", "page"),
    [
        *((Role.MANAGER, name) for name in ("corporation", "board", "report")),
        *((Role.ANALYST, name) for name in ("runs", "run", "server", "signals", "users", "unmatched")),
    ],
)
def test_a_page_in_english_has_no_dutch_of_its_own(corporation, coach, enter, role, page):
    two_years.figures(corporation, 3, 15)
    two_years.casework(corporation, coach, 3, 15)
    two_years.runs(corporation, 15)
    begun = [{"signal": name, "question": text, "agreements": 40} for name, text in QUESTIONS.items()]
    for run in Run.objects.all():
        run.fired = begun if run.as_of == MONDAY else begun[:9]
        run.sources = [
            row | {"name": contracts()[row["extract"]].dutch_name}
            for row in run.sources
            if row["extract"] in contracts()
        ]
        run.counts |= {"by_coach": {"Noor": 5, "Samira": 3}}
        run.save()
    for name in EvidenceName.values:
        receive.evidence("dewaard", name, MONDAY - timedelta(weeks=1), ["Een zin van de analist."], sure=True)
    factories.unmatched(corporation)
    client = enter(factories.user(role, corporation, username="reader"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    where = {"run": (Run.objects.get(as_of=MONDAY).pk,)} | dict.fromkeys(
        ("corporation", "board", "report"), ("dewaard",)
    )
    text = client.get(reverse(f"{role}:{page}", args=where.get(page))).content.decode()
    found = words(text)
    assert not DUTCH.findall(found), [found[m.start() - 60 : m.end() + 40] for m in DUTCH.finditer(found)]
