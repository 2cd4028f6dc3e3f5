"""Test that a prepared query gives the rows of the plain one, for every user and at each run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Count, F, Model
from django.db.models.sql.compiler import SQLCompiler
from django.urls import reverse

from portal.accounts.access import Viewer, cases_for
from portal.accounts.models import Role, Scope, User
from portal.casework import queries
from portal.casework.models import Case, Listing
from portal.prepared import LARGEST, Prepared, Slot
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY

pytestmark = pytest.mark.django_db
AREAS = {"all": [""], "one wijk": ["Noord"], "two wijken": ["Noord", "Zuid"], "nowhere": []}


@pytest.fixture
def cases(corporation, other):
    """Three wijken of De Waard and one of another corporation, each with an address."""
    theirs = [factories.listed_case(corporation, wijk=wijk) for wijk in ("Noord", "Zuid", "West")]
    return [*theirs, factories.listed_case(other, wijk="Noord")]


@pytest.mark.parametrize("areas", AREAS)
@pytest.mark.parametrize("role", [Role.COACH, Role.MANAGER])
@pytest.mark.usefixtures("cases")
def test_each_user_gets_the_rows_of_the_plain_query(corporation, role, areas):
    user = factories.user(role)
    for wijk in AREAS[areas]:
        Scope.objects.create(user=user, corporation=corporation, wijk=wijk)
    expected = list(queries.listed(user))
    assert len(expected) == {"all": 3}.get(areas, len(AREAS[areas])) * (role == Role.COACH)
    prepared = queries.listed_rows(Viewer.of(user))
    assert [prepared.rows(), prepared.rows()] == [expected, expected]


def everything(row: Model) -> dict[str, object]:
    """Return every value of a row, those of its related rows too, and what Django notes about it."""
    values = {name: value for name, value in vars(row).items() if name != "_state"}
    related = {name: other and everything(other) for name, other in row._state.fields_cache.items()}
    return values | related | {"adding": row._state.adding, "db": row._state.db}


@pytest.mark.parametrize(
    "rows",
    [
        Listing.objects.select_related("case__corporation", "case__owner"),
        Case.objects.annotate(lists=Count("listings"), wijken=F("corporation__name")).order_by("pk"),
        Case.objects.only("pk", "state").order_by("pk"),
        Case.objects.order_by("listings__position").distinct(),
    ],
    ids=["related", "annotated", "some columns", "sorted by a column that is not read"],
)
@pytest.mark.usefixtures("cases")
def test_a_row_holds_what_django_puts_in_it(rows):
    plain = [everything(row) for row in rows.all()]
    assert len(plain) == 4
    assert [everything(row) for row in Prepared(rows.all()).rows()] == plain


def test_each_run_has_its_own_values(corporation, coach):
    cases = [factories.listed_case(corporation) for _each in range(2)]
    prepared = Prepared(cases_for(coach).filter(pk=Slot("case")))
    for case in [*cases, *cases]:
        assert prepared.get(case=case.pk) == case
        assert prepared.get(case=case.pk).corporation.name == case.corporation.name
    with pytest.raises(Case.DoesNotExist):
        prepared.get(case=0)


def test_a_day_is_a_value_too(corporation, coach):
    cases = [factories.listed_case(corporation) for _each in range(3)]
    for later, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(
            worked_on=True, state="in_contact", owner=coach, follow_up_on=TODAY + timedelta(days=later)
        )
    for later in (2, 0, 1):
        assert queries.waiting(coach, TODAY + timedelta(days=later)).due == cases[: later + 1]


def test_a_number_beyond_every_key_is_of_nothing(coach):
    assert Prepared(cases_for(coach).filter(pk=Slot("case"))).rows(case=LARGEST) == []


def test_a_query_is_compiled_once(case, coach, monkeypatch):
    prepared = Prepared(cases_for(coach).filter(pk=Slot("case")))
    assert prepared.get(case=case.pk) == case
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *_arguments: pytest.fail("compiled again"))
    assert prepared.get(case=case.pk) == case


def test_a_query_that_prefetches_is_refused(coach):
    with pytest.raises(ValueError, match="prefetches"):
        Prepared(cases_for(coach).prefetch_related("contacts"))


def test_an_area_that_is_taken_away_is_gone_at_the_next_request(enter, case, coach):
    client, address = enter(coach), reverse("coach:case", args=(case.pk,))
    assert case.address in client.get(reverse("coach:week")).content.decode()
    assert client.get(address).status_code == 200
    Scope.objects.filter(user=coach).delete()
    assert case.address not in client.get(reverse("coach:week")).content.decode()
    assert client.get(address).status_code == 404
    User.objects.filter(pk=coach.pk).update(role=Role.MANAGER)
    assert client.get(address).status_code == 403


def test_a_change_of_an_older_list_is_not_shown_as_new(enter, case, coach):
    for as_of, text in ((MONDAY, "Er is betaald."), (MONDAY - timedelta(weeks=1), "Er is een regeling.")):
        case.changes.create(as_of=as_of, seen_on=TODAY, code="paid", text=text)
    page = enter(coach).get(reverse("coach:week")).content.decode()
    assert "Er is betaald." in page
    assert "Er is een regeling." not in page
