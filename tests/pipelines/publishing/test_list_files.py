"""Test the three files of the week: their content, what they never show, and that they are complete or absent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pipelines.installation import files
from pipelines.installation.errors import WaakvlamError
from pipelines.publishing import list_files
from pipelines.publishing.list_files import COLUMNS, ListedAddress, harmless, page, publish, table
from pipelines.publishing.workbook import workbook
from pipelines.shortlist.weekly_list import EMPTY
from tests.support.lists import entry, records, sheet_text, sheets, weekly

NAMES = ["shortlist.html", "shortlist.xlsx", "shortlist.csv"]


def test_three_files_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "output" / "2026-11-16"
    assert publish(target, weekly(entry())) == [target / name for name in NAMES]
    assert sorted(path.name for path in target.iterdir()) == sorted(NAMES)


def test_the_same_list_gives_the_same_bytes(tmp_path: Path) -> None:
    same = weekly(entry(2), entry(1), entry(1, coach="Sam"))
    first = [path.read_bytes() for path in publish(tmp_path / "a", same)]
    assert first == [path.read_bytes() for path in publish(tmp_path / "b", same)]


def test_a_run_replaces_the_files_of_an_earlier_run(tmp_path: Path) -> None:
    publish(tmp_path, weekly(entry(address="Oudestraat 1")))
    publish(tmp_path, weekly(entry(address="Nieuwestraat 1")))
    for path in tmp_path.iterdir():
        text = sheet_text(path.read_bytes()) if path.suffix == ".xlsx" else path.read_text("utf-8")
        assert "Nieuwestraat 1" in text
        assert "Oudestraat 1" not in text


@pytest.mark.parametrize("step", ["workbook", "_write"])
def test_a_failure_leaves_the_files_of_the_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    publish(tmp_path, weekly(entry()))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    original = files._write

    def fails(*arguments: Any) -> bytes:
        if step == "_write" and "xlsx" not in arguments[0].name:
            original(*arguments)
            return b""
        raise OSError("the disk is full")

    monkeypatch.setattr(files if step == "_write" else list_files, step, fails)
    with pytest.raises(OSError, match="disk is full"):
        publish(tmp_path, weekly(entry(address="Andere straat 9")))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_that_is_open_elsewhere_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuses)
    with pytest.raises(WaakvlamError, match=r"shortlist\.html: .*cannot be replaced.*Close it"):
        publish(tmp_path, weekly(entry()))
    assert list(tmp_path.iterdir()) == []


def test_csv_is_what_dutch_excel_opens() -> None:
    content = table(weekly(entry(), entry(2, safety="Ga met twee personen.", since=None, name=None)))
    assert content.startswith(b"\xef\xbb\xbflijst_van;coach;volgorde;veiligheid;adres;")
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    first, second = records(content)
    assert tuple(first) == COLUMNS
    assert first["reden_1"] == "Twee maanden huurachterstand (€ 1.240), begonnen in augustus."
    assert (first["volgorde"], first["sinds"], first["reden_3"]) == ("1", "2026-08-01", "")
    assert (second["veiligheid"], second["sinds"], second["naam"]) == ("Ga met twee personen.", "", "")
    assert first["let_op"] == "Let op: de lijst huurachterstanden van deze week ontbreekt."


def test_csv_of_an_empty_list_is_its_header() -> None:
    assert records(table(weekly())) == []
    assert table(weekly()).decode("utf-8-sig") == ";".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+31612345678", "'+31612345678"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("\r=1+1", "'=1+1"),
        ("a\nb", "a b"),
        ("J. Voorbeeld", "J. Voorbeeld"),
        ("", ""),
    ],
)
def test_no_value_is_a_formula(value: str, written: str) -> None:
    assert harmless(value) == written
    assert records(table(weekly(entry(name=value))))[0]["naam"] == written


def test_a_separator_or_a_quote_in_a_name_breaks_nothing() -> None:
    name = 'Jan; "de" Lange, Óscar'
    assert records(table(weekly(entry(name=name))))[0]["naam"] == name


def test_safety_comes_first() -> None:
    warned = weekly(entry(safety="Ga met twee personen (veiligheidsafspraak)."))
    assert sheets(workbook(warned))["Noor"][5][1].startswith(
        "Ga met twee personen (veiligheidsafspraak).\nLinden"
    )
    html = page(warned)
    assert 0 < html.index("Ga met twee personen") < html.index("Lindenlaan 1")
    assert "Ga met twee personen" not in page(weekly(entry()))


def test_the_page_has_every_text_and_requests_nothing_from_the_network() -> None:
    html = page(weekly(entry(), entry(1, coach="Sam")))
    assert html.index("Let op: de lijst") < html.index("<h1>")
    for text in (
        "Week 47, maandag 16 november 2026",
        "Wooncoach Noor: één adres",
        "Twee maanden huurachterstand (€\u00a01.240), begonnen in augustus.",
        "Speelt sinds 1 augustus",
        "Nieuw op de lijst.",
        'href="tel:0612345678"',
        "„Hoe komt u aan mijn naam?”",
        "Ik kom van De Voorbeeldhaven, uw verhuurder",
        "Dit is een aanbod van hulp, geen maatregel.",
        "U beslist.",
        "Bekeken: 5.842 huurovereenkomsten met puntenkaart expert 1.0. Twee adressen staan op de lijst.",
        "huur beëindigd",
        "1.204",
    ):
        assert text in html
    assert "geen woning" not in html
    assert "<script" not in html
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#|tel:)|url\(|@import|https?:""", html)
    assert "default-src 'none'" in html


