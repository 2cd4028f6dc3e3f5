"""Kind 9: the list of another day, another selection or another corporation."""

from datetime import date, timedelta

from tests.support.changes import Change, amount, every, fill, number, only, swap, wijk
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, OBJECTIONS, REPAIRS, RIGHT, Odd, nothing
from tests.support.ordinary import BEFORE, HISTORY, REGISTER, RUNNING, WEEK, Row

PHASES = ("herinnering", "aanmaning", "deurwaarder")


def _old(week: int) -> Change:
    """Take the list of an earlier week."""
    return lambda rows: HISTORY[ARREARS, BEFORE[week]]


def _other(extract: str) -> Change:
    return lambda rows: WEEK[extract]


def _earlier(name: str, days: int) -> Change:
    return every(**{name: lambda v: str(date.fromisoformat(v) - timedelta(days=days))})


def _dated(day: str, change: Change) -> Change:
    return lambda rows: fill(peildatum=day)(change(rows))


def _same(rows: list[Row]) -> list[Row]:
    return rows


def _wrong(name: str, extract: str, rows: Change) -> Odd:
    return Odd(name, extract, rows, meant=nothing)


ENDED = [row["overeenkomst_id"] for row in REGISTER if row["einddatum"]]
CASES = [
    _wrong("last week's list", ARREARS, _old(-1)),
    _wrong("last week's list with this day", ARREARS, _dated("2026-11-16", _old(-1))),
    _wrong("last week's list with its own day", ARREARS, _dated(str(BEFORE[-1]), _old(-1))),
    _wrong("the list of two weeks ago", ARREARS, _old(-2)),
    _wrong("last week's balances beside this week's dates", ARREARS, lambda rows: [
        {**row, "saldo": old["saldo"]} for row, old in zip(rows, HISTORY[ARREARS, BEFORE[-1]], strict=True)]),
    _wrong("half the list of last week", ARREARS, lambda rows: HISTORY[ARREARS, BEFORE[-1]][:30] + rows[30:]),
    _wrong("the list of a month ago", ARREARS, _old(0)),
    Odd("this week's list with its day", ARREARS, fill(peildatum="2026-11-16"), RIGHT),
    _wrong("next week's list", ARREARS, fill(peildatum="2026-11-23")),
    _wrong("last year's list", ARREARS, fill(peildatum="2025-11-16")),
    _wrong("payments after the day", ARREARS, fill(laatste_betaaldatum="2026-11-19")),
    _wrong("payments of next year", ARREARS, every(laatste_betaaldatum=lambda v: v.replace("2026", "2027"))),
    _wrong("nobody paid for two months", ARREARS, _earlier("laatste_betaaldatum", 61)),
    _wrong("no new requests", REPAIRS, lambda rows: [row for row in HISTORY[REPAIRS, BEFORE[0]] if row["melddatum"] < "2026-10-05"]),
    _wrong("requests after the day", REPAIRS, every(melddatum=lambda v: v.replace("2026-11", "2026-12").replace("2026-10", "2026-12"))),
    _wrong("cases after the day", NUISANCE,
           every(registratiedatum=lambda v: v.replace("2026-11", "2026-12").replace("2026-10", "2026-12"))),
    _wrong("entries after the day", LEDGER, fill(boekdatum="2026-11-30")),
    _wrong("cases known before they happened", NUISANCE, swap("begindatum", "registratiedatum")),
    _wrong("agreements of another corporation", ARREARS, lambda rows: [{**r, "overeenkomst_id": f"009{n:05}"} for n, r in enumerate(rows)]),
    _wrong("the name of another corporation", ARREARS, fill(corporatie_id="anders")),
    _wrong("a register of another corporation", LEASE, fill(corporatie_id="anders")),
    _wrong("half a register of another corporation", LEASE, lambda rows: [
        {**r, "corporatie_id": "anders" if n % 2 else "demo"} for n, r in enumerate(rows)]),
    _wrong("former tenants only", ARREARS, lambda rows: [{**rows[n], "overeenkomst_id": number} for n, number in enumerate(ENDED)]),
    _wrong("one wijk only", ARREARS, only(lambda row: wijk(row) == "Oost")),
    _wrong("without one wijk", ARREARS, only(lambda row: wijk(row) != "Oost")),
    _wrong("above 500 only", ARREARS, only(lambda row: number(row["saldo"]) > 500)),
    _wrong("in collection only", ARREARS, only(lambda row: row["incassofase"] in PHASES)),
    _wrong("not in collection only", ARREARS, only(lambda row: row["incassofase"] not in PHASES)),
    _wrong("with a plan only", ARREARS, only(lambda row: row["regeling_status_code"] != "")),
    _wrong("no rows", ARREARS, lambda rows: [dict.fromkeys(rows[0], "")]),
    _wrong("cases named arrears", ARREARS, _other(NUISANCE)),
    _wrong("arrears named cases", NUISANCE, _other(ARREARS)),
    _wrong("entries named requests", REPAIRS, _other(LEDGER)),
    _wrong("cases named objections", OBJECTIONS, lambda rows: [
        {"bezwaar_id": f"{n + 91:05}", "overeenkomst_id": RUNNING[n]["overeenkomst_id"], "datum": "2026-11-01"} for n in range(20)]),
    _wrong("ended agreements run again", LEASE, fill(einddatum="", eindereden_code="", eindedetailreden_code="")),
    _wrong("one telephone", LEASE, lambda rows: [{**r, "naam": f"Test Huurder {n}", "telefoon": "0600000000"} for n, r in enumerate(rows)]),
    _wrong("one address", LEASE, fill(straatnaam="Teststraat", huisnummer="1", postcode="1234 AB")),
    _wrong("all ended yesterday", LEASE, lambda rows: [{**r, "einddatum": r["einddatum"] or "2026-11-15"} for r in rows]),
    _wrong("notice of all", LEASE, lambda rows: [
        {**r, "opzegdatum": "2026-11-10", "einddatum": r["einddatum"] or "2026-12-15"} for r in rows]),
    _wrong("all objections withdrawn", OBJECTIONS, fill(ingetrokken_op="2026-11-15")),
    _wrong("objections of next year", OBJECTIONS, every(datum=lambda v: v.replace("2026", "2027"))),
    _wrong("one debt for all", ARREARS, fill(saldo="650,00")),
    _wrong("debts of 0", ARREARS, fill(saldo="0,00")),
    _wrong("debts nearly doubled", ARREARS, every(saldo=amount(lambda v: v * 1.9))),
    _wrong("one home has all cases", NUISANCE, fill(beklaagde_eenheid_id=RUNNING[3]["eenheid_id"])),
    _wrong("one home has all requests", REPAIRS, fill(eenheid_id=RUNNING[3]["eenheid_id"], overeenkomst_id="")),
    _wrong("all cases of one minute", NUISANCE, fill(registratiedatum="2026-11-15 00:00:00", einddatum="")),
    _wrong("all requests of one minute", REPAIRS, fill(melddatum="2026-11-15 00:00:00", gereeddatum="", niet_thuis_datums="")),
]  # fmt: skip
