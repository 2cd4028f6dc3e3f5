"""Test what the page on proof says about seals: nothing personal, late seals are reported, and erasures are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.proof import chain, openings, seal, verify
from tests.support.seals import CARD, agreements, memory, monday, morning, seal_weeks, two_corporations


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return two_corporations(tmp_path / "home")


@pytest.fixture
def con(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with memory() as con:
        seal_weeks(con, place, 2)
        yield con


def test_the_lines_name_no_agreement_and_no_secret_number(
    place: Workspace, con: duckdb.DuckDBPyConnection
) -> None:
    text = "".join(chain.path_of(place, name).read_text(encoding="utf-8") for name in ("demo", "zuid"))
    kept = con.execute("SELECT overeenkomst_id, nonce FROM run.seal_openings").fetchall()
    assert len(kept) == 2 * 3 * 4
    assert all(len(bytes.fromhex(nonce)) == 32 for _, nonce in kept)
    assert not any(f'"{agreement}"' in text or nonce in text for agreement, nonce in kept)


def test_the_same_list_has_another_seal_the_next_time(
    place: Workspace, con: duckdb.DuckDBPyConnection
) -> None:
    """Without the secret numbers somebody could seal every possible list and compare."""
    hashes = con.execute("SELECT commitment FROM run.seal_places").fetchall()
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize(("days", "late"), [(6, 0), (7, 1)])
def test_a_list_sealed_more_than_six_days_after_its_monday_is_reported(
    place: Workspace, con: duckdb.DuckDBPyConnection, days: int, late: int
) -> None:
    lists = {"list": seal.Sealable([("demo", "O1")], "expert 1", CARD)}
    seal.seal_week(con, place, monday(2), lists, {}, morning(2) + timedelta(days=days))
    actual = verify.examine(con, place)
    assert actual.problems == ()
    assert len([text for text in actual.afterwards if text.startswith("demo")]) == late


@pytest.mark.parametrize("text", ["", "minutes of the council", "demo 2 abc", "demo two " + "a" * 64])
def test_a_file_without_a_published_line_proves_nothing_and_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "heads.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no published line"):
        verify.published_in(file)
    file.write_text(f"{text}\ndemo 2 {'a' * 64}\n", encoding="utf-8")
    assert verify.published_in(file) == [verify.Published("demo", 2, "a" * 64)]


def test_an_erasure_is_counted_and_a_place_removed_unseen_is_a_fault(
    place: Workspace, con: duckdb.DuckDBPyConnection
) -> None:
    gone = next(agreement for name, agreement in agreements(0) if name == "demo")
    con.execute("DELETE FROM run.seal_openings WHERE overeenkomst_id = ?", [gone])
    before = verify.examine(con, place).problems
    assert before
    assert all("cannot be opened, and the chain accounts for 0" in text for text in before)
    openings.account_for(place, con, "erasure", morning(3))
    after = verify.examine(con, place)
    assert after.problems == ()
    assert sum(week.removed for week in after.weeks) == len(before)
    assert gone not in chain.path_of(place, "demo").read_text(encoding="utf-8")


def test_the_file_of_a_list_is_compared_after_an_erasure_too(
    place: Workspace, con: duckdb.DuckDBPyConnection
) -> None:
    lists = {"list": seal.Sealable([("demo", f"A{n}") for n in range(1, 5)], "expert 1", CARD)}
    seal.seal_week(con, place, monday(2), lists, {}, morning(2))
    file = place.output / monday(2).isoformat() / "shortlist.csv"
    file.parent.mkdir(parents=True)

    def problems(*shown: str) -> int:
        rows = "".join(f"demo;{agreement}\n" for agreement in shown)
        file.write_text(f"corporatie_id;overeenkomst_id\n{rows}", encoding="utf-8-sig")
        return len(verify.examine(con, place).problems)

    assert problems("A1", "A2", "A3", "A4") == 0
    assert problems("A1", "A3", "A2", "A4") == 1
    con.execute("DELETE FROM run.seal_openings WHERE overeenkomst_id = 'A2'")
    openings.account_for(place, con, "erasure", morning(3))
    assert problems("A1", "A3", "A4") == 0
    assert problems("A1", "A2", "A3", "A4") == 0, "a file of before the erasure"
    assert problems("A3", "A1", "A4") == 1
    assert problems("A1", "A3") == 1
    assert problems("A1", "A3", "A4", "A5", "A6") == 1
