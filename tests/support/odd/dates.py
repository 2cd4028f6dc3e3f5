"""Kind 1: days and moments in other forms."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.support.changes import Change, day, every, fill, moment, twelve_hours
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, REPAIRS, RIGHT, Odd

MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]


def _paid(form: str) -> Change:
    return every(laatste_betaaldatum=day(form))


def _due(form: str) -> Change:
    return every(oudste_vervaldatum=day(form))


def _serial(value: str) -> int:
    return (date.fromisoformat(value) - date(1899, 12, 30)).days


def _epoch(value: str) -> int:
    return int(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp())


def _utc(value: str) -> str:
    at = datetime.fromisoformat(value).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC)
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _word(value: str, form: str) -> str:
    at = date.fromisoformat(value)
    return form.format(day=at.day, month=MONTHS[at.month - 1], year=at.year, short=at.year % 100)


def _turned(value: str) -> str:
    """Write a day as a spreadsheet leaves it that takes the month for the day wherever it can."""
    return day("%Y-%d-%m" if int(value[8:]) <= 12 else "%d-%m-%Y")(value)


def _first(value: str) -> str:
    return f"{value[:7]}-01"


CASES = [
    Odd("month-day-year, proven", ARREARS, _paid("%m/%d/%Y")),
    Odd("month-day-year, older days", ARREARS, _due("%m/%d/%Y")),
    Odd("all of the first of a month, day first", ARREARS, every(oudste_vervaldatum=lambda v: day("%d-%m-%Y")(_first(v))),
        meant=every(oudste_vervaldatum=_first)),
    Odd("all of the first of a month, month first", ARREARS, every(oudste_vervaldatum=lambda v: day("%m-%d-%Y")(_first(v))),
        meant=every(oudste_vervaldatum=_first)),
    Odd("two-digit year", ARREARS, _paid("%d-%m-%y")),
    Odd("two-digit year first", ARREARS, _paid("%y-%m-%d")),
    Odd("two-digit year, month first", ARREARS, _paid("%m/%d/%y")),
    Odd("two-digit year in a register", LEASE, every(begindatum=day("%d-%m-%y"))),
    Odd("two-digit year of repairs", REPAIRS, every(gereeddatum=day("%y-%m-%d"))),
    Odd("ISO week", ARREARS, _paid("%G-W%V-%u")),
    Odd("week number", ARREARS, _paid("%G%V")),
    Odd("week without day", REPAIRS, every(gereeddatum=day("%G-W%V"))),
    Odd("spreadsheet serial", ARREARS, every(laatste_betaaldatum=lambda v: str(_serial(v)))),
    Odd("spreadsheet serial of 1904", ARREARS, every(laatste_betaaldatum=lambda v: str(_serial(v) - 1462))),
    Odd("spreadsheet serial of 1904 in a register", LEASE, every(begindatum=lambda v: str(_serial(v) - 1462))),
    Odd("yyyymmdd", ARREARS, _paid("%Y%m%d")),
    Odd("ddmmyyyy", ARREARS, _paid("%d%m%Y")),
    Odd("ddmmyyyy without its zero", ARREARS, every(laatste_betaaldatum=lambda v: day("%d%m%Y")(v).lstrip("0"))),
    Odd("yymmdd", ARREARS, _paid("%y%m%d")),
    Odd("ddmmyy", ARREARS, _paid("%d%m%y")),
    Odd("century, year, month, day", ARREARS, _paid("1%y%m%d")),
    Odd("year and day of the year", ARREARS, _paid("%Y%j")),
    Odd("month as a word", ARREARS, every(laatste_betaaldatum=lambda v: _word(v, "{day} {month} {year}"))),
    Odd("month as a word, two-digit year", ARREARS, every(laatste_betaaldatum=lambda v: _word(v, "{day}-{month}-{short}"))),
    Odd("month only, as a word", ARREARS, every(oudste_vervaldatum=lambda v: _word(v, "{month}-{short}"))),
    Odd("month only", ARREARS, _due("%Y-%m")),
    Odd("month only, year last", ARREARS, _due("%m-%Y")),
    Odd("period", ARREARS, _due("%Y%m")),
    Odd("Unix seconds", ARREARS, every(laatste_betaaldatum=lambda v: str(_epoch(v)))),
    Odd("Unix milliseconds", ARREARS, every(laatste_betaaldatum=lambda v: f"{_epoch(v)}000")),
    Odd("moments in UTC with zone", NUISANCE, every(registratiedatum=lambda v: f"{_utc(v)}Z".replace(" ", "T")), RIGHT),
    Odd("midnight in UTC without zone", ARREARS, every(laatste_betaaldatum=_utc)),
    Odd("midnight in UTC without zone, of repairs", REPAIRS, every(gereeddatum=_utc)),
    Odd("clock of twelve without AM and PM", NUISANCE, every(registratiedatum=twelve_hours)),
    Odd("clock of twelve", NUISANCE, every(registratiedatum=moment("%d-%m-%Y %I:%M:%S %p"))),
    Odd("two orders in one column", ARREARS, every(laatste_betaaldatum=lambda v: day("%d/%m/%Y" if int(v[8:]) % 2 else "%m/%d/%Y")(v))),
    Odd("year-day-month", ARREARS, _paid("%Y-%d-%m")),
    Odd("days to 12 turned by a spreadsheet", ARREARS, every(laatste_betaaldatum=_turned)),
    Odd("days to 12 of repairs turned by a spreadsheet", REPAIRS, every(gereeddatum=_turned)),
    Odd("no end is 31-12-2999", LEASE, lambda rows: [{**r, "einddatum": r["einddatum"] or "2999-12-31"} for r in rows]),
    Odd("no end is 01-01-2050", LEASE, lambda rows: [{**r, "einddatum": r["einddatum"] or "2050-01-01"} for r in rows]),
    Odd("no end is 00-00-0000", LEASE, lambda rows: [{**r, "einddatum": r["einddatum"] or "0000-00-00"} for r in rows]),
    Odd("not done is today", REPAIRS, lambda rows: [{**r, "gereeddatum": r["gereeddatum"] or "2026-11-16"} for r in rows]),
    Odd("due day of the next claim", ARREARS, fill(oudste_vervaldatum="2026-12-01")),
    Odd("due day is the day of the export", ARREARS, fill(oudste_vervaldatum="2026-11-16")),
    Odd("days in full, month first", LEDGER, every(boekdatum=day("%m/%d/%Y"), vervaldatum=day("%m/%d/%Y"))),
    Odd("days late", ARREARS, every(oudste_vervaldatum=lambda v: str((date(2026, 11, 16) - date.fromisoformat(v)) // timedelta(1)))),
]  # fmt: skip
