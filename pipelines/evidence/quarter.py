"""Build the quarterly page for the manager and the municipality: counts about residents, coaches and the network.

These are the three levels of the pilot. All counts come from data that are logged anyway. The portal counts growth on
the domains of life and picked-up hand-overs (`pipelines.exchange.collect.work`); these counts are not stored. Small
counts are hidden, and no total is shown from which a hidden count could be subtracted.
"""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pandas as pd

from features.contact import is_contact_sql
from features.known import current_sql, known_before_sql
from pipelines.exchange.collect import Work
from pipelines.installation.sql import Sql, fill, join, literal, read_sql
from pipelines.publishing.paper import Section
from pipelines.scoring.follow_up import WORKED_DAYS, lists
from pipelines.scoring.panel import complete_until

SMALL, STEP = 9, 5
HANDED_OVER = ("Vervolghulp", "Verwijzing")
KNOWN_ELSEWHERE = ("Inwoner al bekend bij schuldhulpverlening", "Inwoner heeft al een ander lopend traject")
DOMAINS = {
    "geld": "Geld",
    "wonen": "Wonen",
    "sociale_relaties": "Sociale relaties",
    "zelforganisatie": "Zelforganisatie",
}
GROWN = ("gegroeid", "gelijk gebleven", "achteruitgegaan")
ANSWERS = {"ja": "opgepakt", "nee": "niet opgepakt", "onbekend": "nog geen antwoord"}
NO_PORTAL = "er is geen portaal, en alleen daar wordt het vastgelegd."
GROWTH = (
    "Adressen waar de coach met de bewoner ten minste twee keer keek hoe het gaat: de laatste keer in dit kwartaal naast de start. "
    "Wie niet nog eens is gesproken, telt niet mee; groei kan ook zonder de coach zijn gekomen."
)
HANDED = "Overdrachten van dit kwartaal, met wat er tot vandaag van bekend is."


def borders(name: str) -> tuple[date, date]:
    """Return the first day of a quarter such as ``2026Q4``, and the first day of the next quarter.

    Raises
    ------
    ValueError
        `name` is not a quarter.
    """
    year, mark, number = name.partition("Q")
    if mark != "Q" or not year.isdigit() or number not in ("1", "2", "3", "4"):
        raise ValueError(f"{name!r} is not a quarter: write it as 2026Q4")
    month = 3 * int(number) - 2
    return date(int(year), month, 1), date(
        int(year) + (number == "4"), month % 12 + 3 if number != "4" else 1, 1
    )


def titled(name: str) -> str:
    """Write a quarter in Dutch words: ``vierde kwartaal van 2026``."""
    year, _, number = name.partition("Q")
    return f"{('eerste', 'tweede', 'derde', 'vierde')[int(number) - 1]} kwartaal van {year}"


def shown(count: int) -> str:
    """Write a count of people in Dutch as none, fewer than ten, or rounded to five, so that subtraction reveals nothing."""
    if count == 0:
        return "geen"
    return f"minder dan {SMALL + 1}" if count <= SMALL else f"ongeveer {STEP * round(count / STEP)}"


def sections(
    con: duckdb.DuckDBPyConnection, since: date, until: date, work: Work | str = ""
) -> list[Section]:
    """Build the page for the days from `since` up to, but not including, `until`.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse; read-only is enough.
    work : Work or str
        The counts from the portal, or the reason in Dutch why there are none.
    """
    known = complete_until(con)
    so_far = (
        (f"Dit kwartaal is nog niet voorbij: geteld is wat op {known:%d-%m-%Y} bekend was.",)
        if known < until
        else ()
    )
    contacts = fill(
        read_sql(__package__, "quarter_contacts"),
        is_contact=Sql(is_contact_sql("c")),
        current=Sql(current_sql("c")),
    )
    con.execute(contacts, {"until": until})
    con.execute(read_sql(__package__, "quarter_listed"), {"since": since, "until": until})
    columns = ("Wat", "Aantal")
    counted = work if isinstance(work, Work) else None
    absent = (f"Niet te zeggen: {work or NO_PORTAL}",) if counted is None else ()
    growth = _growth(counted) if counted else ()
    handed = _handed_over(counted) if counted else ()
    return [
        Section("De bewoner", so_far, columns, _resident(con, since, until)),
        Section("Groei op de leefgebieden", absent or (GROWTH,), ("Leefgebied", *GROWN) if growth else (), growth),
        Section("De coach", (), columns, _coach(con, since, until, known)),
        Section("Het netwerk", (), columns, _network(con, since)),
        Section("Overdrachten aan partners", absent or (HANDED,), columns if handed else (), handed),
        Section(
            "Hoe te lezen",
            (
                "Kleine aantallen (1 tot en met 9) worden niet getoond; de andere zijn afgerond op vijf.",
                "Dit zijn tellingen van wat is vastgelegd. Zij zeggen niet wat een bezoek heeft veranderd: dat staat in het effectrapport.",
            ),
        ),
    ]  # fmt: skip


