"""Test that the quality page is complete, self-contained, and safe for any delivered content."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from pipelines.gate.verdicts import Figure, Verdict
from pipelines.publishing.quality_page import (
    HEIGHT,
    HISTORY_SHOWN,
    MARGIN,
    WIDTH,
    DeliveryPage,
    ExpectationRow,
    QuarantineReason,
    UnmappedCode,
    render,
    sparkline,
)
from pipelines.publishing.quality_report import mapping_block
from tests.support.one_file import reading

PEILDATUM = date(2026, 11, 16)
HOSTILE = "<script>alert('x')</script>\"'&{{ 7*7 }}\u202e\x00\ud800"


def row(name, value, success, *, severity="critical", least=None, most=0.05, history=()):
    figure = Figure(name, value, least, most, severity, f"What {name} says.")
    return ExpectationRow(Verdict(figure, "expect_column_max_to_be_between", success), history)


def weeks(*values, most=0.05):
    first = PEILDATUM - timedelta(7 * len(values))
    judged = (None if v is None else v <= most for v in values)
    return tuple(
        (first + timedelta(7 * i), v, ok) for i, (v, ok) in enumerate(zip(values, judged, strict=True))
    )


FAILING = DeliveryPage(
    file="huurachterstanden_2026-11-16.csv",
    extract="huurachterstanden",
    peildatum=PEILDATUM,
    encoding="windows-1252",
    delimiter="\t",
    rows_read=24013,
    staged=23991,
    duplicates=15,
    quarantined=7,
    reasons=(QuarantineReason("saldo: not an amount", 6, (12, 45)), QuarantineReason("no key", 2, (8,))),
    unmapped=(UnmappedCode("incassofase", "Fase <3>", 41, '"Fase <3>" = "aanmaning"'),),
    refused=("BSN",),
    ignored=("Opmerkingen",),
    expectations=(
        row("passing.figure", 0.011, True, history=weeks(0.012, 0.013)),
        row("missing.figure", None, None),
        row("warning.figure", 0.21, False, severity="warning"),
        row("failing.figure", 0.31, False, history=weeks(None, 0.017, 0.27)),
    ),
)
LOADED = DeliveryPage("boekingen_2026-11-09.parquet", "boekingen", date(2026, 11, 9), rows_read=5, staged=5)
UNREADABLE = DeliveryPage("contacten_x.csv.gz", "contacten", None, error="The file ends too early.")


class Reader(HTMLParser):
    """Tags, attributes and text of a page; fails on a tag that is closed out of turn."""

    VOID = frozenset({"meta", "link", "rect", "path", "polyline", "circle"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def test_the_page_tells_everything_about_a_delivery():
    text = Reader(render([FAILING], as_of=PEILDATUM)).text
    for told in (
        "run of 2026-11-16",
        "huurachterstanden_2026-11-16.csv",
        "encoding windows-1252, delimiter tab",
        "24 013 read = 23 991 staged + 15 duplicates + 7 quarantined",
        "saldo: not an amount 6 12, 45",
        "no key 2 8",
        'incassofase Fase <3> 41 "Fase <3>" = "aanmaning"',
        "may not be loaded: BSN",
        "nothing asks for them: Opmerkingen",
        "Stopped at the gate: nothing of this delivery counts",
    ):
        assert told in text
    for entry in FAILING.expectations:
        figure = entry.verdict.figure
        for told in (figure.name, figure.meaning, figure.value_text, "at most 0.05", figure.severity):
            assert told in text
    assert text.count("expect_column_max_to_be_between") == 4


def test_the_page_describes_every_history_in_words_beside_its_drawing():
    page = Reader(render([FAILING]))
    assert "2026-10-26: no figure" in page.text
    assert "2026-11-02: 0.017, passed" in page.text
    assert "2026-11-09: 0.27, failed" in page.text
    assert "no earlier delivery" in page.text
    ids = {attrs.get("id") for _, attrs in page.tags}
    drawings = page.all("svg")
    assert len(drawings) == 2
    assert all(svg["role"] == "img" and svg["aria-labelledby"] in ids for svg in drawings)


def test_what_failed_comes_first():
    warned = DeliveryPage("w.csv", "a", PEILDATUM, expectations=(row("w", 1.0, False, severity="warning"),))
    page = render([LOADED, warned, FAILING, UNREADABLE])
    assert re.findall(r'<span class="file">(\S+)</span>', page) == [
        "contacten_x.csv.gz",
        "huurachterstanden_2026-11-16.csv",
        "w.csv",
        "boekingen_2026-11-09.parquet",
    ]
    names = re.findall(r"<code>(\w+\.figure)</code>", page)
    assert names == ["failing.figure", "warning.figure", "missing.figure", "passing.figure"]
    opened = ["open" in attrs for attrs in Reader(page).all("details") if attrs["class"] == "delivery"]
    assert opened == [True, True, True, False]


def test_the_same_input_gives_the_same_page_in_any_order():
    assert render([LOADED, FAILING, UNREADABLE]) == render([UNREADABLE, FAILING, LOADED])


def test_the_page_shows_unreadable_deliveries_and_notes_of_the_run():
    text = Reader(render([UNREADABLE], notes=["huurovereenkomsten is absent."])).text
    assert "The file ends too early." in text
    assert "1 could not be read" in text
    assert "peildatum not told" in text
    assert "huurovereenkomsten is absent." in text


def test_the_page_shows_rows_that_do_not_add_up():
    lost = DeliveryPage("a.csv", "a", PEILDATUM, rows_read=10, staged=6, duplicates=1, quarantined=1)
    assert lost.outcome == "stopped"
    assert "The rows do not add up: 2 unaccounted for." in Reader(render([lost])).text
    assert "add up" not in render([FAILING, LOADED])


def test_a_run_without_deliveries_has_a_page():
    assert "No delivery came in." in Reader(render([])).text


def test_nothing_on_the_page_is_fetched_or_executed():
    page = render([FAILING, LOADED, UNREADABLE], as_of=PEILDATUM)
    assert not re.search(r"https?:|//|@import|url\(", page)
    reader = Reader(page)
    assert {tag for tag, _ in reader.tags}.isdisjoint({"script", "img", "iframe", "object", "form", "base"})
    assert [link["href"] for link in reader.all("link")] == ["data:,"]
    assert not [name for _, attrs in reader.tags for name in attrs if name.startswith("on") or name == "src"]
    policy = next(
        m["content"] for m in reader.all("meta") if m.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


def test_hostile_values_stay_text():
    page = render(
        [
            DeliveryPage(
                file=HOSTILE,
                extract=HOSTILE,
                peildatum=PEILDATUM,
                encoding=HOSTILE,
                delimiter=HOSTILE,
                reasons=(QuarantineReason(HOSTILE, 1),),
                unmapped=(UnmappedCode(HOSTILE, HOSTILE, 1, HOSTILE),),
                refused=(HOSTILE,),
                ignored=(HOSTILE,),
                expectations=(row(HOSTILE, 1.0, False, history=weeks(0.1)),),
            ),
            DeliveryPage(HOSTILE, HOSTILE, None, error=HOSTILE),
        ],
        notes=[HOSTILE],
    )
    page.encode("utf-8")
    assert "<script" not in page
    assert not set("\u202e\x00\ud800") & set(page)
    shown = "<script>alert('x')</script>\"'&{{ 7*7 }}\\u202e\\u0000\\ud800"
    assert Reader(page).text.count(shown) >= 15
    assert not [name for _, attrs in Reader(page).tags for name in attrs if name.startswith("on")]


def test_a_million_characters_do_not_fill_the_page():
    long = "x" * 1_000_000
    report = DeliveryPage(
        "a.csv", "a", PEILDATUM, unmapped=(UnmappedCode("code", long, 1, long),), ignored=(long,)
    )
    assert len(render([report])) < len(render([])) + 10_000


def test_tables_have_captions_and_scopes_and_the_page_a_language():
    page = Reader(render([FAILING, LOADED]))
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("table")) == len(page.all("caption")) == 4
    assert all(th.get("scope") in {"col", "row"} for th in page.all("th"))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {a["href"].removeprefix("#") for a in page.all("a")} <= set(ids)


def test_the_last_deliveries_are_drawn_within_the_frame():
    drawn = sparkline(row("f", 0.01, True, history=weeks(*[0.04] * 40)))
    assert len(drawn.words) == HISTORY_SHOWN
    assert drawn.words[-1] == "2026-11-09: 0.04, passed"
    points = [tuple(map(float, point.split(","))) for point in drawn.lines[0].split()]
    assert len(set(points)) == HISTORY_SHOWN + 1
    assert all(MARGIN <= x <= WIDTH - MARGIN and MARGIN <= y <= HEIGHT - MARGIN for x, y in points)


@pytest.mark.parametrize("gap", [None, float("nan"), float("inf")])
def test_a_line_is_broken_where_there_is_no_figure(gap):
    drawn = sparkline(row("f", 0.02, True, history=weeks(0.01, gap, 0.03)))
    assert len(drawn.lines) == 2
    assert drawn.gaps == (pytest.approx(MARGIN + (WIDTH - 2 * MARGIN) / 3, abs=0.1),)


def test_the_band_is_where_the_figure_is_expected():
    """Higher values are drawn higher: a failure above the band, the current value inside it."""
    drawn = sparkline(row("f", 1.0, True, least=0.5, most=2.0, history=weeks(3.0, most=2.0)))
    top, height = drawn.band
    assert drawn.last is not None
    assert top < drawn.last[1] < top + height
    assert [y < top for _, y in drawn.failed] == [True]
    assert sparkline(row("f", None, None, most=None)).band == (0.0, HEIGHT)
    assert sparkline(row("f", 7.0, True, least=7.0, most=7.0)).last == (WIDTH - MARGIN, HEIGHT / 2)


def test_a_failing_present_value_is_a_cross_not_a_dot():
    drawn = sparkline(row("f", 0.2, False, history=weeks(0.01)))
    assert drawn.last is None
    assert drawn.failed == ((WIDTH - MARGIN, MARGIN),)


@pytest.mark.parametrize(
    ("extract", "column", "comment"),
    [
        ("overlastmeldingen", "zaaktypedetailsoort_code", "# one of AGR, BED, "),
        ("reparatieverzoeken", "defectsoort_code", "# a code of the VERA list DEFECTSOORT"),
    ],
)
def test_the_lines_for_unmapped_values_say_which_codes_there_are(extract, column, comment):
    ids = "zaak_id;registratiedatum" if extract == "overlastmeldingen" else "verzoek_id;melddatum"
    content = f"{ids};{column}\n1;2026-10-01;X7\n"
    with reading(content, name=f"{extract}_2026-11-16.csv") as (_, batch):
        lines = list(mapping_block(batch))
    assert lines[1].startswith(comment)
    assert not {"PSY", "VER"} & set(lines[1].split(", "))  # never accepted
    assert lines[2:] == [f"[extracts.{extract}.codes.{column}]", '"X7" = "..."']
