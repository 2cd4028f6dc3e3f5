"""`waakvlam early-signal`: report rent arrears to the municipality's vroegsignalering.

A landlord gives contact data and the amount to the municipality once it has (a) tried to reach the tenant in person,
(b) pointed to debt help, (c) sent a written reminder, and (d) offered in it to pass the data on without the tenant
refusing (Besluit gemeentelijke schuldhulpverlening art. 2, Stb. 2020, 240). The convenant asks for arrears of 30 to 100
days. That law covers arrears only, so this module reads no complaints, repairs or scores.

The warehouse shows (a) and (c). An employee confirms (b) and (d), which are in letters, in a small CSV file. A duty
that is neither on file nor confirmed counts as not done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import duckdb
import ibis
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from features.known import known_sql
from models.selection.scope import scope
from pipelines.delivery.freshness import freshness
from pipelines.installation.contracts import POSITIONS
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.evidence_settings import EarlySignal
from pipelines.installation.places import DATA
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql, fill, read_sql
from pipelines.installation.workspace import Workspace
from pipelines.publishing.confirmations import DUTIES, Confirmed
from pipelines.scoring import history
from pipelines.warehouse.vault import Identity, identities

SCHEMA = DATA / "standards" / "ddas_vroegsignalen.json"
IN_PERSON = ("Huisbezoek", "Telefoon", "Afspraak op locatie", "SMS/Whatsapp")
"""Kinds of contact that count as an attempt to reach somebody in person."""
REMINDED = ("herinnering", "aanmaning", "sommatie")
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
    "no_municipality": "van deze woonplaats of wijk staat de gemeente niet in de instellingen",
    "two_municipalities": "woonplaats en wijk hebben in de instellingen elk een andere gemeente",
}

# Read the newest list known on the date, and the contacts since the arrears began.
_ARREARS = fill(
    read_sql(__package__, "arrears"),
    list_known=Sql(known_sql("p", "$as_of")),
    contact_known=Sql(known_sql("c", "$as_of")),
    arrears_known=Sql(known_sql("a", "$as_of")),
)


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
    wijk: str
    contacted: bool
    why_not: str | None
    missing: tuple[str, ...]


def require_fresh(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Check that a recent list of arrears was known on a date: who has paid since must not be reported.

    Raises
    ------
    WaakvlamError
        No list was known on that date, or the newest one is older than the settings allow; of each corporation that delivers one.
    """
    limit = settings.freshness.of(POSITIONS)
    for fresh in freshness(con, settings, as_of):
        if fresh.extract == POSITIONS and (fresh.delivered or fresh.source is None):
            if fresh.newest is None:
                problem = f"On {as_of} no list of {fresh.name} was known."
            elif fresh.age_days is not None and fresh.age_days > limit:
                problem = (
                    f"The newest list of {fresh.name} is of {fresh.newest}: {fresh.age_days} days before {as_of}, "
                    f"and [freshness] allows {limit}. A tenant who has paid since would be reported."
                )
            else:
                continue
            raise WaakvlamError(
                problem, mend="Load a newer list with `waakvlam weekly`, or choose another day."
            )


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
    corporatie, agreement, saldo, since, phase, plan, exclusion, wijk, contact_on = row
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
    return Arrears(
        corporatie, agreement, float(saldo), since, wijk or "", contact_on is not None, why_not, missing
    )


@dataclass(frozen=True)
class Messages:
    """The messages by municipality, the agreements that were left out, by a key of `NOT_SENT`, and the places without one code."""

    by_municipality: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, Sequence[Arrears]]
    places: Sequence[str]


def export(workspace: Workspace, judged: list[Arrears], as_of: date, moment: datetime) -> Messages:
    """Build a DDAS message for each municipality with everything that may be sent to it; only this step reads addresses.

    Raises
    ------
    ConfigurationError
        The settings name no municipality.
    """
    rules = workspace.settings.early_signal
    if not rules.municipalities:
        raise ConfigurationError(
            "[early_signal] municipalities is empty.",
            where=str(workspace.home / "settings.toml"),
            mend='Write the code of the municipality of each town, such as { Alkmaar = "GM0361" }.',
        )
    ready = [arrears for arrears in judged if arrears.why_not is None]
    people = identities(workspace, [(arrears.corporatie_id, arrears.overeenkomst_id) for arrears in ready])
    signals: dict[str, list[dict[str, Any]]] = {}
    left_out: dict[str, list[Arrears]] = {}
    places: set[str] = set()
    for arrears in ready:
        person = people.get((arrears.corporatie_id, arrears.overeenkomst_id), Identity())
        client, municipalities = _client(person), _municipalities(rules, person.woonplaats, arrears.wijk)
        if client is None:
            left_out.setdefault("no_address", []).append(arrears)
        elif len(municipalities) != 1:
            why = "two_municipalities" if municipalities else "no_municipality"
            left_out.setdefault(why, []).append(arrears)
            places.add(f"{person.woonplaats.strip() or '(geen woonplaats)'}, wijk {arrears.wijk or '(geen)'}")
        else:
            signals.setdefault(municipalities.pop(), []).append(_signal(arrears, client, as_of))
    messages = {
        code: _message(workspace.settings, code, signals[code], as_of, moment) for code in sorted(signals)
    }
    return Messages(messages, left_out, sorted(places))


def _municipalities(rules: EarlySignal, *places: str) -> set[str]:
    """Return the municipalities that the settings give to a town and a wijk; more than one if they disagree."""
    codes = {_plain(place): code for place, code in rules.municipalities.items()}
    return {codes[_plain(place)] for place in places if _plain(place) in codes}


def _plain(place: str) -> str:
    return " ".join(place.split()).casefold()


def _message(
    settings: Settings, municipality: str, signals: list[dict[str, Any]], as_of: date, moment: datetime
) -> dict[str, Any]:
    """Build the message for one municipality, checked against its schema."""
    organisation = {"naam": settings.naam}
    if settings.early_signal.chamber_of_commerce:
        organisation["kvk-nummer"] = settings.early_signal.chamber_of_commerce
    delivery: dict[str, Any] = {
        "teller": 1,
        "gemeentecode": municipality,
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
    return message


def _client(person: Identity) -> dict[str, str] | None:
    code = person.postcode.replace(" ", "").upper()
    if not code or not person.huisnummer:
        return None
    addition = f"{person.huisletter}{person.huisnummertoevoeging}"
    return {"postcode": code, "huisnummer": person.huisnummer} | (
        {"huisnummertoevoeging": addition} if addition else {}
    )


def _signal(arrears: Arrears, client: dict[str, str], as_of: date) -> dict[str, Any]:
    # The same arrears keep their number, so that the municipality recognises a repeated signal.
    text = f"{arrears.corporatie_id}|{arrears.overeenkomst_id}|{arrears.since}"
    return {
        "ID": sha256(text.encode()).hexdigest()[:16],
        "crisissignaal": False,
        "warmeOverdracht": False,
        "bedrag": round(arrears.euro),
        "ontstaansdatum": str(arrears.since),
        "signaaldatum": as_of.isoformat(),
        "signaalpartner": {"type": "Huur"},
        "client": client,
    }
