"""Generate well-formed deliveries that mean something other than they seem, with what a person reads in them.

Each kind returns a file, its mapping and the rows that a person would read. The expectation is written by hand beside each
form and does not use the readers.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import xlsxwriter

ARREARS, REGISTER = "huurachterstanden_2026-11-16", "huurovereenkomsten_2026-11-16"
REPAIRS, COMPLAINTS = "reparatieverzoeken_2026-11-16", "overlastmeldingen_2026-11-16"
ROWS = 12


@dataclass(frozen=True)
class Case:
    """One delivery.

    Parameters
    ----------
    name, content, mapping
        The file and the mapping that reads it, as TOML after its name.
    columns : str
        The columns to compare, as SQL.
    rows : list of tuple, optional
        What a person reads, in the order of the file; None if nothing of the file may count.
    """

    name: str
    content: str | bytes
    columns: str
    rows: list[tuple[object, ...]] | None
    mapping: str = ""


def _csv(header: str, rows: list[list[str]]) -> str:
    return "\n".join([header, *(";".join(row) for row in rows)]) + "\n"


def _xlsx(header: str, rows: list[list[object]]) -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        sheet = book.add_worksheet()
        for number, row in enumerate([header.split(";"), *rows]):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                else:
                    sheet.write(number, place, cell)
    return memory.getvalue()


def _cents(draw: Random) -> int:
    """Return an amount in cents, below and above a thousand euro, negative one time in four."""
    size = draw.choice((9_999, 999_999))
    return draw.randrange(1, size) * draw.choice((1, 1, 1, -1))


def _grouped(whole: int, sign: str) -> str:
    return f"{whole:,}".replace(",", sign)


def _money(cents: int, form: str) -> str:
    """Write an amount as one of some source systems does."""
    whole, rest = divmod(abs(cents), 100)
    comma, point, blank = (
        f"{_grouped(whole, s)}{d}{rest:02}" for s, d in ((".", ","), (",", "."), ("\u00a0", ","))
    )
    negative = cents < 0
    return {
        "dutch": f"-{comma}" if negative else comma,
        "english": f"-{point}" if negative else point,
        "blank": f"{blank}-" if negative else blank,
        "brackets": f"({comma})" if negative else comma,
        "ledger": f"{comma} CR" if negative else f"{comma} DR",
        "euro": f"€ {comma}-" if negative else f"€ {comma}",
        "sql": f"{'-' if negative else ''}{whole}.{rest:02}000000",
    }[form]


def amounts(draw: Random) -> Case:
    """Amounts in one of seven forms; every file has one with its cents."""
    form = draw.choice(("dutch", "english", "blank", "brackets", "ledger", "euro", "sql"))
    cents = [_cents(draw) for _ in range(ROWS)]
    rows = [[f"O{n}", _money(value, form)] for n, value in enumerate(cents)]
    return Case(
        f"{ARREARS}.csv", _csv("overeenkomst_id;saldo", rows), "saldo", [(value / 100,) for value in cents]
    )


def thousands(draw: Random) -> Case:
    """Amounts without cents: even a person cannot know what they mean."""
    sign = draw.choice(".,")
    rows = [[f"O{n}", _grouped(draw.randrange(1_000, 90_000), sign)] for n in range(ROWS)]
    content = _csv("overeenkomst_id;saldo", rows)
    if draw.random() < 0.5:
        return Case(f"{ARREARS}.csv", content, "saldo", None)
    values: list[tuple[object, ...]] = [(float(text.replace(sign, "")),) for _, text in rows]
    decimal = "," if sign == "." else "."
    mapping = f'[extracts.huurachterstanden.decimals]\nsaldo = "{decimal}"'
    return Case(f"{ARREARS}.csv", content, "saldo", values, mapping)


def dates(draw: Random) -> Case:
    """Due dates in one of six forms; with slashes, one of them has a day above 12 or a person cannot know."""
    form = draw.choice(("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%G-W%V-%u"))
    days = [date(2026, draw.randrange(1, 11), draw.randrange(1, 13)) for _ in range(ROWS)]
    proven = draw.random() < 0.7
    if proven:
        days[draw.randrange(ROWS)] = date(2026, 5, 21)
    known = proven or "/" not in form or form == "%Y/%m/%d" or all(day.day == day.month for day in days)
    rows = [[f"O{n}", "1,00", day.strftime(form)] for n, day in enumerate(days)]
    content = _csv("overeenkomst_id;saldo;oudste_vervaldatum", rows)
    return Case(f"{ARREARS}.csv", content, "oudste_vervaldatum", [(day,) for day in days] if known else None)


def moments(draw: Random) -> Case:
    """Moments with and without an offset, as SQL Server, PostgreSQL, pandas and JSON write them."""
    form = draw.choice(("datetime2", "offset", "postgres", "zulu", "local", "dutch"))
    values, rows = [], []
    for n in range(ROWS):
        moment = datetime(
            2026, draw.randrange(1, 11), draw.randrange(1, 28), draw.randrange(24), draw.randrange(60)
        )
        aware = moment.replace(tzinfo=ZoneInfo("UTC"))
        here = aware.astimezone(ZoneInfo("Europe/Amsterdam")).replace(tzinfo=None)
        text, value = {
            "datetime2": (f"{moment}.0000000", moment),
            "offset": (f"{moment}.0000000 +00:00", here),
            "postgres": (f"{moment}+00", here),
            "zulu": (f"{moment.isoformat()}.123Z", here.replace(microsecond=123000)),
            "local": (moment.isoformat(), moment),
            "dutch": (moment.strftime("%d-%m-%Y %H:%M"), moment),
        }[form]
        values.append((value,))
        rows.append([f"V{n}", "E1", text])
    return Case(f"{REPAIRS}.csv", _csv("verzoek_id;eenheid_id;melddatum", rows), "melddatum", values)


def cells(draw: Random) -> Case:
    """A workbook with amounts as numbers and as text, and dates as dates and as text."""
    rows: list[list[object]] = [["O0", "12,50", "21-05-2026"]]
    values: list[tuple[object, ...]] = [(12.5, date(2026, 5, 21))]
    for n in range(1, ROWS):
        cents, day = _cents(draw), date(2026, draw.randrange(1, 11), draw.randrange(1, 28))
        amount: object = _money(cents, "dutch") if draw.random() < 0.5 else cents / 100
        rows.append([f"O{n}", amount, day.strftime("%d-%m-%Y") if draw.random() < 0.5 else day])
        values.append((cents / 100, day))
    if draw.random() < 0.3:
        rows.append(["O99", True, date(2026, 5, 21)])  # not an amount: the row does not count
    return Case(
        f"{ARREARS}.xlsx",
        _xlsx("overeenkomst_id;saldo;oudste_vervaldatum", rows),
        "saldo, oudste_vervaldatum",
        values,
    )


def keys(draw: Random) -> Case:
    """Agreement numbers that Excel may have touched."""
    form = draw.choice(("zeros", "whole", "scientific", "long", "long text"))
    numbers = [draw.randrange(10**5, 10**6) for _ in range(ROWS)]
    result: list[object] = [
        {
            "zeros": f"{number:012}",
            "whole": number,
            "scientific": f"1,{number % 100_000:05}E+11",
            "long": number * 10**12 + 1,
            "long text": str(number * 10**12 + 1),
        }[form]
        for number in numbers
    ]
    content = _xlsx("overeenkomst_id;saldo", [[key, 1] for key in result])
    kept: list[tuple[object, ...]] | None = [(str(key),) for key in result]
    return Case(
        f"{ARREARS}.xlsx", content, "overeenkomst_id", None if form in ("scientific", "long") else kept
    )


def nobody(draw: Random) -> Case:
    """A register in which some tenants are a placeholder: each is a tenant of its own."""
    word = draw.choice(("ONBEKEND", "Anoniem", "9999", "n.v.t.", "0000", "-", "LEEGSTAND"))
    tenants = [word if draw.random() < 0.4 else f"H{n}" for n in range(ROWS)]
    header = "overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;brutohuur;begindatum"
    rows = [[f"K{n}", tenant, f"E{n}", "WOO", "600,00", "2015-03-01"] for n, tenant in enumerate(tenants)]
    return Case(
        f"{REGISTER}.csv", _csv(header, rows), "count(*) OVER (PARTITION BY huurder_id)", [(1,)] * ROWS
    )


def items(draw: Random) -> Case:
    """An arrears list with a row per open item: added by the mapping, or else not one of several counts."""
    rows, values = [], []
    for n in range(ROWS):
        open_items = [
            (draw.randrange(1, 90_000), date(2026, draw.randrange(1, 11), 1))
            for _ in range(draw.randrange(1, 4))
        ]
        if len(open_items) > 1 and draw.random() < 0.3:
            open_items[-1] = open_items[0]
        rows += [[f"O{n:02}", _money(cents, "dutch"), day.isoformat()] for cents, day in open_items]
        values.append(
            (f"O{n:02}", sum(cents for cents, _ in open_items) / 100, min(day for _, day in open_items))
        )
    mapping = '[extracts.huurachterstanden.combine]\nsaldo = "sum"\noudste_vervaldatum = "earliest due"'
    content = _csv("overeenkomst_id;saldo;oudste_vervaldatum", rows)
    return Case(f"{ARREARS}.csv", content, "overeenkomst_id, saldo, oudste_vervaldatum", values, mapping)


def appointments(draw: Random) -> Case:
    """Repairs with a row per appointment."""
    rows, values = [], []
    for n in range(ROWS):
        days = [date(2026, 10, draw.randrange(1, 29)) for _ in range(draw.randrange(4))]
        rows += [[f"V{n:02}", "E1", "2026-10-01 09:00", day.isoformat()] for day in days] or [
            [f"V{n:02}", "E1", "2026-10-01 09:00", ""]
        ]
        values.append((f"V{n:02}", sorted(set(days)) or None))
    content = _csv("verzoek_id;eenheid_id;melddatum;niet_thuis_datums", rows)
    return Case(f"{REPAIRS}.csv", content, "verzoek_id, niet_thuis_datums", values)


def around(draw: Random) -> Case:
    """Titles above, totals below and headers inside, with and without the mapping that says so."""
    header, titles = "overeenkomst_id;saldo", draw.randrange(3)
    cents = [abs(_cents(draw)) for _ in range(ROWS)]
    lines = [f"O{n:02};{_money(value, 'dutch')}" for n, value in enumerate(cents)]
    again, total = draw.random() < 0.5, draw.choice(("Totaal", "Subtotaal", "Eindtotaal"))
    if again:
        lines.insert(6, header)
    lines.append(f"{total};{_money(sum(cents), 'dutch')}")
    content = "\n".join(["Overzicht huurachterstanden;"] * titles + [header, *lines]) + "\n"
    values: list[tuple[object, ...]] = [(f"O{n:02}", value / 100) for n, value in enumerate(cents)]
    name, columns = f"{ARREARS}.csv", "overeenkomst_id, saldo"
    if draw.random() < 0.5:
        mapping = f'[reading]\nskip_lines = {titles}\nrepeated_header = true\ntotal_words = ["{total}"]'
        return Case(name, content, columns, values, mapping)
    return Case(name, content, columns, None if titles or again else values)


def no_dates(draw: Random) -> Case:
    """A register whose running agreements have an end date that is not one."""
    day = draw.choice(("2999-12-31", "31-12-2999", "1899-12-30", "1970-01-01", "01-01-1970"))
    ends = [
        day if draw.random() < 0.5 else (date(2026, 1, 1) + timedelta(days=n)).isoformat()
        for n in range(ROWS)
    ]
    header = "overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;brutohuur;begindatum;einddatum"
    rows = [[f"K{n}", f"H{n}", f"E{n}", "WOO", "600,00", "2015-03-01", end] for n, end in enumerate(ends)]
    real = {"2999-12-31": "2999-12-31", "31-12-2999": "2999-12-31", "1899-12-30": "1899-12-30"}.get(
        day, "1970-01-01"
    )
    read = [(f"K{n}", None if end == day else date.fromisoformat(end)) for n, end in enumerate(ends)]
    content, columns = _csv(header, rows), "overeenkomst_id, einddatum"
    if draw.random() < 0.5:
        return Case(f"{REGISTER}.csv", content, columns, list(read), f'[reading]\nno_dates = ["{real}"]')
    # Without the mapping those rows are quarantined, which check explains.
    return Case(f"{REGISTER}.csv", content, columns, [row for row in read if row[1]])


KINDS: tuple[Callable[[Random], Case], ...] = (
    amounts, thousands, dates, moments, cells, keys, nobody, items, appointments, around, no_dates,
)  # fmt: skip
