"""Test that names, addresses and free text appear only in the vault and on the list."""

from __future__ import annotations

import io
import logging
import os
import stat
from pathlib import Path
from typing import NamedTuple

import pytest
import xlsxwriter

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import (
    Said,
    agreement,
    corporation,
    csv_text,
    deliver,
    make_workspace,
    put,
    tables,
    waakvlam,
)

pytestmark = pytest.mark.slow
DAY, AS_OF = "2026-11-09", "2026-11-16"
KEY = "5" * 64
# Every value that identifies somebody begins with ZZ, whatever its column; so does everything that may never be kept.
IDENTITY = {
    "naam": "ZZNAAM",
    "telefoon": "ZZ06-12345678",
    "email": "zz@example.nl",
    "straatnaam": "ZZSTRAAT",
    "huisletter": "ZZ",
    "huisnummertoevoeging": "ZZBIS",
    "postcode": "1811ZZ",
    "woonplaats": "ZZDORP",
    "breedtegraad": "ZZ52,7612",
    "lengtegraad": "ZZ5,4031",
}
REFUSED = {"BSN": "ZZ123456782", "Geslacht": "ZZV", "Toelichting": "ZZTEKST over iemand"}
IGNORED = {"medebewoner": "ZZPARTNER"}
MARKS = ("ZZ", "zz@")
# Long enough not to occur in random bytes.
IDS = ("OVEREENKOMST", "HUURDER", "EENHEID", "MELDER")


def person(number: int, **changes: str) -> dict[str, str]:
    """Return one row of the register with marks in every identifying column."""
    own = {
        "overeenkomst_id": f"OVEREENKOMST{number}",
        "huurder_id": f"HUURDER{number}",
        "eenheid_id": f"EENHEID{number}",
    }
    return agreement(number, **own, **IDENTITY, **REFUSED, **IGNORED) | changes


