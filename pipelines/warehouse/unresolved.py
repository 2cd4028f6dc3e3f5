"""Find the rows that carry a right or a safety warning and match nobody, and the agreements to which they may refer.

A statistic may lose a row and report it; an objection or a safety flag may not be lost at all. The contracts mark such
extracts (`rights`). A row of such an extract is unresolved while it is quarantined as unreadable or matches nobody in the
register. Until somebody corrects it, a possible objection keeps its agreements off the list, and a possible safety flag
prints the warning. A later delivery that shows the same record correctly, or a `_v2` of the file, resolves it. So does an
analyst who chooses the agreement, or answers that the row is about none of our tenants; the portal delivers such answers
(`toewijzingen`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from features.known import current_sql
from models.words.dutch import counted
from pipelines.installation.contracts import Contract, contracts
from pipelines.installation.sql import Sql, fill, identifier, join, literal, literals, read_sql
from pipelines.warehouse.staged import has_view
from pipelines.warehouse.versions import deliveries_sql

POSSIBLE = "possible_rights"
"""The staged view with the agreements to which an unresolved row may refer, and those that an analyst chose for a safety flag."""
MATTERS_DAYS = 365
"""An older contact or worry changes no list; objections and safety flags count until they end."""
ANSWERS = "toewijzingen"
"""The extract with the answers of analysts."""
MEND = (
    "Correct the row and deliver it again under the same id, in a later file or a `_v2` of this one. "
    "Or choose the agreement in the portal, under *Zonder huurder*."
)
CANDIDATES = 3
"""Maximum number of agreements that an analyst sees per row."""
LOOKS_LIKE_AN_ID = "[A-Za-z]{0,6}[-_. /]?[0-9]{1,9}(-[0-9]{1,3})?"
"""An id that may be shown to an analyst. Anything else in the place of an id may be a name."""
_NEWEST = Sql("(SELECT max(peildatum) FROM run.deliveries)")
_NOTICES = {
    "objection": ("bezwaar is", "bezwaren zijn", "Wie bedoeld kan zijn, staat niet op deze lijst."),
    "safety": (
        "veiligheidsafspraak is",
        "veiligheidsafspraken zijn",
        "Wie bedoeld kan zijn, heeft op deze lijst de waarschuwing.",
    ),
    "contact": ("contact van de wooncoach is", "contacten van de wooncoach zijn", "Dit telt nog niet mee."),
    "worry": ("melding van een medewerker is", "meldingen van medewerkers zijn", "Dit telt nog niet mee."),
}


@dataclass(frozen=True)
class Unresolved:
    """A row that nobody has resolved yet: its place and the reason, without the ids that it names.

    Parameters
    ----------
    extract, meaning : str
        The extract, and the kind of right: "objection", "safety", "contact" or "worry".
    file_name : str
        The delivery that shows it, with its folder of the inbox.
    line : int
        The line in that file.
    reason : str
        Why it matches nobody.
    key : str
        The key by which an analyst answers it; the same in each delivery that shows the same record with the same ids.
    corporation : str
        The corporation; empty if the row names none.
    answerable : bool
        Whether an agreement can be chosen, instead of only that the row is about none of our tenants.
    """

    extract: str
    meaning: str
    file_name: str
    line: int
    reason: str
    key: str
    corporation: str
    answerable: bool

    @property
    def finding(self) -> str:
        """The place and the reason, in English for the analyst."""
        return f"{self.file_name}, line {self.line}: {self.meaning} that matches nobody ({self.reason})"

    def __str__(self) -> str:
        """Return the place, the reason and what to do."""
        return f"{self.finding}. {MEND}"


def views() -> list[Sql]:
    """Return the statements that create the views `run.unresolved`, `run.meant` and `staged.possible_rights`."""
    parts = [
        fill("FROM ({rows})", rows=_unresolved_sql(contract))
        for contract in contracts().values()
        if contract.rights
    ]
    unreached = fill(read_sql(__package__, "unreached"), parts=join(parts, " UNION ALL "))
    answers = fill(read_sql(__package__, "answers"), extract=ANSWERS, current=Sql(current_sql("v")))
    queries = {
        "unreached": unreached,
        "answers": answers,
        "unresolved": Sql(read_sql(__package__, "unanswered")),
        "meant": Sql(read_sql(__package__, "meant")),
    }
    return [
        *(
            fill("CREATE OR REPLACE VIEW run.{name} AS {query}", name=name, query=query)
            for name, query in queries.items()
        ),
        fill(
            "CREATE OR REPLACE VIEW staged.{name} AS SELECT DISTINCT corporatie_id, overeenkomst_id, meaning, known_from, "
            "nullif(until, DATE '9999-12-31') AS known_until FROM run.meant "
            "UNION SELECT corporatie_id, o.overeenkomst_id, meaning, greatest(s.known_from, o.known_from), "
            "nullif(least(s.known_until, coalesce(o.known_until, DATE '9999-12-31')), DATE '9999-12-31') "
            "FROM run.assigned s JOIN versions.tenants t USING (corporatie_id, overeenkomst_id) "
            "JOIN versions.tenants o USING (corporatie_id, huurder_id) WHERE meaning = 'safety'",
            name=POSSIBLE,
        ),
    ]


def possible(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether an extract with rights was delivered and the views exist: a query on empty ones takes 0.1 s to plan."""
    rights = literals([contract.extract for contract in contracts().values() if contract.rights])
    query = fill("SELECT count(*) > 0 FROM run.deliveries WHERE extract IN ({rights})", rights=rights)
    return bool(con.execute(query).fetchall()[0][0]) and has_view(con, POSSIBLE)


