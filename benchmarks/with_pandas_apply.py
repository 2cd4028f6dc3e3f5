"""Compute the signals in pandas as people usually first write it: a function per agreement, applied to every group.

The signals are those of `with_pandas`, which uses no functions per group and provides the cut and the lists.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from benchmarks.with_pandas import AGREEMENT, cut, delivered_lists
from features.catalogue.arrears import PHASES
from features.catalogue.nuisance import HEAVY, NO_NUISANCE, RISE_DAYS
from features.catalogue.positions import CLEAR_DAYS, LIST_YEAR_DAYS, MATTERS_EURO, OLD_ITEM_DAYS
from features.catalogue.repairs import CAUSED, LANDLORDS_OWN, NEGLECT, SETTLED_DAYS, SILENCE_DAYS

KINDS = {"noise": "GEL", "filth": "VUI", "stench": "STA", "aggression": "AGR", "quarrels": "RUZ"}


def signals(files: Path, as_of: date) -> dict[str, tuple[int, float]]:
    """Compute the signals from the exported history; return per signal the number of known values and their sum."""
    moment = pd.Timestamp(as_of)
    table = cut(files, "huurovereenkomsten", ["begindatum", "brutohuur"], moment).set_index(AGREEMENT)
    table["age"] = (moment - pd.to_datetime(table.pop("begindatum"))).dt.days
    rent = table["brutohuur"].where(table["brutohuur"] > 0)
    corporation = table.index.get_level_values(0).to_series(index=table.index)
    lists = delivered_lists(files, moment)
    newest = lists.drop_duplicates("corporatie_id").set_index("corporatie_id")
    owing = _per_agreement(_positions(files, lists, moment), _arrears, moment).reindex(table.index)
    known = corporation.isin(newest.index)
    zero = ["arrears_euro", "arrears_weeks_365d", "arrears_returns_365d", "plan_running"]
    owing[zero] = owing[zero].fillna(0).where(known)
    on_list = owing.pop("on_list").fillna(False).astype(bool)
    owing["collection_phase"] = owing["collection_phase"].mask(~on_list, 0).where(known)
    owing["arrears_months"] = owing["arrears_euro"] / rent
    for months, days in (("3m", "latest_3m"), ("6m", "latest_6m")):
        change = (owing["arrears_euro"] - owing.pop(f"owed_{months}").fillna(0)) / rent
        owing[f"arrears_change_{months}"] = change.where(corporation.map(newest[days]).notna())
    cases, first_case = _cases(files, moment)
    quarrel = _per_agreement(cases, _nuisance, moment).reindex(table.index).fillna(0)
    comparable = (moment - corporation.map(first_case)).dt.days >= RISE_DAYS
    quarrel["complaints_rise_90d"] = quarrel["complaints_rise_90d"].where(comparable)
    requests, first_request = _requests(files, moment)
    repaired = _per_agreement(requests, _repairs, moment).reindex(table.index)
    last = repaired.pop("last").fillna(SILENCE_DAYS)
    history = (moment - corporation.map(first_request)).dt.days
    silent = pd.concat([last, table["age"]], axis=1).min(axis=1).clip(upper=SILENCE_DAYS)
    can_tell = (table["age"] >= SETTLED_DAYS) & (history >= SILENCE_DAYS)
    repaired = repaired.fillna(0).assign(silent_days=silent.where(can_tell))
    booked = cut(files, "boekingen", ["boekdatum", "detailsoort_code"], moment)
    failed = _per_agreement(booked[booked["detailsoort_code"] == "STO"], _debits, moment)
    computed = pd.concat([owing, quarrel, repaired, failed.reindex(table.index).fillna(0)], axis=1)
    return {str(name): (int(column.count()), float(column.sum())) for name, column in computed.items()}


def _per_agreement(
    rows: pd.DataFrame,
    function: Callable[[pd.DataFrame, pd.Timestamp], dict[str, object]],
    moment: pd.Timestamp,
) -> pd.DataFrame:
    """Apply a function to the rows of each agreement."""
    signals_of_each = rows.groupby(AGREEMENT).apply(
        lambda own: pd.Series(function(own, moment), dtype=object)
    )
    return pd.DataFrame(signals_of_each.infer_objects())


def _positions(files: Path, lists: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    dates = ["oudste_vervaldatum", "laatste_betaaldatum"]
    others = ["saldo", "incassofase", "regeling_status_code", "regeling_eindereden_code"]
    rows = cut(files, "huurachterstanden", ["peildatum", *dates, *others], moment)
    for name in ("peildatum", *dates):
        rows[name] = pd.to_datetime(rows[name])
    return rows.merge(lists, on=["corporatie_id", "peildatum"])


def _arrears(own: pd.DataFrame, moment: pd.Timestamp) -> dict[str, object]:
    """Compute the arrears signals of one agreement from its positions."""
    own = own.sort_values("peildatum")
    days = (moment - own["peildatum"]).dt.days
    owed = own["saldo"].fillna(0).clip(lower=0)
    owes = owed >= MATTERS_EURO
    plan = own["regeling_status_code"].fillna("")
    stopped = ((plan == "ANN") | (own["regeling_eindereden_code"] == "VOL")) & ~plan.isin(["VER", "ACT"])
    follows = own["peildatum"].shift() == own["previous"]
    begins = owes & ~(follows & owes.shift(fill_value=False))
    last_owed = own["peildatum"].where(owes).ffill().shift()
    returns = begins & ((own["peildatum"] - last_owed).dt.days >= CLEAR_DAYS)
    fresh = own["previous"].isna() | ((own["peildatum"] - own["oudste_vervaldatum"]).dt.days <= OLD_ITEM_DAYS)
    begin_on = own["peildatum"].mask(fresh, own[["oudste_vervaldatum", "peildatum"]].min(axis=1))
    year, now = days < LIST_YEAR_DAYS, own["peildatum"] == own["latest"]
    values: dict[str, object] = {
        "on_list": bool(now.any()),
        "owed_3m": owed[own["peildatum"] == own["latest_3m"]].max(),
        "owed_6m": owed[own["peildatum"] == own["latest_6m"]].max(),
        "arrears_weeks_365d": (owes & year).sum() * own["days_365d"].max() / (7 * own["lists_365d"].max()),
        "arrears_returns_365d": (returns & year).sum(),
        "arrears_euro": None, "oldest_open_days": None, "collection_phase": None, "plan_broken_days": None,
        "plan_running": None, "last_payment_days": None,
    }  # fmt: skip
    if not now.any():
        return values
    latest = own[now].iloc[0]
    values["arrears_euro"] = euro = owed[now].max()
    due_on = latest["oudste_vervaldatum"] if euro > 0 else pd.NaT
    if pd.isna(due_on) and owes[now].any():
        due_on = begin_on[begins].iloc[-1]
    if pd.notna(due_on):
        values["oldest_open_days"] = max((moment - due_on).days, 0)
    if latest["incassofase"] in PHASES:
        values["collection_phase"] = PHASES.index(latest["incassofase"])
    values["plan_running"] = int(plan[now].iloc[0] == "ACT")
    stops = days[stopped & ~stopped.shift(fill_value=False)]
    replaced = not stopped[now].any() and plan[now].iloc[0] in ("ACT", "BEE", "BEV", "VER")
    if owes[now].any() and len(stops) and stops.min() <= days[begins].min() and not replaced:
        values["plan_broken_days"] = stops.min()
    if euro > 0 and latest["laatste_betaaldatum"] < moment:
        values["last_payment_days"] = (moment - latest["laatste_betaaldatum"]).days
    return values


def _cases(files: Path, moment: pd.Timestamp) -> tuple[pd.DataFrame, pd.Series]:
    names = [
        "zaak_id",
        "gebeurd_op",
        "status_code",
        "zaaktypesoort_code",
        "zaaktypedetailsoort_code",
        "melder_id",
    ]
    cases = cut(files, "overlastmeldingen", names, moment)
    cases["gebeurd_op"] = pd.to_datetime(cases["gebeurd_op"])
    cases["days"] = (moment - cases["gebeurd_op"]).dt.days
    first = cases[cases["days"] >= 1].groupby("corporatie_id")["gebeurd_op"].min()
    valid = (cases["status_code"] != "GEA") & ~cases["zaaktypesoort_code"].isin(NO_NUISANCE)
    return cases[cases["days"].between(1, 365) & valid], first


def _nuisance(own: pd.DataFrame, _: pd.Timestamp) -> dict[str, object]:
    """Compute the nuisance signals of one agreement from its complaints."""
    cases = own.groupby("zaak_id").agg(
        days=("days", "max"), kind=("zaaktypedetailsoort_code", "max"), reporter=("melder_id", "max")
    )
    without = ("case " + cases.index.to_series()).mask(cases["kind"] == "RUZ", "quarrel")
    teller = ("reporter " + cases["reporter"]).fillna(without)
    recent, before = cases["days"] <= 90, cases["days"].between(91, RISE_DAYS)
    heavy = cases["kind"].isin(HEAVY)
    return {
        "complaints_30d": (cases["days"] <= 30).sum(),
        "complaints_90d": recent.sum(),
        "complaints_365d": len(cases),
        "complaints_separate_90d": teller[recent].nunique(),
        "complaints_separate_365d": teller.nunique(),
        "complaints_rise_90d": teller[recent].nunique() - teller[before].nunique(),
        "reporters_365d": cases["reporter"].nunique(),
        "heavy_90d": (heavy & recent).sum(),
        "heavy_365d": heavy.sum(),
        **{f"{name}_365d": (cases["kind"] == kind).sum() for name, kind in KINDS.items()},
    }


def _requests(files: Path, moment: pd.Timestamp) -> tuple[pd.DataFrame, pd.Series]:
    names = ["gebeurd_op", "onderhoudsoort_code", "defectsoort_code", "defectoorzaak_code", "status_code"]
    requests = cut(files, "reparatieverzoeken", [*names, "niet_thuis_datums"], moment)
    requests["gebeurd_op"] = pd.to_datetime(requests["gebeurd_op"])
    requests = requests[(requests["status_code"] != "GEA") & (requests["gebeurd_op"] < moment)]
    return requests, requests.groupby("corporatie_id")["gebeurd_op"].min()


def _repairs(own: pd.DataFrame, moment: pd.Timestamp) -> dict[str, object]:
    """Compute the repair signals of one agreement from its requests."""
    visits = own[own["niet_thuis_datums"].notna() & (own["onderhoudsoort_code"] != "MUT")]
    away = {(moment - pd.Timestamp(day)).days for days in visits["niet_thuis_datums"] for day in days}
    days = (moment - own["gebeurd_op"]).dt.days
    tenants = (days <= SILENCE_DAYS) & ~own["onderhoudsoort_code"].isin(LANDLORDS_OWN)
    year = own[tenants & (days <= 365)]
    return {
        "last": days[tenants].min(),
        "not_home_90d": sum(1 <= age <= 90 for age in away),
        "not_home_365d": sum(1 <= age <= 365 for age in away),
        "neglect_365d": year["defectsoort_code"].isin(NEGLECT).sum(),
        "damage_365d": year["defectoorzaak_code"].isin(CAUSED).sum(),
        "same_defect_365d": year["defectsoort_code"].value_counts().max(),
    }


def _debits(own: pd.DataFrame, moment: pd.Timestamp) -> dict[str, object]:
    """Count the failed direct debits of one agreement."""
    days = (moment - pd.to_datetime(own["boekdatum"])).dt.days
    return {"stornos_90d": days.between(1, 90).sum(), "stornos_365d": days.between(1, 365).sum()}
