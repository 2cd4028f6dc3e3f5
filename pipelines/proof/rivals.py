"""Choose the lists that are sealed with that of the coaches: the cards without lots, and every simple ranking.

Each is chosen by the same rules, from the same agreements, for the same coaches and with the same number of places, so
that only the order differs. None of them has places drawn by lot.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import duckdb
import ibis
import pandas as pd

from features.known import AGREEMENT
from models.card.scorecard import EXPERT, Scorecard, load
from models.evaluate import rankings
from models.selection.contenders import Contenders
from models.selection.shortlist import Selection
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql, fill
from pipelines.proof.chain import LIST
from pipelines.proof.seal import Key, Sealable
from pipelines.scoring import score

IN_USE, EXPERT_CARD, CANDIDATE = "card in use", "expert card", "candidate card"


def lists(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    chosen: Selection,
    card: Scorecard,
    candidate: Scorecard | None,
) -> dict[str, Sealable]:
    """Return every list of a week by name, from the temporary tables that `pipelines.scoring.score` made.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The open warehouse, in which the week was scored with `card`.
    settings : Settings
        The settings of the list.
    as_of : date
        The as-of date.
    chosen : Selection
        The list of the coaches.
    card : Scorecard
        The card in use.
    candidate : Scorecard, optional
        The card that a shadow period compares with it.
    """
    people = score.candidates(con, as_of)
    contenders = Contenders(people, settings.list_coaches(), as_of=as_of, seed=settings.shortlist.seed)
    least = settings.shortlist.minimum_points
    in_use = contenders.highest(people["score"], people["score_exact"], minimum_score=least)
    sealable = {LIST: _sealable(_keys(chosen), card), IN_USE: _sealable(in_use, card)}
    for name, other in ((EXPERT_CARD, load(EXPERT)), (CANDIDATE, candidate)):
        if other == card:
            sealable[name] = sealable[IN_USE]
        elif other is not None:
            points = people[AGREEMENT].merge(
                _points(con, as_of, other), on=AGREEMENT, how="left", validate="one_to_one"
            )
            keys = contenders.highest(points["score"], points["score_exact"], minimum_score=least)
            sealable[name] = _sealable(keys, other)
    for ranking in rankings.simple(_signals(con, as_of, people)):
        value = ranking.scores.fillna(0.0)
        keys = contenders.highest((value > 0).astype("int64"), value, minimum_score=1)
        sealable[ranking.name] = Sealable(keys, ranking.label)
    return sealable


def card_digest(card: Scorecard) -> str:
    """Return the SHA-256 by which a seal names a card."""
    return sha256(card.model_dump_json().encode()).hexdigest()


def _points(con: duckdb.DuckDBPyConnection, as_of: date, card: Scorecard) -> pd.DataFrame:
    """Give points by another card on the signals of the week."""
    table = ibis.duckdb.from_connection(con).table("signals", database=("temp", "main"))
    query = fill(
        "SELECT corporatie_id, overeenkomst_id, score, score_exact FROM ({points}) WHERE as_of = ?",
        points=Sql(ibis.to_sql(card.points(table), dialect="duckdb")),
    )
    return con.execute(query, [as_of]).df()


def _signals(con: duckdb.DuckDBPyConnection, as_of: date, people: pd.DataFrame) -> pd.DataFrame:
    """Read the signals that the simple rankings need, in the order of the candidates."""
    known = {name for name, *_ in con.execute("DESCRIBE signals").fetchall()}
    names = [name for name in rankings.READ if name in known]
    query = fill("SELECT corporatie_id, overeenkomst_id, {names} FROM signals WHERE as_of = ?", names=names)
    values = con.execute(query, [as_of]).df()
    return people[AGREEMENT].merge(values, on=AGREEMENT, how="left", validate="one_to_one")


def _sealable(keys: list[Key], card: Scorecard) -> Sealable:
    return Sealable(keys, f"{card.name} {card.version}", card_digest(card))


def _keys(chosen: Selection) -> list[Key]:
    return [(str(c), str(a)) for c, a in chosen.listed[AGREEMENT].itertuples(index=False)]
