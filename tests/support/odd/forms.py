"""Kind 8: other encodings and forms of a file."""

import gzip
import html
import json
from collections.abc import Callable
from unicodedata import normalize

from tests.support.changes import Change, every, number
from tests.support.odd.odd import ARREARS, LEASE, NUISANCE, RIGHT, Odd
from tests.support.ordinary import WEEK


def _encoded(name: str) -> Callable[[str], bytes]:
    return lambda text: text.encode(name)


def _texts(change: Callable[[str], str]) -> Change:
    return every(straatnaam=change, naam=change)


def _empty(word: str) -> Change:
    return lambda rows: [{n: v or word for n, v in row.items()} for row in rows]


def _story(words: str, other: str = "x") -> Change:
    """Put a column of free text in front."""
    return lambda rows: [{"omschrijving": words if n % 5 == 0 else other, **r} for n, r in enumerate(rows)]


def _lines(change: Callable[[int, str], str]) -> Callable[[str], str]:
    return lambda text: "".join(change(n, line) + "\r\n" for n, line in enumerate(text.split("\r\n")[:-1]))


def _table(text: str) -> str:
    cells = [line.split(";") for line in text.split("\r\n")[:-1]]
    return (
        f"<table>{''.join('<tr>' + ''.join(f'<td>{c}</td>' for c in row) + '</tr>' for row in cells)}</table>"
    )


CASES = [
    *(Odd(f"a register in {name}", LEASE, text=_encoded(name))
      for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1254", "utf-7")),
    *(Odd(f"a register in {name}", LEASE, text=_encoded(name)) for name in ("cp850", "cp437", "mac_roman", "cp500")),
    *(Odd(f"a register in {name}", LEASE, text=_encoded(name), want=RIGHT) for name in ("cp1252", "latin-1")),
    Odd("UTF-8 read as Windows-1252 and written again", LEASE, _texts(lambda v: v.encode().decode("cp1252"))),
    Odd("letters as entities", LEASE, _texts(lambda v: html.escape(v).replace("ê", "&ecirc;").replace("é", "&#233;"))),
    Odd("question marks for letters", LEASE, _texts(lambda v: v.encode("ascii", "replace").decode())),
    Odd("letters lost", LEASE, _texts(lambda v: v.encode("ascii", "ignore").decode())),
    Odd("letters in two parts", LEASE, _texts(lambda v: normalize("NFD", v)), RIGHT),
    Odd("wijken in capitals", LEASE, every(wijk=str.upper)),
    Odd("a damaged wijk", LEASE, every(wijk=lambda v: v.replace("Oost", "OÃ¶st"))),
    *(Odd(f"cells separated by {sign!r}", ARREARS, text=lambda text, sign=sign: text.replace(";", sign), want=RIGHT) for sign in "\t|"),
    *(Odd(f"cells separated by {sign!r}", ARREARS, text=lambda text, sign=sign: text.replace(";", sign)) for sign in "^~\x1f:"),
    Odd("commas in amounts and between cells", ARREARS, text=lambda text: text.replace(";", ",")),
    Odd("a header of commas", ARREARS, text=_lines(lambda n, line: line if n else line.replace(";", ","))),
    Odd("each line in quotes", ARREARS, text=_lines(lambda n, line: f'"{line}"')),
    Odd("sep=; above", ARREARS, text=lambda text: f"sep=;\r\n{text}", want=RIGHT),
    Odd("sep=, above", ARREARS, text=lambda text: f"sep=,\r\n{text}"),
    Odd("single quotes", ARREARS, text=_lines(lambda n, line: "'" + line.replace(";", "';'") + "'")),
    Odd("bars of a table", ARREARS, text=_lines(lambda n, line: "| " + line.replace(";", " | ") + " |")),
    Odd("fixed width", ARREARS, text=_lines(lambda n, line: "".join(c.ljust(22) for c in line.split(";")))),
    *(Odd(f"lines that end with {end!r}", ARREARS,
          text=lambda text, end=end: text.replace("\r\n", end)) for end in ("\n", "\r", "\r\r\n", "\n\n")),
    Odd("no line end at the end", ARREARS, text=lambda text: text[:-2], want=RIGHT),
    Odd("Ctrl-Z at the end", ARREARS, text=lambda text: text + "\x1a"),
    Odd("an empty last cell everywhere", ARREARS, text=_lines(lambda n, line: f"{line};"), want=RIGHT),
    Odd("an empty last cell in the rows", ARREARS, text=_lines(lambda n, line: f"{line};" if n else line)),
    Odd("no header", ARREARS, text=lambda text: text.split("\r\n", 1)[1]),
    Odd("an index without header", ARREARS, text=_lines(lambda n, line: f"{n};{line}" if n else line)),
    Odd("an index with an empty header", ARREARS, text=_lines(lambda n, line: f"{n or ''};{line}"), want=RIGHT),
    Odd("an index from 1 with an empty header, of a register", LEASE, text=_lines(lambda n, line: f"{n or ''};{line}"), want=RIGHT),
    Odd("an empty column without a header", NUISANCE, text=_lines(lambda n, line: ";;".join(line.split(";", 1))), want=RIGHT),
    Odd("free text with semicolons", NUISANCE, _story("harde muziek, ook 's nachts"),
        text=lambda text: text.replace("muziek,", "muziek;")),
    Odd("free text with line ends in quotes", NUISANCE, _story("harde\nmuziek"), RIGHT),
    Odd("free text with line ends", NUISANCE, _story("harde#muziek"), text=lambda text: text.replace("#", "\r\n")),
    Odd("a quote that is not closed", NUISANCE, _story("#5 inch"), text=lambda text: text.replace("#", '"', 1)),
    Odd("a table of a page", ARREARS, text=_table),
    Odd("JSON lines", ARREARS, text=lambda text: "\n".join(json.dumps(row) for row in WEEK[ARREARS])),
    Odd("an archive named csv", ARREARS, text=lambda text: gzip.compress(text.encode())),
    Odd("a csv named csv.gz", ARREARS, suffix="csv.gz"),
    Odd("a second header in the middle", ARREARS, text=lambda text: text + "\r\n".join(text.split("\r\n")[:1]) + "\r\n"),
    Odd("no-break blanks in amounts", ARREARS,
        every(saldo=lambda v: f"{number(v):,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")), RIGHT),
    *(Odd(f"{word!r} for empty", ARREARS, _empty(word)) for word in ("NULL", "\\N", "-")),
    *(Odd(f"{word!r} for empty in a register", LEASE, _empty(word)) for word in ("0", "n.v.t.")),
    Odd("a no-break blank for empty", LEASE, _empty("\N{NO-BREAK SPACE}"), RIGHT),
    Odd("a workbook of texts", LEASE, want=RIGHT, suffix="xlsx"),
    Odd("house numbers as days", LEASE, every(huisnummer=lambda v: f"{v}-feb" if int(v) < 28 else v)),
]  # fmt: skip
