"""Run the examples of `docs/api.md` against a portal, with a token of each role that they need."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test.testcases import LiveServerThread

from portal.accounts.models import Role
from portal.api.models import Token
from portal.casework.models import Contact, Objection, Worry
from tests.portal import factories
from tests.support import walk


@pytest.fixture
def portal(db, monkeypatch):
    """The address of a portal that shares this test's connection, so that its transaction is undone afterwards."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    monkeypatch.setattr(connection, "close", lambda: None)  # the server closes it after each request
    serving = LiveServerThread("127.0.0.1", lambda _: WSGIHandler(), {"default": connection})
    serving.daemon = True
    serving.start()
    assert serving.is_ready.wait(60), "the portal did not start"
    assert serving.error is None
    yield f"http://127.0.0.1:{serving.port}"
    serving.terminate()
    connection.dec_thread_sharing()


def test_the_examples_for_programs(portal, corporation, case):
    coach = factories.user(Role.COACH, corporation, username="noor")
    tokens = {
        name: Token(user=factories.user(role, corporation, is_program=True)).issue()
        for name, role in (("TOKEN", Role.COACH), ("MANAGER_TOKEN", Role.MANAGER))
    }
    own = {**os.environ, **tokens, "PORTAL": portal, "AGREEMENT": case.overeenkomst_id}
    said = []
    for block in walk.blocks(walk.ROOT / "docs" / "api.md"):
        words = {"sh": ["bash", "-euc"], "python": [sys.executable, "-c"]}.get(block.kind)
        if words:
            done = subprocess.run([*words, block.text], env=own, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, (block.text, done.stdout, done.stderr)
            said.append(done.stdout)
    week, trends, contact, worry, objection = said
    assert json.loads(week)["addresses"][0]["agreement"] == case.overeenkomst_id
    assert json.loads(trends)["tables"]
    assert contact.split() == [Contact.objects.get().reference, "in_contact"]
    assert Contact.objects.get().case.owner == coach
    assert json.loads(worry)["reference"] == Worry.objects.get().reference
    assert json.loads(objection)["reference"] == Objection.objects.get().reference
