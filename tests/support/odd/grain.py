"""Kind 6: rows of another grain, as one per invoice where one per agreement is expected."""

from datetime import date, timedelta

from tests.support.changes import Change, amount, euros, every, fill, number, times
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, REPAIRS, RIGHT, Odd
from tests.support.ordinary import Row


def _half(value: str) -> str:
    return amount(lambda v: v / 2)(value)


def _parts(name: str, value: Change, count: int = 2) -> Change:
    """Write each row as several ones that a column tells apart."""
    return lambda rows: [
        {**row, name: f"{n}{part}"} for n, row in enumerate(value(rows)) for part in range(count)
    ]


def _later(row: Row, part: int) -> Row:
    due = date.fromisoformat(row["oudste_vervaldatum"]) + timedelta(days=30 * part)
    return {**row, "saldo": _half(row["saldo"]), "oudste_vervaldatum": str(due)}


def _beside(extra: Row, name: str, share: float) -> Change:
    """Add a second row with other values and a share of the amount to each row."""
    return lambda rows: [
        row for r in rows for row in ({**r, name: amount(lambda v: v * (1 - share))(r[name])},
                                      {**r, **extra, name: amount(lambda v: v * share)(r[name])})
    ]  # fmt: skip


def _some(every_: int, **values: str) -> Change:
    """Add a second row to some of the rows."""
    return lambda rows: [
        row for n, r in enumerate(rows) for row in ([r, {**r, **values}] if n % every_ == 0 else [r])
    ]


def _days(row: Row) -> list[str]:
    return row["niet_thuis_datums"].split("|")


def _three_days(rows: list[Row]) -> list[Row]:
    """Book all entries on one of three days."""
    return [{**row, "boekdatum": f"2026-11-{10 + place % 3}"} for place, row in enumerate(rows)]


def _day_totals(rows: list[Row]) -> list[Row]:
    """Add an entry with the sum of each day."""
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["boekdatum"]] = sums.get(row["boekdatum"], 0) + number(row["bedrag"])
    return [*rows, *({**rows[0], "boeking_id": f"9{day[2:4]}{day[5:7]}{day[8:]}0", "boekdatum": day, "bedrag": euros(total)}
                     for day, total in sums.items())]  # fmt: skip


