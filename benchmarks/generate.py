"""Invent deliveries of any size, each with one SQL query: five years of history, and the week after it.

The demo corporation (`pipelines.sample`) is for looking at and this one is for measuring: volumes, and their spread
over agreements, are realistic, but the people have no story. Every value follows from a seed and a row number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

WEEK = timedelta(days=7)
AS_OF = date(2026, 11, 16)
"""The Monday of the list, and the peildatum of the week's deliveries; the history's is the Monday before."""
PER_CORPORATION = 50_000
HOMES = 0.92
"""Share of the agreements that run now; the others ended in the last five years and had the same homes."""


@dataclass(frozen=True)
class Extent:
    """The size of the invented data.

    Parameters
    ----------
    agreements : int
        Number of agreements, including ended ones.
    years : int
        Years of history.
    ledger_years : int
        Years of the optional ledger; 0 means none.
    """

    agreements: int
    years: int = 5
    ledger_years: int = 5

    @property
    def name(self) -> str:
        """Name of the folder for this size."""
        return f"{self.agreements}x{self.years}"


MACROS = """
CREATE MACRO u(tag, i) AS (hash(tag, i, 20260) % 1000003) / 1000003.0;
CREATE MACRO code(i) AS printf('%08d', i);
CREATE MACRO pick(values_, x) AS values_[1 + CAST(floor(x * len(values_)) AS INTEGER)];
"""

REGISTER = """
CREATE TABLE register AS
WITH numbered AS (
    SELECT i, CASE WHEN i < {homes} THEN i ELSE i - {homes} END AS home FROM range({agreements}) t(i)),
moved AS (
    SELECT *, home < {agreements} - {homes} AS moved,
        DATE '{history}' - 30 - CAST(floor(u('moved', home) * 1700) AS INTEGER) AS moved_on FROM numbered)
