"""Open every page of coach, melder and analyst in every look and width, with all menus open, and let axe-core judge."""

from __future__ import annotations

import pytest

from portal.accounts.models import Role
from portal.casework import care, services
from portal.casework.codes import Kind
from tests.browser.look import fine
from tests.portal import factories, two_years
from tests.portal.factories import TODAY
from tests.support.cases import cases as number

WIDTHS = (320, 768, 1920)
LOOKS = ("forced", "dark", "light")
ALL = [(width, look) for look in LOOKS for width in WIDTHS]
TRIED = [
    (320, "dark"),
    (1920, "forced"),
    *(each for each in ALL if each not in {(320, "dark"), (1920, "forced")}),
]
"""A narrow dark screen first, which differs most from the pages of the other tests. They try the components in each look
(`test_shared_pages.py`), of which all these pages are made."""
WORK = ("", "contact/", "stand/", "groei/", "overdracht/", "collega/", "bezwaar/", "zorg/")
OPEN = "document.querySelectorAll('details').forEach(part => { part.open = true })"

pytestmark = pytest.mark.long


@pytest.fixture
def pages(corporation, coach, cases):
    """The paths of each role; one case is worked on, one is objected to and one is untouched."""
    first, second, third = cases
    services.log_contact(
        coach, first.pk, version=1, token="a", kind=Kind.VISIT, follow_up_on=TODAY, note="Kort."
    )
    care.hand_over(coach, first.pk, version=2, token="h", partner="wijkteam")
    care.grow(coach, first.pk, version=3, domain="geld", step=1, phase="start")
    care.object_to(coach, third.pk)
    factories.worry(second, urgent=True)
    two_years.runs(corporation, 10)
    run = corporation.runs.first()
    return {
        coach: [
            "/week/",
            "/week/in-zorg/",
            "/week/waarneming/",
            "/week/van-de-lijst/",
            "/week/overdrachten/",
            "/week/zoeken/",
            "/week/afgerond/",
            "/week/papier/",
            "/week/briefje/",
            "/week/adres/0/",
            f"/week/adres/{third.pk}/",
            *(f"/week/adres/{first.pk}/{part}" for part in WORK),
            "/hulp/",
            "/schade/",
            "/stijl/",
        ],
        factories.user(Role.MELDER, corporation): ["/melden/", "/melden/dank/"],
        factories.user(Role.ANALYST, corporation): [
            "/runs/",
            f"/runs/{run.pk}/",
            "/runs/server/",
            "/runs/signalen/",
            "/runs/gebruikers/",
            "/runs/gebruikers/nieuw/",
            f"/runs/gebruikers/{coach.pk}/",
            f"/runs/gebruikers/{factories.token(corporation).user_id}/",
        ],
    }


@pytest.mark.parametrize(("width", "look"), TRIED[: number(1, len(TRIED))])
def test_no_page_has_a_violation(visit, pages, width, look):
    media = {"forced_colors": "active"} if look == "forced" else {"color_scheme": look}
    for user, paths in pages.items():
        page = visit(user, "/", {"viewport": {"width": width, "height": 800}}, **media)
        for path in paths:
            page.goto(path)
            page.evaluate(OPEN)
            fine(page)
