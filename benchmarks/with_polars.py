"""Compute the signals of arrears, nuisance, repairs and failed debits in straightforward lazy polars, without tuning.

It leaves out what `benchmarks.with_pandas` leaves out.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl

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
    table = _known(files, "huurovereenkomsten", as_of).select(*AGREEMENT, "begindatum", "brutohuur")
    lists = _lists(files, as_of)
    newest = lists.unique("corporatie_id").select(
        "corporatie_id", "latest", "latest_3m", "latest_6m", "lists_365d", "days_365d"
    )
    first = _valid(files, as_of).group_by("corporatie_id").agg(first=pl.col("gebeurd_op").min())
    table = table.join(newest, on="corporatie_id", how="left").join(first, on="corporatie_id", how="left")
    parts = [
        _positions(files, as_of, lists),
        nuisance(files, as_of),
        *repairs(files, as_of),
        debits(files, as_of),
    ]
    first_complaints = _known(files, "overlastmeldingen", as_of).filter(pl.col("gebeurd_op") < as_of)
    first_complaints = first_complaints.group_by("corporatie_id").agg(told_from=pl.col("gebeurd_op").min())
    table = table.join(first_complaints, on="corporatie_id", how="left")
    for part in parts:
        table = table.join(part, on=AGREEMENT, how="left")
    counts = [
        name
        for part in parts[1:]
        for name in part.collect_schema().names()
        if name not in (*AGREEMENT, "last")
    ]
    rise = pl.when(_days("told_from", as_of) >= RISE_DAYS).then("complaints_rise_90d")
    done = table.with_columns(pl.col(counts).fill_null(0)).with_columns(
        **_arrears(as_of), **_silence(as_of), complaints_rise_90d=rise
    )
    names = [*_arrears(as_of), *_silence(as_of), *counts]
    sums = done.select(names).collect()
    return {name: (sums[name].count(), float(sums[name].sum() or 0)) for name in names}


def _known(files: Path, source: str, as_of: date) -> pl.LazyFrame:
    until = pl.col("known_until")
    rows = pl.scan_parquet(files / f"{source}.parquet")
    return rows.filter(pl.col("known_from") < as_of, until.is_null() | (until >= as_of))


def _days(column: str | pl.Expr, as_of: date) -> pl.Expr:
    column = pl.col(column) if isinstance(column, str) else column
    return (pl.lit(as_of) - column.cast(pl.Date)).dt.total_days()


def _lists(files: Path, as_of: date) -> pl.LazyFrame:
    lists = _known(files, "peildata", as_of).select("corporatie_id", "peildatum").unique()
    lists = lists.with_columns(days=_days("peildatum", as_of)).filter(
        pl.col("days").is_between(0, HISTORY_DAYS)
    )
    lists = lists.sort("corporatie_id", "peildatum")
    day, year = pl.col("peildatum"), pl.col("days") < LIST_YEAR_DAYS

    def latest(back: int) -> pl.Expr:
        return day.filter(pl.col("days").is_between(back, back + FRESH_DAYS)).max().over("corporatie_id")

    oldest = pl.col("days").filter(year).max().over("corporatie_id")
    return lists.with_columns(
        previous=day.shift().over("corporatie_id"),
        latest=day.max().over("corporatie_id"),
        latest_3m=latest(91),
        latest_6m=latest(182),
        lists_365d=year.sum().over("corporatie_id"),
        days_365d=pl.min_horizontal(oldest + 7, LIST_YEAR_DAYS),
    ).filter(pl.col("latest") >= as_of - timedelta(days=FRESH_DAYS))


def _positions(files: Path, as_of: date, lists: pl.LazyFrame) -> pl.LazyFrame:
    """Aggregate the positions; `_arrears` computes what also needs the agreement."""
    read = _known(files, "huurachterstanden", as_of).join(lists, on=["corporatie_id", "peildatum"])
    day, plan = pl.col("peildatum"), pl.col("regeling_status_code").fill_null("")
    stopped = (plan == "ANN") | (pl.col("regeling_eindereden_code").fill_null("") == "VOL")
    read = read.sort(*AGREEMENT, "peildatum").with_columns(
        owed=pl.col("saldo").fill_null(0).clip(lower_bound=0),
        owes=pl.col("saldo").fill_null(0) >= MATTERS_EURO,
        stopped=stopped & ~plan.is_in(["VER", "ACT"]),
        plan=plan,
    )
    follows = (day.shift().over(AGREEMENT) == pl.col("previous")).fill_null(False)
    owed_on = pl.when(pl.col("owes")).then(day).forward_fill().shift().over(AGREEMENT)
    fresh = ((day - pl.col("oudste_vervaldatum")).dt.total_days() <= OLD_ITEM_DAYS).fill_null(False)
    due = pl.min_horizontal("oudste_vervaldatum", "peildatum")
    read = read.with_columns(
        begins=pl.col("owes") & ~(follows & pl.col("owes").shift().over(AGREEMENT).fill_null(False)),
        returns=((day - owed_on).dt.total_days() >= CLEAR_DAYS).fill_null(False),
        begin_on=pl.when(pl.col("previous").is_null() | fresh).then(due).otherwise(day),
        stops=pl.col("stopped") & ~pl.col("stopped").shift().over(AGREEMENT).fill_null(False),
    )
    now, year, begins = day == pl.col("latest"), pl.col("days") < LIST_YEAR_DAYS, pl.col("begins")
    owes_now = (now & pl.col("owes")).any()
    paid = pl.col("laatste_betaaldatum").filter(
        now & (pl.col("owed") > 0) & (pl.col("laatste_betaaldatum") < as_of)
    )
    stopped_days, begin_days = pl.col("days").filter("stops").min(), pl.col("days").filter(begins).min()
    replaced = (now & ~pl.col("stopped") & pl.col("plan").is_in(["ACT", "BEE", "BEV", "VER"])).any()
    rank = pl.col("incassofase").replace_strict(list(PHASES), range(len(PHASES)), default=None)
    return read.group_by(AGREEMENT).agg(
        owed_now=pl.col("owed").filter(now).max(),
        owed_3m=pl.col("owed").filter(day == pl.col("latest_3m")).max(),
        owed_6m=pl.col("owed").filter(day == pl.col("latest_6m")).max(),
        weeks=(pl.col("owes") & year).sum(),
        returned=(begins & pl.col("returns") & year).sum(),
        listed=now.any(),
        phase=rank.filter(now).max(),
        plan_broken_days=pl.when(owes_now & (stopped_days <= begin_days) & ~replaced).then(stopped_days),
        runs=(now & (pl.col("plan") == "ACT")).any().cast(pl.Int64),
        since=pl.when(owes_now).then(pl.col("begin_on").filter(begins).last()),
        due_on=pl.col("oudste_vervaldatum").filter(now & (pl.col("owed") > 0)).max(),
        paid_on=paid.max(),
    )


def _arrears(as_of: date) -> dict[str, pl.Expr]:
    """Return the arrears signals as expressions of the aggregated positions and the agreement."""
    known = pl.col("latest").is_not_null()
    rent = pl.when(pl.col("brutohuur") > 0).then(pl.col("brutohuur"))

    def none_is_zero(counted: pl.Expr) -> pl.Expr:
        return pl.when(known).then(counted.fill_null(0))

    def change(owed: str, then: str) -> pl.Expr:
        return pl.when(pl.col(then).is_not_null()).then((euro - pl.col(owed).fill_null(0)) / rent)

    euro = none_is_zero(pl.col("owed_now"))
    due_on = pl.coalesce("due_on", "since")
    return {
        "arrears_euro": euro,
        "arrears_months": euro / rent,
        "oldest_open_days": _days(due_on, as_of).clip(lower_bound=0),
        "arrears_change_3m": change("owed_3m", "latest_3m"),
        "arrears_change_6m": change("owed_6m", "latest_6m"),
        "arrears_weeks_365d": none_is_zero(
            pl.col("weeks") * pl.col("days_365d") / (7 * pl.col("lists_365d"))
        ),
        "arrears_returns_365d": none_is_zero(pl.col("returned")),
        "collection_phase": pl.when(pl.col("listed").fill_null(False))
        .then("phase")
        .otherwise(none_is_zero(pl.lit(0))),
        "plan_broken_days": pl.col("plan_broken_days"),
        "plan_running": none_is_zero(pl.col("runs")),
        "last_payment_days": _days("paid_on", as_of),
    }


def nuisance(files: Path, as_of: date) -> pl.LazyFrame:
    """Compute the signals of nuisance."""
    cases = _known(files, "overlastmeldingen", as_of).with_columns(days=_days("gebeurd_op", as_of))
    status, kind = pl.col("status_code").fill_null(""), pl.col("zaaktypesoort_code").fill_null("")
    cases = cases.filter(pl.col("days").is_between(1, 365), status != "GEA", ~kind.is_in(NO_NUISANCE))
    cases = cases.group_by(*AGREEMENT, "zaak_id").agg(
        days=pl.col("days").max(),
        kind=pl.col("zaaktypedetailsoort_code").max().fill_null(""),
        reporter=pl.col("melder_id").max(),
    )
    unknown = pl.when(pl.col("kind") == "RUZ").then(pl.lit("quarrel")).otherwise("case " + pl.col("zaak_id"))
    cases = cases.with_columns(teller=pl.coalesce("reporter " + pl.col("reporter"), unknown))
    recent, before = pl.col("days") <= 90, pl.col("days").is_between(91, RISE_DAYS)
    tellers, heavy = pl.col("teller"), pl.col("kind").is_in(HEAVY)
    kinds = {"noise": "GEL", "filth": "VUI", "stench": "STA", "aggression": "AGR", "quarrels": "RUZ"}
    return cases.group_by(AGREEMENT).agg(
        complaints_30d=(pl.col("days") <= 30).sum().cast(pl.Int64),
        complaints_90d=recent.sum().cast(pl.Int64),
        complaints_365d=pl.len().cast(pl.Int64),
        complaints_separate_90d=tellers.filter(recent).n_unique().cast(pl.Int64),
        complaints_separate_365d=tellers.n_unique().cast(pl.Int64),
        complaints_rise_90d=tellers.filter(recent).n_unique().cast(pl.Int64)
        - tellers.filter(before).n_unique().cast(pl.Int64),
        reporters_365d=pl.col("reporter").drop_nulls().n_unique().cast(pl.Int64),
        heavy_90d=(heavy & recent).sum().cast(pl.Int64),
        heavy_365d=heavy.sum().cast(pl.Int64),
        **{f"{name}_365d": (pl.col("kind") == code).sum().cast(pl.Int64) for name, code in kinds.items()},
    )


def _valid(files: Path, as_of: date) -> pl.LazyFrame:
    requests = _known(files, "reparatieverzoeken", as_of)
    return requests.filter(pl.col("status_code").fill_null("") != "GEA", pl.col("gebeurd_op") < as_of)


def repairs(files: Path, as_of: date) -> list[pl.LazyFrame]:
    """Compute the signals of repairs, except silence, which also needs the agreement (`_silence`)."""
    requests, kind = _valid(files, as_of), pl.col("onderhoudsoort_code").fill_null("")
    away = _days("niet_thuis_datums", as_of)
    visits = requests.filter(pl.col("niet_thuis_datums").is_not_null(), kind != "MUT")
    visits = visits.select(*AGREEMENT, "niet_thuis_datums").explode("niet_thuis_datums").unique()
    not_home = visits.group_by(AGREEMENT).agg(
        not_home_90d=away.is_between(1, 90).sum().cast(pl.Int64),
        not_home_365d=away.is_between(1, 365).sum().cast(pl.Int64),
    )
    requests = requests.with_columns(days=_days("gebeurd_op", as_of))
    requests = requests.filter(pl.col("days") <= SILENCE_DAYS, ~kind.is_in(LANDLORDS_OWN))
    year, defect = pl.col("days") <= 365, pl.col("defectsoort_code")
    counted = requests.group_by(AGREEMENT).agg(
        last=pl.col("gebeurd_op").max(),
        neglect_365d=(year & defect.is_in(NEGLECT)).sum().cast(pl.Int64),
        damage_365d=(year & pl.col("defectoorzaak_code").is_in(CAUSED)).sum().cast(pl.Int64),
    )
    same = requests.filter(year, defect.is_not_null()).group_by(*AGREEMENT, "defectsoort_code").len()
    return [
        not_home,
        counted,
        same.group_by(AGREEMENT).agg(same_defect_365d=pl.col("len").max().cast(pl.Int64)),
    ]


def _silence(as_of: date) -> dict[str, pl.Expr]:
    tenancy = _days("begindatum", as_of)
    can_tell = (tenancy >= SETTLED_DAYS) & (_days("first", as_of) >= SILENCE_DAYS)
    silent = pl.min_horizontal(_days("last", as_of).fill_null(SILENCE_DAYS), tenancy, SILENCE_DAYS)
    return {"silent_days": pl.when(can_tell).then(silent)}


def debits(files: Path, as_of: date) -> pl.LazyFrame:
    """Compute the signals of failed direct debits."""
    booked = _known(files, "boekingen", as_of).filter(pl.col("detailsoort_code") == "STO")
    booked = booked.with_columns(days=_days("boekdatum", as_of)).filter(pl.col("days").is_between(1, 365))
    return booked.group_by(AGREEMENT).agg(
        stornos_90d=(pl.col("days") <= 90).sum().cast(pl.Int64), stornos_365d=pl.len().cast(pl.Int64)
    )