def test_page_is_well_formed() -> None:
    html = page(weekly(entry(safety="Ga met twee personen."), entry(1, coach="Sam & <Kim>")))
    html = re.sub(r"<(meta|i)\b([^>]*)>(?!</i>)", r"<\1\2/>", html.replace("<!doctype html>", "")).replace(
        " hidden>", ">"
    )
    titles = [node.text for node in ElementTree.fromstring(html).iter("h2")]
    assert "Wooncoach Sam & <Kim>: één adres" in titles


def test_what_was_typed_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    typed = entry(
        address=evil, name=evil, phone=evil, wijk=evil, reasons=(evil,), news=(evil,), safety=evil, coach=evil
    )
    assert "<script" not in page(
        weekly(typed, notices=(evil,), corporation=evil, model=evil, counts={evil: 1})
    )


def test_an_unknown_address_is_marked() -> None:
    unknown = weekly(
        entry(address="", postcode_town="", name=None, phone=None, wijk=None, since=None, news=())
    )
    html, cells = page(unknown), sheet_text(workbook(unknown))
    for text in (html, cells):
        assert "Adres niet bekend (overeenkomst OVK-0001)" in text
        assert "None" not in text


@pytest.mark.parametrize("phone", ["06 1234 5678 of 072-1234567", "geen", "javascript:alert(1)", ""])
def test_only_one_telephone_number_can_be_dialled(phone: str) -> None:
    assert "tel:" not in page(weekly(entry(phone=phone)))


def test_an_empty_list_is_three_kind_files(tmp_path: Path) -> None:
    html, xlsx, _ = publish(tmp_path, weekly())
    assert EMPTY[0] in html.read_text("utf-8")
    assert "5.842" in html.read_text("utf-8")
    assert EMPTY[0] in sheet_text(xlsx.read_bytes())
    assert "Nul adressen" not in html.read_text("utf-8")


def test_nothing_tells_the_score_or_the_lot() -> None:
    """Lists that differ only in who was drawn by lot look alike: an entry has no place for it."""
    assert not {"score", "slot", "points", "propensity"} & set(ListedAddress.__dataclass_fields__)
    assert not {"score", "punten", "slot", "loting"} & set(COLUMNS)
    cards = page(weekly(entry())).split("<main>")[1].split("Hoe komt u aan")[0].lower()
    assert not any(word in cards for word in ("score", "punten", "loting", "exploration"))


def test_more_than_three_reasons_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 3"):
        entry(reasons=("a.", "b.", "c.", "d."))


def test_coaches_keep_their_order_and_addresses_their_places() -> None:
    mixed = weekly(entry(2, coach="Sam"), entry(1), entry(1, coach="Sam"))
    assert [(coach, [e.position for e in own]) for coach, own in mixed.by_coach] == [
        ("Sam", [1, 2]),
        ("Noor", [1]),
    ]
    assert "Wooncoaches Noord: één adres" in page(weekly(entry(coach="Wooncoaches Noord")))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_the_colours_of_the_portal(scheme: str) -> None:
    portal = (Path(__file__).parents[3] / "portal/static/portal.css").read_text(encoding="utf-8")
    place = {"light": 0, "dark": 1}[scheme]

    def colours(css: str) -> dict[str, str]:
        root = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[place]
        return dict(re.findall(r"--([\w-]+): (#\w+)", root))

    of_page = colours(page(weekly(entry())))
    assert len(of_page) > 10
    assert of_page.items() <= colours(portal).items()
