"""Kind 10: columns that are swapped, shifted, doubled, renamed or lost."""

from collections.abc import Callable

from tests.support.changes import Change, fill, headed, swap, without
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, OBJECTIONS, REPAIRS, RIGHT, Odd
from tests.support.ordinary import WEEK

PAIRS = {
    LEASE: ("begindatum einddatum", "opzegdatum einddatum", "begindatum opzegdatum", "huisnummer huisnummertoevoeging",
            "straatnaam woonplaats", "naam telefoon", "telefoon email", "wijk woonplaats", "postcode huisnummer",
            "eindereden_code eindedetailreden_code", "huisletter huisnummer", "naam straatnaam", "wijk straatnaam"),
    ARREARS: ("saldo laatste_betaling", "oudste_vervaldatum laatste_betaaldatum", "regeling_status_code regeling_eindereden_code",
              "peildatum laatste_betaaldatum", "peildatum oudste_vervaldatum", "regeling_status_code incassofase"),
    NUISANCE: ("registratiedatum einddatum", "begindatum einddatum", "registratiedatum begindatum",
               "beklaagde_eenheid_id beklaagde_overeenkomst_id",
               "melder_id beklaagde_overeenkomst_id", "zaak_id melder_id"),
    REPAIRS: ("melddatum gereeddatum", "gereeddatum niet_thuis_datums", "eenheid_id overeenkomst_id", "verzoek_id eenheid_id",
              "status_code onderhoudsoort_code"),
    LEDGER: ("boekdatum vervaldatum", "soort_code detailsoort_code", "boeking_id overeenkomst_id"),
    OBJECTIONS: ("datum ingetrokken_op", "bezwaar_id overeenkomst_id"),
}  # fmt: skip


def _shifted(place: int, each: int = 1) -> Callable[[str], str]:
    """Move the cells of some rows one place to the right."""

    def shift(text: str) -> str:
        head, *lines = text.split("\r\n")[:-1]
        rows = [line.split(";") for line in lines]
        moved = [[*r[:place], "", *r[place:-1]] if n % each == 0 else r for n, r in enumerate(rows)]
        return "\r\n".join([head, *(";".join(r) for r in moved), ""])

    return shift


def _again(header: str, cell: Callable[[int, list[str]], str]) -> Callable[[str], str]:
    """Add a column whose header may be there already."""

    def add(text: str) -> str:
        head, *lines = text.split("\r\n")[:-1]
        return "\r\n".join([f"{head};{header}", *(f"{line};{cell(n, line.split(';'))}" for n, line in enumerate(lines)), ""])  # fmt: skip

    return add


def _head(change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        head, rest = text.split("\r\n", 1)
        return f"{change(head)}\r\n{rest}"

    return changed


def _emptied(name: str) -> Change:
    return fill(**{name: ""})


SALDO, AGREEMENT = (list(WEEK[ARREARS][0]).index(name) for name in ("saldo", "overeenkomst_id"))
CASES = [
    *(Odd(f"{pair.replace(' ', ' and ')} swapped", extract, swap(*pair.split()))
      for extract, pairs in PAIRS.items() for pair in pairs),
    Odd("cells a place to the right", ARREARS, text=_shifted(1)),
    Odd("the last cells a place to the right", ARREARS, text=_shifted(5)),
    Odd("the last cells of some rows a place to the right", ARREARS, text=_shifted(4, 10)),
    Odd("cells of a register a place to the right", LEASE, text=_shifted(10)),
    Odd("cells of some agreements a place to the right", LEASE, text=_shifted(10, 8)),
    Odd("cells of requests a place to the right", REPAIRS, text=_shifted(4)),
    Odd("an amount twice", ARREARS, text=_again("saldo", lambda n, row: row[SALDO])),
    Odd("an amount twice with other values", ARREARS, text=_again("saldo", lambda n, row: f"{n},50")),
    Odd("an amount twice with a capital", ARREARS, text=_again("Saldo", lambda n, row: f"{n},50")),
    Odd("a second amount", ARREARS, text=_again("saldo_1", lambda n, row: f"{n},50")),
    Odd("a number twice", ARREARS, text=_again("overeenkomst_id", lambda n, row: str(n))),
    Odd("an end twice", LEASE, text=_again("einddatum", lambda n, row: "")),
    Odd("columns in another order", ARREARS, lambda rows: [dict(reversed(row.items())) for row in rows], RIGHT),
    Odd("headers in capitals", ARREARS, text=_head(str.upper)),
    Odd("headers with blanks", ARREARS, text=_head(lambda head: head.replace(";", " ; "))),
    Odd("headers with blanks for _", ARREARS, text=_head(lambda head: head.replace("_", " "))),
    Odd("headers in another order than the cells", ARREARS, text=_head(
        lambda head: head.replace("incassofase;regeling_status_code", "regeling_status_code;incassofase"))),
    Odd("headers of two amounts swapped", ARREARS, text=_head(
        lambda head: head.replace("saldo", "#").replace("laatste_betaling", "saldo").replace("#", "laatste_betaling"))),
    *(Odd(f"{name} left out", extract, without(name)) for extract, name in (
        (ARREARS, "laatste_betaaldatum"), (ARREARS, "incassofase"), (REPAIRS, "niet_thuis_datums"), (REPAIRS, "status_code"),
        (NUISANCE, "status_code"), (LEASE, "einddatum"))),
    Odd("a due day renamed", ARREARS, headed(oudste_vervaldatum="oudste vervaldag")),
    Odd("a plan renamed", ARREARS, headed(regeling_status_code="regeling")),
    *(Odd(f"{name} empty", extract, _emptied(name)) for extract, name in (
        (REPAIRS, "status_code"), (NUISANCE, "melder_id"), (LEASE, "telefoon"), (LEASE, "wijk"), (LEASE, "naam"), (LEASE, "einddatum"))),
]  # fmt: skip
