"""Simulate complaints of neighbours (from neglect, quarrels, noise or overzealous neighbours) and worries of staff."""

from __future__ import annotations

import numpy as np

from pipelines.sample.demo import Demo
from pipelines.sample.households import NEVER, Book, Households
from pipelines.sample.town import Town

DAY = 1440  # moments are minutes since 1970-01-01

_Kinds = tuple[tuple[str, float], ...]
_NOISE: _Kinds = (("GEL", 0.85), ("OVE", 0.10), ("DIE", 0.05))
# Offices write PSY and VER although these may not be kept: loading replaces them.
_NEGLECT: _Kinds = (
    ("VUI", 0.40),
    ("STA", 0.22),
    ("ONG", 0.12),
    ("OVE", 0.12),
    ("PSY", 0.06),
    ("VER", 0.03),
    ("DIE", 0.05),
)
_QUARREL: _Kinds = (
    ("GEL", 0.32),
    ("RUZ", 0.24),
    ("AGR", 0.16),
    ("OVE", 0.10),
    ("VAN", 0.08),
    ("DRU", 0.05),
    ("VER", 0.05),
)
_CHANCE: _Kinds = (
    ("GEL", 0.45),
    ("OVE", 0.20),
    ("HAN", 0.05),
    ("DIE", 0.12),
    ("RUZ", 0.08),
    ("ONV", 0.05),
    ("VUI", 0.05),
)
_ZEAL: _Kinds = (("RUZ", 0.45), ("GEL", 0.40), ("OVE", 0.15))


def pick(kinds: _Kinds, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `n` codes in proportion to their weights."""
    weights = np.array([w for _, w in kinds])
    return rng.choice(np.array([k for k, _ in kinds]), n, p=weights / weights.sum())


def complaints(
    h: Households, town: Town, demo: Demo, book: Book, monday: int, rng: np.random.Generator
) -> None:
    """Let neighbours complain about the events of a week; most complaints are registered days later."""
    n = len(h.rent)
    near = demo.reporting * np.where(town.flat, 1.35, 0.65) / 52
    sources = (
        (_NOISE, 0.55 * h.loud),
        (_NEGLECT, 1.4 * np.clip(h.overload - 0.6, 0, 2)),
        (_QUARREL, 1.30 * np.clip(h.conflict - 0.4, 0, 2)),
        (_CHANCE, 0.008 + 0.20 * h.strain),
    )
    for kinds, yearly in sources:
        # An empty home makes no noise, but occasionally somebody complains about one.
        about = np.flatnonzero(rng.random(n) < near * np.where(h.lived_in, yearly, 0.006))
        _register(h, book, about, pick(kinds, len(about), rng), monday, rng)
    zealous = np.flatnonzero(h.lived_in & h.complains & (rng.random(n) < demo.zeal / 52))
    about = np.minimum(zealous ^ 1, n - 1)  # always the same neighbour
    complained = h.lived_in[about] & (about != zealous)
    kinds_drawn = pick(_ZEAL, int(complained.sum()), rng)
    _register(h, book, about[complained], kinds_drawn, monday, rng, reporter=zealous[complained])


def _register(
    h: Households,
    book: Book,
    about: np.ndarray,
    kind: np.ndarray,
    monday: int,
    rng: np.random.Generator,
    reporter: np.ndarray | None = None,
) -> None:
    n = len(about)
    happened = monday * DAY + rng.integers(0, 7 * DAY, n)
    # It takes days, sometimes weeks, before somebody registers a complaint, during office hours.
    delay = np.where(rng.random(n) < 0.25, 0.0, np.minimum(rng.gamma(1.1, 7.0, n), 70.0))
    day = happened // DAY + delay.astype(np.int64)
    registered = np.maximum(happened + 20, day * DAY + rng.integers(8 * 60, 17 * 60, n))
    handled = registered // DAY + rng.integers(1, 11, n)
    closed = handled + 10 + np.minimum(rng.exponential(40.0, n), 200.0).astype(np.int64)
    final = np.array(["AFG", "GES", "GEA"])[np.searchsorted([0.55, 0.94], rng.random(n))]
    if reporter is None:
        step = rng.integers(1, 7, n) * np.where(rng.random(n) < 0.5, 1, -1)
        reporter = np.clip(about + step, 0, len(h.rent) - 1)
        known = (h.agreement[reporter] >= 0) & (reporter != about) & (rng.random(n) < 0.8)
    else:
        known = np.ones(n, dtype=bool)
    h.complaints[about] += 1
    h.complained_on[about] = np.maximum(h.complained_on[about], registered // DAY)
    book.add(
        "complaints",
        home=about,
        agreement=h.agreement[about],
        kind=kind,
        happened=np.where(rng.random(n) < 0.97, happened, NEVER * DAY),
        registered=registered,
        handled=handled,
        closed=closed,
        final=final,
        reporter=np.where(known, h.tenant[reporter], -1),
        by_agreement=rng.random(n),
    )


def worries(h: Households, book: Book, monday: int, rng: np.random.Generator) -> None:
    """Let caretakers, tradesmen and partners occasionally report a worry; few do, and some are mistaken."""
    n = len(h.rent)
    grip = np.clip(h.overload - 0.7, 0, 2)
    sources = (
        (
            0.35 * grip,
            ("post_hoopt_op", "woning_vervuild", "ziet_bewoner_niet", "gordijnen_dicht", "schade_in_woning"),
        ),
        (0.05 * np.clip(h.money - 0.7, 0, 2) + 0.03 * h.strain, ("geldzorgen",)),
        (0.05 * np.clip(h.conflict - 0.8, 0, 2), ("veiligheid", "schade_in_woning")),
        (np.full(n, 0.0015), ("overig", "gordijnen_dicht", "geldzorgen")),
    )
    for yearly, choices in sources:
        at = np.flatnonzero(h.lived_in & (rng.random(n) < yearly / 52))
        book.add(
            "worries",
            home=at,
            agreement=h.agreement[at],
            at=monday * DAY + rng.integers(0, 5, len(at)) * DAY + rng.integers(480, 1020, len(at)),
            source=rng.choice(
                ["huismeester", "vakman", "wijkteam", "gemeente", "schuldhulp", "overig"], len(at)
            ),
            worry=rng.choice(choices, len(at)),
            by_agreement=rng.random(len(at)),
        )
