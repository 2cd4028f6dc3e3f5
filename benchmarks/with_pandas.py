"""Compute the signals of arrears, nuisance, repairs and failed debits in vectorised pandas, without tuning.

To favour this rival, it leaves out signals across families, signals of sources that are not delivered, and every date
and code that only the sentences need.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.catalogue.arrears import PHASES
from features.catalogue.nuisance import HEAVY, NO_NUISANCE, RISE_DAYS
from features.catalogue.positions import (
    CLEAR_DAYS,
    FRESH_DAYS,
    HISTORY_DAYS,
    LIST_YEAR_DAYS,
    MATTERS_EURO,
    OLD_ITEM_DAYS,
)
from features.catalogue.repairs import CAUSED, LANDLORDS_OWN, NEGLECT, SETTLED_DAYS, SILENCE_DAYS

AGREEMENT = ["corporatie_id", "overeenkomst_id"]


def signals(files: Path, as_of: date) -> dict[str, tuple[int, float]]:
    """Compute the signals from the exported history; return per signal the number of known values and their sum."""
    moment = pd.Timestamp(as_of)
    table = cut(files, "huurovereenkomsten", ["begindatum", "brutohuur"], moment).set_index(AGREEMENT)
    parts = [
        arrears(files, table, moment),
        nuisance(files, table, moment),
        repairs(files, table, moment),
        debits(files, moment),
    ]
    for part in parts:
        table = table.join(part)
    counts = [name for part in parts[1:] for name in part.columns if name != "silent_days"]
    counts.remove("complaints_rise_90d")
    table[counts] = table[counts].fillna(0)
    table = table.drop(columns=["begindatum", "brutohuur"])
    return {str(name): (int(column.notna().sum()), float(column.sum())) for name, column in table.items()}


def cut(files: Path, source: str, columns: list[str], moment: pd.Timestamp, key: bool = True) -> pd.DataFrame:
    """Read the rows of one source as known at a moment."""
    wanted = [*(AGREEMENT if key else AGREEMENT[:1]), *columns, "known_from", "known_until"]
    rows = pd.read_parquet(files / f"{source}.parquet", columns=wanted)
    for name in ("known_from", "known_until"):
        rows[name] = pd.to_datetime(rows[name])
    kept = (rows["known_from"] < moment) & (rows["known_until"].isna() | (rows["known_until"] >= moment))
    return rows[kept].drop(columns=["known_from", "known_until"])


def delivered_lists(files: Path, moment: pd.Timestamp) -> pd.DataFrame:
    """Return the delivered lists, each with the previous list and the lists to compare it with."""
    lists = cut(files, "peildata", ["peildatum"], moment, key=False).drop_duplicates()
    lists["peildatum"] = pd.to_datetime(lists["peildatum"])
    days = (moment - lists["peildatum"]).dt.days
    lists = lists[days.between(0, HISTORY_DAYS)].assign(days=days).sort_values(["corporatie_id", "peildatum"])
    by_corporation = lists.groupby("corporatie_id")
    lists["previous"] = by_corporation["peildatum"].shift()
    lists["latest"] = by_corporation["peildatum"].transform("max")
    for name, back in (("latest_3m", 91), ("latest_6m", 182)):
        near = lists["peildatum"].where(lists["days"].between(back, back + FRESH_DAYS))
        lists[name] = near.groupby(lists["corporatie_id"]).transform("max")
    year = lists["days"] < LIST_YEAR_DAYS
    lists["lists_365d"] = year.groupby(lists["corporatie_id"]).transform("sum")
    oldest = lists["days"].where(year).groupby(lists["corporatie_id"]).transform("max")
    lists["days_365d"] = np.minimum(oldest + 7, LIST_YEAR_DAYS)
    return lists[(moment - lists["latest"]).dt.days <= FRESH_DAYS].drop(columns="days")


def arrears(files: Path, agreements: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """Compute the signals of rent arrears."""
    columns = ["peildatum", "saldo", "oudste_vervaldatum", "incassofase", "regeling_status_code"]
    columns += ["regeling_eindereden_code", "laatste_betaaldatum"]
    read = cut(files, "huurachterstanden", columns, moment)
    for name in ("peildatum", "oudste_vervaldatum", "laatste_betaaldatum"):
        read[name] = pd.to_datetime(read[name])
    lists = delivered_lists(files, moment)
    read = read.merge(lists, on=["corporatie_id", "peildatum"]).sort_values([*AGREEMENT, "peildatum"])
    read["days"] = (moment - read["peildatum"]).dt.days
    read["owed"] = read["saldo"].fillna(0).clip(lower=0)
    read["owes"] = read["saldo"].fillna(0) >= MATTERS_EURO
    plan = read["regeling_status_code"].fillna("")
    stopped = (plan == "ANN") | (read["regeling_eindereden_code"] == "VOL")
    read["stopped"] = stopped & ~plan.isin(["VER", "ACT"])
    own = read.groupby(AGREEMENT, sort=False)
    follows = own["peildatum"].shift() == read["previous"]
    begins = read["owes"] & ~(follows & own["owes"].shift().fillna(False).astype(bool))
    read["owed_on"] = read["peildatum"].where(read["owes"])
    owed_before = own["owed_on"].ffill().groupby([read[name] for name in AGREEMENT], sort=False).shift()
    returns = begins & ((read["peildatum"] - owed_before).dt.days >= CLEAR_DAYS)
    fresh = (read["peildatum"] - read["oudste_vervaldatum"]).dt.days <= OLD_ITEM_DAYS
    due = read[["oudste_vervaldatum", "peildatum"]].min(axis=1)
    read["begin_on"] = read["peildatum"].mask(read["previous"].isna() | fresh, due)
    stops = read["stopped"] & ~own["stopped"].shift().fillna(False).astype(bool)
    year, latest = read["days"] < LIST_YEAR_DAYS, read["peildatum"] == read["latest"]
    keys = [read[name] for name in AGREEMENT]

    def each(values: pd.Series, how: str) -> pd.Series:
        return values.groupby(keys, sort=False).agg(how)

    out = pd.DataFrame(index=agreements.index)
    rent = agreements["brutohuur"].where(agreements["brutohuur"] > 0)
    fresh_of = lists.drop_duplicates("corporatie_id").set_index("corporatie_id")
    corporation = pd.Series(out.index.get_level_values(0), index=out.index)
    known = corporation.isin(fresh_of.index)

    def none_is_zero(part: pd.Series) -> pd.Series:
        return part.reindex(out.index).fillna(0).where(known)

    now = read[latest].set_index(AGREEMENT)
    out["arrears_euro"] = none_is_zero(now["owed"])
    out["arrears_months"] = out["arrears_euro"] / rent
    since = each(read["begin_on"].where(begins), "last").reindex(now.index).where(now["owes"])
    due_on = now["oudste_vervaldatum"].where(now["owed"] > 0).fillna(since)
    out["oldest_open_days"] = (moment - due_on).dt.days.clip(lower=0).reindex(out.index)
    for name, back in (("arrears_change_3m", "latest_3m"), ("arrears_change_6m", "latest_6m")):
        then = read[read["peildatum"] == read[back]].set_index(AGREEMENT)["owed"].reindex(out.index).fillna(0)
        change = (out["arrears_euro"] - then) / rent
        out[name] = change.where(corporation.map(fresh_of[back]).notna())
    weeks = each((read["owes"] & year).astype(int), "sum").reindex(out.index)
    per_list = corporation.map(fresh_of["days_365d"] / (7 * fresh_of["lists_365d"]))
    out["arrears_weeks_365d"] = none_is_zero(weeks * per_list)
    out["arrears_returns_365d"] = none_is_zero(each((returns & year).astype(int), "sum"))
    phase = now["incassofase"].map({name: n for n, name in enumerate(PHASES)})
    out["collection_phase"] = none_is_zero(phase).mask(out.index.isin(phase[phase.isna()].index))
    stopped_days = each(read["days"].where(stops), "min").reindex(now.index)
    begin_days = each(read["days"].where(begins), "min").reindex(now.index)
    plan_now = now["regeling_status_code"].fillna("")
    replaced = ~now["stopped"] & plan_now.isin(["ACT", "BEE", "BEV", "VER"])
    holds = now["owes"] & (stopped_days <= begin_days) & ~replaced
    out["plan_broken_days"] = stopped_days.where(holds).reindex(out.index)
    out["plan_running"] = none_is_zero((plan_now == "ACT").astype(int))
    paid = now["laatste_betaaldatum"].where((now["owed"] > 0) & (now["laatste_betaaldatum"] < moment))
    out["last_payment_days"] = (moment - paid).dt.days.reindex(out.index)
    return out


def nuisance(files: Path, agreements: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """Compute the signals of nuisance."""
    columns = [
        "zaak_id",
        "gebeurd_op",
        "status_code",
        "zaaktypesoort_code",
        "zaaktypedetailsoort_code",
        "melder_id",
    ]
    cases = cut(files, "overlastmeldingen", columns, moment)
    cases["days"] = (moment - pd.to_datetime(cases["gebeurd_op"])).dt.days
    first = cases[cases["days"] >= 1].groupby("corporatie_id")["days"].max()
    valid = (cases["status_code"] != "GEA") & ~cases["zaaktypesoort_code"].isin(NO_NUISANCE)
    cases = cases[cases["days"].between(1, 365) & valid]
    cases = cases.groupby([*AGREEMENT, "zaak_id"], as_index=False).agg(
        days=("days", "max"), kind=("zaaktypedetailsoort_code", "max"), reporter=("melder_id", "max")
    )
    unknown = ("case " + cases["zaak_id"]).mask(cases["kind"] == "RUZ", "quarrel")
    cases["teller"] = ("reporter " + cases["reporter"]).fillna(unknown)
    out = pd.DataFrame(index=agreements.index)
    can_tell = out.index.get_level_values(0).to_series(index=out.index).map(first) >= RISE_DAYS

    def count(where: pd.Series, column: str | None = None) -> pd.Series:
        grouped = cases[where].groupby(AGREEMENT)
        values = grouped[column].nunique() if column else grouped.size()
        return values.reindex(out.index).fillna(0)

    recent, every, heavy = cases["days"] <= 90, cases["days"] > 0, cases["kind"].isin(HEAVY)
    before = (cases["days"] > 90) & (cases["days"] <= RISE_DAYS)
    out["complaints_30d"] = count(cases["days"] <= 30)
    out["complaints_90d"] = count(recent)
    out["complaints_365d"] = count(every)
    out["complaints_separate_90d"] = count(recent, "teller")
    out["complaints_separate_365d"] = count(every, "teller")
    rise = count(recent, "teller") - count(before, "teller")
    out["complaints_rise_90d"] = rise.where(can_tell)
    out["reporters_365d"] = count(every, "reporter")
    out["heavy_90d"], out["heavy_365d"] = count(heavy & recent), count(heavy)
    kinds = {"noise": "GEL", "filth": "VUI", "stench": "STA", "aggression": "AGR", "quarrels": "RUZ"}
    for name, kind in kinds.items():
        out[f"{name}_365d"] = count(cases["kind"] == kind)
    return out


def repairs(files: Path, agreements: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """Compute the signals of repairs."""
    columns = ["gebeurd_op", "onderhoudsoort_code", "defectsoort_code", "defectoorzaak_code", "status_code"]
    requests = cut(files, "reparatieverzoeken", [*columns, "niet_thuis_datums"], moment)
    requests["gebeurd_op"] = pd.to_datetime(requests["gebeurd_op"])
    requests = requests[(requests["status_code"] != "GEA") & (requests["gebeurd_op"] < moment)]
    first = requests.groupby("corporatie_id")["gebeurd_op"].min()
    visits = requests[requests["niet_thuis_datums"].notna() & (requests["onderhoudsoort_code"] != "MUT")]
    visits = visits[[*AGREEMENT, "niet_thuis_datums"]].explode("niet_thuis_datums").drop_duplicates()
    away = (moment - pd.to_datetime(visits["niet_thuis_datums"])).dt.days
    out = pd.DataFrame(index=agreements.index)
    out["not_home_90d"] = visits[away.between(1, 90)].groupby(AGREEMENT).size()
    out["not_home_365d"] = visits[away.between(1, 365)].groupby(AGREEMENT).size()
    requests["days"] = (moment - requests["gebeurd_op"]).dt.days
    requests = requests[
        (requests["days"] <= SILENCE_DAYS) & ~requests["onderhoudsoort_code"].isin(LANDLORDS_OWN)
    ]
    last = requests.groupby(AGREEMENT)["gebeurd_op"].max().reindex(out.index)
    year = requests[requests["days"] <= 365]
    out["neglect_365d"] = year[year["defectsoort_code"].isin(NEGLECT)].groupby(AGREEMENT).size()
    out["damage_365d"] = year[year["defectoorzaak_code"].isin(CAUSED)].groupby(AGREEMENT).size()
    named = year[year["defectsoort_code"].notna()]
    out["same_defect_365d"] = (
        named.groupby([*AGREEMENT, "defectsoort_code"]).size().groupby(level=[0, 1]).max()
    )
    tenancy = (moment - pd.to_datetime(agreements["begindatum"])).dt.days
    corporation = pd.Series(out.index.get_level_values(0), index=out.index)
    history = (moment - corporation.map(first)).dt.days
    since = (moment - last).dt.days.fillna(SILENCE_DAYS)
    silent = np.minimum(np.minimum(since, tenancy), SILENCE_DAYS)
    out["silent_days"] = silent.where((tenancy >= SETTLED_DAYS) & (history >= SILENCE_DAYS))
    return out


def debits(files: Path, moment: pd.Timestamp) -> pd.DataFrame:
    """Compute the signals of failed direct debits."""
    booked = cut(files, "boekingen", ["boekdatum", "detailsoort_code"], moment)
    booked = booked[booked["detailsoort_code"] == "STO"]
    days = (moment - pd.to_datetime(booked["boekdatum"])).dt.days
    booked, days = booked[days.between(1, 365)], days[days.between(1, 365)]
    out = booked.groupby(AGREEMENT).size().to_frame("stornos_365d")
    out["stornos_90d"] = booked[days <= 90].groupby(AGREEMENT).size()
    return out
