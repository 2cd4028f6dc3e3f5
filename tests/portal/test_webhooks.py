"""Test webhooks: what they say, their signature, their attempts, and the addresses they may go to."""

from __future__ import annotations

import base64
import json
import socket
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from portal.accounts.models import Role
from portal.casework import care
from portal.exchange import receive
from portal.webhooks import courier, post
from portal.webhooks.events import KINDS, LIST_PUBLISHED, emit
from portal.webhooks.models import Delivery, Event
from tests.portal import factories
from tests.portal.programs import Program
from tests.support.receiver import Receiving, receiving

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(b"a secret of 32 bytes for a test!").decode()


@pytest.fixture
def program():
    with receiving() as result:
        yield result


def receiver(program: Receiving, **values) -> post.Receiver:
    given = {"name": "crm", "url": f"{program.url}/in?from=waakvlam", "private": True}
    return post.Receiver(**(given | {"events": frozenset(KINDS), "secret": SECRET} | values))


def answered(case):
    coach = factories.user(Role.COACH, case.corporation)
    given = care.hand_over(coach, case.pk, version=case.version, token="h1", partner="wijkteam")
    case.refresh_from_db()
    return care.answer_handover(coach, given.pk, version=case.version, picked_up="ja")


def test_a_published_list_is_sent_once_per_edition_and_without_persons(program, corporation):
    entries = [factories.entry(number) for number in (1, 2)]
    receive.publish(factories.publication(*entries))
    assert receive.publish(factories.publication(*entries)).unchanged
    assert courier.deliver([receiver(program)]) == courier.Delivered(received=1)
    ((path, headers, body),) = program.messages
    assert path == "/in?from=waakvlam"
    message = Webhook(SECRET).verify(body, headers)
    assert message["type"] == "list.published"
    assert message["data"] == {
        "corporation": "dewaard", "as_of": factories.MONDAY.isoformat(), "edition": 1, "listed": 2,
    }  # fmt: skip
    for entry in entries:
        for secret in (entry.overeenkomst_id, entry.address, entry.name):
            assert secret not in body.decode()


def test_an_answered_hand_over_is_sent_and_can_be_read(program, case, other):
    handover = answered(case)
    courier.deliver([receiver(program)])
    ((_path, headers, body),) = program.messages
    data = Webhook(SECRET).verify(body, headers)["data"]
    assert data == {
        "corporation": "dewaard", "handover": handover.reference, "partner": "wijkteam", "picked_up": "ja",
    }  # fmt: skip
    assert case.overeenkomst_id not in body.decode()
    shown = Program(Role.COACH, case.corporation).get(f"handovers/{data['handover']}")
    assert shown.json()["agreement"] == case.overeenkomst_id
    assert Program(Role.COACH, other).get(f"handovers/{data['handover']}").status_code == 404


def test_an_answer_that_is_refused_sends_nothing(case):
    coach = factories.user(Role.COACH, case.corporation)
    given = care.hand_over(coach, case.pk, version=case.version, token="h1", partner="wijkteam")
    case.refresh_from_db()
    with pytest.raises(Exception, match=r"."):
        care.answer_handover(coach, given.pk, version=case.version, picked_up="misschien")
    assert not Event.objects.exists()