SELECT i, home, 'C' || lpad((home // {per})::VARCHAR, 2, '0') AS corporatie_id, 'O' || code(i) AS overeenkomst_id,
    'H' || code(i) AS huurder_id, 'E' || code(home) AS eenheid_id,
    CASE WHEN u('kind', home) < 0.96 THEN 'WOO' ELSE 'PAR' END AS eenheidsoort_code,
    CASE WHEN moved AND i < {homes} THEN moved_on ELSE moved_on - 200 - CAST(floor(u('begin', i) * 9000) AS INTEGER)
        END AS begindatum,
    CASE WHEN i >= {homes} THEN moved_on - 1 END AS einddatum,
    round(450 + 500 * u('rent', home), 2) AS brutohuur, 'Wijk ' || (home // 2500) AS wijk
FROM moved
"""

# A third of the tenants is sometimes in arrears, in spells of about eleven weeks; about 5% of all are on any list.
ARREARS = """
WITH spells AS (
    SELECT r.i, corporatie_id, overeenkomst_id, brutohuur, slot,
        slot * 32 - 12 + CAST(floor(u('from', r.i * 100 + slot) * 8) AS INTEGER) AS first_week,
        least(24, 1 + CAST(floor(-11 * ln(1 - u('length', r.i * 100 + slot))) AS INTEGER)) AS weeks
    FROM register r, range({slots}) s(slot) WHERE u('late', r.i) < 0.34 AND u('spell', r.i * 100 + slot) < 0.5),
positions AS (
    SELECT *, DATE '{as_of}' - 7 * (first_week + weeks - 1 - n)::INTEGER AS peildatum
    FROM spells, range(24) t(n) WHERE n < weeks)
SELECT p.corporatie_id, peildatum, p.overeenkomst_id, round(p.brutohuur * (0.4 + n / 6.0), 2) AS saldo,
    peildatum - (7 * n + 14)::INTEGER AS oudste_vervaldatum, 'INC' AS bewakingsstatus_code,
    ['geen', 'herinnering', 'aanmaning', 'sommatie', 'sommatie', 'deurwaarder'][1 + n // 4] AS incassofase,
    CASE WHEN n > 5 AND (slot + p.i) % 3 = 1 THEN CASE WHEN n > 11 AND p.i % 2 = 0 THEN 'ANN' ELSE 'ACT' END END
        AS regeling_status_code,
    CASE WHEN n > 11 AND (slot + p.i) % 3 = 1 AND p.i % 2 = 0 THEN 'VOL' END AS regeling_eindereden_code,
    peildatum - (20 + n)::INTEGER AS laatste_betaaldatum, p.brutohuur AS laatste_betaling
FROM positions p JOIN register r ON r.i = p.i
WHERE peildatum BETWEEN DATE '{since}' AND DATE '{until}' AND peildatum >= r.begindatum
    AND (r.einddatum IS NULL OR peildatum <= r.einddatum) ORDER BY peildatum, p.overeenkomst_id
"""

# There is one complaint a year per twenty homes, and most complaints are about a few homes.
NUISANCE = """
SELECT corporatie_id, 'Z' || code(n) AS zaak_id, registratiedatum, registratiedatum - INTERVAL 3 DAY AS begindatum,
    CASE WHEN u('kind', n) < 0.95 THEN 'SOC' ELSE 'FIN' END AS zaaktypesoort_code,
    pick(['GEL', 'GEL', 'GEL', 'RUZ', 'VUI', 'STA', 'AGR', 'OVE', 'DRU'], u('detail', n)) AS zaaktypedetailsoort_code,
    CASE WHEN u('status', n) < 0.03 THEN 'GEA' ELSE 'AFG' END AS status_code,
    CASE WHEN n % 2 = 0 THEN r.overeenkomst_id END AS beklaagde_overeenkomst_id, r.eenheid_id AS beklaagde_eenheid_id,
    CASE WHEN u('known', n) < 0.8 THEN 'R' || (r.home * 3 + n % 3) END AS melder_id
FROM (SELECT *, CAST(floor(pow(u('about', n), 2) * {homes}) AS BIGINT) AS about, CAST(DATE '{as_of}' AS TIMESTAMP)
        - to_minutes(CAST(floor(1 + u('day', n) * {days} * 1439) AS BIGINT)) AS registratiedatum
    FROM range(CAST({homes} * 0.05 * {days} / 365 AS BIGINT)) t(n)) JOIN register r ON r.i = about
WHERE registratiedatum >= DATE '{since}' AND registratiedatum < DATE '{until}' ORDER BY registratiedatum
"""

REPAIRS = """
SELECT corporatie_id, 'V' || code(n) AS verzoek_id, r.eenheid_id,
    CASE WHEN n % 2 = 0 AND r.begindatum <= melddatum THEN r.overeenkomst_id END AS overeenkomst_id, melddatum,
    pick(['REP', 'REP', 'REP', 'REP', 'REP', 'REP', 'INS', 'PLN'], u('work', n)) AS onderhoudsoort_code,
    pick(['LEK', 'GEL', 'KKL', 'SCH', 'STI', 'VLO', 'HOR', 'KNI', 'STO', 'TEM', 'DEF', 'LOS'], u('defect', n)) AS defectsoort_code,
    pick(['SLT', 'SLT', 'SLT', 'OUD', 'BEW', 'VAN', 'SOP'], u('cause', n)) AS defectoorzaak_code,
    CASE WHEN u('status', n) < 0.04 THEN 'GEA' ELSE 'TEC' END AS status_code,
    CASE WHEN melddatum + INTERVAL 10 DAY < DATE '{until}' THEN CAST(melddatum AS DATE) + 9 END AS gereeddatum,
    CASE WHEN u('away', n) < 0.05 AND melddatum + INTERVAL 6 DAY < DATE '{until}'
        THEN (CAST(melddatum AS DATE) + 5)::VARCHAR END AS niet_thuis_datums
FROM (SELECT *, CAST(floor(u('home', n) * {homes}) AS BIGINT) AS about, CAST(DATE '{as_of}' AS TIMESTAMP)
        - to_minutes(CAST(floor(1 + u('day', n) * {days} * 1439) AS BIGINT)) AS melddatum
    FROM range(CAST({homes} * 1.7 * {days} / 365 AS BIGINT)) t(n)) JOIN register r ON r.i = about
WHERE melddatum >= DATE '{since}' AND melddatum < DATE '{until}' ORDER BY melddatum
"""

# The ledger has the rent every month and one other entry a year; one entry in fifty is a failed direct debit.
LEDGER = """
SELECT corporatie_id, 'B' || code(i * 1000 + n) AS boeking_id, overeenkomst_id, boekdatum, boekdatum + 14 AS vervaldatum,
    CASE WHEN n % 13 = 12 THEN 'ONT' ELSE 'VOR' END AS soort_code,
    CASE WHEN u('sto', i * 1000 + n) < 0.02 THEN 'STO' WHEN n % 13 = 12 THEN 'BET' ELSE 'PRO' END AS detailsoort_code,
    brutohuur AS bedrag, CASE WHEN n < 3 THEN brutohuur ELSE 0 END AS saldo
FROM (SELECT r.*, n, DATE '{as_of}' - 1 - CAST(n * 365 // 13 + i % 28 AS INTEGER) AS boekdatum
    FROM register r, range({entries}) t(n))
WHERE boekdatum >= greatest(begindatum, DATE '{since}') AND boekdatum < DATE '{until}'
    AND (einddatum IS NULL OR boekdatum <= einddatum) ORDER BY boekdatum, i
"""

PEOPLE = """
SELECT corporatie_id, overeenkomst_id, huurder_id, eenheid_id, eenheidsoort_code, begindatum, einddatum, brutohuur,
    'INC' AS betaalwijze_code, wijk, 'Straat ' || (home // 60) AS straatnaam, (1 + home % 60)::VARCHAR AS huisnummer,
    lpad((1000 + home // 60 % 9000)::VARCHAR, 4, '0') || 'AB' AS postcode, 'Dorp ' || (home // 540000) AS woonplaats,
    'Huurder ' || i AS naam, '06-' || code(i) AS telefoon
FROM register WHERE begindatum < DATE '{until}' ORDER BY i
"""

EXTRACTS = {
    "huurovereenkomsten": PEOPLE,
    "huurachterstanden": ARREARS,
    "overlastmeldingen": NUISANCE,
    "reparatieverzoeken": REPAIRS,
    "boekingen": LEDGER,
}

LAST = AS_OF - WEEK
SINCE = {"huurachterstanden": LAST + timedelta(days=1), "reparatieverzoeken": LAST - 3 * WEEK}
"""First day of the week's delivery: one list of arrears, and a month of repairs, some of them completed meanwhile."""


def generate(folder: Path, extent: Extent) -> tuple[Path, Path]:
    """Write the deliveries of a history and of the week after it, unless they exist.

    Parameters
    ----------
    folder : Path
        Parent of the new folders ``history`` (Parquet) and ``week`` (CSV, semicolon, decimal comma).
    extent : Extent
        The size.

    Returns
    -------
    tuple of Path
        The two folders; their files have the names of deliveries.
    """
    history, week = folder / "history", folder / "week"
    if (folder / "whole").exists():
        return history, week
    for path in (history, week):
        path.mkdir(parents=True, exist_ok=True)
    spill = str(folder / "spill")
    with duckdb.connect(config={"threads": 2, "memory_limit": "8GB", "temp_directory": spill}) as con:
        con.execute(MACROS)
        con.execute(REGISTER.format(**sizes(extent), history=LAST, per=PER_CORPORATION))
        for extract, sql in EXTRACTS.items():
            years = extent.ledger_years if extract == "boekingen" else extent.years
            if not years:
                continue
            begin = AS_OF - years * 52 * WEEK
            past = fill(sql, extent, years, begin, LAST)
            target = history / f"{extract}_{LAST}.parquet"
            con.execute(f"COPY ({past}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
            since = begin if extract == "huurovereenkomsten" else SINCE.get(extract, LAST)
            new = fill(sql, extent, years, since, AS_OF)
            con.execute(
                f"COPY ({as_text(con, new)}) TO '{week / f'{extract}_{AS_OF}.csv'}' (HEADER, DELIMITER ';')"
            )
    (folder / "whole").touch()
    return history, week


def sizes(extent: Extent) -> dict[str, int]:
    """Return the numbers of agreements and homes that the queries ask for."""
    return {"agreements": extent.agreements, "homes": int(extent.agreements * HOMES)}


def fill(sql: str, extent: Extent, years: int, since: date, until: date) -> str:
    """Fill in a query for the events of some years that happened from `since` to before `until`."""
    days = years * 364
    slots, entries = days // 7 // 32 + 1, years * 13 + 1
    return sql.format(
        **sizes(extent), days=days, slots=slots, entries=entries, as_of=AS_OF, since=since, until=until
    )


def as_text(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Write amounts with a decimal comma, as Dutch exports do."""
    kinds = con.execute(f"DESCRIBE {sql}").fetchall()
    amounts = [name for name, kind, *_ in kinds if kind == "DOUBLE" or kind.startswith("DECIMAL")]
    replaced = ", ".join(f"replace(printf('%.2f', {name}::DOUBLE), '.', ',') AS {name}" for name in amounts)
    return f"SELECT * REPLACE ({replaced}) FROM ({sql})" if amounts else sql  # noqa: S608 - columns of our own query
