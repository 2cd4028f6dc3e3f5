"""Invented worries are about addresses that are known, and there are enough of them for a quarter to show a figure."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from portal.casework.models import Case, Worry
from portal.invented import Casework
from tests.portal import factories
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db


def test_a_worry_of_the_demo_names_an_address_that_was_listed(corporation):
    for place in range(1, 5):
        factories.listed_case(corporation, position=place)
    casework = Casework(
        corporation, MONDAY, lambda _key, _day: SimpleNamespace(opens=1.0, need=True, helps=False)
    )
    casework.week(MONDAY)
    worries = list(Worry.objects.all())
    assert 2 <= len(worries) <= 4
    assert all(row.postcode and row.case and not row.eenheid_id for row in worries)
    assert not Case.objects.filter(from_worry=True).exists()
