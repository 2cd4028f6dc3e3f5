"""Only `pipelines/installation/calendar.py` asks what day it is; the portal may ask Django's `timezone`.

Elsewhere, today would be the day of the machine's time zone, and a test could not give another one. A moment in UTC
(`datetime.now(UTC)`) and a number of seconds (`time.time()`) say nothing of a day and are allowed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.other_days import FEW, MOMENTS, THOROUGH, chosen
from tests.support.cases import SHARE, of_this_run

pytestmark = pytest.mark.dear

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = ROOT / "pipelines" / "installation" / "calendar.py"
FOLDERS = ("features", "models", "pipelines", "portal", "benchmarks", "tests")
MODULES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) if path != CALENDAR]
UTC = {"UTC", "datetime.UTC", "timezone.utc"}
ASKING = {
    "date": {"today", "fromtimestamp"},
    "datetime": {"today", "now", "utcnow", "fromtimestamp", "utcfromtimestamp"},
    "Timestamp": {"today", "now", "utcnow"},
    "time": {"localtime", "gmtime", "ctime", "strftime", "asctime"},
}
ANY = set().union(*ASKING.values())
IN_SQL = re.compile(
    r"\b(current_date|current_timestamp|current_localtimestamp|localtimestamp|(now|today)\(\))", re.I
)


def asking(source: str) -> Iterator[str]:
    """List the calls that read the clock of the machine, or turn a moment into a day by its time zone."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in ANY:
            continue
        owner = ast.unparse(node.func.value).rsplit(".", 1)[-1]
        zones = [ast.unparse(value) for value in (*node.args[-1:], *(word.value for word in node.keywords))]
        if node.func.attr in ASKING.get(owner, ()) and not UTC & set(zones):
            yield f"line {node.lineno}: {ast.unparse(node)}"


def queries(path: Path) -> list[str]:
    """Return the text of a file with SQL, or the texts of a module that hold SQL."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return [text]
    texts = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    return [one for one in texts if isinstance(one, str) and re.search(r"\b(SELECT|WHERE|VALUES|SET)\b", one)]


def test_only_the_calendar_asks_what_day_it_is():
    actual = [
        f"{path.relative_to(ROOT)} {call}"
        for path in MODULES
        for call in asking(path.read_text(encoding="utf-8"))
    ]
    assert actual == [], "use pipelines.installation.calendar"


def test_no_query_asks_what_day_it_is():
    files = [path for path in (ROOT / "pipelines").rglob("*") if path.suffix in (".sql", ".py")]
    read = [(path.name, query) for path in files for query in queries(path)]
    assert len(read) > 100
    assert [name for name, query in read if IN_SQL.search(query)] == [], "give the day as a parameter"


def test_every_way_of_asking_is_seen():
    ways = (
        "date.today()", "datetime.now()", "datetime.now(ZoneInfo('Europe/Amsterdam'))", "datetime.datetime.utcnow()",
        "date.fromtimestamp(time.time())", "datetime.fromtimestamp(3)", "pd.Timestamp.now()", "time.strftime('%Y')",
    )  # fmt: skip
    assert [way for way in ways if not list(asking(way))] == []
    for fine in (
        "datetime.now(UTC)",
        "datetime.fromtimestamp(3, UTC)",
        "calendar.today()",
        "timezone.now()",
        "time.time()",
    ):
        assert not list(asking(fine)), fine
    assert IN_SQL.search("SELECT current_date - 3") and not IN_SQL.search("SELECT known_from")


def test_the_tests_run_on_other_days_before_a_change_lands():
    """A test that depends on today passes for months, and then nothing can land until it is mended."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\ntest: ")[1].split("\n\n")[0]
    assert "tests.other_days --few" in recipe
    assert len(FEW) >= 3 and {moment[:10] for moment, _ in FEW} >= {"2028-02-29", "2031-01-01"}


def test_the_slow_tests_that_read_the_clock_run_on_other_days_too():
    assert set(FEW) < set(THOROUGH) < set(MOMENTS)
    assert [chosen(few, thorough) for few, thorough in ((False, True), (True, False))] == [
        "clock or not slow",
        "clock and not slow and not dear",
    ]


def test_the_few_days_together_try_every_case_and_each_of_them_every_test(monkeypatch: pytest.MonkeyPatch):
    cases = {"test_plain": [""], "test_two": ["[a]", "[b]"], "test_eight": [f"[{n}]" for n in range(8)]}
    items = [SimpleNamespace(nodeid=test + case) for test, named in cases.items() for case in named]
    tried = []
    for run in range(1, len(FEW) + 1):
        monkeypatch.setenv(SHARE, f"{run}/{len(FEW)}")
        tried.append([item.nodeid for item in of_this_run(items)])
        assert {one.partition("[")[0] for one in tried[-1]} == set(cases)
    assert sorted(map(len, tried)) == [4, 5, 5]
    assert {one for day in tried for one in day} == {item.nodeid for item in items}
    monkeypatch.delenv(SHARE)
    assert of_this_run(items) == items
