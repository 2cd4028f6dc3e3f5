"""Read names, contact data and addresses from the vault, for lists and worries; no other module reads them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from pipelines.installation.contracts import REGISTER, contracts
from pipelines.installation.netherlands import NETHERLANDS
from pipelines.installation.sql import fill, read_sql
from pipelines.installation.workspace import Workspace
from pipelines.warehouse import schema
from pipelines.warehouse.stores import attach, memory_connection


@dataclass(frozen=True)
class Identity:
    """Name, contact data and address of one tenancy; a field that was not delivered is empty."""

    straatnaam: str = ""
    huisnummer: str = ""
    huisletter: str = ""
    huisnummertoevoeging: str = ""
    postcode: str = ""
    woonplaats: str = ""
    breedtegraad: str = ""
    lengtegraad: str = ""
    naam: str = ""
    telefoon: str = ""
    email: str = ""

    @property
    def street_line(self) -> str:
        """Street and number, such as "Dorpsstraat 12a-2"."""
        addition = f"-{self.huisnummertoevoeging}" if self.huisnummertoevoeging else ""
        return f"{self.straatnaam} {self.huisnummer}{self.huisletter}{addition}".strip()

    @property
    def town_line(self) -> str:
        """Postcode and town, such as "1811 AA Alkmaar"."""
        code = self.postcode.replace(" ", "").upper()
        return f"{code[:4]} {code[4:]} {self.woonplaats}".strip().replace("  ", " ")

    @property
    def location(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees; None if not delivered, unreadable or outside the Netherlands.

        Outside are most mistakes: two zeros, the two columns exchanged, and metres of the Dutch grid (RD).
        """
        try:
            place = float(self.breedtegraad.replace(",", ".")), float(self.lengtegraad.replace(",", "."))
        except ValueError:
            return None
        inside = all(low <= part <= high for part, (low, high) in zip(place, NETHERLANDS, strict=True))
        return place if inside else None


def identities(workspace: Workspace, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Identity]:
    """Read the identities of a few agreements, by (corporatie_id, overeenkomst_id)."""
    names = contracts()[REGISTER].identity
    with memory_connection(workspace) as con:
        attach(con, workspace, "vault")
        schema.create_vault(con)
        con.register("wanted", pd.DataFrame(keys, columns=["corporatie_id", "overeenkomst_id"], dtype="str"))
        query = fill(
            "SELECT corporatie_id, overeenkomst_id, {names} FROM vault.main.tenancies "
            "JOIN wanted USING (corporatie_id, overeenkomst_id)",
            names=names,
        )
        rows = con.execute(query).fetchall()
        con.unregister("wanted")
    return {
        (row[0], row[1]): Identity(**{n: v or "" for n, v in zip(names, row[2:], strict=True)})
        for row in rows
    }


def units_at(
    con: duckdb.DuckDBPyConnection, addresses: Collection[tuple[str, str, str]]
) -> dict[tuple[str, str, str], str]:
    """Return the home at each address, however a person typed the address.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse with the vault attached.
    addresses : collection of (corporatie_id, postcode, number)
        The number includes letter and addition in any notation, such as "12a-2" or "12 A 2".

    Returns
    -------
    dict of (str, str, str) to str
        The `eenheid_id` of each address with exactly one home in the register; other addresses are left out.
    """
    wanted = pd.DataFrame(addresses, columns=["corporatie_id", "postcode", "number"], dtype="str")
    con.register("wanted", wanted)
    rows = con.execute(read_sql(__package__, "units_at")).fetchall()
    con.unregister("wanted")
    return {(row[0], row[1], row[2]): row[3] for row in rows}
