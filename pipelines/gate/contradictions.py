"""Judge whether the columns of a row contradict each other: a figure for the gate where too many rows do.

Two columns that are swapped, or a local code that means something else in VERA, give rows that are well-formed one by one. A
figure is only judged when something was found, so a good delivery shows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.contract_model import code_parents
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, join, literal, literals
from pipelines.parsing.batch import Batch

UNKNOWN = 0.5
"""Share of the agreements of the rows with a home that may be unknown: old ones are."""
SWAPPED = "perhaps the columns are swapped."
OTHER_CODE = (
    "perhaps the code means something else in the source: give its meaning under codes in the mapping."
)


@dataclass(frozen=True)
class Doubt:
    """Rows that cannot be true: those that meet `wrong`, among those that meet `among`, both SQL on `typed` t."""

    name: str
    among: str
    wrong: str
    meaning: str
    most: float | None = None
    """Share of the rows that may be so, if not `bad_value_share`."""


def _order(earlier: str, later: str, meaning: str) -> Doubt:
    both = f"t.{earlier} IS NOT NULL AND t.{later} IS NOT NULL"
    return Doubt(later, both, f"CAST(t.{later} AS DATE) < CAST(t.{earlier} AS DATE)", f"{meaning}: {SWAPPED}")


def _closed(extract: str, end: str) -> Doubt:
    """Doubt rows that are closed without a day, where every closed row of earlier deliveries has one."""
    earlier = f"FROM versions.{extract} v WHERE v.corporatie_id = t.corporatie_id AND v.status_code = 'AFG'"
    return Doubt(
        end,
        f"t.status_code = 'AFG' AND EXISTS ({earlier}) AND NOT EXISTS ({earlier} AND v.{end} IS NULL)",
        f"t.{end} IS NULL",
        f"Rows that are closed by their status_code and have no {end}, which no closed row lacked before: {OTHER_CODE}",
    )


DOUBTS: dict[str, tuple[Doubt, ...]] = {
    REGISTER: (
        _order("begindatum", "einddatum", "Agreements that end before they begin"),
        _order("opzegdatum", "einddatum", "Agreements of which notice was given after their end"),
        _order("begindatum", "opzegdatum", "Agreements of which notice was given before they began"),
    ),
    "overlastmeldingen": (
        _order("begindatum", "registratiedatum", "Complaints that were registered before they happened"),
        _order("registratiedatum", "einddatum", "Complaints that were closed before they were registered"),
        Doubt("status_code", "t.einddatum IS NOT NULL AND t.status_code IS NOT NULL", "t.status_code IN ('AAN', 'INB')",
              f"Complaints that are closed by their einddatum and open by their status_code: {OTHER_CODE}"),
        _closed("overlastmeldingen", "einddatum"),
        Doubt("melder_id", "x.melder_id IS NOT NULL AND t.beklaagde_eenheid_id IS NOT NULL",
              """EXISTS (FROM their_register r WHERE r.corporatie_id = t.corporatie_id AND r.eenheid_id = t.beklaagde_eenheid_id
                  AND r.huurder_id = x.melder_id)""",
              f"Complaints of which the reporter is the tenant complained about: {SWAPPED}"),
    ),
    "reparatieverzoeken": (
        _order("melddatum", "gereeddatum", "Repairs that were done before they were reported"),
        Doubt("status_code", "t.gereeddatum IS NOT NULL AND t.status_code IS NOT NULL", "t.status_code IN ('GEA', 'REG')",
              f"Repairs that are done by their gereeddatum, and cancelled or not begun by their status_code: {OTHER_CODE}"),
    ),
    "huurachterstanden": (
        Doubt("regeling_eindereden_code", "t.regeling_eindereden_code IS NOT NULL", "t.regeling_status_code IN ('ACT', 'AAN')",
              f"Payment plans that run and have a reason why they ended: {OTHER_CODE}"),
    ),
    "boekingen": (
        Doubt("soort_code", "t.soort_code IN ('VOR', 'ONT') AND t.detailsoort_code IN ('PRO', 'BAN')",
              "(t.soort_code = 'VOR') <> (t.detailsoort_code = 'PRO')",
              f"Entries of which soort_code and detailsoort_code contradict each other: {OTHER_CODE}"),
    ),
    "bezwaren": (_order("datum", "ingetrokken_op", "Objections that were withdrawn before they were made"),),
    "signaleringen": (_order("begindatum", "einddatum", "Flags that end before they begin"),),
    "contacten": (_order("datum", "opvolgdatum", "Contacts whose next step lies before them"),),
}  # fmt: skip


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield a figure for each contradiction in more rows than the gates tolerate, from the temporary table `typed`."""
    doubts = (*DOUBTS.get(batch.contract.extract, ()), *_parents(batch), *_own_links(batch))
    if not doubts:
        return
    counts = [
        fill(
            "count(*) FILTER ({among}), count(*) FILTER (({among}) AND ({wrong}))",
            among=Sql(doubt.among),
            wrong=Sql(doubt.wrong),
        )
        for doubt in doubts
    ]
    conditions = " ".join(condition for doubt in doubts for condition in (doubt.among, doubt.wrong))
    if "their_register" in conditions:
        _keep_register(con, batch)
    texts = Sql(" JOIN texts x USING (line)" if " x." in f" {conditions}" else "")
    query = fill("SELECT {counts} FROM typed t{texts} WHERE verdict = 'new'", counts=counts, texts=texts)
    found = con.execute(query).fetchall()[0]
    con.execute("DROP TABLE IF EXISTS their_register")
    said = set()
    for place, doubt in enumerate(doubts):
        among, wrong = found[2 * place : 2 * place + 2]
        most = gates.bad_value_share if doubt.most is None else doubt.most
        name = f"{doubt.name}.contradicts.share"
        # Two contradictions of one column seldom have two causes.
        if wrong > gates.tolerated_rows and wrong > most * among and name not in said:
            said.add(name)
            yield Figure(name, wrong / among, None, most, "warning", doubt.meaning)


