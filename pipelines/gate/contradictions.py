"""Doubt rows whose columns contradict each other or the register.

If two columns are swapped, or a local code means something else in VERA, each row alone still looks correct.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.gate.doubt import SOME, Doubt, Examined, ask_some, register_is_loaded, share
from pipelines.gate.verdicts import Figure
from pipelines.installation.contract_model import Contract, code_parents
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import literals

ALL, ALL_FROM = 0.9, 3
"""Maximum share of contacts with their next step on the same day, and of repairs done on a day on which nobody opened; and minimum
number of rows of a right to doubt them if all are wrong."""
UNKNOWN = 0.5
"""Maximum share of rows with a home whose agreement is unknown: old agreements often are."""
SWAPPED = "perhaps the columns are swapped."
OTHER_CODE = (
    "perhaps the code means something else in the source: give its meaning under codes in the mapping."
)


@dataclass(frozen=True)
class Wrong:
    """Rows that cannot be true: those that meet `wrong`, among those that meet `among`, both SQL on `typed` t."""

    name: str
    among: str
    wrong: str
    meaning: str
    most: float | None = None
    """Maximum share of wrong rows, if not `bad_value_share`."""
    beside: str = ""
    """The join in `BESIDE` that both conditions need."""


def _closed(end: str) -> Wrong:
    """Return the rows that are closed without a day, if every closed row of earlier deliveries has one."""
    return Wrong(
        end,
        "t.status_code = 'AFG' AND c.ended",
        f"t.{end} IS NULL",
        f"Rows that are closed by their status_code and have no {end}, which no closed row lacked before: {OTHER_CODE}",
        beside="closed",
    )


WRONG: dict[str, tuple[Wrong, ...]] = {
    "overlastmeldingen": (
        _closed("einddatum"),
        Wrong("melder_id", "x.melder_id IS NOT NULL AND t.beklaagde_eenheid_id IS NOT NULL", "list_contains(h.tenants, x.melder_id)",
              f"Complaints of which the reporter is the tenant complained about: {SWAPPED}", beside="tenants"),
    ),
    "reparatieverzoeken": (
        Wrong("niet_thuis_datums", "len(t.niet_thuis_datums) > 0 AND t.gereeddatum IS NOT NULL",
              "list_contains(t.niet_thuis_datums, CAST(t.gereeddatum AS DATE))",
              "Repairs that were done on a day on which nobody opened: perhaps the column holds the day of each appointment. Take it only "
              "from those with `when` in the mapping.", ALL),
    ),
    "boekingen": (
        Wrong("soort_code", "t.soort_code IN ('VOR', 'ONT') AND t.detailsoort_code IN ('PRO', 'BAN')",
              "(t.soort_code = 'VOR') <> (t.detailsoort_code = 'PRO')",
              f"Entries of which soort_code and detailsoort_code contradict each other: {OTHER_CODE}"),
    ),
    "contacten": (Wrong("opvolgdatum", "t.datum IS NOT NULL AND t.opvolgdatum IS NOT NULL", "t.opvolgdatum <= t.datum",
                        f"Contacts whose next step lies before them, or on their day: {SWAPPED}", ALL),),
}  # fmt: skip
"""Contradictions that only one extract has; the contracts name those between any two columns."""


BESIDE = {
    "closed": "LEFT JOIN (SELECT corporatie_id, bool_and(einddatum IS NOT NULL) AS ended FROM versions.{extract} "
    "WHERE status_code = 'AFG' GROUP BY ALL) c ON c.corporatie_id = t.corporatie_id",
    "homes": "LEFT JOIN (SELECT corporatie_id, overeenkomst_id, list(DISTINCT eenheid_id) AS homes FROM versions.{register} "
    "WHERE eenheid_id IS NOT NULL AND overeenkomst_id IN (SELECT {agreement} FROM typed) GROUP BY ALL) a "
    "ON a.corporatie_id = t.corporatie_id AND a.overeenkomst_id = t.{agreement}",
    "tenants": "JOIN texts x USING (line) LEFT JOIN (SELECT corporatie_id, eenheid_id, list(DISTINCT huurder_id) AS tenants "
    "FROM versions.{register} WHERE eenheid_id IN (SELECT {home} FROM typed) GROUP BY ALL) h "
    "ON h.corporatie_id = t.corporatie_id AND h.eenheid_id = t.{home}",
}
"""Joins that some contradictions need: whether closed rows have a day, the homes of an agreement, the tenants of a home."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield a figure for each contradiction in more rows than the gates tolerate."""
    contract = it.contract
    wrong = (
        *_order(contract),
        *_not_with(contract),
        *WRONG.get(contract.extract, ()),
        *_parents(contract),
        *_own_links(it),
    )
    names = {
        "extract": contract.extract,
        "register": REGISTER,
        "agreement": contract.agreement,
        "home": contract.home,
    }
    beside = [BESIDE[name].format(**names) for name in dict.fromkeys(w.beside for w in wrong) if name]
    yield from ask_some(
        it, f"typed t {' '.join(beside)} WHERE verdict = 'new' AND {SOME}", [_doubt(it, w) for w in wrong]
    )


