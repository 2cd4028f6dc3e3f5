"""Test that deliveries of the demo corporation are reproducible, follow the contract, and show nothing of the future."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.installation.contracts import contracts, forbidden
from pipelines.installation.errors import ConfigurationError
from pipelines.sample.variants import VARIANTS, named
from pipelines.sample.write import write_corporation
from tests.support.demo import UNTIL, day, deliveries, digests, good, impossible, peildatum, read


@pytest.mark.dear
def test_the_same_seed_gives_the_same_bytes_in_another_process(small: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import date; from pathlib import Path; from pipelines.sample.write import write_corporation;"
        "write_corporation(Path(sys.argv[1]), homes=300, weeks=60, seed=7, until=date(2026, 11, 16))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "again")], check=True, env=environment)
    assert digests(tmp_path / "again") == digests(small)


@pytest.mark.dear
def test_another_seed_gives_another_history(small: Path, tmp_path: Path) -> None:
    write_corporation(tmp_path, homes=300, weeks=60, seed=8, until=UNTIL)
    other = digests(tmp_path)
    assert not [n for n, d in digests(small).items() if n.startswith("huur") and other[n] == d]


def test_deliveries_come_on_mondays_up_to_the_last_one(small: Path, tmp_path: Path) -> None:
    expected = {UNTIL - timedelta(weeks=w) for w in range(8)}
    for extract in ("huurovereenkomsten", "huurachterstanden", "overlastmeldingen", "reparatieverzoeken"):
        assert set(deliveries(small, extract)) == expected
    report: list[str] = []
    summary = write_corporation(
        tmp_path, homes=100, weeks=20, seed=1, until=date(2026, 11, 19), deliveries=2, progress=report.append
    )
    assert set(deliveries(tmp_path, "huurachterstanden")) == {date(2026, 11, 9), UNTIL}
    assert report[0] == "week 1 of 20" and report[-1] == "delivery of 2026-11-16 written"
    for extract, files, rows in summary.table():
        actual = deliveries(tmp_path, extract)
        assert (len(actual), sum(len(r) for r in actual.values())) == (files, rows)


def test_columns_codes_and_amounts_are_those_of_the_contracts(small: Path) -> None:
    for path in sorted(small.iterdir()):
        contract = contracts()[path.name.rsplit("_", 1)[0]]
        rows = read(path)
        names = set(rows[0])
        assert names - set(contract.columns) == {n for n in names if forbidden(n)}
        assert set(contract.columns) - names <= {"corporatie_id", "hoofdzaak_id"}
        for name in names & set(contract.columns):
            column = contract.columns[name]
            if column.type == "euro":
                wrong = [r[name] for r in rows if not re.fullmatch(r"-?\d+,\d\d|", r[name])]
                assert set(wrong) <= {"n.v.t.", "onbekend"}
            allowed = (
                {c.strip() for c in (*column.codes, *column.values)}
                if column.codes or column.values
                else None
            )
            if allowed is not None:
                unknown = {r[name].strip() for r in rows} - allowed - {"", "ZZZ", "BUR", "X99"}
                assert not unknown, (path.name, name)


def test_nothing_is_dated_after_its_delivery(small: Path, coast: Path) -> None:
    ahead = {
        "begindatum",
        "einddatum",
        "geboortedatum",
        "opvolgdatum",
    }  # agreements and plans may be in the future
    for path in [*small.iterdir(), *coast.iterdir()]:
        extract, read_on = path.name.rsplit("_", 1)[0], peildatum(path)
        for row in read(path):
            for name, text in row.items():
                if name in ahead and extract in ("huurovereenkomsten", "contacten"):
                    continue
                if name == "peildatum":
                    assert day(text) <= read_on
                elif name == "niet_thuis_datums":
                    assert all(d is None or d < read_on for d in map(day, text.split("|")))
                elif "dat" in name or name in ("ingetrokken_op",):
                    actual = day(text)
                    assert actual is None or actual < read_on, (path.name, name, text)


def test_every_list_has_each_agreement_once_and_known_to_the_register(small: Path) -> None:
    lists = deliveries(small, "huurachterstanden")
    known = {r["overeenkomst_id"] for r in deliveries(small, "huurovereenkomsten")[UNTIL]}
    first, *weekly = sorted(lists)
    history = good(lists[first], "overeenkomst_id")
    mondays = {day(r["peildatum"]) for r in history}
    assert mondays == {first - timedelta(weeks=w) for w in range(60 - 7)}
    for monday in weekly:
        assert {day(r["peildatum"]) for r in lists[monday]} == {monday}
    strangers = Counter[str]()
    for rows in lists.values():
        kept = [r for r in good(rows, "overeenkomst_id") if r["saldo"] != "onbekend" and not impossible(r)]
        keys = Counter((r["peildatum"], r["overeenkomst_id"]) for r in kept)
        assert max(keys.values()) == 1
        for row in kept:
            saldo = float(row["saldo"].replace(",", "."))
            due = day(row["oudste_vervaldatum"])
            assert saldo != 0
            assert (due is not None and due < day(row["peildatum"])) == (saldo > 0)
            assert (row["incassofase"] != "geen") <= (saldo > 0)
            strangers[row["overeenkomst_id"]] += row["overeenkomst_id"] not in known
    assert {k for k, n in strangers.items() if n} <= {"OVK9999999"}


@pytest.mark.parametrize(
    ("extract", "key", "moment"),
    [("overlastmeldingen", "zaak_id", "registratiedatum"), ("reparatieverzoeken", "verzoek_id", "melddatum")],
)
def test_a_weekly_delivery_holds_what_is_new_or_changed(
    city: Path, extract: str, key: str, moment: str
) -> None:
    actual = deliveries(city, extract)
    before: dict[str, dict[str, str]] = {}
    changed = 0
    local = {"BUR", "X99"}
    for read_on, rows in sorted(actual.items()):
        for row in good(rows, key):
            old = before.get(row[key])
            if old is None:
                assert not before or day(row[moment]) >= read_on - timedelta(weeks=1)
            elif local.isdisjoint((*row.values(), *old.values())):
                assert old != row and old[moment] == row[moment]
                changed += 1
        before |= {r[key]: r for r in good(rows, key)}
    assert changed > 10
    last = Counter(r["status_code"] for r in before.values())
    closed = {"AFG", "GES", "GEA"}
    assert set(last) >= {"AFG", "GEA", "INB"} and sum(last[s] for s in closed) > 0.8 * sum(last.values())


def test_the_register_is_delivered_in_full_and_learns_of_ends(city: Path) -> None:
    actual = deliveries(city, "huurovereenkomsten")
    older, newer = (
        {r["overeenkomst_id"]: r for r in good(actual[d], "overeenkomst_id")}
        for d in (min(actual), max(actual))
    )
    assert set(older) < set(newer)
    ended = [k for k in older if day(older[k]["einddatum"]) is None and day(newer[k]["einddatum"])]
    assert len(ended) > 5
    assert all(
        newer[k]["eindereden_code"] in ("OPZ", "ONT") and newer[k]["eindedetailreden_code"] for k in ended
    )


def test_encodings_and_formats_are_mixed_as_in_real_life(small: Path) -> None:
    first = min(deliveries(small, "huurovereenkomsten"))
    old = (small / f"huurovereenkomsten_{first}.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        old.decode("utf-8")
    assert "é" in old.decode("cp1252")
    assert "é" in (small / f"huurovereenkomsten_{UNTIL}.csv").read_text("utf-8")
    assert (small / f"huurachterstanden_{UNTIL}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (small / f"reparatieverzoeken_{UNTIL}.csv.gz").is_file()
    visits = [r for rows in deliveries(small, "contacten").values() for r in rows]
    assert {r["bereikt"] for r in visits} == {"Ja", "Nee"} and len({r["stand"] for r in visits}) > 2


def test_the_coast_differs_without_other_code(coast: Path) -> None:
    lists = deliveries(coast, "huurachterstanden")
    months = sorted({day(r["peildatum"]) for rows in lists.values() for r in good(rows, "overeenkomst_id")})
    assert len(months) == 14 and all(m.weekday() == 0 and 15 <= m.day <= 21 for m in months)
    register = deliveries(coast, "huurovereenkomsten")[UNTIL]
    assert sum(r["overeenkomst_id"].startswith("000") for r in register) > 0.9 * len(register)
    assert {r["woonplaats"] for r in register} == set(named("kust").demo.towns)


def test_impossible_arguments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=", ".join(VARIANTS)):
        write_corporation(tmp_path, homes=300, weeks=60, seed=1, until=UNTIL, variant="bergen")
    with pytest.raises(ConfigurationError, match="10 weeks"):
        write_corporation(tmp_path, homes=300, weeks=10, seed=1, until=UNTIL)
    assert not list(tmp_path.iterdir())
