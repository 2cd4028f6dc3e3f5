"""Kind 7: values and files that were cut."""

import gzip
from collections.abc import Callable

from tests.support.changes import Change, day, euros, every, number
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, OBJECTIONS, REPAIRS, RIGHT, Odd


def _cut(name: str, length: int) -> Change:
    return every(**{name: lambda v: v[:length]})


def _padded(width: int, sign: str = " ") -> Change:
    return lambda rows: [{n: v.ljust(width, sign) for n, v in row.items()} for row in rows]


def _most(bound: float) -> Change:
    return every(saldo=lambda v: euros(min(number(v), bound)))


def _first(part: float) -> Callable[[str], str]:
    """Keep the first part of a file, with whole rows."""

    def cut(text: str) -> str:
        lines = text.split("\r\n")[:-1]
        return "\r\n".join(lines[: int(len(lines) * part)]) + "\r\n"

    return cut


CASES = [
    Odd("padded with blanks", ARREARS, _padded(30), RIGHT),
    Odd("a register padded with blanks", LEASE, _padded(40), RIGHT),
    Odd("padded with NUL", ARREARS, _padded(12, "\0")),
    *(Odd(f"{name} cut to {length}", extract, _cut(name, length)) for extract, name, length in (
        (ARREARS, "overeenkomst_id", 7), (ARREARS, "overeenkomst_id", 6), (LEASE, "overeenkomst_id", 7), (LEASE, "overeenkomst_id", 6),
        (LEASE, "eenheid_id", 5), (LEASE, "huurder_id", 6), (REPAIRS, "verzoek_id", 6), (NUISANCE, "zaak_id", 6),
        (NUISANCE, "beklaagde_eenheid_id", 5), (OBJECTIONS, "overeenkomst_id", 7),
        (ARREARS, "saldo", 5), (ARREARS, "saldo", 4), (ARREARS, "saldo", 3),
        (LEASE, "brutohuur", 5), (LEASE, "brutohuur", 2), (LEDGER, "bedrag", 6),
        (ARREARS, "laatste_betaaldatum", 9), (REPAIRS, "gereeddatum", 9), (ARREARS, "laatste_betaaldatum", 7),
        (NUISANCE, "registratiedatum", 15), (NUISANCE, "registratiedatum", 13),
        (REPAIRS, "niet_thuis_datums", 20), (REPAIRS, "niet_thuis_datums", 10),
        (ARREARS, "incassofase", 3), (NUISANCE, "zaaktypedetailsoort_code", 2), (NUISANCE, "status_code", 1),
        (LEASE, "straatnaam", 8), (LEASE, "wijk", 3), (LEASE, "naam", 4), (LEASE, "telefoon", 9), (LEASE, "postcode", 4),
    )),
    Odd("the first sign lost", ARREARS, every(overeenkomst_id=lambda v: v[1:])),
    Odd("cut on the left to 6", ARREARS, every(saldo=lambda v: v[-6:])),
    Odd("cut on the left to 5", ARREARS, every(saldo=lambda v: v[-5:])),
    Odd("at most 999,99", ARREARS, _most(999.99)),
    Odd("at most 1500", ARREARS, _most(1500)),
    Odd("years cut to two digits", ARREARS, every(laatste_betaaldatum=lambda v: day("%d-%m-%Y")(v)[:8])),
    Odd("years of a register cut to two digits", LEASE, every(begindatum=lambda v: day("%d-%m-%Y")(v)[:8])),
    Odd("texts with three points", LEASE, every(straatnaam=lambda v: f"{v[:5]}...", wijk=lambda v: f"{v[:3]}...")),
    Odd("cut within a row", ARREARS, text=lambda text: text[: len(text) * 2 // 3 + 7]),
    Odd("cut within the last row", ARREARS, text=lambda text: text[:-12]),
    Odd("cut within the last amount", ARREARS, text=lambda text: text[:-3]),
    Odd("two thirds of the rows", ARREARS, text=_first(0.67)),
    Odd("five sixths of the rows", ARREARS, text=_first(0.83)),
    Odd("a register of three quarters", LEASE, text=_first(0.75)),
    Odd("requests cut within a row", REPAIRS, text=lambda text: text[:1500]),
    Odd("entries cut within a line end", LEDGER, text=lambda text: text[: text.index("\n", 1500)]),
    Odd("cases cut within the last cell", NUISANCE, text=lambda text: text[: text.index("\r\n", 2000) - 3]),
    Odd("objections cut within a row", OBJECTIONS, text=lambda text: text[:-17]),
    Odd("headers cut to 10 signs", ARREARS, lambda rows: [{n[:10]: v for n, v in row.items()} for row in rows]),
    Odd("half of an archive", REPAIRS, text=lambda text: gzip.compress(text.encode())[:-60], suffix="csv.gz"),
]  # fmt: skip
