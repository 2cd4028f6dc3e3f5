"""Damage good deliveries as offices, programs and disks do; the same seed gives the same files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from random import Random

Table = list[list[str]]
"""Header and rows."""


# A table is changed before it is written: what people and programs put into cells.
def _cells(change: Callable[[str, Random], str], pattern: str = r"") -> Callable[[Table, Random], None]:
    """Change some, or all, of the cells below the header that match a pattern."""

    def apply(table: Table, draw: Random) -> None:
        share = draw.choice((0.05, 0.3, 1.0))
        for row in table[1:]:
            for at, value in enumerate(row):
                if re.fullmatch(pattern, value) if pattern else value:
                    row[at] = change(value, draw) if draw.random() < share else value

    return apply


def _column(change: Callable[[list[list[str]], int, Random], None]) -> Callable[[Table, Random], None]:
    return lambda table, draw: change(table, draw.randrange(len(table[0])), draw)


def _swap_columns(table: Table, draw: Random) -> None:
    one, other = draw.randrange(len(table[0])), draw.randrange(len(table[0]))
    for row in table[draw.choice((0, 1)) :]:  # the header goes along, or does not
        row[one], row[other] = row[other], row[one]


def _blank_column(table: Table, at: int, draw: Random) -> None:
    for number, row in enumerate(table):
        row.insert(at, "" if number == 0 or draw.random() < 0.7 else "x")


def _lose_column(table: Table, at: int, _: Random) -> None:
    for row in table:
        del row[at]


def _name(table: Table, at: int, draw: Random) -> None:
    name, other = table[0][at], draw.choice(table[0])
    names = (
        name.upper(),
        f" {name} ",
        other,
        "",
        name[:-1],
        f"{name}\ufeff",
        "line",
        "1",
        f"{name}\n",
        f'"{name}"',
        "bsn",
    )
    table[0][at] = draw.choice(names)


def _line(table: Table, draw: Random) -> None:
    """Put a line where none belongs: above the header, between, or below."""
    width = len(table[0])
    lines = (
        [""] * width,
        list(table[0]),
        ["Totaal", *([""] * (width - 2)), "123,45"][:width],
        [" "] * width,
        ["x"] * width,
    )
    table.insert(draw.choice((0, len(table), draw.randrange(len(table)))), list(draw.choice(lines)))


def _double(table: Table, draw: Random) -> None:
    for _ in range(draw.choice((1, 3, len(table)))):
        table.insert(draw.randrange(1, len(table) + 1), list(draw.choice(table[1:] or table)))


def _header_only(table: Table, _: Random) -> None:
    del table[1:]


def _other_date(text: str, draw: Random) -> str:
    day = date.fromisoformat(text[:10])
    forms = ("%d-%m-%Y", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%d-%m-%y", "%d %b %Y", "%-d-%-m-%Y", "%Y-%m-%dT23:30:00Z",
             "%Y-%m-%d 25:00", "%d-%m-%Y 10:30", "%Y-%m-%d 10:30:59.123456", "%Y-%m-%dT10:30:00+02:00", "%Y-%-m-%-d")  # fmt: skip
    strange = (
        str((day - date(1899, 12, 30)).days),
        "31-02-2026",
        "0000-00-00",
        "1900-01-01",
        "9999-12-31",
        "2026-13-01",
        "00-00-0000",
    )
    return draw.choice((*[day.strftime(form) for form in forms], *strange))


def _other_amount(text: str, draw: Random) -> str:
    try:
        amount = Decimal(text.replace(".", "").replace(",", ".") if "," in text else text)
    except ArithmeticError:
        return text
    english = f"{amount:,.2f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    return draw.choice((
        english, dutch, f"{amount:.2f}", f"€ {dutch}", f"{dutch} EUR", f"{dutch}-", f"({dutch})", f"\u2212{dutch}", f"{amount:.3f}",
        dutch.replace(".", " "), dutch.replace(".", "\xa0"), f"{amount:E}", f"+{dutch}", f"{amount:.0f}", f"{amount * 10**9:.2f}",
        "NaN", "inf", "1e400", "0x10", "--1", "1,2,3", "٣٫٥", f"{dutch}%", f"'{dutch}", "12.345",
    ))  # fmt: skip


def _odd_text(text: str, draw: Random) -> str:
    around = (f" {text} ", f"\xa0{text}\t", f"{text}\u200b", f"\ufeff{text}", f"{text}é", f"{text}😀", f"{text}\u202e",
              f"{text}\u2028{text}", f"{text}\x1a", f"{text}\x0b", f"{text}\x85", f"{text};",
              f"{text}\n{text}", f"{text}\r\n", f"{text}\\")  # fmt: skip
    quoted = (f'{text}"', f'"{text}', f'{text[:1]}"{text[1:]}', f'"{text}"', f"'{text}'")
    formulas = (f"={text}+1", f"@{text}", f"-{text}", "'; DROP TABLE run.deliveries; --", "<b>x</b>", "\x7f")
    nothing = ("NULL", "N/A", "#N/B", "-", "nan", "None", "\\N", "0", " ")
    return draw.choice((*around, *quoted, *formulas, *nothing, text.upper(), text * 40, text * 3000))


DATES, AMOUNTS = r"\d{4}-\d\d-\d\d.*", r"-?\d+([.,]\d+)?"
IN_TABLE: dict[str, Callable[[Table, Random], None]] = {
    "dates written otherwise": _cells(_other_date, DATES),
    "amounts written otherwise": _cells(_other_amount, AMOUNTS),
    "odd texts": _cells(_odd_text),
    "cells emptied": _cells(lambda _text, _draw: ""),
    "columns change places": _swap_columns,
    "a column without name": _column(_blank_column),
    "a column lost": _column(_lose_column),
    "a column's name": _column(_name),
    "a line that does not belong": _line,
    "rows doubled": _double,
    "a header only": _header_only,
}


# Bytes are changed after it is written: what programs, transfers and disks do.
def _at(content: bytes, draw: Random) -> int:
    return draw.randrange(len(content) + 1)


def _insert(choices: Sequence[bytes]) -> Callable[[bytes, Random], bytes]:
    def apply(content: bytes, draw: Random) -> bytes:
        for _ in range(draw.choice((1, 1, 2, 5))):
            at = _at(content, draw)
            content = content[:at] + draw.choice(choices) + content[at:]
        return content

    return apply


def _replace(these: Sequence[bytes], by: Sequence[bytes]) -> Callable[[bytes, Random], bytes]:
    """Replace one, some or all occurrences of something."""

    def apply(content: bytes, draw: Random) -> bytes:
        old, new = draw.choice(these), draw.choice(by)
        parts, share = content.split(old), draw.choice((0.03, 0.3, 1.0))
        result = parts[0]
        for part in parts[1:]:
            result += (new if draw.random() < share else old) + part
        return result

    return apply


def flip(content: bytes, draw: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 3, 20)) if content else 0):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def move(content: bytes, draw: Random) -> bytes:
    begin, end = sorted((_at(content, draw), min(len(content), _at(content, draw))))
    end = min(end, begin + draw.choice((1, 20, 2000)))
    piece, rest = content[begin:end], content[:begin] + content[end:]
    how = draw.choice(("lost", "moved", "twice"))
    at = _at(rest, draw)
    return {
        "lost": rest,
        "moved": rest[:at] + piece + rest[at:],
        "twice": content[:end] + piece + content[end:],
    }[how]


def _lines(content: bytes, draw: Random) -> bytes:
    """Lose, double or change places of lines."""
    lines = content.splitlines(keepends=True) or [b""]
    at = draw.randrange(len(lines))
    how = draw.choice(
        (lambda: lines.pop(at), lambda: lines.insert(at, lines[at]), lambda: draw.shuffle(lines))
    )
    how()
    return b"".join(lines)


def _otherwise_encoded(content: bytes, draw: Random) -> bytes:
    """Encode some lines otherwise: two exports pasted together."""
    codec = draw.choice(("cp1252", "utf-8", "utf-16-le", "utf-8-sig", "cp850"))
    lines = content.splitlines(keepends=True)
    for at in range(len(lines)):
        if draw.random() < 0.3:
            text = lines[at].decode("utf-8", "replace").replace("a", "é")
            lines[at] = text.encode(codec, "replace")
    return b"".join(lines)


STRAY = [
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x80",
    b"\x1a",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\x81",
    b"\x0b",
    b"\xa0",
]
IN_BYTES: dict[str, Callable[[bytes, Random], bytes]] = {
    "bits flipped": flip,
    "cut off": lambda content, draw: content[: _at(content, draw)],
    "begins later": lambda content, draw: content[_at(content, draw) :],
    "a piece lost, moved or doubled": move,
    "lines lost, doubled or shuffled": _lines,
    "quotes added": _insert([b'"', b'""', b"'", b'";"', b'"\r\n"', b'"""']),
    "quotes lost": _replace([b'"'], [b"", b'""', b"'"]),
    "separators added": _insert([b";", b",", b"\t", b"|", b";;;"]),
    "separators lost or others": _replace([b";", b",", b"\t"], [b"", b",", b"\t", b"|", b";;", b"; "]),
    "line ends others": _replace([b"\r\n", b"\n"], [b"\n", b"\r", b"\r\r\n", b"\n\n", b"", b"\x0c", b"\xe2\x80\xa8"]),
    "bytes that do not belong": _insert(STRAY),
    "encodings mixed": _otherwise_encoded,
    "a field without end": _insert([b"x" * 150_000, b'"' + b"x" * 150_000, b"\xe2\x82\xac" * 40_000]),
    "nothing": lambda content, _: content,
}  # fmt: skip
