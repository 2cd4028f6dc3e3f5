"""A debt counts for the agreement on which it is booked, and for no other agreement of its tenant."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.scoring import cards, score
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import agreement, deliver, load_well, make_workspace
from tests.support.small import no_gate


def test_a_debt_on_a_garage_or_a_former_home_is_not_a_debt_on_the_present_home(tmp_path: Path):
    place = make_workspace(tmp_path)
    own = {"huurder_id": "H1"}
    homes = [
        agreement("home", **own),
        agreement("garage", eenheidsoort_code="PAR", **own),
        agreement("former", begindatum="2015-01-01", einddatum="2019-12-31", **own),
    ]
    deliver(place, "huurovereenkomsten", "2026-11-16", homes)
    debts = [
        {"overeenkomst_id": name, "saldo": saldo, "oudste_vervaldatum": "2026-06-01"}
        for name, saldo in (("Ogarage", "1200"), ("Oformer", "3000"))
    ]
    deliver(place, "huurachterstanden", "2026-11-16", debts)
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        score.score(con, place, date(2026, 11, 16), cards.scorecard(place))
        rows = con.execute(
            "SELECT overeenkomst_id, exclusion, s.arrears_euro FROM scored JOIN signals s USING (overeenkomst_id) ORDER BY ALL"
        ).fetchall()
    assert rows == [("Oformer", "ended", 3000.0), ("Ogarage", "not_a_home", 1200.0), ("Ohome", None, 0.0)]
