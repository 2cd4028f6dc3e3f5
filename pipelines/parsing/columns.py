"""Match the header of a delivered file with the columns of its contract."""

from __future__ import annotations

import difflib
from collections import abc
from dataclasses import dataclass

import duckdb

from pipelines.installation.contracts import Column, Contract, contracts, forbidden
from pipelines.installation.errors import DeliveryError
from pipelines.installation.mapping import Mapping
from pipelines.installation.sql import fill
from pipelines.parsing.source import Source
from pipelines.reading.delivery import Read
from pipelines.reading.inbox import Delivery

_MEND_FORBIDDEN = (
    "Remove the line. If no more than its name is wrong, give it another name in the export, such as 'Soort'."
)
NAMED_SO = {"age": ("date", "timestamp"), "free text": ("code", "choice")}
"""Kinds of data that a header may seem to hold, and the types of column that a mapping may nevertheless read from it.

`GEBDAT` is also the day on which something happened, and `Toelichting` also a list of a few reasons. The mapping says so, and the
values must prove it (`refuse_births`, and the codes of the column).
"""
GROWN = 15
"""If most days of a column are at least this many years ago, they may be days of birth."""


@dataclass(frozen=True)
class ReadDelivery:
    """One delivery whose file was read and whose columns were matched; its rows have no types yet.

    Parameters
    ----------
    delivery, contract
        The file, and the contract of its extract.
    mapping : str
        Name of the mapping that was used.
    read : Read
        What the reader found: header, number of records, encoding.
    source : Source
        Where each canonical column comes from.
    ignored : tuple of str
        Headers that no column uses.
    refused : mapping of str to str
        Headers that are never accepted, with the reason.
    corporations : tuple of str
        The corporations whose rows the file may hold; rows that name none belong to the first. Empty for the portal's
        deliveries, whose rows all name theirs.
    """

    delivery: Delivery
    contract: Contract
    mapping: str
    read: Read
    source: Source
    ignored: tuple[str, ...]
    refused: abc.Mapping[str, str]
    corporations: tuple[str, ...]

    def header(self, name: str) -> str:
        """Return a header as delivered, however the mapping writes it."""
        return next(header for header in self.read.columns if _normal(header) == _normal(name))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader guessed, and which columns are absent: without `einddatum` no agreement ever ends."""
        contract = self.contract
        links = {contract.agreement, contract.home, contract.tenant}
        absent = [
            name
            for name, column in contract.columns.items()
            if not (self.source.has(name) or name in links or column.required or column.optional)
        ]
        return (
            (*self.read.notes, f"columns that are not in the file: {', '.join(absent)}")
            if absent
            else self.read.notes
        )


def expected_headers(contract: Contract, mapping: Mapping) -> dict[str, tuple[str, ...]]:
    """Return the headers from which each canonical column is read; constants have none."""
    part = mapping.of(contract.extract)
    return {name: part.headers_of(name) for name in contract.columns if name not in part.constants}


def match_columns(
    delivery: Delivery, mapping: Mapping, read: Read, corporations: tuple[str, ...]
) -> ReadDelivery:
    """Match the delivered headers with the canonical columns.

    Parameters
    ----------
    delivery, mapping, read
        The file, the mapping of its source, and what the reader found in it.
    corporations : tuple of str
        The corporations whose rows the file may hold; see `ReadDelivery`.

    Raises
    ------
    DeliveryError
        A required column is missing, a column is never accepted, or the file looks like another extract.
    """
    contract = contracts()[delivery.extract]
    part, wanted = mapping.of(contract.extract), expected_headers(contract, mapping)
    present = {_normal(header): header for header in read.columns}
    _refuse_other_extract(delivery, mapping, set(present))
    sources = {
        name: tuple(present[_normal(header)] for header in headers)
        for name, headers in wanted.items()
        if all(_normal(header) in present for header in headers)
    }
    for name, delivered in sources.items():
        _refuse_forbidden(delivery, contract.columns[name], delivered)
    headers = {name: " + ".join(delivered) for name, delivered in sources.items()}
    fixed = ({"corporatie_id": corporations[0]} if corporations else {}) | part.constants
    if contract.snapshot:
        fixed = {contract.snapshot: delivery.peildatum.isoformat()} | fixed
    missing = [n for n, c in contract.columns.items() if c.required and n not in headers and n not in fixed]
    if missing:
        raise DeliveryError(
            delivery.name,
            f"Not in the file: {', '.join(_describe_missing(name, wanted[name], present) for name in missing)}.",
            line=1,
            mend=f"Correct [extracts.{contract.extract}.columns] in the mapping, or the extract in the file's name.",
        )
    when = {name: _used_header(delivery, condition.column, present) for name, condition in part.when.items()}
    filters = {_used_header(delivery, c.column, present) for c in (*part.only, *part.skip)}
    if part.address:
        numbers = part.address.number
        home = [part.address.postcode, *((numbers,) if isinstance(numbers, str) else numbers)]
        filters |= {_used_header(delivery, header, present, is_condition=False) for header in home}
    used = {*(header for delivered in sources.values() for header in delivered), *when.values(), *filters}
    refused = {h: why for h in read.columns if (why := forbidden(h)) and h not in used}
    ignored = tuple(h for h in read.columns if h and h not in used and h not in refused)
    joined = {name: delivered for name, delivered in sources.items() if len(delivered) > 1}
    places = {header: place for place, header in enumerate(read.columns, 1)} if read.typed else {}
    lists = frozenset(name for name in joined if contract.columns[name].type == "dates")
    source = Source(
        headers, fixed, mapping.reading_of(contract.extract), part, when, places, read.columns, joined, lists
    )
    return ReadDelivery(delivery, contract, mapping.name, read, source, ignored, refused, corporations)


def _normal(header: str) -> str:
    """Return a header as it is compared: without outer blanks, in lower case."""
    return header.strip().lower()


def _refuse_forbidden(delivery: Delivery, column: Column, headers: tuple[str, ...]) -> None:
    """Refuse a mapping that reads a column which is never accepted, such as a citizen service number."""
    for header in headers:
        if (why := forbidden(header)) and column.type not in NAMED_SO.get(why, ()):
            raise DeliveryError(
                delivery.name,
                f"The mapping reads column {header!r} ({why}), which is never accepted.",
                column=header,
                mend=_MEND_FORBIDDEN,
            )


def refuse_births(con: duckdb.DuckDBPyConnection, delivered: ReadDelivery) -> None:
    """Refuse a column whose name is that of a day of birth, if most of its days are as long ago, from the table `typed`.

    Raises
    ------
    DeliveryError
        The column holds days of birth.
    """
    for name, header in delivered.source.headers.items():
        if not any(forbidden(part) == "age" for part in delivered.source.joined.get(name, (header,))):
            continue
        query = "SELECT avg(({name} < $peildatum::DATE - INTERVAL {years} YEAR)::INT) > 0.5 FROM typed WHERE {name} IS NOT NULL"
        days = {"peildatum": delivered.delivery.peildatum}
        ((births,),) = con.execute(fill(query, name=name, years=GROWN), days).fetchall()
        if births:
            raise DeliveryError(
                delivered.delivery.name,
                f"The mapping reads {name} from column {header!r}, and most of its days are over {GROWN} years ago: days of birth, "
                "which are never accepted.",
                column=header,
                mend="Remove the line from the mapping.",
            )


def _used_header(
    delivery: Delivery, column: str, present: dict[str, str], *, is_condition: bool = True
) -> str:
    """Return the header that a condition or the address of the mapping reads."""
    if _normal(column) not in present:
        raise DeliveryError(
            delivery.name,
            f"Column {column!r}, which the mapping reads for a condition or an address, is not in the file.",
            line=1,
            mend=f"Correct when, only, skip or address of [extracts.{delivery.extract}] in the mapping.",
        )
    # A condition compares with words of the mapping and keeps nothing, so a column of a few words may be called a text.
    if (why := forbidden(column)) and not (why == "free text" and is_condition):
        raise DeliveryError(
            delivery.name,
            f"The mapping reads column {column!r} ({why}), which is never accepted.",
            column=column,
            mend=_MEND_FORBIDDEN,
        )
    return present[_normal(column)]


def _describe_missing(name: str, headers: tuple[str, ...], present: dict[str, str]) -> str:
    """Name a missing column, and the delivered header that looks most like it."""
    header = next(header for header in headers if _normal(header) not in present)
    close = difflib.get_close_matches(header.lower(), list(present), n=1)
    hint = f" (nearest: {present[close[0]]!r})" if close else ""
    return f"column {header!r} for {name}{hint}" if header != name else f"column {name!r}{hint}"


def _refuse_other_extract(delivery: Delivery, mapping: Mapping, present: set[str]) -> None:
    """Refuse a file named after the wrong extract: a ledger has every column that an arrears list must have.

    A mapping that says with `only` which rows belong to the extract knows that the file holds other extracts too.
    """
    if mapping.of(delivery.extract).only:
        return

    def known(contract: Contract) -> set[str]:
        part = mapping.of(contract.extract)
        return {name for name in contract.columns if {_normal(h) for h in part.headers_of(name)} <= present}

    own = len(known(contracts()[delivery.extract]))
    for other in contracts().values():
        theirs = known(other)
        needed = {n for n, c in other.columns.items() if c.required} - {"corporatie_id", other.snapshot}
        if len(theirs) > own and needed <= theirs:
            raise DeliveryError(
                delivery.name,
                f"This looks like {other.extract}: {len(theirs)} of its columns are here, and {own} of {delivery.extract}.",
                line=1,
                mend="Correct the extract in the file's name, or the mapping.",
            )
