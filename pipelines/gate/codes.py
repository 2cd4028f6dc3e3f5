"""Doubt codes that seem to have changed their meaning since the delivery before.

GEA is *geannuleerd* in VERA and *gereed* or *geaccepteerd* in some source systems: every row stays well-formed when a source, or its
mapping, gives a code another meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import combinations, permutations
from math import log, sqrt

from pipelines.gate.doubt import Doubt, Examined, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER, Column
from pipelines.installation.sql import Sql

LEAST_ROWS = 20
"""Minimum number of filled rows in each of both deliveries to compare the shares of their codes."""
DISTANCE = 0.3
"""Maximum share of rows, beyond chance, whose code may differ from that in the delivery before."""
CHANCE = 1e-4
"""A code that disappears, or is the only one left, is doubtful if its probability by chance is below this."""
NEW_ROWS, NEW_SHARE, NEVER_IN = 3, 0.2, 30
"""A new code is doubtful if this number and this share of the rows have it, and none of `NEVER_IN` earlier rows had it."""
ON_TOP = 0.8
"""Rows with one code come in addition to the usual rows if at least this share of the usual number of other rows came too."""
CHANGED, CHANGED_FACTS = 0.5, 0.25
"""Maximum share of known rows that may have another code now: in a list of positions, and in other extracts."""
FEW_ROWS, ALL = 6, 0.9
"""From this number of rows of a list, at most this share of them can change at once."""
PLACES = 4
"""Minimum number of rows with two codes that change places: fewer may do so by chance."""
SWAP_RATIO, SWAP_ROWS, SWAP_EVIDENCE = 1.5, 5, 5.0
"""Two codes seem swapped if one was this many times as frequent as the other, both had this many rows, and a swap explains the rows
better by this logarithm of the odds."""
MEND = "Perhaps the source means something else by it than VERA: ask, and give its meaning under codes in the mapping."


@dataclass(frozen=True)
class Share:
    """The rows with one code: in this delivery, and in the one before."""

    code: str
    now: int
    before: int


def has_codes(column: Column) -> bool:
    """Return whether a column holds values of a small set."""
    return bool(column.codes) or column.type == "bool"


def figures(it: Examined, name: str, before: Mapping[str, int], now: Mapping[str, int]) -> Iterator[Figure]:
    """Yield the first figure, if any, which shows that the meaning of the codes changed; the mappings count rows per code."""
    shares = [Share(code, now.get(code, 0), before.get(code, 0)) for code in sorted({*before, *now})]
    if not it.contract.snapshot:
        shares = _without_a_wave(shares)
    ever = cache(partial(_ever, it, name))
    doubtful = (
        *_never_seen(name, shares, ever),
        *_shares(name, shares),
        # A list of positions breathes with the month; there the agreements on both lists tell.
        *(() if it.contract.snapshot else _swapped(name, shares, ever)),
    )
    yield from doubtful[:1]


def _ever(it: Examined, name: str) -> Mapping[str, int]:
    """Count the earlier rows per code; called only if a code is new or seems swapped."""
    rows = "recent_lists" if it.contract.snapshot else f"raw.{it.contract.extract}"
    query = "SELECT histogram(CAST({name} AS VARCHAR)) FROM {rows}"
    return it.row(query, name=name, rows=Sql(rows))[0] or {}


def _without_a_wave(shares: list[Share]) -> list[Share]:
    """Return the shares without the rows with one code that come in addition to the usual rows, as after a storm or in a project.

    A code that replaces another one makes the rows of that one disappear, so this does not hide it.
    """
    rows, earlier = sum(s.now for s in shares), sum(s.before for s in shares)
    if not rows or not earlier:
        return shares
    wave = max(shares, key=lambda s: s.now / rows - s.before / earlier)
    others, others_before = rows - wave.now, earlier - wave.before
    if not others_before or others < ON_TOP * others_before:
        return shares
    usual = min(wave.now, round(wave.before * others / others_before))
    return [replace(s, now=usual) if s is wave else s for s in shares]


def _figure(name: str, value: float, most: float, meaning: str) -> Figure:
    return warn(f"{name}.changed.share", value, f"{meaning} {MEND}", most=most)


def _never_seen(name: str, shares: list[Share], ever: Callable[[], Mapping[str, int]]) -> Iterator[Figure]:
    rows = sum(s.now for s in shares)
    for share in shares:
        if share.before or share.now < max(NEW_ROWS, NEW_SHARE * rows):
            continue
        known = ever()
        if sum(known.values()) >= NEVER_IN and not known.get(share.code):
            meaning = f"Share of the rows with {name} {share.code}, which none of {sum(known.values())} earlier rows had."
            yield _figure(name, share.now / rows, NEW_SHARE, meaning)


def _shares(name: str, shares: list[Share]) -> Iterator[Figure]:
    rows, earlier = sum(s.now for s in shares), sum(s.before for s in shares)
    if min(rows, earlier) < LEAST_ROWS:
        return
    most = DISTANCE + 0.4 * sqrt(len(shares) * (1 / rows + 1 / earlier))
    distance = sum(abs(s.now / rows - s.before / earlier) for s in shares) / 2
    for share in sorted(shares, key=lambda s: -abs(s.now / rows - s.before / earlier)):
        was, now = share.before / earlier, share.now / rows
        gone = now == 0 and (1 - was) ** rows < CHANCE
        alone = now == 1 and was**rows < CHANCE
        if gone or alone or distance > most:
            meaning = f"Share of the rows whose {name} changed; {share.code} went from {was:.0%} to {now:.0%} of the rows."
            yield _figure(name, distance, min(most, distance * 0.99), meaning)
            return


def _swapped(name: str, shares: list[Share], ever: Callable[[], Mapping[str, int]]) -> Iterator[Figure]:
    """Yield the share of the rows with two codes if the rarer one is now as frequent as the other was."""
    rows, earlier = sum(s.now for s in shares), sum(s.before for s in shares)
    if min(rows, earlier) < LEAST_ROWS:
        return
    for often, seldom in permutations(shares, 2):
        if min(often.before, seldom.before) < SWAP_ROWS or seldom.now <= often.now:
            continue
        if often.before < SWAP_RATIO * seldom.before:
            continue
        known = ever()
        ratio = known[often.code] / known[seldom.code]
        evidence = (seldom.now - often.now) * log(ratio)
        both, expected = often.now + seldom.now, ratio / (1 + ratio)
        fits = abs(seldom.now - both * expected) <= 2 * sqrt(both * expected * (1 - expected)) + 0.1 * both
        if ratio >= SWAP_RATIO and evidence >= SWAP_EVIDENCE and fits:
            meaning = (
                f"Share of the rows whose {name} is {often.code} or {seldom.code}, which seem swapped: {often.code} went from "
                f"{often.before / earlier:.0%} to {often.now / rows:.0%}, {seldom.code} from {seldom.before / earlier:.0%} to "
                f"{seldom.now / rows:.0%} of the rows."
            )
            yield _figure(name, both / rows, 0, meaning)
            return


def of_known_rows(it: Examined, name: str) -> Iterator[Doubt]:
    """Doubt rows of the delivery before, b, that have another code now, n. A status may change; most rows of a list do not at once."""
    contract = it.contract
    if name in contract.history.undated and contract.extract != REGISTER:
        return
    least, most = (LEAST_ROWS, CHANGED) if contract.snapshot else (NEW_ROWS, CHANGED_FACTS)

    def says(histogram: dict[str, int] | None) -> Iterator[Figure]:
        moves = {tuple(move.split(">")): n for move, n in (histogram or {}).items()}
        rows, changed = sum(moves.values()), sum(n for (was, now), n in moves.items() if was != now)
        all_of_few = contract.snapshot and rows >= FEW_ROWS and changed > ALL * rows
        if all_of_few or (rows >= least and changed >= NEW_ROWS and changed > most * rows):
            meaning = f"Share of the rows of the delivery before that have another {name} now."
            yield _figure(name, changed / rows, most, meaning)
            return
        for one, other in combinations(sorted({was for was, _ in moves}), 2):
            forth, back = moves.get((one, other), 0), moves.get((other, one), 0)
            kept = sum(n for (was, _), n in moves.items() if was in (one, other)) - forth - back
            if forth and back and forth + back >= PLACES and not kept:
                meaning = f"Share of the rows of the delivery before in which {one} and {other} changed places, each of them."
                yield _figure(name, (forth + back) / rows, 0, meaning)

    yield Doubt((f"histogram(b.{name}::VARCHAR || '>' || n.{name}::VARCHAR)",), says)
