"""Who lives where: the only reader of names, contact data and addresses. Used by the publish step alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines import schema
from pipelines.contracts import contracts
from pipelines.warehouse import attach, memory_connection
from pipelines.workspace import Workspace


@dataclass(frozen=True)
class Identity:
    """Name, contact data and address of one tenancy; empty where not delivered."""

    straatnaam: str = ""
    huisnummer: str = ""
    huisletter: str = ""
    huisnummertoevoeging: str = ""
    postcode: str = ""
    woonplaats: str = ""
    naam: str = ""
    telefoon: str = ""
    email: str = ""

    @property
    def street_line(self) -> str:
        """Street and number: "Dorpsstraat 12a-2"."""
        addition = f"-{self.huisnummertoevoeging}" if self.huisnummertoevoeging else ""
        return f"{self.straatnaam} {self.huisnummer}{self.huisletter}{addition}".strip()

    @property
    def town_line(self) -> str:
        """Postcode and town: "1811 AA Alkmaar"."""
        code = self.postcode.replace(" ", "").upper()
        return f"{code[:4]} {code[4:]} {self.woonplaats}".strip().replace("  ", " ")


def identities(workspace: Workspace, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Identity]:
    """Read the identities of a few agreements, by (corporatie_id, overeenkomst_id)."""
    names = contracts()["huurovereenkomsten"].identity
    with memory_connection(workspace) as con:
        attach(con, workspace, "vault")
        schema.create_vault(con)
        con.register("wanted", pd.DataFrame(keys, columns=["corporatie_id", "overeenkomst_id"], dtype="str"))
        found = con.execute(
            f"SELECT corporatie_id, overeenkomst_id, {', '.join(names)} FROM vault.main.tenancies "
            "JOIN wanted USING (corporatie_id, overeenkomst_id)"
        ).fetchall()
        con.unregister("wanted")
    return {
        (row[0], row[1]): Identity(**{n: v or "" for n, v in zip(names, row[2:], strict=True)})
        for row in found
    }
