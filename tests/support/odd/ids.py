"""Kind 4: numbers of agreements, persons, homes and cases that stand for something else."""

from collections.abc import Callable

from tests.support.changes import Change, every, fill, shift, swap
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, OBJECTIONS, REPAIRS, RIGHT, Odd, nothing
from tests.support.ordinary import REGISTER, RUNNING

AGREEMENTS = {row["overeenkomst_id"]: row for row in REGISTER}
TENANTS = {row["eenheid_id"]: row["huurder_id"] for row in REGISTER}


def _new(form: str, *names: str) -> Change:
    """Give every row new numbers."""
    return lambda rows: [{**r, **{name: form.format(n) for name in names}} for n, r in enumerate(rows)]


def _again(name: str, first: int, skip: int = 0) -> Change:
    """Number the rows as the very first ones were numbered."""
    return lambda rows: [{**r, name: str(first + n).zfill(len(r[name]))} for n, r in enumerate(rows[skip:])]


def _of(name: str) -> Callable[[str], str]:
    return lambda value: AGREEMENTS[value][name]


CASES = [
    *(
        Odd(f"{name} without its zeros", extract, every(**{name: lambda v: v.lstrip("0")}))
        for extract, name in (
            (ARREARS, "overeenkomst_id"), (NUISANCE, "beklaagde_eenheid_id"), (REPAIRS, "eenheid_id"), (LEDGER, "overeenkomst_id"),
            (OBJECTIONS, "overeenkomst_id"), (LEASE, "huurder_id"), (LEASE, "eenheid_id"), (LEASE, "overeenkomst_id"),
            (NUISANCE, "zaak_id"), (REPAIRS, "verzoek_id"),
        )
    ),
    *(
        Odd(f"{name} with a prefix", extract, every(**{name: lambda v: f"OVK{v}"}))
        for extract, name in ((ARREARS, "overeenkomst_id"), (LEASE, "overeenkomst_id"),
                              (OBJECTIONS, "overeenkomst_id"), (REPAIRS, "verzoek_id"))
    ),
    Odd("as powers of ten, rounded", ARREARS, every(overeenkomst_id=lambda v: f"{int(v):.1E}".replace(".", ","))),
    Odd("as powers of ten", ARREARS, every(overeenkomst_id=lambda v: f"{int(v):.5E}".replace(".", ","))),
    Odd("persons as powers of ten, rounded", LEASE, every(huurder_id=lambda v: f"{int(v):.1E}".replace(".", ","))),
    Odd("homes as powers of ten, rounded", LEASE, every(eenheid_id=lambda v: f"{int(v):.1E}".replace(".", ","))),
    Odd("homes rounded to hundreds", REPAIRS, every(eenheid_id=lambda v: str(int(v) // 100 * 100))),
    Odd("with .0 behind", ARREARS, every(overeenkomst_id=lambda v: f"{v}.0")),
    Odd("persons with ,00 behind", LEASE, every(huurder_id=lambda v: f"{v},00")),
    Odd("with a version behind", ARREARS, every(overeenkomst_id=lambda v: f"{v}-1")),
    Odd("a register with versions behind", LEASE, every(overeenkomst_id=lambda v: f"{v}/01")),
    Odd("with a blank inside", ARREARS, every(overeenkomst_id=lambda v: f"{v[:4]} {v[4:]}")),
    Odd("with points", ARREARS, every(overeenkomst_id=lambda v: f"{v[:2]}.{v[2:5]}.{v[5:]}")),
    Odd("with an apostrophe", ARREARS, every(overeenkomst_id=lambda v: f"'{v}")),
    Odd("as a formula", ARREARS, every(overeenkomst_id=lambda v: f'="{v}"')),
    Odd("with blanks around", ARREARS, every(overeenkomst_id=lambda v: f"  {v} "), RIGHT),
    Odd("with the last digit masked", ARREARS, every(overeenkomst_id=lambda v: f"{v[:-1]}*")),
    Odd("the tenant's number as the agreement's", ARREARS, every(overeenkomst_id=_of("huurder_id"))),
    Odd("the home's number as the agreement's", ARREARS, every(overeenkomst_id=_of("eenheid_id"))),
    Odd("tenant and agreement swapped", LEASE, swap("overeenkomst_id", "huurder_id")),
    Odd("tenant and home swapped", LEASE, swap("eenheid_id", "huurder_id")),
    Odd("all numbers of another system", LEASE, _new("C{:05}", "overeenkomst_id", "huurder_id", "eenheid_id")),
    Odd("agreements numbered anew", LEASE, _new("007{:05}", "overeenkomst_id")),
    Odd("homes numbered anew", LEASE, _new("007{:03}", "eenheid_id")),
    Odd("tenants numbered anew", LEASE, _new("007{:04}", "huurder_id")),
    Odd("homes a row down", LEASE, shift("eenheid_id")),
    Odd("tenants a row down", LEASE, shift("huurder_id")),
    Odd("names and telephones a row down", LEASE, shift("naam", "telefoon")),
    Odd("addresses a row down", LEASE, shift("straatnaam", "huisnummer", "postcode")),
    Odd("house numbers a row down", LEASE, shift("huisnummer")),
    Odd("amounts a row down", ARREARS, shift("saldo")),
    Odd("agreements sorted without the other columns", ARREARS, lambda rows: [
        {**r, "overeenkomst_id": number}
        for r, number in zip(rows, sorted((x["overeenkomst_id"] for x in rows), reverse=True), strict=True)]),
    Odd("one tenant for all", LEASE, fill(huurder_id="0000001")),
    Odd("the complex as the home", LEASE, every(eenheid_id=lambda v: f"{int(v) // 200:06}")),
    Odd("cases that start again", NUISANCE, _again("zaak_id", 100), meant=nothing),
    Odd("requests that start again", REPAIRS, _again("verzoek_id", 100), meant=nothing),
    Odd("entries that start again", LEDGER, _again("boeking_id", 100), meant=nothing),
    Odd("objections that start again", OBJECTIONS, _again("bezwaar_id", 1, skip=2), meant=nothing),
    Odd("one number for all cases", NUISANCE, fill(zaak_id="0")),
    Odd("the reporter is the accused", NUISANCE, lambda rows: [
        {**r, "melder_id": TENANTS[r["beklaagde_eenheid_id"]]} for r in rows], meant=nothing),
    Odd("the agreement of another home", REPAIRS, lambda rows: [
        {**r, "overeenkomst_id": RUNNING[n * 7 % len(RUNNING)]["overeenkomst_id"]} for n, r in enumerate(rows)]),
    Odd("half of the tenants without zeros", LEASE, lambda rows: [
        {**r, "huurder_id": r["huurder_id"].lstrip("0") if n % 2 else r["huurder_id"]} for n, r in enumerate(rows)]),
    Odd("a tenth of the agreements without zeros", ARREARS, lambda rows: [
        {**r, "overeenkomst_id": r["overeenkomst_id"].lstrip("0") if n % 8 == 0 else r["overeenkomst_id"]} for n, r in enumerate(rows)]),
]  # fmt: skip
