"""A program that calls the portal's interface, for the tests of it."""

from __future__ import annotations

from django.test import Client

from portal.accounts.models import Role
from portal.api.models import Token
from portal.casework.models import Case
from tests.portal import factories


class Program:
    """A program with a token; each write gets a new key unless one is passed."""

    def __init__(self, role: Role, *scope, wijk: str = "") -> None:
        self.user = factories.user(role, *scope, wijk=wijk, is_program=True)
        self.token = Token(user=self.user)
        self.client = Client(headers={"Authorization": f"Bearer {self.token.issue()}"})
        self.sent = 0

    def get(self, path: str, **asked):
        return self.client.get(f"/api/1/{path}", asked)

    def post(self, path: str, key: str = "", **content):
        self.sent += 1
        headers = {"Idempotency-Key": key or f"key-number-{self.sent}"}
        return self.client.post(f"/api/1/{path}", content, "application/json", headers=headers)


def contact(case: Case, **values):
    given = {"corporation": case.corporation_id, "agreement": case.overeenkomst_id, "version": case.version}
    return given | {"kind": "Telefoon", "reached": True} | values