def unresolved(con: duckdb.DuckDBPyConnection) -> list[Unresolved]:
    """Return the rows that are unresolved now, by file and line."""
    if not possible(con):
        return []
    query = fill(
        "SELECT DISTINCT extract, meaning, file_name, line, array_to_string(reasons, ', '), row_key, "
        "coalesce(corporatie_id, ''), answerable FROM run.unresolved "
        "WHERE known_until IS NULL OR known_until >= {newest} ORDER BY ALL",
        newest=_NEWEST,
    )
    return [Unresolved(*row) for row in con.execute(query).fetchall()]


def candidates(con: duckdb.DuckDBPyConnection, most: int = CANDIDATES) -> dict[tuple[str, int], list[str]]:
    """Return the agreements to which each unresolved row may refer, the likeliest first, by file and line."""
    query = fill(read_sql(__package__, "candidates"), current=Sql(current_sql("r")), most=most)
    agreements: dict[tuple[str, int], list[str]] = {}
    for file_name, line, agreement in con.execute(query).fetchall():
        agreements.setdefault((file_name, line), []).append(agreement)
    return agreements


def named(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return the ids that each unresolved row names, by its key; a text that does not look like an id is left out."""
    query = (
        "SELECT DISTINCT row_key, id FROM run.unresolved, LATERAL (VALUES (agreement), (home), (tenant)) n (id) "
        "WHERE regexp_full_match(id, ?) ORDER BY ALL"
    )
    ids: dict[str, list[str]] = {}
    for key, id_ in con.execute(query, [LOOKS_LIKE_AN_ID]).fetchall():
        ids.setdefault(key, []).append(id_)
    return ids


def notices(rows: list[Unresolved]) -> list[str]:
    """Return the Dutch sentences for the top of the list: a count for each kind of right."""
    numbers = {meaning: sum(row.meaning == meaning for row in rows) for meaning in _NOTICES}
    return [
        f"Let op: {counted(n, *_NOTICES[meaning][:2])} niet aan een huurder te koppelen. {_NOTICES[meaning][2]}"
        for meaning, n in numbers.items()
        if n
    ]


def set_apart(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    delivery_id: int,
    corporations: Sequence[str],
    broken: Sequence[tuple[int, str]],
) -> None:
    """Keep the ids of the quarantined rows of `typed`, and the places of the broken rows.

    Forbidden content is refused and carries no right. A row that names a foreign corporation is compared with the register
    of the corporation that delivered it.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Inside the transaction that loads the delivery.
    contract : Contract
        An extract with `rights`.
    delivery_id : int
        The delivery.
    corporations : sequence of str
        The corporations whose rows the delivery may hold, the first one for rows that name none; empty for the portal.
    broken : sequence of (int, str)
        The line and the text of each row whose number of fields is wrong: any of them may carry a right. Only the ids in the
        text that the register knows are kept.
    """
    corporation = corporations[0] if corporations else ""
    query = fill(
        "INSERT INTO run.set_apart SELECT {delivery_id}, {extract}, line, reasons, "
        "CASE WHEN {foreign} THEN {corporation} ELSE corporatie_id END, {record}, {agreement}, {home}, {tenant} "
        "FROM typed WHERE verdict = 'quarantined' AND {applies} "
        "AND len([x FOR x IN reasons IF starts_with(x, 'forbidden')]) = 0",
        delivery_id=delivery_id,
        extract=literal(contract.extract),
        corporation=literal(corporation),
        foreign=fill("corporatie_id NOT IN ({own})", own=literals(corporations))
        if corporations
        else Sql("false"),
        applies=_applies(contract),
        **_ids(contract),
    )
    con.execute(query)
    if broken:
        lines = [line for line, _ in broken]
        words = [
            sorted({w for w in re.split(r"[^\w.-]+", text) if any(map(str.isdigit, w))}) for _, text in broken
        ]
        con.execute(
            read_sql(__package__, "set_apart_broken"),
            [delivery_id, contract.extract, lines, words, corporation, [_hash(text) for _, text in broken]],
        )


def _hash(text: str) -> str:
    """Return a substitute for the id of a record whose fields cannot be separated."""
    return "#" + hashlib.sha256(text.encode()).hexdigest()[:24]


def rebuild_assigned(con: duckdb.DuckDBPyConnection) -> None:
    """Rebuild the table of agreements to which analysts' answers assign a row; must run in the transaction that changes its sources."""
    query = fill(
        "SELECT (SELECT count(*) FROM run.assigned) + (SELECT count(*) FROM versions.{extract})",
        extract=ANSWERS,
    )
    if con.execute(query).fetchall()[0][0]:
        con.execute("DELETE FROM run.assigned")
        con.execute(fill("INSERT INTO run.assigned {query}", query=Sql(read_sql(__package__, "assigned"))))


def _ids(contract: Contract) -> dict[str, Sql]:
    """Return the SQL of the ids that a row names, and of its own."""
    names = {
        "record": contract.own_id,
        "agreement": contract.agreement,
        "home": contract.home,
        "tenant": contract.tenant,
    }
    return {part: identifier(name) if name else Sql("NULL::VARCHAR") for part, name in names.items()}


def doubtful(contract: Contract) -> Sql:
    """Return the condition that a code which decides about the right is unknown, so that the row may carry it."""
    conditions = [
        fill("coalesce({column} NOT IN ({codes}), false)", column=name, codes=literals(codes))
        for name in contract.rights_when
        if (codes := contract.columns[name].codes)
    ]
    return join(conditions or [Sql("false")], " OR ")


def _applies(contract: Contract) -> Sql:
    conditions = [
        fill("coalesce({column} = {code}, false)", column=column, code=literal(code))
        for column, code in contract.rights_when.items()
    ]
    certain = join(conditions or [Sql("true")], " AND ")
    return fill("({certain} OR {doubtful})", certain=certain, doubtful=doubtful(contract))


def _unresolved_sql(contract: Contract) -> Sql:
    ends = [fill("CAST({column} AS DATE)", column=reveal.on) for reveal in contract.history.reveals]
    recent = Sql("true")
    if contract.rights in ("contact", "worry"):
        recent = fill(
            "CAST({day} AS DATE) >= {newest} - {days}",
            day=contract.history.column,
            newest=_NEWEST,
            days=MATTERS_DAYS,
        )
    return fill(
        read_sql(__package__, "unresolved"),
        extract=contract.extract,
        literal=literal(contract.extract),
        sightings=f"{contract.extract}_sightings",
        meaning=literal(contract.rights or ""),
        deliveries=deliveries_sql(contract.extract),
        applies=_applies(contract),
        doubtful=doubtful(contract),
        day=contract.history.column,
        ends=ends or Sql("NULL::DATE"),
        recent=recent,
        **_ids(contract),
    )
