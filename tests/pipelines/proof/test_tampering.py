"""Test that every way to change a sealed list afterwards is found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb
import pytest

from pipelines.installation.workspace import Workspace
from pipelines.proof import chain, verify
from pipelines.proof.seal import seal_of
from tests.support.cases import cases
from tests.support.seals import memory, seal_weeks, two_corporations

WEEKS = 8
CHAINS = ("demo", "zuid")


@dataclass
class Sealed:
    """A sealed installation and what was published of it."""

    con: duckdb.DuckDBPyConnection
    place: Workspace
    published: list[verify.Published]

    def problems(self) -> tuple[str, ...]:
        return verify.examine(self.con, self.place, self.published).problems


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> Iterator[Sealed]:
    with memory() as con:
        place = two_corporations(tmp_path_factory.mktemp("tampering") / "home")
        published = []
        for week in range(WEEKS):
            seal_weeks(con, place, 1, week)
            published += verify.heads(place)
        yield Sealed(con, place, published)


def rewritten(lines: list[str], start: int) -> list[str]:
    """Return lines whose links are made good from a line on, as somebody with the keys could."""
    for n in range(start, len(lines)):
        content = json.loads(lines[n])
        content |= {"number": n + 1, "previous": chain.digest(lines[n - 1]) if n else chain.START}
        lines[n] = chain.canonical(content)
    return lines


def one_byte(world: Sealed, dice: random.Random) -> None:
    path = chain.path_of(world.place, dice.choice(CHAINS))
    content = bytearray(path.read_bytes())
    at = dice.randrange(len(content))
    content[at] = (content[at] + dice.randrange(1, 256)) % 256
    path.write_bytes(bytes(content))


def line_left_out(world: Sealed, dice: random.Random) -> None:
    path = chain.path_of(world.place, dice.choice(CHAINS))
    lines = path.read_text().splitlines(keepends=True)
    del lines[dice.randrange(len(lines))]
    path.write_text("".join(lines))


def week_left_out_everywhere(world: Sealed, dice: random.Random) -> None:
    """Take a week out of file and warehouse, and write the chain again."""
    name = dice.choice(CHAINS)
    lines = chain.lines(world.place, name)
    gone = dice.randrange(len(lines))
    kept = rewritten([line for n, line in enumerate(lines) if n != gone], gone)
    _store_everywhere(world, name, kept)
    for table in ("seal_places", "seal_openings", "seal_inputs"):
        world.con.execute(f"DELETE FROM run.{table} WHERE corporatie_id = ? AND number = ?", [name, gone + 1])
        world.con.execute(
            f"UPDATE run.{table} SET number = number - 1 WHERE corporatie_id = ? AND number > ?",
            [name, gone + 1],
        )


def line_added(world: Sealed, dice: random.Random) -> None:
    name = dice.choice(CHAINS)
    lines = chain.lines(world.place, name)
    at = dice.randrange(len(lines) + 1)
    lines.insert(at, dice.choice(lines))
    chain.path_of(world.place, name).write_text("\n".join(rewritten(lines, at)) + "\n")


def list_made_afterwards(world: Sealed, dice: random.Random) -> None:
    """Replace a list by another one with correct seals, and write the chain and its copy again."""
    name = dice.choice(CHAINS)
    lines = chain.lines(world.place, name)
    at = dice.randrange(len(lines))
    content = json.loads(lines[at])
    other = [chain.digest(str(dice.random())) for _ in range(2)]
    length = world.con.execute(
        "SELECT value, nonce FROM run.seal_inputs WHERE corporatie_id = ? AND number = ? AND name = 'length of list'",
        [name, at + 1],
    ).fetchall()[0]
    content["content"]["lists"]["list"]["seal"] = seal_of(chain.digest(str(length)), other)
    lines[at] = chain.canonical(content)
    _store_everywhere(world, name, rewritten(lines, at + 1))


def chains_swapped(world: Sealed, dice: random.Random) -> None:
    """Swap one line, all lines, or the openings of one week between the corporations."""
    one, other = CHAINS
    kind = dice.randrange(3)
    week = dice.randrange(WEEKS) + 1
    if kind == 0:
        a, b = chain.lines(world.place, one), chain.lines(world.place, other)
        a[week - 1], b[week - 1] = b[week - 1], a[week - 1]
        chain.path_of(world.place, one).write_text("\n".join(a) + "\n")
        chain.path_of(world.place, other).write_text("\n".join(b) + "\n")
    elif kind == 1:
        first, second = chain.path_of(world.place, one), chain.path_of(world.place, other)
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)
    else:
        for table in ("seal_openings", "seal_places"):
            world.con.execute(
                f"UPDATE run.{table} SET corporatie_id = CASE corporatie_id WHEN 'demo' THEN 'zuid' ELSE 'demo' END "
                "WHERE number = ?",
                [week],
            )


def opening_altered(world: Sealed, dice: random.Random) -> None:
    column, value = dice.choice([("overeenkomst_id", "'O999'"), ("nonce", "'00'"), ("place", "place + 1")])
    _one_opening(world, dice, f"UPDATE run.seal_openings SET {column} = {value}")


def opening_removed(world: Sealed, dice: random.Random) -> None:
    _one_opening(world, dice, "DELETE FROM run.seal_openings")


def opening_added(world: Sealed, dice: random.Random) -> None:
    values = [dice.choice(CHAINS), "2026-01-05", dice.randrange(WEEKS + 3) + 1, "list", 9, "O7", "aa"]
    world.con.execute("INSERT INTO run.seal_openings VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def place_and_opening_removed(world: Sealed, dice: random.Random) -> None:
    name, number, place = dice.choice(CHAINS), dice.randrange(WEEKS) + 1, dice.randrange(2) + 1
    for table in ("seal_openings", "seal_places"):
        world.con.execute(
            f"DELETE FROM run.{table} WHERE corporatie_id = ? AND number = ? AND list = 'list' AND place = ?",
            [name, number, place],
        )


def input_altered(world: Sealed, dice: random.Random) -> None:
    name = dice.choice(["deliveries", "length of list", "length of largest_amount"])
    world.con.execute(
        "UPDATE run.seal_inputs SET value = value || 'x' WHERE corporatie_id = ? AND number = ? AND name = ?",
        [dice.choice(CHAINS), dice.randrange(WEEKS) + 1, name],
    )


TAMPERS: tuple[Callable[[Sealed, random.Random], None], ...] = (
    one_byte, line_left_out, week_left_out_everywhere, line_added, list_made_afterwards, chains_swapped,
    opening_altered, opening_removed, opening_added, place_and_opening_removed, input_altered,
)  # fmt: skip


def _one_opening(world: Sealed, dice: random.Random, change: str) -> None:
    rows = world.con.execute(
        "SELECT corporatie_id, number, list, place FROM run.seal_openings ORDER BY ALL"
    ).fetchall()
    where = "WHERE corporatie_id = ? AND number = ? AND list = ? AND place = ?"
    world.con.execute(f"{change} {where}", list(dice.choice(rows)))


def _store_everywhere(world: Sealed, name: str, lines: list[str]) -> None:
    chain.path_of(world.place, name).write_text("\n".join(lines) + "\n")
    world.con.execute("DELETE FROM run.seals WHERE corporatie_id = ?", [name])
    for number, line in enumerate(lines, 1):
        world.con.execute("INSERT INTO run.seals VALUES (?, ?, ?)", [name, number, line])


def unseen(world: Sealed, tries: int, seed: int) -> list[tuple[int, str]]:
    """Tamper this many times, each time with the untouched installation, and return the attempts that were not found."""
    files = {name: chain.path_of(world.place, name).read_bytes() for name in CHAINS}
    missed = []
    for number in range(tries):
        tamper = TAMPERS[number % len(TAMPERS)]
        world.con.execute("BEGIN")
        try:
            tamper(world, random.Random(f"{seed} {number}"))
            if not world.problems():
                missed.append((number, tamper.__name__))
        finally:
            world.con.execute("ROLLBACK")
            for name, content in files.items():
                chain.path_of(world.place, name).write_bytes(content)
    return missed


def test_an_untouched_chain_has_no_problem(sealed: Sealed) -> None:
    assert sealed.problems() == ()
    actual = verify.examine(sealed.con, sealed.place)
    assert len(actual.weeks) == len(CHAINS) * WEEKS
    assert {week.card for week in actual.weeks} == {"c" * 64}
    assert actual.afterwards == ()


@pytest.mark.long
def test_every_way_to_tamper_is_found(sealed: Sealed) -> None:
    assert unseen(sealed, cases(3 * len(TAMPERS), 1000), seed=2) == []


def test_a_chain_written_again_shows_only_against_what_was_published(sealed: Sealed) -> None:
    """Without a published line, somebody who has the keys and writes everything again is not found."""
    sealed.con.execute("BEGIN")
    files = {name: chain.path_of(sealed.place, name).read_bytes() for name in CHAINS}
    try:
        for name in CHAINS:
            chain.path_of(sealed.place, name).unlink()
        for table in ("seals", "seal_places", "seal_openings", "seal_inputs"):
            sealed.con.execute(f"DELETE FROM run.{table}")
        sealed.con.execute("COMMIT")
        seal_weeks(sealed.con, sealed.place, WEEKS)
        assert verify.examine(sealed.con, sealed.place).problems == ()
        assert len(verify.examine(sealed.con, sealed.place, sealed.published).problems) == len(
            sealed.published
        )
    finally:
        for name, content in files.items():
            chain.path_of(sealed.place, name).write_bytes(content)