def test_a_changed_message_or_another_secret_does_not_verify(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    courier.deliver([receiver(program)])
    ((_path, headers, body),) = program.messages
    for secret, content in ((SECRET, body + b" "), ("whsec_" + base64.b64encode(b"x" * 32).decode(), body)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(content, headers)


def test_a_message_is_tried_again_later_with_the_same_id_and_then_given_up(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    now = timezone.now()
    for number, wait in enumerate((*courier.WAITS, timedelta(0)), start=1):
        program.answers = [500]
        done = courier.deliver([receiver(program)], now)
        assert len(program.messages) == number
        assert (done.waiting, done.given_up) == ((1, 0) if wait else (0, 1))
        assert courier.deliver([receiver(program)], now + wait / 2).received == 0  # not yet
        now += wait
    assert len({headers["webhook-id"] for _path, headers, _body in program.messages}) == 1
    assert courier.given_up_since(timezone.now() - timedelta(days=1)) == {"crm": 1}
    assert Delivery.objects.get().problem == "HTTP 500"


def test_a_later_attempt_that_arrives_ends_it(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    program.answers = [503]
    now = timezone.now()
    assert courier.deliver([receiver(program)], now).waiting == 1
    assert courier.deliver([receiver(program)], now + courier.WAITS[0]).received == 1
    assert courier.deliver([receiver(program)], now + timedelta(days=2)) == courier.Delivered()
    assert len(program.messages) == 2


def test_a_program_that_wants_no_more_is_left_alone(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    program.answers = [410]
    assert courier.deliver([receiver(program)]).given_up == 1


def test_a_redirect_is_not_followed(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    program.answers = [302]
    assert courier.deliver([receiver(program)]).waiting == 1
    assert [path for path, *_ in program.messages] == ["/in?from=waakvlam"]


def test_each_receiver_gets_its_own_kinds_and_a_failing_one_stops_no_other(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    away = receiver(program, name="away", url="http://127.0.0.1:1/")
    other = receiver(program, name="other", events=frozenset({"handover.answered"}))
    assert courier.deliver([away, other, receiver(program)]) == courier.Delivered(received=1, waiting=1)
    assert Delivery.objects.get(receiver="away").problem == "ConnectionRefusedError"


def test_a_new_receiver_hears_of_the_last_days_only(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    Event.objects.update(at=timezone.now() - timedelta(days=4))
    emit(LIST_PUBLISHED, corporation="dewaard")
    assert courier.deliver([receiver(program)]).received == 1


def test_an_attempt_that_another_process_makes_is_not_made_twice(program, monkeypatch):
    emit(LIST_PUBLISHED, corporation="dewaard")
    original = courier.post

    def meanwhile(*given):
        assert courier.deliver([receiver(program)]).received == 0
        return original(*given)

    monkeypatch.setattr(courier, "post", meanwhile)
    assert courier.deliver([receiver(program)]).received == 1
    assert len(program.messages) == 1


PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "100.64.0.1", "::1", "fd00::1",
           "::ffff:10.0.0.1", "64:ff9b::a00:1"]  # fmt: skip
NEVER = ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0", "::", "224.0.0.1", "ff02::1"]


def test_only_public_addresses_may_be_reached_unless_set():
    for address in ("93.184.216.34", "2606:2800:220:1::1"):
        assert post.may_reach(address, private=False) and post.may_reach(address, private=True)
    for address in PRIVATE:
        assert not post.may_reach(address, private=False) and post.may_reach(address, private=True), address
    for address in NEVER:
        assert not post.may_reach(address, private=False) and not post.may_reach(address, private=True), (
            address
        )


def test_a_name_of_a_private_address_is_refused_before_anything_is_sent(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    port = program.url.rsplit(":")[-1]
    public = receiver(program, url=f"http://localhost:{port}/", private=False)
    assert courier.deliver([public]).waiting == 1
    assert Delivery.objects.get().problem == "address not allowed" and not program.messages


def test_a_name_is_looked_up_once(program, monkeypatch):
    """A name that resolves differently the second time (DNS rebinding) changes nothing."""
    port = int(program.url.rsplit(":")[-1])
    asked = []
    original = socket.getaddrinfo

    def look_up(host, *given, **more):
        if host == "crm.voorbeeld.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "127.0.0.9"
        return original(host, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    named = receiver(program, url=f"http://crm.voorbeeld.example:{port}/in")
    assert post.post(named, "evt_1", 1, b"{}") == 204
    assert asked == ["crm.voorbeeld.example"]
    assert program.messages[0][1]["host"] == f"crm.voorbeeld.example:{port}"


def test_a_certificate_that_is_not_trusted_is_refused(program):
    emit(LIST_PUBLISHED, corporation="dewaard")
    plain = receiver(program, url=program.url.replace("http:", "https:"))
    assert courier.deliver([plain]).waiting == 1
    assert Delivery.objects.get().problem == "SSLError" and not program.messages


def test_the_message_is_json_with_a_time_and_a_type(program):
    emit(LIST_PUBLISHED, corporation="dewaard", listed=3)
    courier.deliver([receiver(program)])
    message = json.loads(program.messages[0][2])
    assert set(message) == {"type", "timestamp", "data"}
    assert message["timestamp"] == Event.objects.get().at.isoformat()


def test_the_analyst_reads_that_messages_do_not_arrive(enter, program, corporation, other):
    program.answers += [500, 500]
    for part in (corporation, other):
        emit(LIST_PUBLISHED, corporation=part.pk, as_of="2026-11-23", edition=1, listed=8)
    runs = reverse("analyst:runs")
    analyst = enter(factories.user(Role.ANALYST, corporation))
    assert "niet aan bij het programma" not in analyst.get(runs).content.decode()
    courier.deliver([receiver(program)])
    assert "1 bericht van de laatste zeven dagen kwam niet aan bij het programma crm." in (
        analyst.get(runs).content.decode()
    )
    Event.objects.update(at=timezone.now() - timedelta(days=8))
    assert "niet aan bij het programma" not in analyst.get(runs).content.decode()
