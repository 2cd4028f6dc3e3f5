"""The three public data sets, counted from their files with csv and pandas alone.

Nothing of the program is imported here, so that what the weekly flow reports is checked against something else.
The addresses in them are real: no message of a test may show one, hence no repr.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

PHASES = {"Nota": 0, "Herinnering": 1, "Aanmaning": 2, "Naar incasso": 4}
YEAR = timedelta(364)


@dataclass(frozen=True, repr=False)
class Fines:
    """`register` by agreement: begin, rent. `positions`: list (its day), agreement, owed, due, paid, phase."""

    register: pd.DataFrame
    positions: pd.DataFrame


@dataclass(frozen=True, repr=False)
class Chicago:
    """`addresses`, and rows with `agreement` and `on`: complaints as delivered and as they count, and visits."""

    addresses: pd.Index
    delivered: pd.DataFrame
    contradicting: pd.Series
    complaints: pd.DataFrame
    visits: pd.DataFrame


@dataclass(frozen=True, repr=False)
class Groningen:
    """`areas`, and all incidents with `agreement` ("" is nowhere), `on`, `known` and the `line` each begins on."""

    areas: pd.Index
    incidents: pd.DataFrame


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", encoding="cp1252", dtype=str, keep_default_na=False)


def days(texts: pd.Series, form: str = "%d-%m-%Y") -> pd.Series:
    """Read dates without their time; empty is missing."""
    return pd.to_datetime(texts.where(texts != ""), format=form).dt.normalize()


def euros(texts: pd.Series) -> pd.Series:
    return texts.str.replace(",", ".").astype(float)


def read_fines(folder: Path) -> Fines:
    register = table(folder / "contracten.csv.gz").set_index("Dossiernr")
    rent = euros(register["Huur p.m."])
    lists = table(folder / "achterstandslijst.csv.gz")
    positions = {
        "list": days(lists["Peildatum"]),
        "agreement": lists["Dossiernr"],
        "owed": euros(lists["Openstaand"]),
        "due": days(lists["Oudste post"]),
        "paid": days(lists["Laatste betaling op"]),
        "phase": lists["Fase"].map(PHASES),
    }
    known = pd.DataFrame({"begin": days(register["Ingangsdatum"]), "rent": rent.where(rent > 0)})
    return Fines(known, pd.DataFrame(positions))


def read_chicago(folder: Path) -> Chicago:
    delivered = table(folder / "meldingen.csv.gz")
    delivered = delivered.assign(agreement=delivered["VHE"], on=days(delivered["Gemeld op"]))
    contents = delivered.drop_duplicates()
    many = contents.loc[contents.duplicated(["Meldingnr", "VHE"]), ["Meldingnr", "VHE"]]
    contradicting = pd.Series(
        delivered.set_index(["Meldingnr", "VHE"]).index.isin(pd.MultiIndex.from_frame(many))
    )
    visits = table(folder / "bezoeken.csv.gz")
    return Chicago(
        table(folder / "adressen.csv.gz").set_index("Contractnr").index,
        delivered,
        contradicting,
        delivered[~contradicting].drop_duplicates(),
        visits.assign(agreement=visits["VHE"], on=days(visits["Bezoekdatum"])),
    )


def read_groningen(folder: Path) -> Groningen:
    rows, lines = [], []
    with (folder / "incidenten.csv").open(encoding="cp1252", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        header, before = next(reader), reader.line_num
        for row in reader:
            rows.append(row)
            lines.append(before + 1)
            before = reader.line_num
    incidents = pd.DataFrame(rows, columns=header)
    form = "%d-%m-%Y %H:%M"
    incidents = incidents.assign(
        agreement=incidents["Pleegpostcode"],
        on=days(incidents["Begin-pleegdatum/tijd"], form),
        known=days(incidents["Kennisnamedatum/tijd"], form),
        line=lines,
    )
    return Groningen(table(folder / "postcodegebieden.csv").set_index("Postcodegebied").index, incidents)


def count(events: pd.DataFrame, day: date, within: int, agreements: pd.Index) -> pd.Series:
    """Count per agreement what happened 1 to `within` days before a day."""
    age = (pd.Timestamp(day) - events["on"]).dt.days
    inside = events[(age >= 1) & (age <= within)]
    return inside.groupby("agreement").size().reindex(agreements, fill_value=0)


def fines_as_of(data: Fines, day: date) -> pd.DataFrame:
    """Compute the signals of arrears; the list of a day is read before that day begins."""
    now = pd.Timestamp(day)
    known = data.register[data.register["begin"] < now]
    positions = data.positions[data.positions["list"] <= now]
    lists = positions["list"].drop_duplicates()
    assert now - lists.max() <= timedelta(35)
    then = lists[lists.between(now - timedelta(91 + 35), now - timedelta(91))].max()
    year = lists[now - lists < YEAR]
    weeks = min((now - year.min()).days + 7, YEAR.days) / 7

    current = positions[positions["list"] == lists.max()].set_index("agreement").reindex(known.index)
    before = positions[positions["list"] == then].set_index("agreement")["owed"].reindex(known.index)
    owed = current["owed"].fillna(0)
    behind = positions[(positions["owed"] >= 25) & (now - positions["list"] <= timedelta(730))]
    behind = behind.sort_values(["agreement", "list"])
    gap = behind["list"] - behind.groupby("agreement")["list"].shift()
    behind = behind.assign(returns=gap >= timedelta(42))[now - behind["list"] < YEAR].groupby("agreement")
    return pd.DataFrame(
        {
            "arrears_euro": owed,
            "arrears_months": owed / known["rent"],
            "oldest_open_days": (now - current["due"]).dt.days,
            "arrears_change_3m": (owed - before.fillna(0)) / known["rent"],
            "arrears_weeks_365d": behind.size().reindex(known.index, fill_value=0) * weeks / len(year),
            "arrears_returns_365d": behind["returns"].sum().reindex(known.index, fill_value=0),
            "collection_phase": current["phase"].fillna(0),
            "last_payment_days": (now - current["paid"].where(current["paid"] < now)).dt.days,
        }
    )


def chicago_as_of(data: Chicago, day: date) -> pd.DataFrame:
    """Compute the signals of complaints and visits."""
    said, visits = data.complaints, data.visits
    nobody = visits[visits["Aanleiding"].str.lower() == "no entry"].drop_duplicates(["agreement", "on"])
    yearly = {
        "complaints_365d": said,
        "filth_365d": said[said["Categorie"].str.contains("Garbage|Dumpster|carts")],
        "damage_365d": visits[visits["Uitslag"] == "Fail"],
        "not_home_365d": nobody,
    }
    counts = {f"complaints_{n}d": count(said, day, n, data.addresses) for n in (30, 90)}
    counts |= {name: count(events, day, 365, data.addresses) for name, events in yearly.items()}
    return pd.DataFrame(counts)


def groningen_as_of(data: Groningen, day: date, *, known_only: bool = True) -> pd.DataFrame:
    """Compute the signals of incidents; without `known_only` also of those that nobody knew of yet."""
    events = data.incidents
    if known_only:
        events = events[events["known"] < pd.Timestamp(day)]
    return pd.DataFrame({f"complaints_{n}d": count(events, day, n, data.areas) for n in (90, 365)})
