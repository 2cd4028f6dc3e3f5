"""Divide the tables of an invented corporation into deliveries, each with what was on file before its Monday.

The first delivery has the whole history. A later one has the rows that are new or changed since the previous delivery, the
full register of agreements, and the arrears list of that day. An extract of events without a new row repeats its last few.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.installation.contracts import contracts
from pipelines.sample.extras import Extras
from pipelines.sample.households import NEVER
from pipelines.sample.register import Register, parking_arrears
from pipelines.sample.text import DAY, Columns, Keys, days, euros, moments, words
from pipelines.sample.world import World

_PLANS = np.array(["", "ACT", "ANN", "BEE", "VER"], dtype=object)
_PLAN_ENDS = np.array(["", "", "VOL", "AFB", ""], dtype=object)
_REMARKS = {
    "GEL": "Harde muziek, één keer per week; ook 's nachts.",
    "VUI": "Afval op het balkon en in de hal.",
    "STA": "Stank in het trappenhuis.",
    "RUZ": "Ruzie over de schutting, al lang één en al verwijt.",
    "AGR": "Melder zegt te zijn uitgescholden; café-avond.",
}


class Deliveries:
    """Divide the tables of a world into deliveries.

    Parameters
    ----------
    world : World
        The simulated events.
    rng : Generator
        Draws the rows that the simulation lacks: parking places, flags, contacts of the coach, objections.
    """

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.keys = Keys(world.demo)
        self.register = Register(world, rng)
        arrears = pd.concat([world.arrears, parking_arrears(self.register)], ignore_index=True)
        self.arrears = arrears.sort_values(["peildatum", "agreement"], ignore_index=True)
        self.complaints, self.repairs, self.worries = world.complaints, world.repairs, world.worries
        self.extras = Extras(world, self.keys, rng)

    def as_of(self, day: int, since: int | None) -> dict[str, Columns]:
        """Return the extracts delivered on a day; `since` is the day of the previous delivery, if any."""
        start = -NEVER if since is None else since
        return {
            "huurovereenkomsten": self.register.as_of(day),
            "huurachterstanden": self._arrears(day, start),
            "overlastmeldingen": self._complaints(day, start),
            "reparatieverzoeken": self._repairs(day, start),
            "meldingen_medewerkers": self._worries(day, start),
            **self.extras.as_of(day, start),
        }

    def _arrears(self, day: int, since: int) -> Columns:
        part = self.arrears[(self.arrears["peildatum"] <= day) & (self.arrears["peildatum"] > since)]
        paid = part["paid"].to_numpy() > 0
        paid_on = np.where(paid, part["paid_on"], NEVER)
        phases = np.array(contracts()["huurachterstanden"].columns["incassofase"].codes, dtype=object)
        return {
            "peildatum": days(part["peildatum"].to_numpy(), dutch=True),
            "overeenkomst_id": self.keys.agreement(part["agreement"].to_numpy()),
            "saldo": euros(part["saldo"].to_numpy()),
            "oudste_vervaldatum": days(part["due"].to_numpy(), dutch=True, empty="01-01-1753"),
            "bewakingsstatus_code": words(part["status"]),
            "incassofase": phases[part["phase"].to_numpy(dtype=np.int64)],
            "regeling_status_code": _PLANS[part["plan"].to_numpy(dtype=np.int64)],
            "regeling_eindereden_code": _PLAN_ENDS[part["plan"].to_numpy(dtype=np.int64)],
            "laatste_betaaldatum": days(paid_on, dutch=True, empty="01-01-1753"),
            "laatste_betaling": np.where(paid, euros(part["paid"].to_numpy()), "").astype(object),
        }

    def _complaints(self, day: int, since: int) -> Columns:
        table = self.complaints
        number = _due(table, "registered", ["handled", "closed"], day, since)
        part = table.iloc[number]
        closed = (part["closed"] < day).to_numpy()
        status = np.where(closed, part["final"], np.where(part["handled"] < day, "INB", "AAN")).astype(object)
        chance = part["by_agreement"].to_numpy()
        kind = part["kind"].to_numpy()
        agreement = np.where(chance < 0.15, part["agreement"], -1)
        return {
            "zaak_id": self.keys.event("ZK", number),
            "registratiedatum": moments(part["registered"].to_numpy(), dutch=True),
            "begindatum": moments(part["happened"].to_numpy(), dutch=True),
            "einddatum": moments(np.where(closed, part["closed"] * DAY + 990, NEVER * DAY), dutch=True),
            "zaaktypesoort_code": np.where(kind == "HAN", "OMG", "SOC").astype(object),
            "zaaktypedetailsoort_code": words(kind) + np.where(number % 43 == 4, " ", "").astype(object),
            "status_code": status,
            "beklaagde_overeenkomst_id": self.keys.agreement(agreement),
            "beklaagde_eenheid_id": np.where(
                (chance < 0.02) & (agreement >= 0), "", self.keys.home(part["home"].to_numpy())
            ),
            "melder_id": self.keys.tenant(part["reporter"].to_numpy()),
            "omschrijving": np.array([_REMARKS.get(k, "") for k in kind], dtype=object),
        }

    def _repairs(self, day: int, since: int) -> Columns:
        table = self.repairs
        visits = ["missed_1", "missed_2", "missed_3"]
        number = _due(table, "reported", ["started", *visits, "done", "closed"], day, since)
        part = table.iloc[number]
        final = np.where(part["cancelled"], "GEA", "AFG")
        status = np.select(
            [part["closed"] < day, part["done"] < day, part["started"] < day], [final, "TEC", "INB"], "REG"
        )
        missed = [days(np.where(part[v] < day, part[v], NEVER)) for v in visits]
        dates = np.array(
            ["|".join(d for d in three if d) for three in zip(*missed, strict=True)], dtype=object
        )
        agreement = np.where(part["by_agreement"] < 0.4, part["agreement"], -1)
        return {
            "verzoek_id": self.keys.event("OV", number),
            "eenheid_id": self.keys.home(part["home"].to_numpy()),
            "overeenkomst_id": self.keys.agreement(agreement),
            "melddatum": moments(part["reported"].to_numpy()),
            "onderhoudsoort_code": words(part["sort"]),
            "defectsoort_code": words(part["defect"]),
            "defectoorzaak_code": words(part["cause"]),
            "status_code": words(status),
            "gereeddatum": days(np.where(part["done"] < day, part["done"], NEVER)),
            "niet_thuis_datums": dates,
        }

    def _worries(self, day: int, since: int) -> Columns:
        number = _due(self.worries, "at", [], day, since)
        part = self.worries.iloc[number]
        return {
            "melding_id": self.keys.event("MM", number),
            "overeenkomst_id": self.keys.agreement(
                np.where(part["by_agreement"] < 0.3, part["agreement"], -1)
            ),
            "eenheid_id": self.keys.home(part["home"].to_numpy()),
            "datum": moments(part["at"].to_numpy(), dutch=True),
            "bron": words(part["source"]),
            "zorg": words(part["worry"]),
        }


def _due(table: pd.DataFrame, moment: str, dates: list[str], day: int, since: int) -> np.ndarray:
    """Return the indices of rows on file before `day` that are new or changed since `since`, inclusive.

    If no row is new or changed, return the last five. `moment` names the column with the minute at which a row comes on
    file; `dates` names the columns with the days on which it changes.
    """
    filed = table[moment].to_numpy() // DAY
    news = (filed >= since) & (filed < day)
    for name in dates:
        changed = table[name].to_numpy()
        news |= (changed >= since) & (changed < day) & (filed < day)
    rows = np.flatnonzero(news)
    return rows if len(rows) else np.flatnonzero(filed < day)[-5:]
