"""Build small panels, by hand or at random, in the form of `pipelines.scoring.panel`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

START = date(2024, 1, 1)


def panel(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Fill in what a row does not say: one agreement per household, mature, not contacted, nothing escalated."""
    result = []
    for number, row in enumerate(rows):
        name = row.get("overeenkomst_id", f"A{number}")
        usual = {
            "corporatie_id": "demo", "overeenkomst_id": name, "household": name, "as_of": START, "mature": True,
            "contacted": False, "hold": None, "escalated": 0, "escalated_on": None,
            "in_collection": False, "wijk": "Molenrak",
        }  # fmt: skip
        result.append(usual | row)
    return pd.DataFrame(result)


def thrown(
    *, households: int = 400, dates: int = 12, weeks: int = 4, seed: int = 1, strength: float = 1.0
) -> pd.DataFrame:
    """Throw a panel in which a hidden trouble raises arrears, complaints and the chance of an escalation.

    `strength` 0: the signals know nothing of the outcome.
    """
    rng = np.random.default_rng(seed)
    trouble = np.repeat(rng.normal(size=households)[:, None], dates, axis=1) + rng.normal(
        scale=0.5, size=(households, dates)
    )
    chance = 1 / (1 + np.exp(-(trouble * 1.5 - 4)))
    seen = strength * trouble
    arrears = np.maximum(0, rng.normal(size=trouble.shape) + seen)
    frame = pd.DataFrame(
        {
            "corporatie_id": "demo",
            "overeenkomst_id": np.repeat([f"A{n:04}" for n in range(households)], dates),
            "as_of": np.tile([START + timedelta(weeks=weeks * n) for n in range(dates)], households),
            "mature": True,
            "contacted": False,
            "hold": None,
            "arrears_months": arrears.ravel().round(2),
            "complaints_90d": rng.poisson(np.exp(seen.ravel() - 1)),
            "escalated": (rng.random(trouble.shape) < chance).ravel().astype("int8"),
            "in_collection": (arrears > 1).ravel(),
            "wijk": np.repeat(rng.choice(["Molenrak", "Noordrand", "Het Eiland"], households), dates),
        }
    )
    late = pd.to_timedelta(7 * rng.integers(1, 26, len(frame)), unit="D")
    on = pd.to_datetime(frame["as_of"]) + late
    return frame.assign(
        household=frame["overeenkomst_id"],
        arrears_euro=(600 * frame["arrears_months"]).round(2),
        oldest_open_days=30 * frame["arrears_months"].round(),
        escalated_on=on.where(frame["escalated"] == 1),
    )
