"""Kind 2: amounts in other units, signs and forms."""

from tests.support.changes import Change, amount, euros, every, fill, number
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, RIGHT, Odd


def _saldo(change: object) -> Change:
    assert callable(change)
    return every(saldo=change)


def _cents(value: str) -> str:
    return str(round(number(value) * 100))


def _english(value: str) -> str:
    return f"{number(value):,.2f}"


def _dutch(value: str) -> str:
    return _english(value).replace(",", "#").replace(".", ",").replace("#", ".")


def _beside(name: str, debit: str, credit: str, column: str = "saldo") -> Change:
    """Put the sign of an amount into a column of its own."""
    return lambda rows: [{**r, column: r[column].lstrip("-"), name: credit if r[column][0] == "-" else debit} for r in rows]  # fmt: skip


def _signed(form: str, credit: str, debit: str = "") -> Change:
    return every(saldo=lambda v: form.format(v.lstrip("-"), credit if v[0] == "-" else debit))


def _header(name: str) -> Change:
    return lambda rows: [{name if n == "saldo" else n: v for n, v in row.items()} for row in rows]


CASES = [
    Odd("cents", ARREARS, _saldo(_cents)),
    Odd("rents in cents", LEASE, every(brutohuur=_cents)),
    Odd("payments in cents", ARREARS, every(laatste_betaling=_cents)),
    Odd("entries in cents", LEDGER, every(bedrag=_cents)),
    Odd("all amounts in cents", ARREARS, every(saldo=_cents, laatste_betaling=_cents)),
    Odd("thousands with three decimals", ARREARS, _saldo(lambda v: f"{number(v) / 1000:.3f}".replace(".", ","))),
    Odd("thousands with five decimals", ARREARS, _saldo(lambda v: f"{number(v) / 1000:.5f}".replace(".", ","))),
    Odd("entries in thousands", LEDGER, every(bedrag=lambda v: f"{number(v) / 1000:.5f}".replace(".", ","))),
    Odd("debts below 0", ARREARS, _saldo(amount(lambda v: -v))),
    Odd("signs of claims and receipts turned", LEDGER, every(bedrag=amount(lambda v: -v))),
    Odd("entries without signs", LEDGER, every(bedrag=lambda v: v.lstrip("-"))),
    Odd("credits without sign", ARREARS, _saldo(lambda v: v.lstrip("-"))),
    Odd("payments below 0", ARREARS, every(laatste_betaling=amount(lambda v: -v))),
    Odd("D and C behind", ARREARS, _signed("{} {}", "C", "D")),
    Odd("DB and CR behind", ARREARS, _signed("{} {}", "CR", "DB")),
    Odd("S and H behind", ARREARS, _signed("{}{}", "H", "S")),
    Odd("minus behind", ARREARS, _signed("{}{}", "-"), RIGHT),
    Odd("credits in brackets", ARREARS, _saldo(lambda v: v if v[0] != "-" else f"({v[1:]})"), RIGHT),
    Odd("typographic minus", ARREARS, _saldo(lambda v: v.replace("-", "\N{MINUS SIGN}"))),
    Odd("-/- for minus", ARREARS, _saldo(lambda v: v.replace("-", "-/- "))),
    Odd("sign in a column D/C", ARREARS, _beside("D/C", "D", "C")),
    Odd("sign in a column + and -", ARREARS, _beside("teken", "+", "-")),
    Odd("sign of entries in a column dc", LEDGER, _beside("dc", "D", "C", "bedrag")),
    Odd("credits in a column of their own", ARREARS, lambda rows: [
        {**r, "saldo": "0,00", "credit": r["saldo"][1:]} if r["saldo"][0] == "-" else {**r, "credit": "0,00"} for r in rows]),
    Odd("receipts in a column of their own", LEDGER, lambda rows: [
        {**r, "bedrag": "0,00", "credit": r["bedrag"][1:]} if r["bedrag"][0] == "-" else {**r, "credit": "0,00"} for r in rows]),
    Odd("currency EUR beside", ARREARS, fill(valuta="EUR"), RIGHT),
    Odd("unit beside: thousands", ARREARS, lambda rows: fill(eenheid="EUR x 1000")(_saldo(amount(lambda v: v / 1000))(rows))),
    Odd("unit beside: cents", ARREARS, lambda rows: fill(eenheid="cent")(_saldo(_cents)(rows))),
    Odd("header (in centen)", ARREARS, lambda rows: _header("saldo (in centen)")(_saldo(_cents)(rows))),
    Odd("header ct", ARREARS, lambda rows: _header("Saldo ct")(_saldo(_cents)(rows))),
    Odd("whole euros", ARREARS, _saldo(lambda v: str(round(number(v))))),
    Odd("whole euros with points", ARREARS, _saldo(lambda v: f"{number(v):,.0f}".replace(",", "."))),
    Odd("1.234,56", ARREARS, _saldo(_dutch), RIGHT),
    Odd("1,234.56", ARREARS, _saldo(_english), RIGHT),
    Odd("1'234.56", ARREARS, _saldo(lambda v: _english(v).replace(",", "'"))),
    Odd("EUR before", ARREARS, _saldo(lambda v: f"EUR {_dutch(v)}")),
    Odd("dollars", ARREARS, _saldo(lambda v: f"$ {_english(v)}")),
    Odd("USD behind", ARREARS, _saldo(lambda v: f"{v} USD")),
    Odd("four decimals", ARREARS, _saldo(lambda v: f"{v}00"), RIGHT),
    Odd("three decimals with a point", ARREARS, _saldo(lambda v: f"{number(v):.3f}")),
    Odd("powers of ten", ARREARS, _saldo(lambda v: f"{number(v):E}")),
    Odd("percentages", ARREARS, _saldo(lambda v: f"{number(v) * 100:.0f}%")),
    Odd("rent a year", LEASE, every(brutohuur=amount(lambda v: v * 12))),
    Odd("rent a week", LEASE, every(brutohuur=amount(lambda v: v / 4.345))),
    Odd("rent a quarter", LEASE, every(brutohuur=amount(lambda v: v * 3))),
    Odd("rent a year, with p.j.", LEASE, every(brutohuur=lambda v: f"{euros(number(v) * 12)} p.j.")),
    Odd("rent 1 for all", LEASE, every(brutohuur=lambda v: "1,00")),
    Odd("months of rent", ARREARS, _saldo(amount(lambda v: v / 600))),
    Odd("hashes of a spreadsheet", ARREARS, _saldo(lambda v: "#####")),
    Odd("two amounts in one cell", ARREARS, _saldo(lambda v: f"{v}/{v}")),
    Odd("guilders", ARREARS, _saldo(amount(lambda v: v * 2.20371))),
    Odd("nearly twice as much", ARREARS, _saldo(amount(lambda v: v * 1.9))),
    Odd("1,6k", ARREARS, _saldo(lambda v: v if number(v) < 1000 else f"{number(v) / 1000:.1f}k".replace(".", ","))),
]  # fmt: skip
