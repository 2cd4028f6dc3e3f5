"""Check a contract before anything is loaded by it.

Pydantic checks each key on its own; these rules check keys against each other. Without them a faulty contract would be
accepted, and the SQL generated from it would fail later.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.installation.contract_model import (
    POSITIONS,
    REGISTER,
    Column,
    Contract,
    forbidden,
    reference_lists,
)
from pipelines.installation.toml_models import Location, Problem, nearest

RESERVED = {
    "row_id", "row_hash", "key_hash", "delivery_id", "line", "reasons", "verdict", "place", "known_from", "known_until",
    "gebeurd_op", "event_on", "is_part", "registered", "named_from", "home_until", "of_corporatie", "of_agreement", "adres_key",
}  # fmt: skip
"""Columns that loading adds to the rows of every extract."""
DATES = ("date", "timestamp")


def problems(contract: Contract, file: str) -> Iterator[Problem]:
    """Yield the problems of a contract read from `<file>.toml`.

    Rules about links and types are checked only if every column that the contract names exists.
    """
    if contract.extract != file:
        yield Problem(
            ("extract",),
            f"extract is {contract.extract!r}, but the file is {file}.toml: use one name for both",
        )
    if contract.extract == "peildata" or contract.extract.endswith("_sightings"):
        yield Problem(("extract",), f"extract: {contract.extract!r} is the name of a table: choose another")
    if not contract.dutch_name.strip() or not contract.title.strip():
        yield Problem(("dutch_name",), "title and dutch_name must not be empty: readers see them")
    for name, column in contract.columns.items():
        for sentence in _of_column(name, column):
            yield Problem(("columns", name), f"columns.{name}: {sentence}")
    unknown = list(_unknown_columns(contract))
    yield from unknown or [
        *_of_key(contract),
        *_of_links(contract),
        *_of_dates(contract),
        *_of_snapshot(contract),
        *_of_rights(contract),
        *_of_contradictions(contract),
    ]


def _of_rights(contract: Contract) -> Iterator[Problem]:
    """Yield the problems of an extract that is judged row by row: its key must have the row's own id and the person it names.

    Otherwise a number that is reused for somebody else would replace the right of the earlier person.
    """
    if contract.rights_when and not contract.rights:
        yield Problem(("rights_when",), "rights_when needs rights: add it, or remove rights_when")
    if not contract.rights:
        return
    links = {contract.agreement, contract.home, contract.tenant} - {None}
    if not links:
        yield Problem(("rights",), "rights needs an agreement, a home or a tenant")
        return
    own, whom = contract.key_columns[1:2], contract.key_columns[2:]
    if len(whom) != 1 or set(whom[0]) != links or len(own[0]) != 1:
        named = " | ".join(sorted(link for link in links if link))
        yield Problem(
            ("key",),
            f'rights needs a key of corporatie_id, one id of the row itself, and whom it names: "{named}"',
        )


def _unknown_columns(contract: Contract) -> Iterator[Problem]:
    """Yield a problem for each key that names a column which the contract does not have."""
    history = contract.history
    named: list[tuple[Location, str]] = [(("key",), name) for part in contract.key_columns for name in part]
    named += [(("event",), name) for name in contract.event_columns]
    named += [(("history", "known"), history.column)]
    named += [(("history", "undated"), name) for name in history.undated]
    named += [(("history", "reveals"), name) for r in history.reveals for name in (r.on, *r.columns)]
    named += [(("rights_when",), name) for name in contract.rights_when]
    for column, about in contract.columns.items():
        named += [
            (("columns", column, key), name)
            for key in ("not_before", "not_with")
            for name in getattr(about, key)
        ]
    for link in ("agreement", "home", "tenant", "snapshot", "control_total", "whole", "entries"):
        if getattr(contract, link):
            named.append(((link,), getattr(contract, link)))
    for location, name in named:
        if name not in contract.columns:
            yield Problem(
                location,
                f"{'.'.join(map(str, location))} names column {name!r}, which is not in "
                f"[columns]{nearest(name, list(contract.columns))}: add it there or correct the name",
            )


def _of_column(name: str, column: Column) -> Iterator[str]:
    """Yield the problems of one column."""
    if name in RESERVED or name.startswith(("text_", "kind_")):
        yield "loading adds a column of this name: choose another"
    if why := forbidden(name):
        yield f"a column of this name is never accepted ({why}, see forbidden.toml): remove it"
    if column.type == "code" and not column.list:
        yield 'a code needs its VERA list: add `list = "..."`, or use `type = "choice"` with `values`'
    if column.type == "choice" and not column.values:
        yield 'a choice needs its values: add `values = ["...", "..."]`'
    if column.list and column.list not in reference_lists():
        yield f"list {column.list!r} is not in data/vera{nearest(column.list, list(reference_lists()))}"
        return
    if column.type not in ("code", "choice") and (column.list or column.values):
        yield 'only a code has a list and only a choice has values: use `type = "code"` or `type = "choice"`'
    if (column.replace or column.refuse) and not column.codes:
        yield "replace and refuse need a code or a choice"
    for code in (*column.replace, *column.replace.values(), *column.refuse):
        if column.codes and code not in column.codes:
            yield f"replace or refuse names {code!r}, which is not one of the values"
    if (column.least is None) != (column.most is None):
        yield "least and most go together: add the other"
    if column.least is not None and column.type != "euro":
        yield 'least and most bound an amount: use `type = "euro"`'
    if column.latest and column.type not in (*DATES, "dates"):
        yield "latest bounds a date: remove it or use a type of date"
    if column.pseudonym and column.type != "text":
        yield 'a pseudonym replaces a text: use `type = "text"`'


def _of_key(contract: Contract) -> Iterator[Problem]:
    corporation = contract.columns.get("corporatie_id")
    if corporation is None:
        yield Problem(
            ("columns",),
            'columns.corporatie_id is missing: add `corporatie_id = { type = "text", required = true, '
            'description = "The corporation that delivers" }`',
        )
    elif corporation.type != "text" or not corporation.required:
        yield Problem(
            ("columns", "corporatie_id"), 'columns.corporatie_id: add `type = "text", required = true`'
        )
    if ("corporatie_id",) not in contract.key_columns:
        yield Problem(
            ("key",), 'key lacks "corporatie_id": add it, because corporations can share an installation'
        )
    for names in contract.key_columns:
        if len(names) == 1 and names[0] in contract.columns and not contract.columns[names[0]].required:
            yield Problem(
                ("columns", names[0]), f"columns.{names[0]} is part of the key: add `required = true`"
            )


def _of_links(contract: Contract) -> Iterator[Problem]:
    """Yield the problems of the columns that link a row to an agreement."""
    if contract.extract == REGISTER:
        return
    if contract.identity:
        yield Problem(
            ("columns", contract.identity[0]),
            f"columns.{contract.identity[0]}: only {REGISTER} may identify a person: remove `identity` or the column",
        )
    if not contract.agreement and not contract.is_resolved:
        yield Problem(
            ("agreement",),
            'agreement is missing: add `agreement = "overeenkomst_id"`, or home or tenant, '
            "the column by which a row belongs to a tenancy agreement",
        )
    if contract.is_resolved and not contract.event:
        yield Problem(
            ("home",) if contract.home else ("tenant",),
            'event is missing: add `event = "datum"`, the day that decides who lived in the home',
        )
    if "overeenkomst_id" in contract.columns and contract.agreement != "overeenkomst_id":
        yield Problem(
            ("agreement",),
            'column overeenkomst_id is the agreement of the row: set `agreement = "overeenkomst_id"`',
        )
    if contract.is_resolved or contract.answers:
        return
    if contract.agreement and not contract.columns[contract.agreement].required:
        yield Problem(
            ("columns", contract.agreement),
            f"columns.{contract.agreement}: add `required = true`: without it a row belongs to nobody",
        )


def _of_dates(contract: Contract) -> Iterator[Problem]:
    """Yield a problem for each column that must be a date but has another type."""
    known = contract.columns[contract.history.column]
    if known.type not in DATES or not known.required:
        yield Problem(
            ("columns", contract.history.column),
            f"columns.{contract.history.column} is when a row became known ([history] known): "
            'add `required = true` and a type of "date" or "timestamp"',
        )
    others = [*contract.event_columns, *(reveal.on for reveal in contract.history.reveals)]
    for name in dict.fromkeys(others):
        if contract.columns[name].type not in DATES:
            yield Problem(("columns", name), f'columns.{name} must have the type "date" or "timestamp"')
    if contract.newest_row_days is not None and contract.history.kind != "registration":
        yield Problem(
            ("newest_row_days",), 'newest_row_days needs [history] kind = "registration": remove it'
        )


def _of_contradictions(contract: Contract) -> Iterator[Problem]:
    """Yield the problems of what the gate doubts in the columns of a row."""
    for name, column in contract.columns.items():
        for other in (name, *column.not_before) if column.not_before else ():
            if contract.columns[other].type not in DATES:
                yield Problem(
                    ("columns", name, "not_before"),
                    f"columns.{name}.not_before compares dates, and {other} has another type: "
                    'use the type "date" or "timestamp"',
                )
        for other, codes in column.not_with.items():
            for code in codes:
                if code not in column.codes:
                    yield Problem(
                        ("columns", name, "not_with"),
                        f"columns.{name}.not_with.{other} names {code!r}, which is not one of the values"
                        f"{nearest(code, list(column.codes))}",
                    )
    if contract.entries and contract.columns[contract.entries].type != "euro":
        yield Problem(("columns", contract.entries), f'columns.{contract.entries} must have the type "euro"')
    if contract.entries and not contract.agreement:
        yield Problem(("entries",), "entries needs an agreement, whose rent the entries are compared with")


def _of_snapshot(contract: Contract) -> Iterator[Problem]:
    """Yield the problems of an extract that lists positions."""
    if contract.snapshot and contract.extract != POSITIONS:
        yield Problem(("snapshot",), f"snapshot: only {POSITIONS} lists positions: remove it")
    if contract.snapshot and contract.columns[contract.snapshot].type != "date":
        yield Problem(
            ("columns", contract.snapshot), f'columns.{contract.snapshot} must have the type "date"'
        )
    if contract.control_total and contract.columns[contract.control_total].type != "euro":
        yield Problem(
            ("columns", contract.control_total), f'columns.{contract.control_total} must have the type "euro"'
        )
