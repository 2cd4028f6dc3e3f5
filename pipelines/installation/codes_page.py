"""Render the code lists as a page: `python -m pipelines.installation.codes_page > docs/codes.md`.

A test compares the page with the lists.
"""

from __future__ import annotations

import sys
from itertools import groupby

from pipelines.installation.contract_model import reference_rows
from pipelines.installation.contracts import contracts

INTRODUCTION = """# What the codes mean

Generated from `data/vera/` by `python -m pipelines.installation.codes_page > docs/codes.md`. Do not edit this page; a test compares it
with the lists. The names are those of VERA, the data standard of the Dutch housing sector. A code has a meaning only within its list.
[Extracts](extracts.md) says which column has which list; a [mapping file](mapping.md) gives the code of each local word.

A code *under* another one belongs to that code of another list. *Expired* codes occur in old rows and are read. *Not accepted* codes are
about health, care or guardianship: see the column in [Extracts](extracts.md) for what becomes of them.
"""


def page() -> str:
    """Return the page as Markdown."""
    return INTRODUCTION + "".join(
        _list(name, list(rows)) for name, rows in groupby(reference_rows(), key=lambda row: row["soort"])
    )


def _list(name: str, rows: list[dict[str, str]]) -> str:
    columns = {
        (contract.extract, column): set(definition.codes) - set(definition.accepted_codes)
        for contract in contracts().values()
        for column, definition in contract.columns.items()
        if definition.list == name
    }
    never = {code for codes in columns.values() for code in codes}
    where = ", ".join(f"`{column}` of {extract}" for extract, column in columns)
    lines = [f"\n## {name}\n", f"{where}.\n", "| code | name | note |\n|---|---|---|"]
    for row in rows:
        notes = [f"under {row['parent']}"] if row["parent"] else []
        notes += ["expired"] if row["vervallen"] else []
        notes += ["not accepted"] if row["code"] in never else []
        lines.append(f"| {row['code']} | {row['naam'].replace('|', chr(92) + '|')} | {', '.join(notes)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
