"""Render the contracts as a page: `python -m pipelines.installation.contracts_page > docs/extracts.md`.

A test compares the page with the contracts.
"""

from __future__ import annotations

import sys

from pipelines.installation.contracts import Column, Contract, contracts

INTRODUCTION = """# What a corporation delivers

Generated from `data/contracts/` by `python -m pipelines.installation.contracts_page > docs/extracts.md`. Do not edit this page; a
test compares it with the contracts. [data/contracts/README.md](../data/contracts/README.md) gives the steps to add an extract.

The columns and codes are those of VERA, the data standard of the Dutch housing sector. A code has a meaning only within its
list: [codes.md](codes.md) has each list with the names. Real exports use other names, codes and formats; a mapping file
(`mappings/*.toml`) converts them.

- A delivery is one file per extract, named `<extract>_<peildatum>.csv`, `.csv.gz`, `.xlsx` or `.parquet`. The peildatum is the
  day as of which the source was read, before office hours. Name an export that replaces a failed one `..._v2`.
- CSV files use `;` `,` tab or `|`, UTF-8 or Windows-1252, a decimal comma or point, and dates as yyyy-mm-dd or dd-mm-yyyy, with
  or without a time. An empty date, 1753-01-01, 1900-01-01 and 9999-12-31 mean that there is no date.
- Each column has one decimal sign and one order of day and month. Its own values prove them: `45,00` shows a decimal comma. A file
  whose values could mean two things is refused, and the message holds the lines for the mapping that choose one.
- A moment with an offset becomes Dutch local time. An amount can be negative as `-45,00`, `45,00-`, `(45,00)` or `45,00 CR`.
- Deliver all rows again, or only those that are new or changed since the last delivery. Loading a file twice changes nothing, and
  the order of loading does not matter.
- In a week in which nothing was reported, deliver the header alone. It loads where one of the thirteen files around it had hardly
  more rows, and where an optional extract begins. Elsewhere it is stopped, because the export may have failed: ask, then
  `waakvlam accept`. The register and the arrears list always have rows.
- Corporations that share an inbox each have their own folder in it, `inbox/<corporatie_id>/`, and are named in `corporaties` of
  `settings.toml`. A row whose corporation is not that of its folder is quarantined; a folder that is not named is refused.
- `required`: the file must have the column and each row must fill it. A row without it is quarantined.
- `not before` a date, `not` a code `in a row with` a column: the gate warns if more than a few rows break the rule.
- `kept apart`: the column is stored in the vault, never in the warehouse.
"""


def page() -> str:
    """Return the page as Markdown."""
    return INTRODUCTION + "".join(_extract(contract) for contract in contracts().values())


def _extract(contract: Contract) -> str:
    need = "required" if contract.required else "optional"
    lines = [
        f"\n## {contract.extract}\n",
        f"{contract.title} – {contract.entity}; {need}. Key: {', '.join(f'`{k}`' for k in contract.key)}.\n",
    ]
    if contract.rights:
        lines.append(_row_by_row(contract))
    lines.append("| column | type | VERA | meaning |\n|---|---|---|---|")
    lines += [_row(name, column) for name, column in contract.columns.items()]
    return "\n".join(lines) + "\n"


def _row_by_row(contract: Contract) -> str:
    rows = " and ".join(f"`{column}` = {code}" for column, code in contract.rights_when.items())
    return (
        f"Judged row by row: a row {f'with {rows} ' if rows else ''}that cannot be read, or that matches nobody in the register, "
        'is never lost (see "An objection that matches nobody" in operations.md).\n'
    )


def _row(name: str, column: Column) -> str:
    kind = column.list or ("one of " + ", ".join(column.values) if column.values else column.type)
    notes = [column.description]
    if column.identity:
        notes.append("kept apart")
    if column.required:
        notes.append("required")
    if column.decides_scope:
        notes.append("decides who can be listed: a delivery that lost it is refused")
    if column.not_before:
        notes.append(f"not before {' or '.join(column.not_before)}")
    notes += [f"not {' or '.join(codes)} in a row with {other}" for other, codes in column.not_with.items()]
    if column.unknown == "quarantine":
        notes.append("a row with an unknown value is quarantined")
    if column.replace:
        notes.append(
            "not accepted: " + ", ".join(f"{old} loads as {new}" for old, new in column.replace.items())
        )
    if column.refuse:
        notes.append("not accepted: " + ", ".join(column.refuse))
    text = "; ".join(notes).replace("|", "\\|")
    return f"| {name} | {kind} | {column.vera.replace('|', chr(92) + '|')} | {text} |"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
