"""Kind 5: totals, titles and second headers among the rows."""

from collections.abc import Callable

from tests.support.changes import Change, euros, number
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, OBJECTIONS, REPAIRS, Odd
from tests.support.ordinary import RUNNING, WEEK, Row

HEADER = list(WEEK[ARREARS][0])
ABSENT = RUNNING[-1]["overeenkomst_id"]
"""A running agreement that no ordinary list has."""


def _row(rows: list[Row], **values: str) -> Row:
    return {**dict.fromkeys(rows[0], ""), **values}


def _sum(rows: list[Row], name: str = "saldo") -> str:
    return euros(sum(number(row[name]) for row in rows if row[name]))


def _total(id_: str, *, first: bool = False, **values: str) -> Change:
    """Add a row with the sum of the debts."""

    def change(rows: list[Row]) -> list[Row]:
        total = _row(rows, saldo=_sum(rows), overeenkomst_id=id_, **values)
        return [total, *rows] if first else [*rows, total]

    return change


def _subtotals(size: int, id_: Callable[[int], str]) -> Change:
    return lambda rows: [
        row
        for start in range(0, len(rows), size)
        for row in (
            *rows[start : start + size],
            _row(rows, saldo=_sum(rows[start : start + size]), overeenkomst_id=id_(start)),
        )
    ]


def _lines(change: Callable[[list[str]], list[str]]) -> Callable[[str], str]:
    return lambda text: "\r\n".join(change(text.split("\r\n")[:-1])) + "\r\n"


def _pages(lines: list[str], *title: str) -> list[str]:
    return [
        line
        for place, row in enumerate(lines[1:])
        for line in ([*title, lines[0], row] if place % 25 == 0 else [row])
    ]


