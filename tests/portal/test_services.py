"""Test the services of a coach: they count once, can be undone, detect conflicts, and refuse other users' cases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from portal.accounts.models import AuditEntry, Role
from portal.casework import care, checks, queries, services, worries
from portal.casework.codes import Kind, PickedUp, Result, State
from portal.casework.errors import Conflict
from portal.casework.models import Case, Contact, Growth, Objection, Worry
from portal.casework.workdays import working_day
from tests.portal import factories
from tests.portal.factories import TODAY


def log(user, case, **given):
    values = {"version": case.version, "token": "t1", "kind": Kind.VISIT, "reached": True} | given
    return services.log_contact(user, case.pk, **values)


def test_a_contact_moves_the_case(coach, case):
    contact = log(coach, case, follow_up_on=TODAY + timedelta(days=7))
    case.refresh_from_db()
    assert (case.state, case.owner, case.worked_on, case.version) == (State.IN_CONTACT, coach, True, 2)
    assert case.follow_up_on == contact.follow_up_on
    entry = AuditEntry.objects.get(action="contact.log")
    assert (entry.username, entry.overeenkomst_id) == (coach.username, case.overeenkomst_id)


def test_the_same_form_twice_is_one_contact(coach, case):
    assert log(coach, case) == log(coach, case)
    assert Contact.objects.count() == 1


def test_a_stale_form_is_refused_and_loses_nothing(coach, case, corporation):
    colleague = factories.user(Role.COACH, corporation)
    log(colleague, case, token="theirs")
    with pytest.raises(Conflict) as refused:
        log(coach, case, token="mine")
    assert refused.value.case.state == State.IN_CONTACT
    assert Contact.objects.count() == 1


def test_undo_puts_everything_back_once(coach, case):
    contact = log(coach, case, state=State.NOT_FITTING, result=Result.MOVED)
    undone = services.undo(coach, contact.pk, version=2)
    case.refresh_from_db()
    assert (case.state, case.reason, case.owner, case.worked_on) == (State.NEW, "", None, False)
    assert services.undo(coach, contact.pk, version=2).undone_at == undone.undone_at


def test_only_who_logged_a_contact_takes_it_back(enter, coach, case, corporation):
    contact = log(coach, case)
    colleague = factories.user(Role.COACH, corporation)
    with pytest.raises(ValidationError, match="Een collega legde dit vast"):
        services.undo(colleague, contact.pk, version=2)
    assert "Terugnemen" not in enter(colleague).get(f"/week/adres/{case.pk}/").content.decode()
    assert "Terugnemen" in enter(coach).get(f"/week/adres/{case.pk}/").content.decode()


def test_only_the_last_contact_is_undone(coach, case):
    first = log(coach, case)
    case.refresh_from_db()
    second = log(coach, case, token="t2", follow_up_on=TODAY)
    case.refresh_from_db()
    with pytest.raises(ValidationError):
        services.undo(coach, first.pk, version=case.version)
    services.undo(coach, second.pk, version=case.version)
    case.refresh_from_db()
    assert (case.state, case.owner, case.follow_up_on) == (State.IN_CONTACT, coach, None)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("on", {"on": TODAY + timedelta(days=1)}),
        ("on", {"on": TODAY - timedelta(days=400)}),
        ("follow_up_on", {"follow_up_on": TODAY - timedelta(days=1)}),
        ("follow_up_on", {"follow_up_on": TODAY + timedelta(days=1000)}),
        ("result", {"state": State.NOT_FITTING}),
        ("result", {"state": State.NOT_FITTING, "result": Result.ADVICE}),
        ("kind", {"kind": "Duif"}),
        ("note", {"note": "x" * 501}),
    ],
)
def test_an_impossible_value_is_refused_at_its_field(coach, case, field, values):
    with pytest.raises(ValidationError) as refused:
        log(coach, case, **values)
    assert set(refused.value.message_dict) == {field}
    case.refresh_from_db()
    assert (case.version, Contact.objects.count()) == (1, 0)


def test_a_note_is_text(coach, case):
    note = "<b>=1+1</b>\x00\n twee"
    assert log(coach, case, note=note).note == "<b>=1+1</b> twee"


def test_a_watch_has_an_end(coach, case):
    services.set_state(coach, case.pk, version=1, token="t", state=State.WATCH)
    case.refresh_from_db()
    assert case.watch_until == working_day(TODAY + timedelta(days=91))
    assert Contact.objects.get().kind == Kind.ADMINISTRATIVE
    assert queries.waiting(coach, case.watch_until).due == [case]


def test_a_watch_ends_on_a_working_day(coach, case, monkeypatch):
    saturday = TODAY + timedelta(days=84 + (5 - TODAY.weekday()) % 7)
    monkeypatch.setattr(checks, "WATCH", saturday - TODAY)
    services.set_state(coach, case.pk, version=1, token="t", state=State.WATCH)
    case.refresh_from_db()
    assert case.watch_until == working_day(saturday) > saturday


@pytest.mark.parametrize("role", [r for r in Role if r != Role.COACH])
def test_only_a_coach_changes_a_case(role, corporation, case):
    with pytest.raises(Case.DoesNotExist):
        log(factories.user(role, corporation), case)


def test_a_case_of_another_corporation_or_wijk_does_not_exist(case, corporation, other):
    for stranger in (
        factories.user(Role.COACH, other),
        factories.user(Role.COACH, corporation, wijk="Zuid"),
        factories.user(Role.COACH),
    ):
        with pytest.raises(Case.DoesNotExist):
            log(stranger, case)
        with pytest.raises(Case.DoesNotExist):
            care.object_to(stranger, case.pk)


def test_an_objection_takes_the_case_off_the_list_at_once(coach, case):
    first = care.object_to(coach, case.pk)
    assert care.object_to(coach, case.pk) == first
    assert not queries.this_week(coach).exists()
    care.withdraw_objection(coach, case.pk)
    assert queries.this_week(coach).count() == 1
    assert Objection.objects.get().withdrawn_on == TODAY


def test_nothing_falls_asleep(coach, case):
    log(coach, case)
    assert queries.waiting(coach, TODAY).asleep == [case]
    case.refresh_from_db()
    assert case.asleep
    log(coach, case, token="t2", follow_up_on=TODAY)
    assert not queries.waiting(coach, TODAY).asleep
    assert queries.waiting(coach, working_day(TODAY)).due == [case]


def test_a_handover_is_open_until_answered(coach, case):
    handover = care.hand_over(coach, case.pk, version=1, token="h", partner="wijkteam")
    assert care.hand_over(coach, case.pk, version=1, token="h", partner="wijkteam") == handover
    assert list(queries.handovers_open(coach)) == [handover]
    care.answer_handover(coach, handover.pk, version=2, picked_up=PickedUp.YES)
    assert not queries.handovers_open(coach)


def test_growth_of_one_day_is_one_row(coach, case):
    for version, step in ((1, 1), (2, 3)):
        care.grow(coach, case.pk, version=version, domain="geld", step=step, phase="start")
    assert Growth.objects.get().step == 3
    with pytest.raises(ValidationError):
        care.grow(coach, case.pk, version=3, domain="gezondheid", step=1, phase="start")


def test_a_worry_at_a_listed_address_is_with_the_coach_at_once(coach, case, corporation):
    melder = factories.user(Role.MELDER, corporation)
    number = case.address.split()[-1]
    given = {
        "token": "w",
        "source": "huismeester",
        "worry": "post_hoopt_op",
        "urgent": True,
        "corporation": corporation.pk,
        "postcode": case.town[:7].lower(),
        "house_number": number,
    }
    worry = worries.pass_on_worry(melder, **given)
    assert worries.pass_on_worry(melder, **given) == worry
    assert worry.case == case
    assert queries.urgent(coach).to_take == [worry]
    worries.take_up(coach, worry.pk)
    assert not queries.urgent(coach).to_take
    assert Worry.objects.count() == 1


def test_a_worry_needs_an_address_of_an_own_corporation(corporation, other):
    melder = factories.user(Role.MELDER, corporation)
    given = {"token": "w", "source": "vakman", "worry": "geldzorgen"}
    for where in (
        {"corporation": corporation.pk},
        {"corporation": corporation.pk, "postcode": "1811 AB"},
        {"corporation": other.pk, "eenheid_id": "E1"},
    ):
        with pytest.raises(ValidationError):
            worries.pass_on_worry(melder, **given, **where)


def test_a_case_goes_to_a_colleague_who_may_see_it(coach, case, corporation, other):
    colleague = factories.user(Role.COACH, corporation, wijk="Noord")
    assert services.take_over(coach, case.pk, version=1, owner=colleague).owner == colleague
    for stranger in (factories.user(Role.COACH, other), factories.user(Role.MANAGER, corporation)):
        with pytest.raises(ValidationError):
            services.take_over(coach, case.pk, version=2, owner=stranger)
