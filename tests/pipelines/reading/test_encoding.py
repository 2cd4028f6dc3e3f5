"""Test that a guessed encoding is reported, and that a wrong one is refused with its line."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import DeliveryError
from pipelines.reading.read import Dialect, Read, read

TEXT = "id;naam\r\n1;Renée\r\n2;€ 5 – ’t Hof\r\n"
ROWS = [("1", "Renée"), ("2", "€ 5 – ’t Hof")]


def load(tmp_path: Path, content: bytes, encoding: str = "auto") -> tuple[Read, list[tuple[str, str]]]:
    file = tmp_path / "levering.csv"
    file.write_bytes(content)
    os.utime(file, (1e9, 1e9))
    with duckdb.connect() as con:
        result = read(con, file, Dialect(encoding=encoding), ("id", "naam"), tmp_path)
        return result, con.execute("SELECT id, naam FROM delivered ORDER BY line").fetchall()


def refusal(tmp_path: Path, content: bytes, encoding: str = "auto") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        load(tmp_path, content, encoding)
    assert "Hof" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "windows-1252"),
        ("utf-16", "utf-16"),
    ],
)
def test_detected_and_said(tmp_path: Path, codec: str, name: str) -> None:
    result, rows = load(tmp_path, TEXT.encode(codec))
    assert (rows, result.columns, result.encoding) == (ROWS, ("id", "naam"), name)
    assert f"encoding detected: {name}" in result.notes
    assert load(tmp_path, TEXT.encode(codec), name)[1] == ROWS


def test_utf16_in_the_other_byte_order(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be"))[1] == ROWS


def test_utf16_without_mark_must_be_said(tmp_path: Path) -> None:
    assert "utf-16" in refusal(tmp_path, TEXT.encode("utf-16-le")).mend
    assert load(tmp_path, TEXT.encode("utf-16-le"), "utf-16")[1] == ROWS


def test_a_mixture_is_refused_with_a_line_of_each(tmp_path: Path) -> None:
    content = b"id;naam\r\n1;x\r\n2;Ren\xe9e\r\n3;y\r\n4;Ren\xc3\xa9e\r\n"
    error = refusal(tmp_path, content)
    assert "line 5 is UTF-8, line 3 is not" in error.problem
    assert load(tmp_path, content, "windows-1252")[1][3] == ("4", "RenÃ©e")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_bytes_that_are_not_of_the_encoding_are_named_with_their_line(tmp_path: Path, end: bytes) -> None:
    undefined = end.join([b"id;naam", b"1;x", b"2;\x81", b"3;y", b""])
    assert (refusal(tmp_path, undefined).line, "windows-1252" in refusal(tmp_path, undefined).problem) == (
        3,
        True,
    )
    assert refusal(tmp_path, undefined, "utf-8").line == 3
    late = b"id;naam" + end + (b"1;abc" + end) * 300_000 + b"2;\xff" + end
    assert refusal(tmp_path, late, "utf-8").line == 300_002


def test_a_character_across_two_chunks(tmp_path: Path) -> None:
    # Chunks are of 2**20 bytes: the two bytes of é are on either side of the border.
    text = "id;naam\n" + "1;x\n" * ((2**20 - 12) // 4) + "1;é\n"
    assert text.encode().index(b"\xc3") == 2**20 - 2
    assert load(tmp_path, (" " + text).encode())[1][-1] == ("1", "é")
    broken = (" " + text).encode().replace(b"\xc3\xa9", b"\xc3x")
    assert refusal(tmp_path, broken, "utf-8").line == text.count("\n")


def test_a_mapping_that_contradicts_the_file_is_refused(tmp_path: Path) -> None:
    assert "the file is UTF-8" in refusal(tmp_path, TEXT.encode(), "windows-1252").problem
    assert "mark of utf-16" in refusal(tmp_path, TEXT.encode("utf-16"), "utf-8").problem
    assert "not utf-16" in refusal(tmp_path, b"id;naam\n1;abcd\n", "utf-16").problem
    assert "no column is recognised" in refusal(tmp_path, b"id;naam\n1;abc\n", "utf-16").problem
    assert load(tmp_path, b"id;naam\n1;abc\n", "windows-1252")[1] == [("1", "abc")]


def test_letters_lost_before_delivery_are_counted(tmp_path: Path) -> None:
    result, _ = load(tmp_path, "id;naam\n1;Ren�e\n2;�\n".encode())
    assert "2 characters were already lost before delivery (�)" in result.notes
