"""Write the contracts as a page to read: `python -m pipelines.installation.contracts_page > docs/extracts.md`; a test compares."""

from __future__ import annotations

import sys

from pipelines.installation.contracts import Column, Contract, contracts

INTRODUCTION = """# What a corporation delivers

Made from `data/contracts/` by `python -m pipelines.installation.contracts_page > docs/extracts.md`; a test compares. Do not edit.

Columns and codes are those of VERA, the data standard of the Dutch housing sector; a code is only meaningful with its list
(`data/vera/`). A real export has other names, codes and formats: a mapping file (`mappings/*.toml`) turns it into this form.

- One file per extract per delivery: `<extract>_<peildatum>.csv`, `.csv.gz`, `.xlsx` or `.parquet`; the peildatum is the day as
  of which the source was read, before office hours. A failed export that is sent again calls itself `..._v2`.
- CSV with `;` `,` tab or `|`, UTF-8 or Windows-1252, decimal comma or point, ISO dates or dd-mm-yyyy, with or without time.
  Empty, 1753-01-01, 1900-01-01 and 9999-12-31 mean no date.
- All rows again, or only what is new or changed since the last delivery. Loading a file twice changes nothing, order neither.
- Corporations that share an inbox each have a folder in it: `inbox/<corporatie_id>/`.
- `required`: the column must be there and filled. A row without it is quarantined.
- `kept apart`: goes to the vault, never into the warehouse.
"""


def page() -> str:
    """Render all contracts."""
    return INTRODUCTION + "".join(_extract(contract) for contract in contracts().values())


def _extract(contract: Contract) -> str:
    need = "required" if contract.required else "optional: it enriches, a run without it is complete"
    lines = [
        f"\n## {contract.extract}\n",
        f"{contract.title} – {contract.entity}; {need}. Key: {', '.join(f'`{k}`' for k in contract.key)}.\n",
    ]
    lines.append("| column | type | VERA | meaning |\n|---|---|---|---|")
    lines += [_row(name, column) for name, column in contract.columns.items()]
    return "\n".join(lines) + "\n"


def _row(name: str, column: Column) -> str:
    kind = column.list or ("one of " + ", ".join(column.values) if column.values else column.type)
    notes = [column.description]
    if column.identity:
        notes.append("kept apart")
    if column.required:
        notes.append("required")
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
