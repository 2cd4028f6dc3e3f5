"""Test that removed data are in no file of the database; `test_postgresql.py`, which owns the files, runs this."""

from __future__ import annotations

from pathlib import Path

import pytest
from axes.models import AccessLog
from django.db import connection
from django.utils import timezone

from portal.casework.models import Case, Contact
from portal.exchange import purge
from tests.portal import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_ledger")]
NOTE = "ZZNOTITIE over de bewoner " + "van A tot Z "
LOGIN = "zz-wie-er-inlogde"


def in_files(word: str) -> bool:
    """Look in every file of every table, after the engine wrote what it holds in memory."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        ((folder,),) = cursor.fetchall()
    files = [path for path in Path(folder, "base").rglob("*") if path.is_file()]
    assert len(files) > 100
    return any(word.encode() in path.read_bytes() for path in files)


def test_what_was_removed_is_in_no_file():
    case = factories.listed_case(factories.corporation())
    factories.contact(case, note=NOTE)
    AccessLog.objects.create(username=LOGIN, attempt_time=timezone.now())
    assert in_files(NOTE) and in_files(LOGIN) and in_files(case.name)
    purge.forget(Case.objects.all())
    AccessLog.objects.all().delete()
    assert not Contact.objects.exists() and in_files(NOTE), "deleting alone leaves it there"
    purge.rewrite()
    assert not in_files(NOTE) and not in_files(LOGIN) and not in_files(case.name)