def _doubt(it: Examined, rule: Wrong) -> Doubt:
    """Doubt rows that are wrong; a few rights are doubtful only if all of them are wrong."""
    most = it.gates.bad_value_share if rule.most is None else rule.most
    name, few = f"{rule.name}.contradicts.share", it.gates.tolerated_rows
    usual = share(name, rule.among, rule.wrong, rule.meaning, most=most, few=few)
    all_of_few = share(name, rule.among, rule.wrong, rule.meaning, most=most, least=ALL_FROM)

    def says(among: int, wrong: int) -> Iterator[Figure]:
        yield from (all_of_few if it.contract.rights and among == wrong else usual).says(among, wrong)

    return Doubt(usual.counts, says)


def _order(contract: Contract) -> Iterator[Wrong]:
    """Yield the rows with a date before one that comes first, as the contract says."""
    for later, column in contract.columns.items():
        for earlier in column.not_before:
            yield Wrong(
                later,
                f"t.{earlier} IS NOT NULL AND t.{later} IS NOT NULL",
                f"CAST(t.{later} AS DATE) < CAST(t.{earlier} AS DATE)",
                f"Rows whose {later} is before their {earlier}: {SWAPPED}",
            )


def _not_with(contract: Contract) -> Iterator[Wrong]:
    """Yield the rows with a code that the contract allows in no row in which another column is filled."""
    for name, column in contract.columns.items():
        for other, codes in column.not_with.items():
            yield Wrong(
                name,
                f"t.{other} IS NOT NULL AND t.{name} IS NOT NULL",
                f"t.{name} IN ({literals(codes)})",
                f"Rows with the {name} {' or '.join(codes)} in which {other} is filled too: {OTHER_CODE}",
            )


def _parents(contract: Contract) -> Iterator[Wrong]:
    """Yield the rows with a detail code that VERA puts under a code other than that of the row."""
    columns = contract.columns
    for name, column in columns.items():
        parents = code_parents(column.list) if column.list else {}
        for other, parent in columns.items():
            pairs = [
                (code, above) for code, (code_list, above) in parents.items() if code_list == parent.list
            ]
            if pairs:
                yield Wrong(
                    name,
                    f"t.{name} IN ({literals(code for code, _ in pairs)}) AND t.{other} IS NOT NULL",
                    f"t.{name} || '>' || t.{other} NOT IN ({literals(f'{code}>{above}' for code, above in pairs)})",
                    f"Rows with a {name} that VERA does not have under their {other}: {OTHER_CODE}",
                )


def _own_links(it: Examined) -> Iterator[Wrong]:
    """Yield the rows that name an agreement and a home which the register, if one is loaded, does not have together."""
    agreement, home = it.contract.agreement, it.contract.home
    if it.contract.extract == REGISTER or not agreement or not home:
        return
    if not register_is_loaded(it.con):
        return
    both = f"t.{agreement} IS NOT NULL AND t.{home} IS NOT NULL"
    # One of them is enough to find a row's home, so a column of other numbers loses no row.
    unknown = f"Rows whose {agreement} no register names, though their {home} is known: perhaps the column holds other numbers."
    other = f"Rows whose {agreement} is of another home than their {home}, by the register: perhaps a column is of another person."
    yield Wrong(agreement, both, "a.homes IS NULL", unknown, UNKNOWN, "homes")
    known = f"{both} AND a.homes IS NOT NULL"
    yield Wrong(home, known, f"NOT list_contains(a.homes, t.{home})", other, beside="homes")
