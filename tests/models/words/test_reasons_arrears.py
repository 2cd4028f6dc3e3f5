"""Test that facts about arrears give the exact Dutch sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.words.reasons import reasons
from tests.support.lists import MONDAY, OWES, row


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            row(
                **OWES,
                p_arrears_months=3,
                p_plan_broken_days=2,
                fact_plan_broken_on=date(2026, 11, 3),
                fact_arrears_peildatum=MONDAY,
            ),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; "
            "betalingsregeling gestopt (bekend sinds 3 november).",
        ),
        (
            row(arrears_euro=310.4, arrears_months=0.5, p_arrears_months=1),
            "Minder dan één maand huurachterstand (€ 310).",
        ),
        (
            row(
                arrears_euro=620.0,
                arrears_months=1.0,
                p_arrears_months=1,
                fact_arrears_since=date(2025, 12, 1),
            ),
            "Eén maand huurachterstand (€ 620), begonnen in december 2025.",
        ),
        (
            row(arrears_euro=8_700.0, arrears_months=13.4, p_arrears_months=9),
            "Ruim 13 maanden huurachterstand (€ 8.700).",
        ),
        (
            row(arrears_euro=1240.0, p_oldest_open_days=1, fact_oldest_due_on=date(2026, 9, 1)),
            "Huurachterstand van € 1.240; de oudste open rekening is van 1 september.",
        ),
        (
            row(**OWES, p_oldest_open_days=1, fact_oldest_due_on=date(2026, 8, 1)),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus.",
        ),
        (
            row(**OWES, p_oldest_open_days=1, fact_oldest_due_on=date(2026, 5, 1)),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; "
            "de oudste open rekening is van 1 mei.",
        ),
        # In arrears on each list since August, while the bills of then are paid.
        (
            row(**OWES, p_arrears_months=1, fact_oldest_due_on=date(2026, 10, 1)),
            "Twee maanden huurachterstand (€ 1.240), telkens weer sinds augustus (oudste open rekening: 1 oktober).",
        ),
        (
            row(
                **OWES,
                p_oldest_open_days=2,
                p_arrears_returns_365d=1,
                arrears_returns_365d=2,
                fact_oldest_due_on=date(2026, 10, 1),
            ),
            "Twee maanden huurachterstand (€ 1.240), telkens weer sinds augustus (oudste open rekening: "
            "1 oktober); de achterstand kwam in een jaar twee keer terug.",
        ),
        (
            row(
                **OWES,
                p_arrears_change_3m=1,
                arrears_change_3m=1.98,
                p_arrears_weeks_365d=1,
                arrears_weeks_365d=15.3,
                fact_oldest_due_on=date(2026, 10, 1),
            ),
            "Twee maanden huurachterstand (€ 1.240), telkens weer sinds augustus (oudste open rekening: "
            "1 oktober).",
        ),
        # The first list in arrears was of the last day of August, and showed the rent of September.
        (
            row(
                **{**OWES, "fact_arrears_since": date(2026, 8, 31)},
                p_oldest_open_days=1,
                fact_oldest_due_on=date(2026, 9, 1),
            ),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus.",
        ),
        (
            row(**OWES, p_arrears_months=3, fact_arrears_peildatum=date(2026, 11, 2)),
            "Twee maanden huurachterstand (€ 1.240 op 2 november), begonnen in augustus.",
        ),
        (
            row(**OWES, p_arrears_months=3, p_collection_phase=1, fact_collection_phase="sommatie"),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; laatste aanmaning verstuurd.",
        ),
        (
            row(**OWES, p_arrears_months=3, p_arrears_change_3m=2, arrears_change_3m=1.3),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; "
            "in drie maanden met ruim één maandhuur gestegen.",
        ),
        (
            row(**OWES, p_arrears_months=3, p_arrears_change_3m=2, arrears_change_3m=0.4),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; in drie maanden verder gestegen.",
        ),
        (
            row(**OWES, p_arrears_months=3, p_arrears_change_3m=2, arrears_change_3m=2.0),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus.",
        ),
        (
            row(
                **OWES,
                p_arrears_months=3,
                p_last_payment_days=2,
                p_stornos_90d=1,
                p_arrears_returns_365d=3,
                fact_last_payment_on=date(2026, 9, 2),
                fact_last_payment_euro=150.5,
                stornos_90d=2,
                fact_last_storno_on=date(2026, 11, 3),
                arrears_returns_365d=2,
            ),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; "
            "de achterstand kwam in een jaar twee keer terug; laatste betaling op 2 september (€ 151).",
        ),
        (
            row(**OWES, p_arrears_months=3, p_never_paid=4, never_paid=1),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; er is nog geen betaling bekend.",
        ),
        (
            row(arrears_euro=0.0, p_stornos_90d=1, stornos_90d=2, fact_last_storno_on=date(2026, 11, 3)),
            "De huur kon twee keer niet worden afgeschreven in 90 dagen, laatst op 3 november; "
            "nu is er geen achterstand.",
        ),
        (
            row(arrears_euro=0.0, p_stornos_365d=1, stornos_365d=1, fact_last_storno_on=date(2026, 3, 3)),
            "De huur kon één keer niet worden afgeschreven op 3 maart; nu is er geen achterstand.",
        ),
        (
            row(arrears_euro=0.0, p_arrears_weeks_365d=1, arrears_weeks_365d=20.3),
            "In een jaar ongeveer 20 weken huurachterstand; nu is er geen achterstand.",
        ),
        (
            row(**OWES, p_arrears_weeks_365d=1, arrears_weeks_365d=40.0, fact_list_each_week=True),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; "
            "in een jaar 40 weken huurachterstand.",
        ),
        (
            row(**OWES, p_arrears_weeks_365d=1, arrears_weeks_365d=15.3),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus.",
        ),
        (
            row(**OWES, p_arrears_months=3, plan_running=1, p_plan_running=-1),
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus; er loopt een betalingsregeling.",
        ),
        (row(p_arrears_months=3), "Er is of was een huurachterstand."),
    ],
)
def test_facts_of_arrears_become_one_sentence(facts: dict[str, Any], expected: str) -> None:
    assert reasons(facts) == [expected]
