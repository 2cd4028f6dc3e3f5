"""Attack single homes: the manager knows the number of homes of each wijk, and every home of the small ones but one.

In a wijk with one home "1 t/m 9" reveals everything about it, and three homes with three families of "1 t/m 9" are solved. Both
are shown with a neighbouring wijk (`pipelines.warehouse.wijken`).
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from django.urls import reverse

from pipelines.warehouse.wijken import OTHER, shown_as
from portal.accounts.models import Role
from portal.trends.models import Family, WeekFigure
from portal.trends.suppress import SMALL
from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.portal.test_attack import WEEKS, Attack, gather

pytestmark = pytest.mark.dear

HOMES = {"Hofje": 1, "Dijk": 3, "Midden": 130, "Groot": 400}
SINGLE = {"Hofje": ("arrears",), "Dijk": ("arrears", "nuisance", "repairs")}
"""The family of each home in the small wijken."""
KNOWN_ELSEWHERE = 20
"""Homes of the neighbouring wijk that have no signals, as the manager knows."""
NONE = "none"
TARGETS = [(wijk, home) for wijk, families in SINGLE.items() for home in range(len(families))]


@pytest.fixture
def manager(corporation):
    return factories.user(Role.MANAGER, corporation)


def world(seed: int) -> dict[str, Counter[str]]:
    """Return the homes per wijk and family, the same each week."""
    chance = Random(seed)
    return {wijk: Counter(families) for wijk, families in SINGLE.items()} | {
        wijk: Counter({family: chance.randrange(1, 7) for family in Family.values})
        for wijk in ("Midden", "Groot")
    }


def fill(corporation, counts: dict[str, Counter[str]], least: int) -> dict[str, int]:
    """Fill the portal as the pipeline does, and return the homes per shown wijk."""
    homes: Counter[str] = Counter()
    signalled: dict[str, Counter[str]] = {}
    for wijk, shown in shown_as(HOMES, least).items():
        homes[shown] += HOMES[wijk]
        signalled[shown] = signalled.get(shown, Counter()) + counts[wijk]
    WeekFigure.objects.bulk_create(
        WeekFigure(
            as_of=week,
            corporation=corporation,
            wijk=wijk,
            family=family,
            agreements=number,
            signalled=signalled[wijk][family],
        )
        for week in WEEKS
        for wijk, number in homes.items()
        for family in Family.values
    )
    return dict(homes)


def possible(attack: Attack, shown: str, homes: int, known: list[str]) -> set[str]:
    """Return the families that the one unknown home can have, given all figures of its shown wijk and the known homes.

    The other homes of the shown wijk are strangers: each has at most one family.
    """
    strangers = homes - len(known) - 1
    bounds = {}
    for family in Family.values:
        cell = (shown, str(MONDAY), family)
        low, high = attack.possible(cell) if cell in attack.hidden else attack.box[attack.place[cell]]
        bounds[family] = (low - known.count(family), high - known.count(family))
    actual = set()
    for value in (NONE, *Family.values):
        least = [max(0, low - (family == value)) for family, (low, _high) in bounds.items()]
        most = [high - (family == value) for family, (_low, high) in bounds.items()]
        if sum(least) <= strangers and all(few <= many for few, many in zip(least, most, strict=True)):
            actual.add(value)
    return actual


def attacked(client, homes: dict[str, int], wijk: str, home: int, shown: str) -> set[str]:
    """Let the manager know every home of the small wijken within the same shown wijk but one, and homes of the neighbour."""
    known = [
        family
        for other, families in SINGLE.items()
        if shown in (other, OTHER)
        for place, family in enumerate(families)
        if (other, place) != (wijk, home)
    ]
    if shown == OTHER:
        known += [NONE] * KNOWN_ELSEWHERE
    return possible(gather(client, tuple(sorted(homes))), shown, homes[shown], known)


@pytest.mark.parametrize(("wijk", "home"), TARGETS)
def test_a_home_in_a_small_wijk_can_have_any_family_or_none(corporation, manager, enter, wijk, home):
    counts = world(home)
    homes = fill(corporation, counts, least=100)
    assert homes == {OTHER: 134, "Groot": 400}
    assert attacked(enter(manager), homes, wijk, home, OTHER) == {NONE, *Family.values}


def test_the_same_attack_solves_every_home_without_the_rule(corporation, manager, enter):
    """Shown by themselves, one home is solved at once, and each of three with their families."""
    homes = fill(corporation, world(0), least=1)
    attack = gather(enter(manager), tuple(sorted(homes)))
    assert {attack.box[attack.place["Hofje", str(MONDAY), "arrears"]]} == {(1, SMALL)}
    assert possible(attack, "Hofje", 1, []) == {"arrears"}
    assert possible(attack, "Dijk", 3, ["arrears", "nuisance"]) == {"repairs"}
    # Even without knowing a neighbour: three families of one or more are one home each.
    assert (
        sum(attack.possible(("Dijk", str(MONDAY), family))[0] for family in SINGLE["Dijk"]) == HOMES["Dijk"]
    )


def test_no_page_names_a_small_wijk_nor_filters_on_it(corporation, manager, enter):
    fill(corporation, world(1), least=100)
    client = enter(manager)
    pages = [reverse("manager:corporation", args=("dewaard",)), reverse("manager:report", args=("dewaard",))]
    pages += [reverse("manager:csv", args=("dewaard", name)) for name in ("signalen", "wijken")]
    for page in pages:
        text = client.get(page).content.decode()
        assert "Hofje" not in text and "Dijk" not in text
    for name in ("signalen", "wijken"):
        table = reverse("manager:csv", args=("dewaard", name))
        assert client.get(table, {"wijk": "Dijk"}).content == client.get(table).content
