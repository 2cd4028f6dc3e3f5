"""Test that CSV loads exactly as delivered, and that everything else is refused with its line."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import DeliveryError
from pipelines.reading import delimited, tables
from pipelines.reading.delivery import Broken
from pipelines.reading.read import Dialect, Read, read

pytestmark = pytest.mark.dear

EXPECTED = ("id", "naam", "saldo", "fase")


def load(
    tmp_path: Path, content: bytes | str, dialect: Dialect | None = None, expected: tuple[str, ...] = EXPECTED
) -> tuple[Read, list[tuple[object, ...]]]:
    """Deliver this content as a file of some time ago, read it, and return the rows of the table too."""
    file = tmp_path / "levering.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(file, (1e9, 1e9))
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    with duckdb.connect() as con:
        try:
            result = read(con, file, dialect or Dialect(), expected, scratch)
        except DeliveryError:
            assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
            raise
        finally:
            assert not list(scratch.iterdir()), "the working copy must be gone"
        rows = con.execute("FROM delivered ORDER BY line").fetchall()
    assert result.records == len(rows) + len(result.broken)
    return result, rows


def refusal(tmp_path: Path, content: bytes | str, dialect: Dialect | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        load(tmp_path, content, dialect)
    assert caught.value.__cause__ is None, "a cause may show the record"
    return caught.value


def test_values_come_as_delivered_with_their_line(tmp_path: Path) -> None:
    result, rows = load(tmp_path, 'id;naam;saldo\r\n007;" A ";1.234,56-\r\n\r\n8;NULL;\r\n9;;""\r\n')
    assert rows == [(2, "007", " A ", "1.234,56-"), (4, "8", "NULL", None), (5, "9", None, None)]
    assert result.columns == ("id", "naam", "saldo")
    assert (result.records, result.broken, result.delimiter) == (3, (), ";")
    assert "delimiter detected: ';'" in result.notes


def test_the_hash_is_of_the_file_as_delivered(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfid\r\n1\r\n"
    result, _ = load(tmp_path, content)
    assert (result.size, result.sha256) == (10, hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_the_one_that_recognises_the_header(tmp_path: Path, delimiter: str) -> None:
    # The others occur in the header too: only the expected names tell.
    header = delimiter.join(["id", "naam; , | x" if delimiter == "\t" else "naam\t x", "saldo"])
    result, rows = load(tmp_path, f"{header}\n" + delimiter.join("123") + "\n")
    assert (result.delimiter, rows) == (delimiter, [(2, "1", "2", "3")])


def test_a_delimiter_that_is_set_is_used(tmp_path: Path) -> None:
    result, rows = load(tmp_path, "id naam\n1 2\n", Dialect(delimiter=" "))
    assert (rows, result.notes) == ([(2, "1", "2")], ("encoding detected: utf-8",))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    text = end.join(["id;naam", "1;a", '2;"b' + end + 'c"', "3;d", ""])
    _, rows = load(tmp_path, text)
    assert rows == [(2, "1", "a"), (3, "2", f"b{end}c"), (5, "3", "d")]


def test_quotes_delimiters_and_line_ends_inside_quotes(tmp_path: Path) -> None:
    _, rows = load(tmp_path, 'id;naam\n1;"a;""b""\n\n;c"\n2;x\n')
    assert rows == [(2, "1", 'a;"b"\n\n;c'), (5, "2", "x")]


def test_header_in_quotes_over_two_lines(tmp_path: Path) -> None:
    result, rows = load(tmp_path, '"id";"saldo\n(euro)"\n1;2\n')
    assert result.columns == ("id", "saldo\n(euro)")
    assert rows == [(3, "1", "2")]


def test_excels_own_first_line_is_passed_over(tmp_path: Path) -> None:
    result, rows = load(tmp_path, "sep=,\r\nid,naam\r\n1,a;b\r\n")
    assert (rows, result.delimiter) == ([(3, "1", "a;b")], ",")
    assert "line 1 (sep=) passed over" in result.notes


def test_ragged_records_are_set_apart_as_delivered(tmp_path: Path) -> None:
    result, rows = load(tmp_path, "id;naam;saldo\n1;a;1\n2;b\n3;c;3;extra\n4;d;4\n")
    assert [row[0] for row in rows] == [2, 5]
    assert result.broken == (
        Broken(3, "2;b", "2 fields, header has 3"),
        Broken(4, "3;c;3;extra", "4 fields, header has 3"),
    )


def test_a_quote_in_the_wrong_place_sets_its_record_apart(tmp_path: Path) -> None:
    # The second has the right number of fields: a forgiving parser loads other values.
    result, rows = load(tmp_path, 'id;naam;saldo\n1;"a "b" c";2\n2;48" tafel;";5"\n3;c;3\n4;d;4\n')
    assert [row[0] for row in rows] == [4, 5]
    assert [(record.line, record.reason) for record in result.broken] == [
        (2, "a quote inside a quoted field that is not doubled"),
        (3, "a quote inside a field that does not begin with one"),
    ]


def test_a_source_that_never_quotes(tmp_path: Path) -> None:
    _, rows = load(tmp_path, 'id;naam\n1;48" tafel\n2;"los\n', Dialect(quote=""))
    assert rows == [(2, "1", '48" tafel'), (3, "2", '"los')]


def test_another_quote_character(tmp_path: Path) -> None:
    text = "'id';'naam'\n'1';'a;''b'\n"
    assert "enclosed in '" in str(refusal(tmp_path, text.replace("'id'", "id")))
    _, rows = load(tmp_path, text, Dialect(quote="'"))
    assert rows == [(2, "1", "a;'b")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id;naam\n1;a\n2;"b\n3;c\n4;d\n', 3),  # to the end of the file
        ('id;naam\n1;a\n2;b\n3;"c', 4),  # the file is cut off inside quotes
        ('id;naam\n1;"a\nb"\n2;"c\n3;"d"\n', 4),  # up to the next quote
        ('id;naam\n"1\n";"a\n2;"b"\n', 3),  # the record begins earlier than the quote
        ('id;naam\n1;"a\n' + "2;b\n" * 40_000, 2),  # further than a field may be long
    ],
)
def test_a_quote_never_closed_is_refused_where_it_opens(tmp_path: Path, text: str, line: int) -> None:
    error = refusal(tmp_path, text)
    assert error.line == line
    assert f"a quote is opened on line {line}" in error.problem


def test_rows_swallowed_by_a_quote_that_closes_later_are_refused(tmp_path: Path) -> None:
    # Valid CSV for every parser: the second field is 'b;c;d\n5;6;7;8\n9;x'.
    error = refusal(tmp_path, 'id;naam;saldo;fase\n1;"b;c;d\n5;6;7;8\n9;x";y;z\n')
    assert (error.line, "runs on to line 4" in error.problem) == (2, True)
    # With another number of fields it would be one broken record that hides two.
    assert refusal(tmp_path, 'id;naam;saldo\n1;"b;c\n5;6;7\n9;x";y;z\n2;b;c\n').line == 2


def test_a_last_line_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, "id;naam;saldo\n1;a;1\n2;b")
    assert (error.line, "incomplete" in error.problem) == (3, True)


def test_a_complete_last_line_needs_no_line_end(tmp_path: Path) -> None:
    result, rows = load(tmp_path, "id;naam\n1;a\n2;b")
    assert (len(rows), result.notes[-1]) == (
        2,
        "the last line has not the line end of the header: perhaps the file is cut off",
    )


def test_records_without_any_value_are_passed_over(tmp_path: Path) -> None:
    result, rows = load(tmp_path, "id;naam\n1;a\n;\n;;;;\n  \n")
    assert (rows, result.records) == ([(2, "1", "a")], 1)
    assert "records without any value passed over: 3" in result.notes


def test_a_file_with_only_a_header_has_no_records(tmp_path: Path) -> None:
    result, rows = load(tmp_path, "id;naam\n")
    assert (result.records, rows) == (0, [])


@pytest.mark.parametrize("content", ["", "\n\n\r\n", "\ufeff"])
def test_nothing_in_the_file(tmp_path: Path, content: str) -> None:
    error = refusal(tmp_path, content)
    assert "empty" in error.problem or "blank" in error.problem


@pytest.mark.parametrize(
    ("header", "column", "words"),
    [
        ("id;naam;id", 3, "columns 1 and 3 are both called «id»"),
        ("id;Saldo;saldo", 3, "columns 2 and 3 are both called «saldo»"),
        ("id;;naam", 2, "has no name"),
        ("id;Line", 2, "kept for the line number"),
    ],
)
def test_ambiguous_headers(tmp_path: Path, header: str, column: int, words: str) -> None:
    error = refusal(tmp_path, f"{header}\n1;2;3\n")
    assert (error.line, error.column) == (1, column)
    assert words in error.problem


@pytest.mark.parametrize(
    ("content", "counts"),
    [
        (";id\n0;a\n1;b\n", True),
        (";id\n1;a\n2;b\n", True),
        ("id;;naam\n1;;a\n2;;b\n", True),
        (";id\n3;a\n4;b\n", False),
        (";id\n1;a\n1;b\n", False),
        (";id\n1;a\n;b\n", False),
        (";id\n1;a\n9;b\n", False),
    ],
)
def test_a_column_without_a_name_may_only_count_the_rows(tmp_path: Path, content: str, counts: bool) -> None:
    if counts:
        result, rows = load(tmp_path, content)
        assert (len(rows), [name.endswith("which has no name") for name in result.columns].count(True)) == (
            2,
            1,
        )
    else:
        assert "has no name" in refusal(tmp_path, content).problem


@pytest.mark.parametrize("ending", ["", "\r"])
def test_a_last_line_with_another_end_is_told(tmp_path: Path, ending: str) -> None:
    said = "the last line has not the line end of the header: perhaps the file is cut off"
    assert said in load(tmp_path, f"id;naam\r\n1;a\r\n2;b{ending}")[0].notes
    assert said not in load(tmp_path, "id;naam\r\n1;a\r\n2;b\r\n")[0].notes


def test_blank_columns_at_the_end_may_not_hold_values(tmp_path: Path) -> None:
    result, rows = load(tmp_path, "id;naam;;\n1;a;;\n")
    assert (result.columns, rows) == (("id", "naam"), [(2, "1", "a")])
    assert "columns without name at the end left out: 2" in result.notes
    error = refusal(tmp_path, "id;naam;;\n1;a;;\n2;b;;geheim\n")
    assert (error.line, error.column, "geheim" in str(error)) == (3, 4, False)


def test_an_unknown_header_shows_where_a_cell_resembles_a_name(tmp_path: Path) -> None:
    # The first line may be a record: then its values are personal data.
    error = refusal(tmp_path, "Jansen;0612345678;sald\n2;b;3\n")
    assert "Column 3 resembles «saldo»" in str(error)
    assert "Jansen" not in str(error)
    assert "0612345678" not in str(error)
    assert "Expected: fase, id, naam, saldo" in str(error)


def test_a_repeated_header_is_two_tables(tmp_path: Path) -> None:
    error = refusal(tmp_path, 'id;naam\n1;a\n"id";naam\n2;b\n')
    assert (error.line, "repeated" in error.problem) == (3, True)


def test_a_header_that_does_not_fit_most_records_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, "id;naam\n1;a;x\n2;b;x\n3;c\n")
    assert (error.line, "2 of 3 records" in error.problem) == (2, True)


def test_too_many_broken_records_stop_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_BROKEN", 2)
    assert refusal(tmp_path, "id;naam\n" + "1;a\n" * 9 + "1\n" * 3).line == 13


@pytest.mark.parametrize("quote", ['"', ""])
def test_a_field_of_a_million_characters(tmp_path: Path, quote: str) -> None:
    error = refusal(tmp_path, f"id;naam;saldo\n1;a;1\n2;{quote}{'x' * 1_000_000}{quote};3\n4;d;4\n")
    assert (error.line, error.column) == (3, 2)
    assert len(str(error)) < 300


def test_a_field_just_within_the_limit_loads(tmp_path: Path) -> None:
    _, rows = load(tmp_path, f"id;naam\n1;{'é' * 100_000}\n")
    assert rows == [(2, "1", "é" * 100_000)]
    assert refusal(tmp_path, f"id;naam\n1;{'é' * 100_001}\n").column == 2


def test_a_record_without_end(tmp_path: Path) -> None:
    error = refusal(tmp_path, "id;naam\n1;a\n" + "x;" * 250_000 + "\n")
    assert (error.line, "a record of more than" in error.problem) == (3, True)


def test_nul_characters(tmp_path: Path) -> None:
    assert refusal(tmp_path, "id;naam\n1;a\n2;b\0\n").line == 3


@pytest.mark.parametrize("magic", [b"PK\x03\x04", b"\x1f\x8b\x08", b"PAR1", b"\xd0\xcf\x11\xe0"])
def test_another_format_under_the_name_of_csv(tmp_path: Path, magic: bytes) -> None:
    assert "this is not csv but" in refusal(tmp_path, magic + b"abc").problem


def test_a_file_in_which_line_ends_stand_inside_quotes_everywhere(tmp_path: Path) -> None:
    # Large enough for DuckDB to cut it into pieces if it were allowed to.
    records = "".join(f'{i};"{"tekst; " * 9}\n{i};""x""\r\n"\n' for i in range(60_000))
    result, rows = load(tmp_path, "id;naam\n" + records)
    assert (result.records, result.broken) == (60_000, ())
    assert rows[-1] == (2 + 59_999 * 3, "59999", "tekst; " * 9 + '\n59999;"x"\r\n')


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM delivered WHERE line = 3",
        "INSERT INTO delivered FROM delivered WHERE line = 3",
        "UPDATE delivered SET naam = trim(naam)",
        "UPDATE delivered SET naam = NULL WHERE line = 3",
    ],
)
def test_a_loader_that_changes_anything_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    original = tables.load_text

    def unfaithful(con: duckdb.DuckDBPyConnection, *args: object, **kwargs: object) -> None:
        original(con, *args, **kwargs)  # type: ignore[arg-type]
        con.execute(change)

    monkeypatch.setattr(tables, "load_text", unfaithful)
    assert "are not the records counted" in refusal(tmp_path, "id;naam\n1;a\n2; b\n").problem


def test_a_loader_that_fails_does_not_show_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_accepted", lambda parts, form, tally: ["1;a;Jansen\n"])
    error = refusal(tmp_path, "id;naam\n1;a\n")
    assert "Jansen" not in str(error)
