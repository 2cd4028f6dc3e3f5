"""Test that the threads of a server under test have database connections of their own; see conftest.py for why."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection, connections

pytestmark = pytest.mark.django_db


def test_each_thread_has_its_own_connection():
    found = []

    def look() -> None:
        connection.ensure_connection()
        found.append(connection.connection)
        connections.close_all()

    thread = Thread(target=look)
    thread.start()
    thread.join(60)
    assert found and found[0] is not connection.connection
    assert connection.vendor != "sqlite" or not connection.is_in_memory_db(), "in memory, a server shares it"
