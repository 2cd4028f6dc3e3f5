"""Test that a publication is received once and completely, and that the export is complete, ordered and has stable ids."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.exchange.collect import EXTRACTS
from portal.accounts.models import Corporation, Role
from portal.casework import care, queries, services, worries
from portal.casework.codes import Kind, PartOfDay, Result, Source, State, Worries, in_contract
from portal.casework.models import Case, Change, Growth, Handover, Listing, SignalWeek
from portal.exchange import give, receive
from portal.exchange.payload import Figure, Morning, News, Work
from portal.runs import assign
from portal.runs.models import Reason, Run
from portal.trends.models import WeekFigure
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY, entry, publication

pytestmark = pytest.mark.django_db
CONTRACTS = Path(__file__).resolve().parents[2] / "data" / "contracts"
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def coach():
    return factories.user(Role.COACH, Corporation.objects.get())


def listed(as_of=MONDAY):
    rows = Listing.objects.filter(as_of=as_of, withdrawn=False).order_by("position")
    return [row.case.overeenkomst_id for row in rows]


def test_a_list_arrives_in_its_order():
    receipt = receive.publish(publication(entry(1), entry(2), entry(3)))
    assert (receipt.unchanged, receipt.edition, receipt.listed) == (False, 1, 3)
    assert [row.position for row in queries.this_week(coach())] == [1, 2, 3]
    assert SignalWeek.objects.count() == 3
    assert WeekFigure.objects.get().signalled == 40


def test_the_same_again_changes_nothing():
    sent = publication(entry(1), entry(2))
    receive.publish(sent)
    before = list(Case.objects.values()), list(Listing.objects.values()), list(Run.objects.values())
    assert receive.publish(sent).unchanged
    after = list(Case.objects.values()), list(Listing.objects.values()), list(Run.objects.values())
    assert before == after


def test_the_hash_names_the_content_not_the_order_of_a_set():
    keys = [("dewaard", "H1"), ("dewaard", "H2")]
    one, two = (publication(flared_up=frozenset(part)) for part in (keys, keys[::-1]))
    assert one.content_hash == two.content_hash != publication().content_hash


def test_a_second_run_replaces_what_nobody_worked_on():
    receive.publish(publication(entry(1), entry(2)))
    user, worked = coach(), Case.objects.get(overeenkomst_id="H00001")
    services.log_contact(user, worked.pk, version=1, token="t", kind=Kind.VISIT)
    receipt = receive.publish(publication(entry(3, position=1)))
    assert (receipt.edition, receipt.left) == (2, 2)
    assert listed() == ["H00003"]
    assert set(Case.objects.values_list("overeenkomst_id", flat=True)) == {"H00001", "H00003"}
    assert list(queries.in_care(user)) == [worked]


def test_a_return_to_the_list_keeps_one_listing_and_the_notes_of_the_coach():
    receive.publish(publication(entry(1)))
    user, case = coach(), Case.objects.get()
    services.log_contact(user, case.pk, version=1, token="t", kind=Kind.VISIT, reached=True)
    receive.publish(publication(entry(2)))
    receive.publish(publication(entry(1, name="Nieuwe naam")))
    case.refresh_from_db()
    assert (case.state, case.version, case.name, case.listed_on) == (
        State.IN_CONTACT,
        2,
        "Nieuwe naam",
        MONDAY,
    )
    assert listed() == ["H00001"]


def test_a_new_week_marks_addresses_carried_over_from_the_last():
    receive.publish(publication(entry(1), entry(2), as_of=MONDAY - WEEK))
    receive.publish(publication(entry(2, position=1, listed_before=True), entry(3, position=2)))
    rows = list(queries.this_week(coach()))
    assert [(row.case.overeenkomst_id, row.carried_over) for row in rows] == [
        ("H00002", True),
        ("H00003", False),
    ]


def test_an_older_week_published_late_does_not_become_this_week():
    receive.publish(publication(entry(1)))
    receive.publish(publication(entry(1, name="Oude naam"), entry(2), as_of=MONDAY - WEEK))
    assert [row.case.name for row in queries.this_week(coach())] == ["Proefpersoon 1"]
    assert Case.objects.get(overeenkomst_id="H00001").listed_on == MONDAY


def test_a_publication_that_fails_halfway_leaves_nothing():
    with pytest.raises(TypeError):
        receive.publish(publication(entry(1), counts={"listed": object()}))
    good = publication(entry(1), figures=(Figure(MONDAY, "nergens", "Noord", "arrears", 1, 1),))
    from django.db import IntegrityError, connection, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        receive.publish(good)
        connection.check_constraints()
    assert not Case.objects.exists()
    assert not Run.objects.exists()


def test_a_watched_case_comes_back_when_it_flares_up():
    receive.publish(publication(entry(1)))
    user, case = coach(), Case.objects.get()
    services.set_state(user, case.pk, version=1, token="t", state=State.WATCH)
    assert give.in_care() == {("dewaard", "H00001")}
    assert give.watched() == {("dewaard", "H00001"): TODAY}
    receive.publish(publication(as_of=MONDAY + WEEK, flared_up=frozenset({("dewaard", "H00001")})))
    assert queries.waiting(user, MONDAY).flared_up == [case]
    services.log_contact(user, case.pk, version=2, token="t2", kind=Kind.PHONE)
    assert not queries.waiting(user, MONDAY).flared_up


def test_news_of_a_later_delivery_is_shown_once():
    receive.publish(publication(entry(1)))
    paid = News("dewaard", "H00001", MONDAY + timedelta(days=1), "paid", "De achterstand is betaald.")
    assert [receive.update(MONDAY, [paid]) for _ in range(2)] == [1, 0]
    assert Change.objects.get().text == "De achterstand is betaald."


def test_everything_comes_back_in_order_with_ids_that_stay():
    receive.publish(publication(entry(1), entry(2)))
    user = coach()
    for number, case in enumerate(Case.objects.order_by("overeenkomst_id")):
        day = TODAY - timedelta(days=number)
        services.log_contact(
            user, case.pk, version=1, token=f"t{number}", kind=Kind.VISIT, reached=True, on=day
        )
    worries.pass_on_worry(user, token="w", source="overig", worry=Worries.MONEY, case_id=case.pk)
    care.object_to(user, case.pk)
    first, second = (give.feedback(TODAY) for _ in range(2))
    assert first == second
    assert [row["datum"] for row in first.contacten] == [TODAY - timedelta(days=1), TODAY]
    assert first.bezwaren[0]["ingetrokken_op"] is None
    assert first.meldingen_medewerkers[0]["overeenkomst_id"] == "H00002"
    assert give.feedback(TODAY - timedelta(days=1)).contacten == first.contacten[:1]


def test_an_undone_contact_is_not_given_or_restores_the_state_if_it_was():
    receive.publish(publication(entry(1), entry(2)))
    user = coach()
    early, late = Case.objects.order_by("overeenkomst_id")
    given = {"version": 1, "kind": Kind.VISIT, "reached": True, "result": Result.ADVICE}
    contact = services.log_contact(user, early.pk, token="a", **given)
    services.undo(user, contact.pk, version=2)
    contact = services.log_contact(user, late.pk, token="b", **given)
    (row,) = give.feedback(TODAY).contacten
    assert (row["contact_id"], row["stand"], row["bereikt"]) == (contact.reference, "in_contact", True)
    services.undo(user, contact.pk, version=2)
    (row,) = give.feedback(TODAY).contacten
    assert (row["contact_id"], row["stand"], row["soort"]) == (contact.reference, "nieuw", "Administratief")
    assert (row["bereikt"], row["resultaat"]) == (None, None)


@pytest.mark.parametrize("extract", list(EXTRACTS))
def test_the_codes_and_columns_are_those_of_the_contract(extract):
    columns = tomllib.loads((CONTRACTS / f"{extract}.toml").read_text(encoding="utf-8"))["columns"]
    receive.publish(publication(entry(1)))
    user, case = coach(), Case.objects.get()
    services.log_contact(user, case.pk, version=1, token="t", kind=Kind.VISIT)
    worries.pass_on_worry(user, token="w", source="overig", worry=Worries.MONEY, case_id=case.pk)
    care.object_to(user, case.pk)
    row = factories.unmatched(case.corporation)
    analyst = factories.user(Role.ANALYST, case.corporation)
    assign.assign(analyst, row.pk, token="a", overeenkomst_id="OVK0000702", reason=Reason.ASKED)
    (row,) = getattr(give.feedback(TODAY), extract)
    assert set(columns) == set(row) - {"postcode", "huisnummer"}
    for name, column in columns.items():
        if "values" in column:
            ours = {
                "soort": Kind.values,
                "dagdeel": PartOfDay.values,
                "stand": State.values,
                "bron": map(in_contract, Source.values),
                "zorg": Worries.values,
                "reden": Reason.values,
            }[name]
            assert set(ours) == set(column["values"])


def test_dates_of_the_rows_are_dates():
    receive.publish(publication(entry(1), as_of=date(2026, 11, 16)))
    assert Run.objects.get().as_of == date(2026, 11, 16)


def test_growth_and_hand_overs_go_back_as_counts_and_nothing_else():
    user = coach_of_two()
    first, second = Case.objects.order_by("pk")
    before, after = TODAY - 60 * DAY, TODAY - 2 * DAY
    for case, domain, step, phase, on in [
        (first, "geld", 1, "start", before),
        (first, "geld", 1, "follow_up", after - DAY),
        (first, "geld", 3, "follow_up", after),  # the last one counts
        (second, "geld", 2, "start", before),
        (second, "geld", 2, "follow_up", after),
        (second, "wonen", 3, "start", before),
        (second, "wonen", 1, "follow_up", after),
        (first, "wonen", 1, "start", after),  # looked at once
        (first, "sociale_relaties", 3, "follow_up", after),  # no start
        (second, "zelforganisatie", 1, "start", before - DAY),
        (second, "zelforganisatie", 3, "follow_up", before),  # not in this period
    ]:
        Growth.objects.create(case=case, by=user, domain=domain, step=step, phase=phase, on=on)
    for picked_up, on in [("ja", after), ("ja", before), ("onbekend", after), ("nee", TODAY)]:
        Handover.objects.create(case=first, by=user, partner="wijkteam", picked_up=picked_up, on=on)
    assert give.work(TODAY - 30 * DAY, TODAY) == Work(
        growth={
            "geld": (1, 1, 0),
            "wonen": (0, 0, 1),
            "sociale_relaties": (0, 0, 0),
            "zelforganisatie": (0, 0, 0),
        },
        handovers={"ja": 1, "nee": 0, "onbekend": 1},
    )
    care.object_to(user, first.pk)
    left = give.work(TODAY - 30 * DAY, TODAY)
    assert left.growth["geld"] == (0, 1, 0)
    assert set(left.handovers.values()) == {0}


def coach_of_two():
    receive.publish(publication(entry(1), entry(2)))
    return coach()


def test_the_morning_counts_what_waits_and_leaves_out_objections():
    receive.publish(publication(entry(1), entry(2), entry(3)))
    noor, (due, asleep, objected) = coach(), Case.objects.order_by("pk")
    for case in (due, objected):
        services.log_contact(
            noor, case.pk, version=1, token=f"t{case.pk}", kind=Kind.VISIT, follow_up_on=TODAY
        )
    services.log_contact(noor, asleep.pk, version=1, token="t", kind=Kind.VISIT)
    Case.objects.filter(pk=objected.pk).update(objected_on=TODAY)
    factories.worry(due, urgent=True)
    factories.handover(objected)
    assert give.morning(TODAY + WEEK) == Morning(due=1, flared_up=0, asleep=1, urgent=1, handovers=0)