def _keep_register(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Keep the rows of the register with an agreement or a home of the delivery in the temporary table `their_register`."""
    links = {"overeenkomst_id": batch.contract.agreement, "eenheid_id": batch.contract.home}
    named = [
        fill("{link} IN (SELECT {name} FROM typed)", link=link, name=name)
        for link, name in links.items()
        if name
    ]
    query = fill(
        "CREATE OR REPLACE TEMP TABLE their_register AS SELECT DISTINCT corporatie_id, overeenkomst_id, eenheid_id, huurder_id "
        "FROM versions.{register} WHERE {named}",
        register=REGISTER,
        named=join(named, " OR "),
    )
    con.execute(query)


def _parents(batch: Batch) -> Iterator[Doubt]:
    """Yield the doubt about rows with a detail code that VERA has under another code than that of the row."""
    columns = batch.contract.columns
    for name, column in columns.items():
        parents = code_parents(column.list) if column.list else {}
        for other, parent in columns.items():
            pairs = [
                (code, above) for code, (code_list, above) in parents.items() if code_list == parent.list
            ]
            if not pairs:
                continue
            known = fill(
                "t.{name} IN ({codes}) AND t.{other} IS NOT NULL",
                name=name,
                codes=literals(code for code, _ in pairs),
                other=other,
            )
            fits = [
                fill(
                    "(t.{name} = {code} AND t.{other} = {above})",
                    name=name,
                    code=literal(c),
                    other=other,
                    above=literal(a),
                )
                for c, a in pairs
            ]
            wrong = f"NOT ({' OR '.join(fits)})"
            yield Doubt(
                name,
                known,
                wrong,
                f"Rows with a {name} that VERA does not have under their {other}: {OTHER_CODE}",
            )


def _own_links(batch: Batch) -> Iterator[Doubt]:
    """Yield the doubt about rows that name an agreement and a home which the register does not have together."""
    agreement, home = batch.contract.agreement, batch.contract.home
    if batch.contract.extract == REGISTER or not agreement or not home:
        return
    known = f"""EXISTS (FROM their_register r WHERE r.corporatie_id = t.corporatie_id
        AND r.overeenkomst_id = t.{agreement} AND r.eenheid_id"""
    # One of them is enough to find a row's home, so a column of other numbers loses no row.
    yield Doubt(
        agreement,
        f"t.{agreement} IS NOT NULL AND t.{home} IS NOT NULL",
        f"NOT {known} IS NOT NULL)",
        f"Rows whose {agreement} no register names, though their {home} is known: perhaps the column holds other numbers.",
        UNKNOWN,
    )
    yield Doubt(
        home,
        f"t.{agreement} IS NOT NULL AND t.{home} IS NOT NULL AND {known} IS NOT NULL)",
        f"NOT {known} = t.{home})",
        f"Rows whose {agreement} is of another home than their {home}, by the register: perhaps a column is of another person.",
    )
