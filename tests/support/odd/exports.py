"""Further deliveries of all ten kinds, as exports of the systems of housing corporations give them.

What each means was written down before it was tried.
"""

from calendar import monthrange
from datetime import date, timedelta

from tests.support.changes import amount, euros, every, fill, number, renamed, shift, swap
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, OBJECTIONS, REPAIRS, RIGHT, Odd, nothing
from tests.support.ordinary import DAY, REGISTER, Row

PLANNED = str(DAY + timedelta(days=7))
HOMES = {row["overeenkomst_id"]: row for row in REGISTER}


def _month_end(value: str) -> str:
    day = date.fromisoformat(value)
    return str(day.replace(day=monthrange(day.year, day.month)[1]))


def _monday(value: str) -> str:
    day = date.fromisoformat(value[:10])
    return f"{day - timedelta(days=day.weekday())} 08:00:00"


def _narrow(value: str) -> str:
    """Write an amount with the narrow blanks of a spreadsheet."""
    return f"€ {number(value):,.2f}".replace(",", "\u202f").replace(".", ",")


def _by_name(row: Row, place: int) -> Row:
    """Number a tenant by the name."""
    return {**row, "huurder_id": f"{row['naam'][:4].upper()}{place:03}"}


def _quoted(line: str) -> str:
    """Put each cell of a line in quotes."""
    return '"' + line.replace(";", '";"') + '"\r\n'


def _lines(text: str) -> list[str]:
    return text.split("\r\n")[:-1]


def _without_rent(row: Row) -> Row:
    """Take the rent of this month off a debt."""
    return {**row, "saldo": euros(number(row["saldo"]) - number(HOMES[row["overeenkomst_id"]]["brutohuur"]))}


def _top(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -number(row["saldo"]))[:50]


def _transport(rows: list[Row]) -> list[Row]:
    """Put a sum carried over after every ten entries."""
    found: list[Row] = []
    for place, row in enumerate(rows, 1):
        found.append(row)
        if place % 10 == 0:
            total = euros(sum(number(r["bedrag"]) for r in rows[:place]))
            found.append(
                {**fill(**dict.fromkeys(row, ""))([row])[0], "boeking_id": "TRANSPORT", "bedrag": total}
            )
    return found


CASES = [
    # dates
    Odd("due days at the end of their month", ARREARS, every(oudste_vervaldatum=_month_end)),
    Odd("moments without their hour", REPAIRS, every(melddatum=lambda v: f"{v[:10]} 00:00:00")),
    Odd("days with milliseconds", ARREARS, every(laatste_betaaldatum=lambda v: f"{v} 00:00:00.000"), RIGHT),
    Odd("days with a clock, day first", LEASE, every(begindatum=lambda v: f"{int(v[8:])}/{int(v[5:7])}/{v[:4]} 0:00:00")),
    # amounts
    Odd("the net rent", LEASE, every(brutohuur=amount(lambda v: v * 0.85))),
    Odd("entries with tax", LEDGER, every(bedrag=amount(lambda v: v * 1.21))),
    Odd("debts without this month's rent", ARREARS, lambda rows: [_without_rent(row) for row in rows]),
    Odd("narrow blanks in amounts", ARREARS, every(saldo=_narrow)),
    # codes
    Odd("all cases closed by a migration", NUISANCE, renamed("status_code", "AAN=AFG INB=AFG GEA=AFG")),
    Odd("nobody without a phase", ARREARS, renamed("incassofase", "geen=herinnering")),
    Odd("GEA for geaccepteerd, of repairs", REPAIRS, renamed("status_code", "INB=GEA")),
    Odd("the way of paying as the kind", LEDGER, renamed("detailsoort_code", "PRO=BAN")),
    # ids
    Odd("a check digit behind", ARREARS, every(overeenkomst_id=lambda v: f"{v}{sum(map(int, v)) % 10}")),
    Odd("homes of requests a row down", REPAIRS, shift("eenheid_id")),
    Odd("tenants numbered by their name", LEASE, lambda rows: [_by_name(row, place) for place, row in enumerate(rows)]),
    Odd("objections of homes", OBJECTIONS, every(overeenkomst_id=lambda v: HOMES[v]["eenheid_id"])),
    # around the table
    Odd("a line with the day of printing", ARREARS, text=lambda text: text.replace("\r\n", "\r\nPrintdatum: 16-11-2026\r\n", 1)),
    Odd("sums carried over, named", LEDGER, _transport),
    Odd("empty lines between", REPAIRS, want=RIGHT, text=lambda text: "\r\n\r\n".join([*_lines(text), ""])),
    Odd("the header once more at the end", LEASE, text=lambda text: f"{text}{_lines(text)[0]}\r\n"),
    # grain
    Odd("a row per material", REPAIRS, lambda rows: [r for r in rows for _ in range(2)]),
    Odd("a row per address", LEASE, lambda rows: [*rows, *({**r, "huisnummertoevoeging": "A"} for r in rows[:20])]),
    Odd("the whole debt for each of two debtors", ARREARS, lambda rows: [r for r in rows for _ in range(2)]),
    Odd("a row per home of a case", NUISANCE, lambda rows: [*rows, *fill(beklaagde_eenheid_id=REGISTER[0]["eenheid_id"])(rows)]),
    # cut
    Odd("the fifty largest debts", ARREARS, _top),
    Odd("places cut to five", LEASE, every(woonplaats=lambda v: v[:5])),
    Odd("entries without cents", LEDGER, every(bedrag=lambda v: v.split(",")[0])),
    Odd("moments without seconds", REPAIRS, every(melddatum=lambda v: v[:16]), RIGHT),
    # forms
    Odd("a blank without width before numbers", ARREARS, every(overeenkomst_id=lambda v: f"\u200b{v}")),
    Odd("a unit in the header", ARREARS, text=lambda text: text.replace("saldo", "saldo (€)", 1)),
    Odd("every cell in quotes", LEASE, want=RIGHT, text=lambda text: "".join(map(_quoted, _lines(text)))),
    Odd("#N/B for empty", ARREARS, lambda rows: [{n: v or "#N/B" for n, v in row.items()} for row in rows]),
    # days
    Odd("the last day of the month before", ARREARS, fill(peildatum="2026-10-31"), meant=nothing),
    Odd("requests that are done only", REPAIRS, lambda rows: [r for r in rows if r["gereeddatum"]]),
    Odd("entries of the day of processing", LEDGER, fill(boekdatum=str(DAY - timedelta(days=1)))),
    Odd("moments of the batch of the week", NUISANCE, every(registratiedatum=_monday)),
    # columns
    Odd("names and places swapped", LEASE, swap("naam", "woonplaats")),
    Odd("the debt as the last payment", ARREARS, lambda rows: [{**r, "laatste_betaling": r["saldo"]} for r in rows]),
    Odd("the planned day as done", REPAIRS, lambda rows: [{**r, "gereeddatum": r["gereeddatum"] or PLANNED} for r in rows]),
    Odd("the booking day as the due day", LEDGER, lambda rows: [{**r, "vervaldatum": r["boekdatum"]} for r in rows]),
]  # fmt: skip
