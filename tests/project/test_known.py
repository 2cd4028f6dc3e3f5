"""Test that one module cuts time, one defines a contact, and one reads the settings of the list."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import ibis
import pytest

from features.contact import ADMINISTRATIVE, is_contact, is_contact_sql
from features.known import current_sql, known, known_before_sql, known_sql
from pipelines.installation.settings import CoachSettings, Settings, Shortlist

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("features", "models", "pipelines", "portal")
CUT = re.compile(
    r"known_(from|until)\b\s*(=|<|>|!|IS\b|BETWEEN\b)(?!\w)"
    r"|known_until\s*,\s*DATE"
    r"|\.known_until\.(isnull|fill_null)"
    r"|(<|>|=|BETWEEN)\s*(\w+\.)?known_(from|until)\b"
)
HOMES = {
    CUT: (
        "features/known.py",
        *(
            f"pipelines/warehouse/{name}"
            for name in (
                "assigned.sql",
                "assigned_rows.sql",
                "inherited.sql",
                "meant.sql",
                "objectors.sql",
                "resolved.sql",
                "resolved_tenant.sql",
                "staged.py",
                "unanswered.sql",
                "unresolved.py",
                "unresolved.sql",
                "versions.py",
                "versions.sql",
            )
        ),
    ),
    re.compile(r"['\"]Administratief['\"]"): ("features/contact.py", "portal/casework/codes.py"),
    re.compile(r"\bcooldown_weeks\b|capacity or \w+\.(shortlist\.)?capacity|coach\.capacity or"): (
        "pipelines/exchange/shown_settings.py",  # sends the value to the portal
        "pipelines/installation/settings.py",
        "portal/runs/made_with.py",  # names the key for the analyst
    ),
    re.compile(r"^WEEK = ", re.MULTILINE): (
        "pipelines/installation/calendar.py",
        "portal/trends/quarters.py",
    ),
}
"""What may be written, and where; the warehouse makes the versions that `features.known` cuts, and the portal cannot
import `features`."""


def uses(pattern: re.Pattern[str], source: str) -> bool:
    # An argument `known_from=` names the column for Ibis, it does not compare it.
    return any(not re.fullmatch(r"known_(from|until)=", m[0]) for m in pattern.finditer(source))


@pytest.mark.parametrize("pattern", list(HOMES), ids=["cut", "contact", "settings", "week"])
def test_an_idea_has_one_home(pattern: re.Pattern[str]):
    actual = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.*")
        if path.suffix in (".py", ".sql")
        and "migrations" not in path.parts
        and uses(pattern, path.read_text(encoding="utf-8"))
    }
    assert actual == set(HOMES[pattern])


def test_every_way_of_cutting_by_hand_is_seen():
    ways = (
        "c.known_from < $until",
        "known_until IS NULL",
        "coalesce(c.known_until, DATE '9999-12-31') >= d",
        "t.known_until.isnull()",
        "$as_of > c.known_from",
    )
    assert all(uses(CUT, way) for way in ways)
    assert not uses(CUT, "mutate(known_from=early, known_until=ibis.null('date'))")


def test_the_conditions_in_sql_cut_as_ibis_does():
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE v AS SELECT row_number() OVER () AS id, a.d::DATE AS known_from, b.d::DATE AS known_until FROM "
            "(SELECT unnest(generate_series(DATE '2026-01-01', DATE '2026-01-05', INTERVAL 1 DAY)) AS d) a, "
            "(SELECT unnest(generate_series(DATE '2026-01-01', DATE '2026-01-05', INTERVAL 1 DAY)) AS d UNION ALL SELECT NULL) b"
        )
        table = ibis.duckdb.from_connection(con).table("v")
        for day in (date(2026, 1, 1), date(2026, 1, 3), date(2026, 1, 6)):
            cut = con.execute(
                f"SELECT id FROM v WHERE {known_sql('v', '$day')} ORDER BY id", {"day": day}
            ).fetchall()
            assert [n for (n,) in cut] == sorted(known(table, day).id.execute())
        ever = con.execute(
            f"SELECT count(*) FROM v WHERE {known_before_sql('v', '?')}", [date(2026, 1, 3)]
        ).fetchall()
        assert ever == [(12,)]
        assert con.execute(f"SELECT count(*) FROM v WHERE {current_sql('v')}").fetchall() == [(5,)]


def test_a_contact_is_the_same_in_sql_and_in_ibis():
    with duckdb.connect() as con:
        con.execute("CREATE TABLE c AS SELECT unnest(['Huisbezoek', ?, NULL, '']) AS soort", [ADMINISTRATIVE])
        table = ibis.duckdb.from_connection(con).table("c")
        in_sql = con.execute(f"SELECT {is_contact_sql('c')} FROM c").fetchall()
        in_ibis = [bool(v) for v in table.select(counts=is_contact(table)).execute()["counts"]]
    assert [v for (v,) in in_sql] == in_ibis == [True, False, True, True]


def test_the_portal_uses_the_same_word():
    codes = (ROOT / "portal" / "casework" / "codes.py").read_text(encoding="utf-8")
    assert f'ADMINISTRATIVE = "{ADMINISTRATIVE}"' in codes


def test_capacity_adds_the_coaches_and_the_cool_down_is_in_days():
    settings = Settings(
        corporatie_id="c",
        naam="C",
        shortlist=Shortlist(capacity=5, cooldown_weeks=3),
        coaches=[CoachSettings(name="A"), CoachSettings(name="B", capacity=2)],
    )
    assert settings.capacity == 7
    assert settings.shortlist.cooldown_days == 21