CASES = [
    *(Odd(f"a total named {id_!r}", ARREARS, _total(id_))
      for id_ in ("Totaal", "TOTAAL", "", "Eindtotaal:", "\N{N-ARY SUMMATION}", "Grand Total", "60", "99999999", "Som", "*")),
    *(Odd(f"a total with a phase, named {id_!r}", ARREARS, _total(id_, incassofase="geen")) for id_ in ("Totaal", "", "60")),
    *(Odd(f"a total above, named {id_!r}", ARREARS, _total(id_, first=True)) for id_ in ("Totaal", "", "60")),
    Odd("a total under the last number", ARREARS, lambda rows: _total(rows[-1]["overeenkomst_id"])(rows)),
    Odd("a total under the number of somebody who owes nothing", ARREARS, _total(ABSENT, incassofase="geen")),
    Odd("one debt is the sum of all", ARREARS, lambda rows: [*rows[:10], {**rows[10], "saldo": _sum(rows[:10] + rows[11:])}, *rows[11:]]),
    Odd("subtotals", ARREARS, _subtotals(20, lambda n: f"Subtotaal {n}")),
    Odd("subtotals under a complex", ARREARS, _subtotals(20, lambda n: f"{n:03}")),
    Odd("many subtotals under a wijk", ARREARS, _subtotals(5, lambda n: "Molenrak")),
    Odd("each row twice", ARREARS, lambda rows: [row for row in rows for _ in range(2)]),
    Odd("an average", ARREARS, lambda rows: [*rows, _row(rows, overeenkomst_id="Gemiddeld", saldo="900,00")]),
    Odd("a smallest and a largest amount", ARREARS, lambda rows: [
        *rows, *(_row(rows, overeenkomst_id=word, saldo=value) for word, value in (("Minimum", "-812,40"), ("Max.", "4210,00")))]),
    Odd("a sum carried over on each page", ARREARS, _subtotals(25, lambda n: f"Transport blad {n // 25 + 1}")),
    Odd("a footer with cells", ARREARS, text=lambda text: text + "Afgedrukt op 16-11-2026 om 07:03 door jansenp;;;;;;\r\n"),
    Odd("a footer of one cell", ARREARS, text=lambda text: text + "Aantal regels: 60\r\n"),
    Odd("a header on each page", ARREARS, text=_lines(_pages)),
    Odd("page numbers and headers", ARREARS, text=_lines(lambda lines: _pages(lines, "Pagina"))),
    Odd("title rows", ARREARS, text=lambda text: "Achterstandenlijst;;\r\nPeildatum: 16-11-2026;;\r\n;;\r\n" + text),
    Odd("a title of another day", ARREARS, text=lambda text: "Achterstandenlijst per 31-10-2026;;\r\n" + text),
    Odd("a header of two rows", ARREARS, text=lambda text: "Contract;Stand;;;;;\r\n" + text),
    Odd("units under the header", ARREARS, text=_lines(lambda lines: [lines[0], "nr;EUR;datum;code;code;datum;EUR", *lines[1:]])),
    Odd("types under the header", ARREARS, text=_lines(
        lambda lines: [lines[0], "varchar(8);decimal(9,2);date;varchar(20);char(3);date;decimal(9,2)", *lines[1:]])),
    Odd("psql's footer", ARREARS, text=lambda text: text + "(60 rows)\r\n"),
    Odd("sqlplus's footer", ARREARS, text=lambda text: text + "\r\n60 rows selected.\r\n"),
    Odd("sqlcmd's dashes", ARREARS, text=_lines(
        lambda lines: [lines[0], ";".join("-" * 10 for _ in HEADER), *lines[1:], "", "(60 rows affected)"])),
    Odd("the number of homes", LEASE, lambda rows: [*rows, _row(rows, overeenkomst_id="Aantal", huurder_id="80")]),
    Odd("opening balances", LEDGER, lambda rows: [*({**r, "omschrijving": ""} for r in rows), *(
        {**r, "boeking_id": f"00999{n:03}", "bedrag": euros(4 * number(r["bedrag"])),
         "boekdatum": "2026-01-01", "omschrijving": "Beginsaldo"}
        for n, r in enumerate(rows))]),
    Odd("opening balances without a word", LEDGER, lambda rows: [*rows, *(
        {**r, "boeking_id": f"00997{n:03}", "boekdatum": "2026-07-01", "bedrag": euros(2 * number(r["bedrag"]))}
        for n, r in enumerate(rows) if n % 2)]),
    Odd("opening balances of the month", LEDGER, lambda rows: [*({**r, "dagboek": "Verkoop"} for r in rows), *(
        {**r, "boeking_id": f"00996{n:03}", "boekdatum": "2026-11-01", "dagboek": "Openingsbalans"} for n, r in enumerate(rows[:9]))]),
    Odd("a total of entries", LEDGER, lambda rows: [*rows, _row(rows, boeking_id="Totaal", bedrag=_sum(rows, "bedrag"))]),
    Odd("a total per agreement", LEDGER, lambda rows: [*rows, *(
        {**r, "boeking_id": f"00998{n:03}", "soort_code": "", "detailsoort_code": ""} for n, r in enumerate(rows))]),
    Odd("a total per some agreements", LEDGER, lambda rows: [*rows, *(
        {**r, "boeking_id": f"00995{n:03}", "soort_code": "", "detailsoort_code": ""} for n, r in enumerate(rows[::2]))]),
    Odd("a count of requests per home", REPAIRS, lambda rows: [*rows, *(
        {**r, "verzoek_id": f"0099{n:04}", "status_code": "", "onderhoudsoort_code": ""} for n, r in enumerate(rows[::2]))]),
    Odd("a count of requests", REPAIRS, lambda rows: [*rows, _row(rows, verzoek_id="Totaal aantal verzoeken: 30")]),
    Odd("a count of cases", NUISANCE, lambda rows: [*rows, _row(rows, zaak_id="Aantal: 30")]),
    Odd("a count of objections", OBJECTIONS, lambda rows: [*rows, _row(rows, bezwaar_id="Totaal: 8")]),
]  # fmt: skip
