"""Test the interface for other programs: tokens, roles, areas, idempotency, limits, and its published description."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from portal.accounts.models import AuditEntry, Role
from portal.api import auth, interface
from portal.api.models import Token, Write
from portal.casework.models import Case, Contact, Objection, Worry
from portal.trends.models import WeekFigure
from tests.portal import factories
from tests.portal.programs import Program, contact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_requests_before():
    cache.clear()


@pytest.fixture
def crm(corporation) -> Program:
    return Program(Role.COACH, corporation)


OPERATIONS = [(path, method) for path, item in interface.description()["paths"].items() for method in item]


def test_the_published_description_is_that_of_the_code():
    assert (
        interface.PUBLISHED.read_text(encoding="utf-8") == interface.text()
    )  # else: python -m portal openapi
    assert json.loads(Client().get("/api/1/openapi.json").content) == interface.description()


def test_the_description_is_valid_and_complete():
    described = interface.description()
    validate(described)
    assert described["openapi"].startswith("3.1")
    ids = []
    for path, method in OPERATIONS:
        operation = described["paths"][path][method]
        ids.append(operation["operationId"])
        assert operation["security"] and operation["description"] and operation["tags"], path
        assert {"401", "403", "422", "429"} < set(operation["responses"]), path
        assert method != "post" or any(p["name"] == "Idempotency-Key" for p in operation["parameters"])
    assert sorted(ids) == ["addContact", "addObjection", "addWorry", "handover", "trends", "week"]
    used = json.dumps(described["paths"]) + json.dumps(described["components"])
    assert all(f"schemas/{name}" in used for name in described["components"]["schemas"])
    described["paths"]["/api/1/week"]["get"].pop("responses")
    described["paths"]["/api/1/week"]["get"]["parameters"] = [{"name": "x"}]
    with pytest.raises(OpenAPIValidationError):
        validate(described)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("state", ["none", "wrong", "expired", "revoked", "closed", "person"])
def test_without_a_valid_token_nothing_opens(path, method, state, corporation):
    program = Program(Role.COACH, corporation)
    if state == "none":
        program.client = Client()
    elif state == "wrong":
        program.client = Client(headers={"Authorization": "Bearer waakvlam_" + "x" * 43})
    elif state in ("expired", "revoked"):
        past = timezone.now() - timedelta(days=1)
        changed = {"expires_on": past.date()} if state == "expired" else {"revoked_at": past}
        Token.objects.update(**changed)
    else:
        program.user.is_active, program.user.is_program = state != "closed", state != "person"
        program.user.save()
    answer = getattr(program.client, method)(path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_of_a_person_opens_nothing(enter, coach):
    assert enter(coach).get("/api/1/week", {"corporation": "dewaard"}).status_code == 401


@pytest.mark.parametrize("role", Role.values)
def test_each_operation_is_for_its_roles(role, corporation, case):
    program = Program(Role(role), corporation)
    answers = {
        "week": program.get("week", corporation="dewaard"),
        "trends": program.get("trends", corporation="dewaard"),
        "contacts": program.post("contacts", **contact(case)),
        "worries": program.post("worries", corporation="dewaard", postcode="1811AB", house_number="1",
                                source="politie", worry="geldzorgen"),
        "objections": program.post("objections", corporation="dewaard", agreement=case.overeenkomst_id),
    }  # fmt: skip
    allowed = {Role.COACH: {"week", "contacts", "worries", "objections"}, Role.MELDER: {"worries"}}
    for name, answer in answers.items():
        mine = name in allowed.get(Role(role), {"trends"} if role == Role.MANAGER else set())
        assert answer.status_code == ((200 if name in ("week", "trends") else 201) if mine else 403), name


def test_the_week_has_the_addresses_of_the_area_and_no_names(corporation, other):
    program = Program(Role.COACH, corporation, wijk="Noord")
    own = factories.listed_case(corporation, wijk="Noord")
    factories.listed_case(corporation, wijk="Zuid")
    factories.listed_case(other, wijk="Noord")
    gone = factories.listed_case(corporation, wijk="Noord", objected_on=factories.TODAY)
    answer = program.get("week", corporation="dewaard")
    (row,) = answer.json()["addresses"]
    assert answer.json()["as_of"] == factories.MONDAY.isoformat()
    assert (row["agreement"], row["address"], row["version"]) == (
        own.overeenkomst_id,
        own.address,
        own.version,
    )
    assert row["reasons"] == list(factories.REASONS)
    text = answer.content.decode()
    assert own.name not in text and own.phone not in text and gone.overeenkomst_id not in text
    assert program.get("week", corporation="elders").status_code == 404
    (entry,) = AuditEntry.objects.filter(username=program.user.username)
    assert (entry.action, entry.overeenkomst_id) == ("list.view", own.overeenkomst_id)


def test_a_contact_is_saved_by_the_same_service_as_on_the_page(crm, case, coach):
    saved = crm.post("contacts", **contact(case, note="liever na vijven", coach=coach.username))
    case.refresh_from_db()
    assert saved.status_code == 201, saved.content
    assert saved.json()["version"] == case.version
    assert (case.state, case.owner) == ("in_contact", coach)
    assert case.contacts.get().by == crm.user
    assert AuditEntry.objects.filter(username=crm.user.username, action="contact.log").count() == 1


def test_an_address_that_a_program_moves_waits_for_a_coach(crm, case):
    assert crm.post("contacts", **contact(case)).status_code == 201
    case.refresh_from_db()
    assert case.owner is None and case.asleep
    stranger = factories.user(Role.COACH, factories.corporation("elders", "Elders"))
    refused = crm.post("contacts", **contact(case, coach=stranger.username))
    assert refused.status_code == 422 and "coach" in refused.json()["fields"]
    assert crm.post("contacts", **contact(case, coach=crm.user.username)).status_code == 422
    assert Contact.objects.count() == 1


def test_a_write_with_the_same_key_counts_once(crm, case):
    first = crm.post("contacts", key="a-key-of-theirs", **contact(case))
    again = crm.post("contacts", key="a-key-of-theirs", **contact(case))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = crm.post("contacts", key="a-key-of-theirs", **contact(case, kind="Brief"))
    assert other.status_code == 422 and "Idempotency-Key" in other.json()["detail"]
    assert Contact.objects.count() == Write.objects.count() == 1
    report = {"corporation": "dewaard", "unit": "E1", "source": "politie", "worry": "geldzorgen"}
    assert len({crm.post("worries", key="worry-of-theirs", **report).json()["reference"] for _ in "ab"}) == 1
    assert Worry.objects.count() == 1


def test_a_key_belongs_to_one_program(crm, case, corporation):
    second = Program(Role.COACH, corporation)
    assert crm.post("contacts", key="the-same-key", **contact(case)).status_code == 201
    case.refresh_from_db()
    assert second.post("contacts", key="the-same-key", **contact(case)).status_code == 201
    assert Contact.objects.count() == 2


def test_an_old_version_is_refused_with_the_new_one(crm, case):
    Case.objects.update(version=7)
    refused = crm.post("contacts", key="try-this-one", **contact(case))
    assert refused.status_code == 409
    assert (refused.json()["version"], refused.json()["state"]) == (7, "nieuw")
    assert not Write.objects.exists()  # the same key may be used with the right version
    assert crm.post("contacts", key="try-this-one", **contact(case, version=7)).status_code == 201


def test_a_case_of_others_and_one_that_does_not_exist_look_the_same(crm, other):
    stranger = factories.listed_case(other)
    texts = set()
    for agreement in (stranger.overeenkomst_id, "H99999"):
        for corporation in ("elders", "dewaard"):
            answer = crm.post("objections", corporation=corporation, agreement=agreement)
            assert answer.status_code == 404
            texts.add(answer.content)
    assert len(texts) == 1 and not Objection.objects.exists()


def test_an_objection_removes_the_address_and_is_recorded_once(crm, case):
    sent = {"corporation": "dewaard", "agreement": case.overeenkomst_id}
    first, second = crm.post("objections", **sent), crm.post("objections", **sent)
    assert first.status_code == 201 and first.json() == second.json()
    assert Objection.objects.count() == 1
    assert crm.get("week", corporation="dewaard").json()["addresses"] == []
    case.refresh_from_db()
    assert crm.post("contacts", **contact(case)).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "Fax"}, "kind"),
        ({"result": "Fax"}, "result"),
        ({"kidn": "Brief"}, "kidn"),
        ({"on": "2999-01-01"}, "on"),
        ({"version": -1}, "version"),
        ({"note": "x" * 501}, "note"),
        ({"state": "niet_passend"}, "result"),
        ({"needs": ["xxx"]}, "needs.0"),
        ({"follow_up_on": "2999-01-01", "follow_up_at": "25:00"}, "follow_up_at"),
        ({"follow_up_on": "2999-01-01", "follow_up_at": "14:30Z"}, "follow_up_at"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(crm, case, change, field):
    refused = crm.post("contacts", **contact(case, **change))
    assert refused.status_code == 422 and field in refused.json()["fields"]
    assert "Fax" not in refused.content.decode() and "xxx" not in refused.content.decode()
    assert not Contact.objects.exists()


def test_a_write_without_a_key_is_refused(crm, case):
    refused = crm.client.post("/api/1/contacts", contact(case), "application/json")
    assert refused.status_code == 422 and "Idempotency-Key" in refused.json()["fields"]


def test_a_melder_does_not_learn_which_address_is_listed(corporation, case):
    program = Program(Role.MELDER, corporation)
    report = {"corporation": "dewaard", "source": "politie", "worry": "geldzorgen", "urgent": True}
    number = case.address.split()[-1]
    listed = program.post("worries", postcode=case.town[:7], house_number=number, **report)
    unlisted = program.post("worries", postcode="9999ZZ", house_number="1", **report)
    assert {listed.status_code, unlisted.status_code} == {201}
    assert set(listed.json()) == set(unlisted.json()) == {"reference"}
    assert Worry.objects.exclude(case=None).get().case == case
    assert program.post("worries", agreement=case.overeenkomst_id, **report).status_code == 404


def test_the_trends_hide_what_the_page_hides(corporation):
    for wijk, number in (("Noord", 40), ("Zuid", 3)):
        WeekFigure.objects.create(as_of=factories.MONDAY, corporation=corporation, wijk=wijk,
                                  family="arrears", agreements=400, signalled=number)  # fmt: skip
    program = Program(Role.MANAGER, corporation)
    got = program.get("trends", corporation="dewaard", first=factories.MONDAY, last=factories.MONDAY).json()
    named = {table["name"]: table for table in got["tables"]}
    cells = [cell for row in named["wijken"]["rows"] for cell in row if isinstance(cell, dict)]
    assert {"value": None, "complete": False, "most": 9} in cells and all(c["value"] != 3 for c in cells)
    assert "trechter" in named
    assert AuditEntry.objects.get(username=program.user.username).action == "export.api"
    south = Program(Role.MANAGER, corporation, wijk="Zuid")
    assert {t["name"] for t in south.get("trends", corporation="dewaard").json()["tables"]} == {
        "signalen",
        "wijken",
    }


def test_too_many_requests_are_stopped_for_a_while(monkeypatch, crm, corporation):
    for operation in [op for view in _views() for op in view.operations]:
        for throttle in operation.throttle_objects:
            monkeypatch.setattr(throttle, "num_requests", 3)
    codes = [crm.get("week", corporation="dewaard").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert int(crm.get("week", corporation="dewaard").headers["Retry-After"]) >= 1
    assert Program(Role.COACH, corporation).get("week", corporation="dewaard").status_code == 200
    assert auth.RATE == "120/m"


def _views():
    return [
        view
        for router in interface.interface._get_bound_routers()
        for view in router.path_operations.values()
    ]


def test_the_week_takes_few_queries(crm, corporation):
    for number in range(20):
        factories.listed_case(corporation, position=number + 1)
    with CaptureQueriesContext(connection) as used:
        crm.get("week", corporation="dewaard")
    assert len(used) <= 13  # the same for any number of addresses
