"""Doubt a list of positions, n, whose differences with the list before it, b, are not those of a week.

Each week somebody pays and somebody else falls behind, and tenants who have owed for months seldom pay everything at once. So a list
with exactly the same agreements is an old one, and a list without many of the oldest debts was filtered. Earlier lists are only read if
something is odd.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.gate.doubt import Doubt, Examined, count, share, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql, read_sql

LEAST_ROWS, LEAST_OLD, LEAST_PAID = 20, 10, 5
"""Minimum number of rows, of old debts and of payments to judge them."""
LEAST_LISTS = 3
"""Minimum number of pairs of earlier lists that show how many agreements usually leave."""
SAME, CHANCE = 0.5, 1e-3
"""Maximum share of payments with another amount or none, and minimum probability by chance that nobody left."""
OLD_DAYS, GONE = 60, 0.33
"""Minimum age in days of an old debt, and maximum share of old debts that may disappear from one list to the next."""
ASK = "Ask whether it is the list of this day, and of everybody."


def doubts(it: Examined, day: str, total: str) -> list[Doubt]:
    """Return the doubts about a list, n, joined with the list before, b."""
    same_payment = "n.laatste_betaaldatum = b.laatste_betaaldatum"
    other = "Share of the payments with another amount than on the list before: perhaps a sum, or another unit. Ask what it is."
    return [
        _nobody_left(it, day),
        _old_debts_gone(it, day),
        share(
            "laatste_betaling.changed.share",
            same_payment,
            "n.laatste_betaling <> b.laatste_betaling",
            other,
            most=SAME,
            few=LEAST_PAID - 1,
        ),
        _unpaid(it, day, total),
    ]


def _until_now(it: Examined, day: str, among: str, odd: str) -> tuple[int, float, float]:
    """Return for the recent lists the number of pairs of neighbours, and the smallest and largest share of odd rows in a pair."""
    return it.row(
        read_sql(__package__, "until_now"),
        day=day,
        among=Sql(among),
        odd=Sql(odd),
    )


def _nobody_left(it: Examined, day: str) -> Doubt:
    """Doubt a list with exactly the agreements of the list before, if some came or left each time until now."""
    moved = "n.key_hash IS NULL OR b.key_hash IS NULL"

    def says(rows: int, moves: int) -> Iterator[Figure]:
        if moves or rows < LEAST_ROWS:
            return
        pairs, least, _ = _until_now(it, day, "true", moved)
        if pairs >= LEAST_LISTS and (1 - least) ** rows < CHANCE:
            meaning = f"Agreements on the list, all as on the one before; at least {least:.0%} came or left each time until now. {ASK}"
            yield warn(f"{day}.nobody_left.rows", rows, meaning, most=0)

    return Doubt(("count(n.key_hash)", count(moved)), says)


def _old_debts_gone(it: Examined, day: str) -> Doubt:
    """Doubt a list that lacks more of the old debts of the list before than any earlier list did."""
    old, lacking = f"b.{day} - b.oudste_vervaldatum > {OLD_DAYS}", "n.key_hash IS NULL"

    def says(debts: int, gone: int) -> Iterator[Figure]:
        if debts < LEAST_OLD or gone <= GONE * debts:
            return
        pairs, _, most = _until_now(it, day, old, lacking)
        if pairs >= LEAST_LISTS and gone > 2 * most * debts:
            meaning = (
                f"Share of the debts older than {OLD_DAYS} days on the list before that are not on this one; at most {most:.0%} until now. "
                f"Whoever is missing counts as free of arrears. {ASK}"
            )
            yield warn(f"{day}.old_debts_gone.share", gone / debts, meaning, most=GONE)

    return Doubt((count(old), count(f"{old} AND {lacking}")), says)


def _unpaid(it: Examined, day: str, total: str) -> Doubt:
    """Doubt new payments that changed no debt: not even its oldest item, or more of them than in any earlier week.

    In the first week of a month the new rent and its payment cancel out, so the amount stays the same.
    """
    newer = f"n.laatste_betaaldatum > b.laatste_betaaldatum AND month(n.{day} - 1) = month(b.{day} - 1)"
    oldest = f"{newer} AND n.oudste_vervaldatum = b.oudste_vervaldatum"
    same = f"n.{total} = b.{total}"

    def says(payments: int, nothing: int, of_oldest: int, nothing_of_oldest: int) -> Iterator[Figure]:
        if nothing < LEAST_PAID or nothing <= SAME * payments:
            return
        pairs, _, most = _until_now(it, day, newer, same)
        known = pairs >= LEAST_LISTS
        not_even_oldest = nothing_of_oldest >= LEAST_PAID and nothing_of_oldest > SAME * of_oldest
        if (known and nothing > 2 * most * payments) or (not known and not_even_oldest):
            meaning = (
                f"Share of the newer payments that did not change {total}: perhaps {total} is old. {ASK}"
            )
            yield warn(f"{total}.unpaid.share", nothing / payments, meaning, most=SAME)

    rows = (newer, f"{newer} AND {same}", oldest, f"{oldest} AND {same}")
    return Doubt(tuple(map(count, rows)), says)
