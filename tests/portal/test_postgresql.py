"""Run the portal's tests again on PostgreSQL, with tests that need several real connections."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.portal.conftest import CASES
from tests.support import postgres
from tests.support.cases import cases

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # each of its tests has a limit of its own
ROOT = Path(__file__).resolve().parents[2]
FILES = "python_files=test_*.py two_at_once.py deleted_for_good.py"


@pytest.fixture(scope="module")
def database():
    with postgres.cluster() as url:
        yield url


@pytest.mark.long
def test_the_suite_passes_on_postgresql(database: str):
    """Everything in one run, because its start and the creation of the tables cost more than most of its tests."""
    report = ["-o", "addopts=--strict-markers", "-p", "no:cacheprovider", "-v"]
    said = subprocess.run(
        [sys.executable, "-m", "pytest", *report, "-o", FILES, "-m", "not slow", "tests/portal"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database, CASES: str(cases(1, 1000))},
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert said.returncode == 0, said.stdout[-6000:] + said.stderr[-2000:]
    passed = Counter(re.findall(r"^(tests/portal/\w+\.py)::.* PASSED", said.stdout, re.M))
    assert passed.total() > 150
    assert passed["tests/portal/two_at_once.py"] >= 9
    assert passed["tests/portal/deleted_for_good.py"] == 1
