"""Test the chain of fairness over a warehouse: its steps, its page, and the groups that only the audit may use."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from features.catalogue import SIGNALS
from models.evaluate.alike import Step
from models.evaluate.chain import examine
from pipelines.evidence import audit_groups, chain, chain_page
from pipelines.installation.audit_contract import contract
from pipelines.installation.contracts import contracts, forbidden
from pipelines.installation.errors import ConfigurationError
from pipelines.operations import subject
from pipelines.scoring import history
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import corporation, deliver_all, load_well, make_workspace, waakvlam
from tests.support.effect_warehouse import Story, warehouse

pytestmark = pytest.mark.dear

YEAR = (date(2025, 1, 1), date(2026, 1, 1))
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse with 900 agreements in two areas; in Noord the coach reaches one in five."""
    with warehouse(Story(trial=None, households=900, ranked=30, reached=0.7)) as opened:
        opened.execute(
            "UPDATE versions.huurovereenkomsten SET wijk = CASE WHEN right(overeenkomst_id, 1) IN ('1', '2', '3') "
            "THEN 'Noord' ELSE 'Zuid' END"
        )
        opened.execute(
            "UPDATE versions.contacten SET bereikt = bereikt AND right(overeenkomst_id, 2)::INT < 30 "
            "WHERE right(overeenkomst_id, 1) IN ('1', '2', '3') AND length(overeenkomst_id) > 2"
        )
        opened.execute(
            "UPDATE versions.contacten SET stand = 'in_contact' WHERE bereikt AND hash(contact_id) % 2 = 0"
        )
        # Ten agreements were never in scope, ninety were no home at all, and one person objects now.
        opened.execute(
            "INSERT INTO run.decisions SELECT as_of, 1, 'C0', 'X' || n, NULL, NULL, "
            "CASE WHEN n < 10 THEN 'too_late' ELSE 'ended' END, NULL, NULL, NULL, 0 "
            "FROM range(100) t(n), (SELECT min(as_of) AS as_of FROM run.lists)"
        )
        opened.execute(
            "INSERT INTO versions.bezwaren BY NAME SELECT 1 AS row_id, 1 AS key_hash, 'C0' AS corporatie_id, 'O0' AS overeenkomst_id, "
            "'B1' AS bezwaar_id, DATE '2025-03-01' AS datum, DATE '2025-03-02' AS known_from"
        )
        yield opened


def test_each_step_counts_those_who_passed_the_step_before(con: duckdb.DuckDBPyConnection) -> None:
    table = chain.rows(con, *YEAR)
    now = table.loc[table["in_scope"].notna()]
    assert len(now) == 900 - 1 + 10, "everybody but the objector, and the agreements without a home"
    assert now["in_scope"].sum() == 899
    assert set(now.loc[now["in_scope"] == 0, "excluded_by"]) == {"too_late"}
    for before, after in (
        ("in_scope", "ranked"),
        ("ranked", "listed"),
        ("visited", "reached"),
        ("reached", "helped"),
    ):
        assert now[after].notna().sum() == (now[before] == 1).sum(), after
    assert not now["kept"].notna().any()
    assert table["kept"].notna().any(), "those listed half a year before"


def test_a_difference_is_found_where_it_arose_and_has_its_explanation(con: duckdb.DuckDBPyConnection) -> None:
    report = chain.measure(con, *YEAR, period="2025", corporation="Voorbeeld")
    (actual,) = report.findings
    assert (actual.finding.step, actual.finding.member, actual.finding.less) == (
        "reached",
        {"wijk": "Noord"},
        True,
    )
    sections = {section.title: section for section in chain_page.sections(report)}
    ((step, group, *_),) = sections["Wat is gevonden"].rows
    assert (step, group) == ("Bereikt", "Noord")
    assert "ten hoogste 1%" in " ".join(sections["Hoe te lezen"].texts)
    text = json.dumps([section.rows for section in sections.values()], ensure_ascii=False)
    assert not re.search(r"van ([1-9]|\d*[1-46-9])\b", text), "every number of people is rounded"


def test_without_a_difference_nothing_is_called_proven() -> None:
    with warehouse(Story(trial=None, households=300, ranked=30)) as quiet:
        report = chain.measure(quiet, *YEAR)
    (texts,) = [s.texts for s in chain_page.sections(report) if s.title == "Wat is gevonden"]
    assert not report.findings
    assert "geen bewijs" in " ".join(texts)


