"""Write the lines of a drafted mapping: what is almost certain as a line, the rest as a question in a comment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from pipelines.drafting.matching import SURE, Match, likeliest
from pipelines.installation.contract_model import code_names
from pipelines.installation.contracts import Contract, forbidden
from pipelines.parsing.batch import Batch
from pipelines.parsing.codes import named_codes
from pipelines.reading.sniff import Found

QUESTION = "# QUESTION: "


def unknown(contract: Contract, matches: Sequence[Match]) -> list[str]:
    """Return the required columns that no header certainly holds."""
    sure = {match.column for match in matches if match.confidence >= SURE}
    given = {"corporatie_id", contract.snapshot}
    return [name for name, c in contract.columns.items() if c.required and name not in sure | given]


def reading(sniffed: Found, *, repeated: bool) -> list[str]:
    """Return the keys that say where in the file the table is."""
    lines = []
    if sniffed.skip_lines:
        lines.append(f"skip_lines = {sniffed.skip_lines}  # above the header")
    if sniffed.sheets:
        lines.append(f"sheets = {json.dumps(sniffed.sheets, ensure_ascii=False)}  # all have this header")
    elif sniffed.sheet:
        lines.append(f"sheet = {quoted(sniffed.sheet)}")
    if repeated:
        lines.append("repeated_header = true")
    return lines


def columns(contract: Contract, matches: Sequence[Match], samples: Mapping[str, Sequence[str]]) -> list[str]:
    """Return lines for columns that are almost certain, questions about the others, and the headers that are left."""
    match_of = {match.column: match for match in matches}
    asked = unknown(contract, matches)
    guesses = likeliest(contract, [name for name in asked if name not in match_of], samples, matches)
    match_of |= {guess.column: guess for guess in guesses}
    lines, questions = [], []
    for name, column in contract.columns.items():
        match = match_of.get(name)
        if match and match.confidence >= SURE:
            if match.header != name:
                lines.append(f"{name} = {quoted(match.header)}  # {match.confidence:.2f}, by {match.basis}")
        elif match or name in asked:
            kind = "required" if column.required else "optional"
            questions.append(f"{QUESTION}which column holds {name}? ({kind}) {column.description}")
            likely = f"  # {match.confidence:.2f}, by {match.basis}" if match else ""
            questions.append(f"# {name} = {quoted(match.header if match else '...')}{likely}")
    used = {match.header for match in matches}
    free = [header for header in samples if header not in used]
    never = [f"{header} ({why})" for header in free if (why := forbidden(header))]
    other = [header for header in free if not forbidden(header)]
    notes = [f"# Not used: {', '.join(other)}"] if other else []
    notes += [f"# Never accepted; leave it out of the export: {', '.join(never)}"] if never else []
    if not (lines or questions):
        return notes
    return ["", f"[extracts.{contract.extract}.columns]", *lines, *questions, *notes]


def stand_ins(contract: Contract, names: Sequence[str], day: date) -> list[str]:
    """Return constants for required columns that are still questions, so that the others can be read already."""
    values = {"date": f"{day}", "timestamp": f"{day}", "euro": "0", "bool": "ja"}
    constants = [
        f"{name} = {quoted((*contract.columns[name].accepted_codes, values.get(contract.columns[name].type, 'x'))[0])}"
        for name in names
    ]
    return section(contract, "constants", constants)


def codes(batch: Batch) -> list[str]:
    """Return lines for codes that are recognised by their name, and questions about the others."""
    lines: list[str] = []
    for name, column in batch.contract.columns.items():
        unmapped = [item for item in batch.unmapped if item.column == name]
        if not unmapped:
            continue
        known = [
            f"{quoted(item.value)} = {quoted(item.nearest)}  # by its name: {code_names(column)[item.nearest]}"
            for item in unmapped
            if item.nearest
        ]
        asked = [
            f'# {quoted(item.value)} = "..."  # {item.rows} rows'
            for item in unmapped
            if not item.nearest and not item.hidden
        ]
        hidden = [f"# {item.value}" for item in unmapped if item.hidden]
        heading = f"[extracts.{batch.contract.extract}.codes.{name}]"
        lines += ["", heading, *known] if known else [""]
        if asked or hidden:
            lines.append(f"{QUESTION}what do these mean? One of {named_codes(column)}")
            lines += [*([] if known else [f"# {heading}"]), *asked, *hidden]
    return lines


def section(contract: Contract, name: str, lines: Sequence[str]) -> list[str]:
    """Return a table of the extract; nothing where it has no lines."""
    return ["", f"[extracts.{contract.extract}.{name}]", *lines] if lines else []


def commented(sentence: str, lines: Sequence[str]) -> list[str]:
    """Return a question with the lines that would answer it."""
    return ["", f"{QUESTION}{sentence}", *(f"# {line}" for line in lines)]


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)
