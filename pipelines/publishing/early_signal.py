"""`waakvlam early-signal`: report rent arrears to the municipality's vroegsignalering.

A landlord gives contact data and the amount to the municipality once it has (a) tried to reach the tenant in person,
(b) pointed to debt help, (c) sent a written reminder, and (d) offered in it to pass the data on without the tenant
refusing (Besluit gemeentelijke schuldhulpverlening art. 2, Stb. 2020, 240). The convenant asks for arrears of 30 to 100
days. That law covers arrears only, so this module reads no complaints, repairs or scores.

The warehouse shows (a) and (c). An employee confirms (b) and (d), which are in letters, in a small CSV file. A duty
that is neither on file nor confirmed counts as not done.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import ibis
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from features.known import known_sql
from models.selection.scope import scope
from pipelines.installation.errors import ConfigurationError, DeliveryError
from pipelines.installation.places import DATA
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql, fill
from pipelines.installation.workspace import Workspace
from pipelines.scoring import history
from pipelines.warehouse.vault import Identity, identities

SCHEMA = DATA / "standards" / "ddas_vroegsignalen.json"
IN_PERSON = ("Huisbezoek", "Telefoon", "Afspraak op locatie", "SMS/Whatsapp")
"""Kinds of contact that count as an attempt to reach somebody in person."""
REMINDED = ("herinnering", "aanmaning", "sommatie")
DUTIES = {
    "contact": "persoonlijk contact gezocht",
    "debt_help": "op schuldhulp gewezen",
    "reminder": "schriftelijk herinnerd",
    "offer": "aangeboden gegevens door te geven, niet geweigerd",
}
COLUMNS = (
    "corporatie_id",
    "overeenkomst_id",
    "contact_op",
    "schuldhulp_op",
    "herinnering_op",
    "aanbod_op",
    "geweigerd",
)
NOT_SENT = {
    "objection": "bezwaar tegen gebruik van gegevens",
    "out_of_scope": "huur loopt niet, of de zaak is al bij deurwaarder of rechter",
    "plan": "er loopt een betalingsregeling",
    "too_little": "het bedrag is lager dan afgesproken",
    "too_early": "de achterstand is korter dan afgesproken",
    "too_old": "de achterstand is ouder dan afgesproken",
    "no_date": "onbekend sinds wanneer",
    "refused": "de huurder wil niet dat gegevens worden doorgegeven",
    "duties": "nog niet aan alle plichten voldaan",
    "no_address": "geen adres bekend",
}

# Read the newest list known on the date, and the contacts since the arrears began.
_ARREARS = fill(
    """
    WITH known AS (
        SELECT corporatie_id, max(peildatum) AS peildatum FROM staged.peildata p
        WHERE {list_known} GROUP BY 1)
    SELECT a.corporatie_id, a.overeenkomst_id, a.saldo, a.oudste_vervaldatum, a.incassofase, a.regeling_status_code, r.exclusion,
        max(c.datum) AS contact_on
    FROM staged.huurachterstanden a JOIN known USING (corporatie_id, peildatum)
    JOIN reach r ON r.corporatie_id = a.corporatie_id AND r.overeenkomst_id = a.overeenkomst_id
    LEFT JOIN staged.contacten c ON c.corporatie_id = a.corporatie_id AND c.overeenkomst_id = a.overeenkomst_id
        AND {contact_known}
        AND c.datum >= a.oudste_vervaldatum AND c.datum < $as_of AND list_contains($kinds, c.soort)
    WHERE {arrears_known} AND a.saldo > 0
    GROUP BY ALL ORDER BY a.corporatie_id, a.overeenkomst_id""",
    list_known=Sql(known_sql("p", "$as_of")),
    contact_known=Sql(known_sql("c", "$as_of")),
    arrears_known=Sql(known_sql("a", "$as_of")),
)


@dataclass(frozen=True)
class Confirmed:
    """What an employee confirmed for one agreement; None means that it was not done."""

    contact: date | None = None
    debt_help: date | None = None
    reminder: date | None = None
    offer: date | None = None
    refused: bool = False


@dataclass(frozen=True)
class Arrears:
    """One agreement in arrears and whether it may be sent.

    Parameters
    ----------
    why_not : str or None
        A key of `NOT_SENT`, or None if it may be sent.
    missing : tuple of str
        Duties (`DUTIES`) that are neither on file nor confirmed.
    """

    corporatie_id: str
    overeenkomst_id: str
    euro: float
    since: date | None
    contacted: bool
    why_not: str | None
    missing: tuple[str, ...]


def check(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    confirmed: Mapping[tuple[str, str], Confirmed],
) -> list[Arrears]:
    """Judge every agreement in arrears on the newest list.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse.
    settings : Settings
        The limits.
    as_of : date
        Only rows known before this day count.
    confirmed : mapping of (str, str) to Confirmed
        By corporatie_id and overeenkomst_id.
    """
    reach = ibis.to_sql(scope(history.staged(con), as_of, 0), dialect="duckdb")
    con.execute(f"CREATE OR REPLACE TEMP TABLE reach AS {reach}")
    rows = con.execute(_ARREARS, {"as_of": as_of, "kinds": list(IN_PERSON)}).fetchall()
    return [_judged(settings, as_of, row, confirmed.get((row[0], row[1]), Confirmed())) for row in rows]


def _judged(settings: Settings, as_of: date, row: tuple[Any, ...], confirmed: Confirmed) -> Arrears:
    corporatie, agreement, saldo, since, phase, plan, exclusion, contact_on = row
    on_file = {"contact": contact_on is not None, "reminder": phase in REMINDED}
    # A duty done for earlier arrears does not count for these; a date in the future is only a plan.
    stated = {name: getattr(confirmed, name) for name in DUTIES}
    done = {n: d is not None and d < as_of and (since is None or d >= since) for n, d in stated.items()}
    missing = tuple(name for name in DUTIES if not (done[name] or on_file.get(name, False)))
    limits = settings.early_signal
    days = (as_of - since).days if since else None
    reasons = {
        "objection": exclusion in ("objection", "possible_objection"),
        "out_of_scope": exclusion is not None,
        "plan": plan == "ACT",
        "too_little": saldo < limits.least_euro,
        "no_date": days is None,
        "too_early": days is not None and days < limits.least_days,
        "too_old": days is not None and days > limits.most_days,
        "refused": confirmed.refused,
        "duties": bool(missing),
    }
    why_not = next((code for code, applies in reasons.items() if applies), None)
    return Arrears(corporatie, agreement, float(saldo), since, contact_on is not None, why_not, missing)


def export(
    workspace: Workspace, judged: list[Arrears], as_of: date, moment: datetime
) -> tuple[dict[str, Any], list[Arrears]]:
    """Build the DDAS message of everything that may be sent; only this step reads addresses.

    Returns
    -------
    dict
        The message, checked against its schema.
    list of Arrears
        The agreements that were left out because their address is unknown.
    """
    settings = workspace.settings
    rules = settings.early_signal
    if not rules.municipality:
        raise ConfigurationError(
            "[early_signal] municipality is empty.",
            where=str(workspace.home / "settings.toml"),
            mend='Fill in the code of the municipality that gets the signals, such as "GM0361".',
        )
    ready = [one for one in judged if one.why_not is None]
    people = identities(workspace, [(one.corporatie_id, one.overeenkomst_id) for one in ready])
    signals, without = [], []
    for one in ready:
        client = _client(people.get((one.corporatie_id, one.overeenkomst_id), Identity()))
        if client is None:
            without.append(one)
        else:
            signals.append(_signal(one, client, as_of))
    organisation = {"naam": settings.naam}
    if rules.chamber_of_commerce:
        organisation["kvk-nummer"] = rules.chamber_of_commerce
    delivery: dict[str, Any] = {
        "teller": 1,
        "gemeentecode": rules.municipality,
        "aanleverendeOrganisatie": organisation,
        "vroegsignalen": signals,
    }
    message = {
        "startdatumLevering": as_of.isoformat(),
        "einddatumLevering": as_of.isoformat(),
        "aanleverdatumEnTijd": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "codeGegevensleverancier": "waakvlam",
        "leveringen": [delivery],
    }
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(message)
    return message, without


def _client(person: Identity) -> dict[str, str] | None:
    code = person.postcode.replace(" ", "").upper()
    if not code or not person.huisnummer:
        return None
    addition = f"{person.huisletter}{person.huisnummertoevoeging}"
    return {"postcode": code, "huisnummer": person.huisnummer} | (
        {"huisnummertoevoeging": addition} if addition else {}
    )


def _signal(one: Arrears, client: dict[str, str], as_of: date) -> dict[str, Any]:
    # The same arrears keep their number, so that the municipality recognises a repeated signal.
    text = f"{one.corporatie_id}|{one.overeenkomst_id}|{one.since}"
    return {
        "ID": sha256(text.encode()).hexdigest()[:16],
        "crisissignaal": False,
        "warmeOverdracht": False,
        "bedrag": round(one.euro),
        "ontstaansdatum": str(one.since),
        "signaaldatum": as_of.isoformat(),
        "signaalpartner": {"type": "Huur"},
        "client": client,
    }


def read_confirmed(path: Path, corporatie_id: str) -> dict[tuple[str, str], Confirmed]:
    """Read the file in which an employee confirmed duties: CSV with semicolons, dates as 2026-11-16, ja or nee.

    Raises
    ------
    DeliveryError
        The message names the line and the column that cannot be read.
    """
    try:
        lines = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The file cannot be read ({error}).", where=str(path)) from None
    unknown = set(lines[0]) - set(COLUMNS) if lines else set()
    if unknown or (lines and "overeenkomst_id" not in lines[0]):
        raise DeliveryError(
            path.name,
            "The columns are not those of the confirmations.",
            line=1,
            mend=f"Use {'; '.join(COLUMNS)}.",
        )
    names = {
        "contact_op": "contact",
        "schuldhulp_op": "debt_help",
        "herinnering_op": "reminder",
        "aanbod_op": "offer",
    }
    read = {}
    for number, line in enumerate(lines, start=2):
        dates = {names[c]: _day(path, number, c, line.get(c) or "") for c in names}
        refused = (line.get("geweigerd") or "nee").strip().lower()
        if refused not in ("ja", "nee"):
            raise DeliveryError(
                path.name,
                "This is neither ja nor nee.",
                line=number,
                column="geweigerd",
                mend="Write ja or nee.",
            )
        key = (line.get("corporatie_id") or corporatie_id, (line["overeenkomst_id"] or "").strip())
        read[key] = Confirmed(**dates, refused=refused == "ja")
    return read


def _day(path: Path, number: int, column: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DeliveryError(
            path.name, "This is no date.", line=number, column=column, mend="Write it as 2026-11-16."
        ) from None