HALVES = every(saldo=_half)
CASES = [
    Odd("a row per invoice", ARREARS, times(2, _later)),
    Odd("a row per invoice with its number", ARREARS, _parts("factuurnummer", HALVES)),
    Odd("a row per invoice, all equal", ARREARS, times(2, lambda r, _: {**r, "saldo": _half(r["saldo"])})),
    Odd("only the newest invoice, with its number", ARREARS, lambda rows: [
        {**r, "saldo": amount(lambda v: v * 0.3)(r["saldo"]), "factuurnummer": f"F{n}"} for n, r in enumerate(rows)]),
    Odd("only the first invoice", ARREARS, every(saldo=amount(lambda v: v * 0.3))),
    Odd("age classes beside the sum", ARREARS, lambda rows: [
        {**r, "0-30": _half(r["saldo"]), "31-60": _half(r["saldo"])} for r in rows], RIGHT),
    Odd("only the first age class", ARREARS, lambda rows: [
        {**r, "saldo": amount(lambda v: v * 0.6)(r["saldo"]), "31-60": amount(lambda v: v * 0.4)(r["saldo"])} for r in rows]),
    Odd("a part, and the sum beside it", ARREARS, lambda rows: [
        {**r, "saldo": _half(r["saldo"]), "saldo_totaal": r["saldo"]} for r in rows]),
    Odd("a row per month", ARREARS, times(2, lambda r, n: {**r, "periode": f"2026-{10 + n}", "saldo": _half(r["saldo"])})),
    Odd("the debt on each member", ARREARS, times(2, lambda r, n: {**r, "huurder": str(n)})),
    Odd("halves per tenant", ARREARS, _parts("huurder_id", HALVES)),
    Odd("the amount on the first row only", ARREARS, times(2, lambda r, n: {**r, "saldo": "" if n else r["saldo"]})),
    Odd("the number on the first row only", ARREARS, times(2, lambda r, n: {
        **r, "saldo": _half(r["saldo"]), "overeenkomst_id": "" if n else r["overeenkomst_id"]})),
    Odd("a row per tenant", LEASE, _some(5, huurder_id="0099000", naam="Medehuurder")),
    Odd("a row per part of the rent", LEASE, _beside({"component": "servicekosten"}, "brutohuur", 0.1)),
    Odd("a row per part of the rent without its name", LEASE, _beside({}, "brutohuur", 0.1)),
    Odd("only service costs", LEASE, lambda rows: fill(component="servicekosten")(every(brutohuur=amount(lambda v: v * 0.1))(rows))),
    Odd("a row per change of the rent", LEASE, times(2, lambda r, n: {
        **r, "ingangsdatum": f"202{5 + n}-07-01", "brutohuur": r["brutohuur"] if n else amount(lambda v: v * 0.95)(r["brutohuur"])})),
    Odd("the last change of the rent as the beginning", LEASE, fill(begindatum="2026-07-01")),
    Odd("a row per home and garage", LEASE, _some(6, eenheid_id="088000", eenheidsoort_code="PAR", brutohuur="55,00")),
    Odd("empty homes", LEASE, lambda rows: [*rows, *(
        {**dict.fromkeys(rows[0], ""), "eenheid_id": f"0660{n:02}", "wijk": "Oost"} for n in range(7))]),
    Odd("empty homes with a tenant LEEGSTAND", LEASE, lambda rows: [*rows, *(
        {**rows[n], "overeenkomst_id": f"0005500{n}", "huurder_id": "LEEGSTAND", "eenheid_id": f"0660{n:02}"} for n in range(7))]),
    Odd("a row per appointment", REPAIRS, lambda rows: [{**r, "niet_thuis_datums": day} for r in rows for day in _days(r)]),
    Odd("a row per appointment with its number", REPAIRS, lambda rows: [
        {**r, "niet_thuis_datums": day, "afspraak": str(n)} for r in rows for n, day in enumerate(_days(r))]),
    Odd("every appointment as nobody home", REPAIRS, lambda rows: [
        {**r, "niet_thuis_datums":
         "|".join(str(date.fromisoformat(r["melddatum"][:10]) + timedelta(days=n)) for n in (1, 2))} for r in rows]),
    Odd("a count of appointments", REPAIRS, lambda rows: [{**r, "niet_thuis_datums": str(len(_days(r)))} for r in rows]),
    Odd("a row per job", REPAIRS, _some(3, gereeddatum="")),
    Odd("a row per job with its number", REPAIRS, times(2, lambda r, n: {**r, "verzoek_id": f"{r['verzoek_id']}.{n}"})),
    Odd("a row per reporter", NUISANCE, _some(3, melder_id="0040023")),
    Odd("a row per step", NUISANCE, times(2, lambda r, n: r if n else {**r, "status_code": "AAN", "einddatum": ""})),
    Odd("a row per contact with its number", NUISANCE, times(3, lambda r, n: {**r, "zaak_id": f"{r['zaak_id']}-{n}"})),
    Odd("a row per contact with a new number", NUISANCE, times(3, lambda r, n: {**r, "zaak_id": f"{n + 1}{r['zaak_id'][1:]}"})),
    Odd("debit and credit under one number", LEDGER, times(2, lambda r, n: {
        **r, "grootboek": "1300", "bedrag": amount(lambda v: -v)(r["bedrag"]) if n else r["bedrag"]})),
    Odd("a total per day", LEDGER, lambda rows: _day_totals(_three_days(rows)), meant=_three_days),
    Odd("debit and credit under two numbers", LEDGER, times(2, lambda r, n: {
        **r, "boeking_id": f"{n * 7}{r['boeking_id'][1:]}", "bedrag": amount(lambda v: -v)(r["bedrag"]) if n else r["bedrag"]})),
]  # fmt: skip
