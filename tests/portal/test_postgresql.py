"""Run the portal's tests again on PostgreSQL, with tests that need several real connections."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.portal.conftest import CASES
from tests.support import postgres
from tests.support.cases import cases

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def database():
    with postgres.cluster() as url:
        yield url


def run_on(url: str, *arguments: str) -> int:
    """Run pytest on a database and give the number of tests that passed; all must."""
    report = ["-o", "addopts=--strict-markers", "-p", "no:cacheprovider"]  # with the last line that counts
    said = subprocess.run(
        [sys.executable, "-m", "pytest", *report, *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, CASES: str(cases(2, 1000))},
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout[-6000:] + said.stderr[-2000:]
    return int(re.search(r"(\d+) passed", said.stdout)[1])  # type: ignore[index]


@pytest.mark.long
def test_the_suite_passes_on_postgresql(database: str):
    assert run_on(database, "tests/portal", "-m", "not slow") > 150


def test_two_who_work_on_one_case_at_once(database: str):
    assert run_on(database, "tests/portal/two_at_once.py") >= 9


def test_what_was_removed_is_in_no_file(database: str):
    assert run_on(database, "tests/portal/deleted_for_good.py") == 1
