"""Test that taking text apart in blocks finds exactly the records that splitting it one by one finds."""

from __future__ import annotations

import io
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.installation.errors import DeliveryError
from pipelines.reading import blocks, delimited
from pipelines.reading.delimited import Tally
from pipelines.reading.layout import Layout
from pipelines.reading.records import RECORD_LIMIT

HEADER = "id;naam;fase\n"

PIECES = (
    "1;a;x\n", "2;é;y\r\n", '3;"b;c";z\n', '4;"d\n5;e;f";g\n', "6;h\n", ";;\n", "\n", "7;i;j\r", "8;k;", "9;\0;l\n",
    '10;"m', 'n";o;p\n', HEADER, "id;q;r\n", '"', "\ufeff11;s;t\n", "12;u;v;w\n",
)  # fmt: skip
"""What a file may hold: good and broken records, line ends of all kinds, quotes that are closed later or never."""


def outcome(text: str, *, quote: str = '"', width: int = 3, size: int = 16) -> object:
    """Return all that was found in a text, or the refusal, reading blocks of this many characters."""
    cells = ["id", "naam", "fase"]
    form = Layout("f.csv", "utf-8", ";", quote, 1, "\n", cells, tuple(cells[:width]), (), repeated=False)
    tally = Tally()
    with mock.patch.object(blocks, "_BLOCK", size):
        try:
            parts = blocks.take_apart(io.StringIO(text, newline=""), form)
            actual = "".join(delimited._accepted(parts, form, tally))
        except DeliveryError as error:
            return str(error)
    return actual, tally


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.sampled_from(['"', ""]),
    st.sampled_from([2, 3]),
)
@example("1;a;x\n" * 4 + "2;b;y", '"', 3)
@example("1;a;x\n" * 4 + '2;"b\n3;c;d\n4;e;f\n5;g;h\n6;i;j\n";y\n' + "7;k;l\n" * 4, '"', 3)
def test_blocks_find_what_records_find(body: str, quote: str, width: int) -> None:
    with mock.patch.object(blocks, "_regular", lambda *_: None):
        one_by_one = outcome(HEADER + body, quote=quote, width=width)
    assert outcome(HEADER + body, quote=quote, width=width) == one_by_one


def test_regular_lines_are_not_split() -> None:
    with mock.patch.object(blocks, "split", wraps=blocks.split) as split:
        actual, tally = outcome(HEADER + "1;a;x\r\n" * 1000)  # type: ignore[misc]
    assert split.call_count == 1, "only the block with the header"
    assert actual == "1;a;x\n" * 1000
    assert (list(tally.lines), list(tally.sizes)) == (list(range(2, 1002)), [5] * 1000)


@pytest.mark.parametrize("before", [HEADER, HEADER + "1;a;x\n" * 1000])
def test_an_endless_line_is_refused_with_its_number(before: str) -> None:
    error = outcome(before + "2;b;" + "y" * RECORD_LIMIT + "\n")
    assert f"line {1 + before.count(chr(10))}" in str(error)
