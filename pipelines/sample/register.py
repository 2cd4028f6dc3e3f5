"""Write the register of agreements as an office delivers it: homes, parking places, addresses, people, rents, ends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.sample.households import NEVER
from pipelines.sample.text import Columns, Keys, days, degrees, euros, words
from pipelines.sample.world import World


class Register:
    """The register of agreements. What is the same in every delivery is computed once.

    Parameters
    ----------
    world : World
        What happened.
    rng : Generator
        Draws the parking places.
    """

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.world = world
        homes = len(world.town.rent)
        rows = world.begins.assign(kind="WOO").merge(world.ends, on="agreement", how="left", validate="1:1")
        rows[["end", "notice", "known"]] = rows[["end", "notice", "known"]].fillna(NEVER).astype(np.int64)
        rows[["reason", "detail"]] = rows[["reason", "detail"]].fillna("")
        self.rows = pd.concat([rows, _parking(rows, homes, rng)], ignore_index=True)
        self.parking = self.rows[self.rows["kind"] == "PAR"]
        self.fixed = self._fixed(homes)

    def _fixed(self, homes: int) -> Columns:
        rows, town, people = self.rows, self.world.town, self.world.people
        keys = Keys(self.world.demo)
        place = rows["home"].to_numpy() % homes
        tenant = rows["tenant"].to_numpy()
        parked = (rows["kind"] == "PAR").to_numpy()
        addition = np.where(parked, "PP", town.huisnummertoevoeging[place])
        # Some exports leave the padding spaces of fixed-width fields.
        spaces = np.where(rows["agreement"].to_numpy() % 41 == 3, "  ", "").astype(object)
        birth = np.array([f"{year}-07-01" for year in people["geboortejaar"]], dtype=object)
        return {
            "overeenkomst_id": keys.agreement(rows["agreement"].to_numpy()),
            "huurder_id": keys.tenant(tenant),
            "eenheid_id": keys.home(rows["home"].to_numpy()),
            "eenheidsoort_code": words(rows["kind"]),
            "begindatum": days(rows["begin"].to_numpy()),
            "betaalwijze_code": words(rows["method"]),
            "straatnaam": words(town.straatnaam[place]) + spaces,
            "huisnummer": words(town.huisnummer[place]),
            "huisletter": words(town.huisletter[place]),
            "huisnummertoevoeging": words(addition),
            "postcode": words(town.postcode[place]),
            "woonplaats": words(town.woonplaats[place]),
            "wijk": words(town.wijk[place]) + spaces,
            "naam": words(people["naam"][tenant]) + spaces,
            "telefoon": words(people["telefoon"][tenant]),
            "email": words(people["email"][tenant]),
            "geslacht": words(people["geslacht"][tenant]),
            "geboortedatum": birth[tenant],
            "breedtegraad": degrees(town.latitude[place]),
            "lengtegraad": degrees(town.longitude[place]),
        }

    def as_of(self, day: int) -> Columns:
        """Return the register at the start of a day, with the signed agreements and the ends known by then."""
        rows = self.rows
        at = np.flatnonzero((rows["signed"] < day).to_numpy())
        part = rows.iloc[at]
        ended = (part["known"] < day).to_numpy()
        number = part["agreement"].to_numpy()
        # Write "no end" in three ways within one file.
        open_end = np.where(number % 37 == 5, "9999-12-31", "").astype(object)
        no_notice = np.where(number % 29 == 8, "1753-01-01", "").astype(object)
        notice = np.where(ended, part["notice"], NEVER)
        columns = {name: values[at] for name, values in self.fixed.items()}
        changing = {
            "einddatum": np.where(ended, days(part["end"].to_numpy()), open_end),
            "opzegdatum": np.where(notice < NEVER, days(notice), no_notice),
            "eindereden_code": np.where(ended, words(part["reason"]), "").astype(object),
            "eindedetailreden_code": np.where(ended, words(part["detail"]), "").astype(object),
            "brutohuur": euros(self._rent(part, day)),
        }
        order = [*list(columns)[:5], *list(changing), *list(columns)[5:]]
        return {name: (columns | changing)[name] for name in order}

    def _rent(self, part: pd.DataFrame, day: int) -> np.ndarray:
        """Return the rents on a day, without later increases."""
        rent = part["rent"].to_numpy().copy()
        for raised, rate in self.world.raises:
            later = (raised >= day) & (part["end"] >= raised).to_numpy()
            rent = np.where(later, rent / (1 + rate), rent)
        return rent.round(2)


def _parking(homes_let: pd.DataFrame, homes: int, rng: np.random.Generator) -> pd.DataFrame:
    """Let one parking place per 25 homes to tenants, as a second agreement that ends with the first."""
    places = max(homes // 25, 1)
    # Long agreements hold most places: draw in proportion to length, so that enough are still running at the end.
    length = np.minimum(homes_let["end"], homes_let["begin"].max()) - homes_let["begin"]
    weight = np.clip(length.to_numpy(dtype=float), 1.0, None)
    picked = np.sort(rng.choice(len(homes_let), places, replace=False, p=weight / weight.sum()))
    holder = homes_let.iloc[picked].reset_index(drop=True)
    first = int(homes_let["agreement"].max()) + 1
    return holder.assign(
        agreement=first + np.arange(places),
        home=homes + np.arange(places),
        kind="PAR",
        rent=rng.integers(35, 75, places) + 0.5,
    )


def parking_arrears(register: Register) -> pd.DataFrame:
    """Return arrears of parking places: a tenant who owes over a month's rent also owes a month for the place."""
    lists = register.world.arrears
    rows = register.rows
    home_rent = rows.set_index("agreement")["rent"]
    deep = lists[lists["saldo"] > 1.2 * home_rent.loc[lists["agreement"]].to_numpy()]
    holder = deep.merge(rows[["agreement", "tenant"]], on="agreement")
    own = holder.drop(columns="agreement").merge(
        register.parking[["agreement", "tenant", "rent", "begin", "end"]], on="tenant", validate="m:m"
    )
    own = own[(own["begin"] < own["peildatum"]) & (own["end"] >= own["peildatum"])]
    own = own.drop_duplicates(["agreement", "peildatum"])
    return own.assign(saldo=own["rent"], phase=np.minimum(own["phase"], 2), plan=0, status="INC")[
        lists.columns
    ]