def test_a_late_delivery_is_found_at_the_first_step(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("BEGIN")
    try:
        con.execute(
            "INSERT INTO staged.overlastmeldingen BY NAME SELECT corporatie_id, overeenkomst_id, 'Z' || overeenkomst_id AS zaak_id, "
            "TIMESTAMP '2025-06-02' AS registratiedatum, DATE '2025-06-02' AS gebeurd_op, "
            "DATE '2025-06-02' + CASE WHEN wijk = 'Noord' THEN 60 ELSE 7 END AS known_from FROM versions.huurovereenkomsten"
        )
        actual = chain.measure(con, *YEAR).findings
    finally:
        con.execute("ROLLBACK")
    first = actual[0]
    assert (first.finding.step, first.finding.member) == ("known", {"wijk": "Noord"})
    assert [(one.kind, one.value) for one in first.causes][:1] == [("reason", "Overlastmeldingen")]


def test_groups_of_the_audit_are_compared(con: duckdb.DuckDBPyConnection) -> None:
    groups = pd.DataFrame(
        {
            "corporatie_id": [f"C{n % 2}" for n in range(900)],
            "overeenkomst_id": [f"O{n}" for n in range(900)],
            "correspondentietaal": ["anders" if str(n)[-1] in "123" else "nederlands" for n in range(900)],
        }
    )
    report = chain.measure(con, *YEAR, groups)
    assert report.dimensions == ("wijk", "huurduur", "taal van de post")
    assert report.findings[0].finding.step == "reached"


def test_the_groups_are_kept_in_the_vault_and_nowhere_else(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    deliver_all(place, "2026-11-15", corporation(12))
    load_well(place)
    path = tmp_path / "groepen.csv"
    path.write_text("overeenkomst_id;leeftijdsklasse\nO1;65+\nO2;\n", encoding="utf-8")
    said = waakvlam(place, "chain", "2026Q4", "--groups", path)
    assert (said.code, "2 agreements have groups" in said.out) == (0, True), said
    with open_warehouse(place, read_only=True) as opened:
        tables = opened.execute(
            "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()"
        )
        assert not [name for (name,) in tables.fetchall() if "audit" in name]
        read = {column for table in history.staged(opened).values() for column in table.columns}
        assert not read & set(contract().columns)
    assert subject.export(place, "H1")["vault.main.audit_groups"][0]["leeftijdsklasse"] == "65+"
    assert subject.erase(place, "H1").rows["vault.main.audit_groups"] == 1
    assert "0 agreements" in waakvlam(place, "chain", "2026Q4", "--forget-groups").out
    assert (place.output / "fairness" / "chain_2026Q4.html").exists()


def test_no_signal_model_or_delivery_can_reach_the_groups() -> None:
    columns = set(contract().columns)
    assert not columns & {signal.name for signal in SIGNALS}
    for one in contracts().values():
        assert not columns & set(one.columns)
    assert all(map(forbidden, columns)), "a delivery with such a column loses it, whatever the mapping says"
    allowed = {"pipelines/evidence/chain.py", "pipelines/evidence/audit_groups.py", "pipelines/cli/chain.py"}
    for package in ("features", "models", "pipelines", "portal"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            used = {
                alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Import | ast.ImportFrom)
                for alias in node.names
            }
            reached = any("audit_groups" in module for module in used)
            assert not reached or name in allowed, f"{name} reads the groups of the audit"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("overeenkomst_id;geboortedatum\nO1;1960-01-01\n", "not in the contract"),
        ("overeenkomst_id;leeftijdsklasse\nO1;66\n", "Line 2 has another value of leeftijdsklasse"),
        (
            "overeenkomst_id;leeftijdsklasse\nO1;65+\nO1;65+\n",
            "Line 3 names an agreement for the second time",
        ),
        ("leeftijdsklasse\n65+\n", "lack overeenkomst_id"),
        ("overeenkomst_id\nO1\n", "lack overeenkomst_id or every column"),
    ],
)
def test_a_file_of_groups_with_anything_else_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "groepen.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=problem):
        audit_groups.read_file(path, "C0")


def test_the_period_is_a_quarter_or_a_year(tmp_path: Path) -> None:
    assert chain.borders("2026") == (date(2026, 1, 1), date(2027, 1, 1))
    assert chain.borders("2026Q4") == (date(2026, 10, 1), date(2027, 1, 1))
    assert waakvlam(make_workspace(tmp_path / "home"), "chain", "herfst").code == 2


def test_a_hidden_number_cannot_be_worked_out_from_the_file() -> None:
    """Of 103 agreements 98 passed: 5 failed, so neither the share nor the odds ratio may say so."""
    rows = pd.DataFrame(
        {"g": ["a"] * 103 + ["b"] * 400, "s": [1.0] * 98 + [0.0] * 5 + [1.0] * 300 + [0.0] * 100}
    )
    examined = examine(rows, [Step("s")], ["g"])
    day = date(2026, 1, 1)
    report = chain.ChainReport("2026", "demo", day, day, day, ("g",), False, examined, ())
    a, b = chain.without_people(report).chain.steps[0].groups
    assert (a.at_risk, a.passed, a.share, a.odds) == (105, None, None, None)
    assert (b.at_risk, b.passed, b.share and b.share[0]) == (400, 300, 0.75)
