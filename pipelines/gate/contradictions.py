"""Judge whether the columns of a row contradict each other: a figure for the gate where too many rows do.

Two columns that are swapped, or a local code that means something else in VERA, give rows that are well-formed one by one. A
figure is only judged when something was found, so a good delivery shows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from pipelines.gate.questions import Question, ask
from pipelines.gate.verdicts import Figure
from pipelines.installation.contract_model import code_parents
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, join, literal, literals
from pipelines.parsing.batch import Batch

ALL, ALL_FROM = 0.9, 3
"""Share of the contacts whose next step may be on their day, and the number of rows of a right which are doubtful if all are wrong."""
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
    beside: str = ""
    """What of `_beside` both need."""


def _order(earlier: str, later: str, meaning: str) -> Doubt:
    both = f"t.{earlier} IS NOT NULL AND t.{later} IS NOT NULL"
    return Doubt(later, both, f"CAST(t.{later} AS DATE) < CAST(t.{earlier} AS DATE)", f"{meaning}: {SWAPPED}")


def _closed(end: str) -> Doubt:
    """Doubt rows that are closed without a day, where every closed row of earlier deliveries has one."""
    return Doubt(
        end,
        "t.status_code = 'AFG' AND c.ended",
        f"t.{end} IS NULL",
        f"Rows that are closed by their status_code and have no {end}, which no closed row lacked before: {OTHER_CODE}",
        beside="closed",
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
        _closed("einddatum"),
        Doubt("melder_id", "x.melder_id IS NOT NULL AND t.beklaagde_eenheid_id IS NOT NULL", "list_contains(h.tenants, x.melder_id)",
              f"Complaints of which the reporter is the tenant complained about: {SWAPPED}", beside="tenants"),
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
    "contacten": (Doubt("opvolgdatum", "t.datum IS NOT NULL AND t.opvolgdatum IS NOT NULL", "t.opvolgdatum <= t.datum",
                        f"Contacts whose next step lies before them, or on their day: {SWAPPED}", ALL),),
}  # fmt: skip


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield a figure for each contradiction in more rows than the gates tolerate, from the temporary table `typed`."""
    doubts = (*DOUBTS.get(batch.contract.extract, ()), *_parents(batch), *_own_links(batch))
    beside = [_beside(batch, name) for name in dict.fromkeys(doubt.beside for doubt in doubts) if name]
    rows = fill("typed t {beside} WHERE verdict = 'new'", beside=join(beside, " "))
    said = set()
    for figure in ask(con, rows, (_question(batch, doubt, gates) for doubt in doubts)):
        # Two contradictions of one column seldom have two causes.
        if figure.name not in said:
            said.add(figure.name)
            yield figure


def _question(batch: Batch, doubt: Doubt, gates: Gates) -> Question:
    def answer(among: int, wrong: int) -> Iterator[Figure]:
        most = gates.bad_value_share if doubt.most is None else doubt.most
        all_of_few = batch.contract.rights and wrong == among >= ALL_FROM
        if all_of_few or (wrong > gates.tolerated_rows and wrong > most * among):
            yield Figure(
                f"{doubt.name}.contradicts.share", wrong / among, None, most, "warning", doubt.meaning
            )

    among, both = Sql(doubt.among), Sql(f"({doubt.among}) AND ({doubt.wrong})")
    return Question(
        (fill("count(*) FILTER ({among})", among=among), fill("count(*) FILTER ({both})", both=both)), answer
    )


def _beside(batch: Batch, name: str) -> Sql:
    """Return the join of the rows with what a contradiction needs: texts, closed rows, homes of agreements, tenants of homes."""
    contract = batch.contract
    if name == "closed":
        return fill(
            "LEFT JOIN (SELECT corporatie_id, bool_and(einddatum IS NOT NULL) AS ended FROM versions.{extract} "
            "WHERE status_code = 'AFG' GROUP BY ALL) c ON c.corporatie_id = t.corporatie_id",
            extract=contract.extract,
        )
    if name == "homes":
        return fill(
            "LEFT JOIN (SELECT corporatie_id, overeenkomst_id, list(DISTINCT eenheid_id) AS homes FROM versions.{register} "
            "WHERE eenheid_id IS NOT NULL AND overeenkomst_id IN (SELECT {link} FROM typed) GROUP BY ALL) a "
            "ON a.corporatie_id = t.corporatie_id AND a.overeenkomst_id = t.{link}",
            register=REGISTER,
            link=contract.agreement or "",
        )
    return fill(
        "JOIN texts x USING (line) LEFT JOIN (SELECT corporatie_id, eenheid_id, list(DISTINCT huurder_id) AS tenants "
        "FROM versions.{register} WHERE eenheid_id IN (SELECT {link} FROM typed) GROUP BY ALL) h "
        "ON h.corporatie_id = t.corporatie_id AND h.eenheid_id = t.{link}",
        register=REGISTER,
        link=contract.home or "",
    )


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
    both = f"t.{agreement} IS NOT NULL AND t.{home} IS NOT NULL"
    # One of them is enough to find a row's home, so a column of other numbers loses no row.
    yield Doubt(
        agreement,
        both,
        "a.homes IS NULL",
        f"Rows whose {agreement} no register names, though their {home} is known: perhaps the column holds other numbers.",
        UNKNOWN,
        "homes",
    )
    yield Doubt(
        home,
        f"{both} AND a.homes IS NOT NULL",
        f"NOT list_contains(a.homes, t.{home})",
        f"Rows whose {agreement} is of another home than their {home}, by the register: perhaps a column is of another person.",
        beside="homes",
    )