def long_ids(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Give rows of a small corporation the ids of `person`."""
    words = {"O": "OVEREENKOMST", "E": "EENHEID", "M": "MELDER"}

    def changed(name: str, value: str) -> str:
        return (
            words[value[0]] + value[1:]
            if name.endswith(("eenheid_id", "overeenkomst_id", "melder_id"))
            else value
        )

    return [{name: changed(name, value) for name, value in row.items()} for row in rows]


def bad_deliveries() -> dict[str, str | bytes]:
    """Make bad deliveries, each in another way, with marks where a message might quote them."""
    whole, head = csv_text([person(1), person(2)]), csv_text([person(1)]).splitlines(True)[0]
    row = whole.splitlines(True)[1]
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        sheet = book.add_worksheet("ZZBLAD")
        for number, values in enumerate([[*person(1)], [*person(1).values(), "ZZEXTRA"]]):
            sheet.write_row(number, 0, values)
    cases: list[str | bytes] = [
        row + row,
        whole + '"' + row,
        whole.replace("ZZNAAM", '"ZZNAAM', 1).replace("ZZPARTNER", 'ZZPARTNER"', 1),
        whole.replace("ZZSTRAAT", "ZZ" * 60_000, 1),
        whole + "".join("ZZNAAM;ZZSTRAAT\r\n" for _ in range(3)),
        head + row.strip() + ";ZZEXTRA\r\n",
        head.strip() + ";\r\n" + row.strip() + ";ZZEXTRA\r\n",
        whole + head,
        whole.encode() + "ZZNAAM é".encode() + b"\r\n" + "ZZNAAM é".encode("cp1252"),
        whole.encode() + b"ZZ\0NAAM",
        whole[: whole.rindex("ZZTEKST")],
        csv_text([person(1, begindatum="ZZ-DATUM", brutohuur="ZZ-BEDRAG", eenheidsoort_code="WOO")]),
        csv_text([person(1, naam="ZZ" * 200), person(2, huurder_id="ZZ" * 40)]),
        csv_text([person(1), person(1, wijk="Zuid")]),
    ]
    result: dict[str, str | bytes] = {
        f"huurovereenkomsten_{AS_OF}_v{n}.csv": text for n, text in enumerate(cases, 2)
    }
    result[f"huurovereenkomsten_{AS_OF}_v50.xlsx"] = memory.getvalue()
    result[f"huurachterstanden_{AS_OF}.csv"] = csv_text(
        [{"overeenkomst_id": "ZZNAAM", "saldo": "ZZ", "incassofase": "geen"}]
    )
    return result


class Ran(NamedTuple):
    """A run on marked deliveries: what it said, and what it logged."""

    place: Workspace
    said: list[Said]
    logged: str


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Ran:
    """Run everything that speaks: check, weekly, score, with good rows, bad rows and refused deliveries."""
    patch = pytest.MonkeyPatch()
    patch.setenv("WAAKVLAM_KEY", KEY)
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    mask = os.umask(0)  # the loosest there is: modes must not depend on it
    try:
        place = make_workspace(tmp_path_factory.mktemp("marked") / "home")
        extracts = {name: long_ids(rows) for name, rows in corporation().items()}
        wrong = [person(20, brutohuur="ZZ"), person(21, begindatum="ZZ"), person(22, overeenkomst_id="")]
        put(
            place,
            f"huurovereenkomsten_{DAY}.csv",
            csv_text([*[person(n) for n in range(1, 13)], *wrong]) + "ZZNAAM;ZZSTRAAT\r\n",
        )
        for name in ("huurachterstanden", "overlastmeldingen", "reparatieverzoeken"):
            deliver(
                place,
                name,
                DAY,
                [{**row, "omschrijving": "ZZTEKST", "opm.": "ZZTEKST"} for row in extracts[name]],
            )
        for name, content in bad_deliveries().items():
            put(place, name, content)
        settings = place.home / "settings.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("tolerated_rows = 3 ", "tolerated_rows = 4 "), encoding="utf-8")
        said = [waakvlam(place, "weekly", "--as-of", AS_OF, *more) for more in (["--top", 0], ["--json"])]
        for number, path in enumerate(sorted(place.inbox.iterdir())):
            said.append(waakvlam(place, "check", path, *(["--json"] if number % 2 else [])))
        said.append(waakvlam(place, "score", "--as-of", AS_OF, "--out", place.home / "scores.parquet"))
    finally:
        os.umask(mask)
        patch.undo()
        logging.getLogger().removeHandler(handler)
    return Ran(place, said, log.getvalue())


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("WAAKVLAM_KEY", KEY)


def marks(text: str) -> list[str]:
    return [text[max(0, at - 60) : at + 60] for mark in MARKS if (at := text.find(mark)) >= 0]


def test_the_run_was_a_real_one(ran: Ran):
    """The marks are where they belong: on the list and in the vault; bad rows and refused files were there."""
    assert [said.code for said in ran.said[:2]] == [1, 1]
    page = (ran.place.output / AS_OF / "shortlist.html").read_text(encoding="utf-8")
    assert "ZZSTRAAT" in page and "ZZNAAM" in page
    vault = tables(ran.place, "vault")
    assert len(vault["main.tenancies"]) == 12 and len(vault["main.quarantine"]) >= 4
    refused = [said for said in ran.said[2:-1] if said.code == 1]
    assert len(refused) >= len(bad_deliveries()) - 1, "one has its bad row set apart"


def test_the_warehouse_knows_nobody(ran: Ran):
    for name, rows in tables(ran.place).items():
        assert marks(repr(rows)) == [], name


def test_the_vault_holds_nothing_that_is_never_accepted(ran: Ran):
    everything = repr(tables(ran.place, "vault"))
    for value in (*REFUSED.values(), "ZZTEKST"):
        assert value not in everything


def test_reports_speak_of_nobody(ran: Ran):
    for name in ("run_report.json", "quality.html"):
        assert marks((ran.place.output / AS_OF / name).read_text(encoding="utf-8")) == [], name


def test_nothing_said_or_logged_names_anybody(ran: Ran):
    for said in ran.said:
        text = said.out + said.err
        # The name of a sheet or a file does not identify a tenant, and is needed to correct it.
        assert marks(text.replace("ZZBLAD", "")) == []
    assert marks(ran.logged) == []


def test_the_list_shows_no_name_where_the_settings_say_so(ran: Ran):
    path = ran.place.home / "settings.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("show_contact = true", "show_contact = false"), encoding="utf-8")
    assert waakvlam(ran.place, "weekly", "--as-of", DAY).code == 1
    path.write_text(text, encoding="utf-8")
    for file in sorted((ran.place.output / DAY).glob("shortlist.[ch]*")):
        content = file.read_text(encoding="utf-8")
        assert "ZZSTRAAT" in content and "ZZNAAM" not in content and "ZZ06" not in content


def test_the_stores_on_disk_are_unreadable_and_for_the_owner_only(ran: Ran):
    actual = sorted(path for path in ran.place.stores.rglob("*") if path.is_file())
    assert [path.name for path in actual] == ["vault.duckdb", "warehouse.duckdb"]
    for path in actual:
        content = path.read_bytes()
        for word in ("ZZNAAM", "ZZSTRAAT", "ZZPARTNER", *IDS, "huurachterstanden", "saldo"):
            assert word.encode() not in content, f"{word} in {path.name}"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_can_look_into_the_workspace(ran: Ran):
    for path in [*ran.place.stores.rglob("*"), *(ran.place.home / "keys").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    for folder in (ran.place.output, ran.place.logs):
        for path in folder.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    for folder in ("inbox", "warehouse", "output", "keys", "artefacts", "mappings"):
        assert stat.S_IMODE((ran.place.home / folder).stat().st_mode) == 0o700, folder


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("6" * 64, "The key does not open the warehouse"),
        ("zo kort", "shorter than 32"),
        ("", "The key of the warehouse is missing"),
    ],
)
def test_a_wrong_key_is_reported_and_changes_no_file(ran: Ran, monkeypatch, key: str, says: str):
    before = {path: path.read_bytes() for path in ran.place.stores.iterdir() if path.is_file()}
    monkeypatch.setenv("WAAKVLAM_KEY", key)
    for verb in (
        ["weekly"],
        ["explain", "OVEREENKOMST1"],
        ["check", ran.place.inbox / f"huurovereenkomsten_{DAY}.csv"],
    ):
        said = waakvlam(ran.place, *verb)
        assert said.code == 2 and says in said.err and (not key or key not in said.err)
        assert said.out == ""
    assert {path: path.read_bytes() for path in before} == before


def test_no_message_contains_the_key(ran: Ran, tmp_path: Path):
    """The engine is given its key inside a statement, which an error of its own might quote."""
    place = make_workspace(tmp_path / "it's home")
    assert waakvlam(place, "weekly", "--as-of", AS_OF).code == 1
    for text in [ran.logged, *[said.out + said.err for said in ran.said]]:
        assert KEY not in text and "ENCRYPTION_KEY" not in text