def _growth(work: Work) -> tuple[tuple[object, ...], ...]:
    return tuple((name, *map(shown, work.growth[code])) for code, name in DOMAINS.items())


def _handed_over(work: Work) -> tuple[tuple[object, ...], ...]:
    return tuple(
        (f"Overgedragen en {answer}", shown(work.handovers[code])) for code, answer in ANSWERS.items()
    )


def _resident(con: duckdb.DuckDBPyConnection, since: date, until: date) -> tuple[tuple[object, ...], ...]:
    query = fill(
        read_sql(__package__, "quarter_resident"),
        known_before=Sql(known_before_sql("t", "$until")),
    )
    reached, kept, watch = con.execute(query, {"since": since, "until": until}).fetchall()[0]
    return (
        ("Huishoudens gesproken", shown(reached)),
        ("Daarvan huurt nog aan het einde van het kwartaal", shown(kept)),
        ("Op de waakvlam gezet", shown(watch)),
    )


def _coach(
    con: duckdb.DuckDBPyConnection, since: date, until: date, known: date
) -> tuple[tuple[object, ...], ...]:
    made_lists = lists(con, since, date.fromordinal(until.toordinal() - 1))
    used = made_lists.loc[made_lists["listed"] > 0, "worked"]
    young = ~used & (pd.to_datetime(made_lists["as_of"]).dt.date > known - timedelta(days=WORKED_DAYS))
    query = fill(
        read_sql(__package__, "quarter_coach"),
        worked=WORKED_DAYS,
    )
    listed, tried, reached, days = con.execute(query).fetchall()[0]
    rows = [
        ("Lijsten gemaakt", len(made_lists)),
        (f"Daarvan gebruikt (binnen {WORKED_DAYS // 7} weken iemand benaderd)", int(used.sum())),
        *([("Daarvan nog te jong om dat te zeggen", int(young.sum()))] if young.any() else []),
        ("Adressen op een lijst", shown(listed)),
        ("Benaderd", shown(tried)),
        ("Bereikt", shown(reached)),
        ("Dagen tot het eerste contact (mediaan)", f"{days:.0f}" if tried > SMALL else "te weinig"),
    ]
    wrong = con.execute(
        "SELECT CASE WHEN resultaat = '' THEN 'geen reden' ELSE resultaat END, count(DISTINCT (corporatie_id, overeenkomst_id)) "
        "FROM met WHERE stand = 'niet_passend' AND datum >= ? GROUP BY 1 ORDER BY 1",
        [since],
    ).fetchall()
    return (*rows, *((f"Niet passend: {why}", shown(number)) for why, number in wrong))


def _network(con: duckdb.DuckDBPyConnection, since: date) -> tuple[tuple[object, ...], ...]:
    handed_over = [fill("starts_with(resultaat, {start})", start=literal(start)) for start in HANDED_OVER]
    query = fill(
        read_sql(__package__, "quarter_network"),
        handed_over=join(handed_over, " OR "),
    )
    values = {"known": list(KNOWN_ELSEWHERE), "since": since}
    over, elsewhere, back = con.execute(query, values).fetchall()[0]
    return (
        ("Huishoudens overgedragen of doorverwezen", shown(over)),
        ("Was al elders bekend", shown(elsewhere)),
        ("Van de waakvlam weer in contact", shown(back)),
    )
