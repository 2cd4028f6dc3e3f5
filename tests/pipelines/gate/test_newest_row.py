"""Where few rows come, weeks without a new one are no old export."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.deliveries import corporation, deliver, load, load_well, make_workspace

pytestmark = pytest.mark.dear

DAY = date(2026, 11, 16)


def complaints(number: int, newest: date, every: int) -> list[dict[str, Any]]:
    """Give complaints of some days before the newest one."""
    return [
        {
            "zaak_id": f"{newest}-{n}",
            "beklaagde_eenheid_id": "E1",
            "registratiedatum": f"{newest - timedelta(days=n * every)} 10:00:00",
            "zaaktypedetailsoort_code": "GEL",
            "status_code": "INB",
        }
        for n in range(number)
    ]


@pytest.mark.parametrize(
    ("earlier", "every", "said"),
    [(20, 14, False), (90, 1, True), (0, 1, True)],
    ids=["one in two weeks", "one a day", "never before"],
)
def test_fifty_days_without_a_row_are_old_where_rows_usually_come(
    tmp_path: Path, earlier: int, every: int, said: bool
) -> None:
    place = make_workspace(tmp_path / "home")
    deliver(place, "huurovereenkomsten", "2026-09-14", corporation(8)["huurovereenkomsten"])
    if earlier:
        deliver(place, "overlastmeldingen", "2026-09-14", complaints(earlier, date(2026, 9, 13), every))
    load_well(place)
    deliver(place, "overlastmeldingen", str(DAY), complaints(3, DAY - timedelta(days=50), 1))
    (gate,) = [outcome.gate for outcome in load(place) if outcome.gate]
    assert ("newest_row.age_days" in {verdict.figure.name for verdict in gate.warnings}) == said
