"""Test that facts give the exact Dutch sentences."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.words.reasons import reasons, safety, since
from tests.support.lists import MONDAY, OWES, row


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # nuisance
        (
            row(
                p_complaints_separate_90d=3,
                complaints_90d=4,
                complaints_365d=4,
                complaints_separate_365d=2,
                reporters_365d=2,
                noise_365d=3,
                filth_365d=1,
                fact_last_complaint_on=date(2026, 11, 3),
            ),
            "Vier meldingen van overlast in 90 dagen (geluid, vervuiling), van twee melders; "
            "de laatste op 3 november.",
        ),
        (
            row(
                p_complaints_rise_90d=1,
                complaints_90d=4,
                complaints_365d=7,
                complaints_separate_365d=1,
                reporters_365d=1,
                quarrels_365d=7,
                fact_last_complaint_on=date(2026, 11, 3),
            ),
            "Vier meldingen van overlast in 90 dagen, zeven in een jaar (burenruzie), van één melder; "
            "de laatste op 3 november; meer dan in de 90 dagen daarvoor.",
        ),
        (
            row(
                p_heavy_365d=2,
                complaints_90d=0,
                complaints_365d=5,
                complaints_separate_365d=5,
                reporters_365d=2,
                aggression_365d=1,
                stench_365d=4,
                fact_last_complaint_on=date(2025, 12, 30),
            ),
            "Vijf meldingen van overlast in een jaar (stank, agressie), van minstens twee melders; "
            "de laatste op 30 december 2025.",
        ),
        (
            row(
                p_complaints_separate_365d=1,
                complaints_90d=1,
                complaints_365d=1,
                complaints_separate_365d=1,
                reporters_365d=1,
                noise_365d=1,
                fact_last_complaint_on=date(2026, 11, 3),
            ),
            "Eén melding van overlast (geluid) op 3 november.",
        ),
        (
            row(
                p_heavy_365d=2,
                complaints_365d=4,
                complaints_separate_365d=4,
                reporters_365d=4,
                filth_365d=1,
                fact_last_complaint_on=date(2026, 4, 3),
            ),
            "Vier meldingen van overlast in een jaar (waarvan één over vervuiling), van vier melders; "
            "de laatste op 3 april.",
        ),
        (
            row(p_heavy_365d=2, complaints_90d=1, complaints_365d=6, noise_365d=1, stench_365d=3),
            "Eén melding van overlast in 90 dagen, zes in een jaar (waarvan drie over stank en één over geluid).",
        ),
        (row(p_complaints_separate_365d=1, complaints_365d=2), "Twee meldingen van overlast in een jaar."),
        (row(p_complaints_separate_365d=1), "Overlast gemeld."),
        # repairs
        (
            row(
                p_not_home_90d=2,
                not_home_90d=3,
                not_home_365d=3,
                fact_not_home_on=[date(2026, 10, 26), date(2026, 10, 12), date(2026, 10, 4)],
            ),
            "Drie keer niemand thuis bij een afspraak voor een reparatie (4, 12 en 26 oktober).",
        ),
        (
            row(p_not_home_365d=2, not_home_365d=1, fact_not_home_on=[date(2025, 12, 26)]),
            "Eén keer niemand thuis bij een afspraak voor een reparatie (26 december 2025).",
        ),
        (
            row(
                p_not_home_365d=2,
                not_home_365d=5,
                fact_not_home_on=[date(2026, 10, 26), date(2026, 9, 12), date(2026, 9, 4)],
            ),
            "Vijf keer niemand thuis bij een afspraak voor een reparatie in een jaar "
            "(laatst op 4 en 12 september, 26 oktober).",
        ),
        (
            row(
                p_neglect_365d=2,
                neglect_365d=2,
                fact_neglect_kinds=["MUI", "SCH", "XXX"],
                fact_last_neglect_on=date(2026, 9, 3),
            ),
            "Twee reparatieverzoeken over muizen en schimmel in een jaar, laatst op 3 september "
            "(kan ook aan de woning liggen).",
        ),
        (
            row(p_damage_365d=1, damage_365d=1, fact_last_damage_on=date(2026, 9, 3)),
            "Bij één reparatie (3 september) staat gebruik of vernieling als oorzaak.",
        ),
        (
            row(p_damage_365d=1, damage_365d=3, fact_last_damage_on=date(2026, 9, 3)),
            "Bij drie reparaties in een jaar (laatst op 3 september) "
            "staat gebruik of vernieling als oorzaak.",
        ),
        (
            row(p_same_defect_365d=1, same_defect_365d=3, fact_same_defect_kind="VS1"),
            "Drie keer dezelfde reparatie gevraagd in een jaar (verstopping).",
        ),
        (
            row(p_silent_days=1, silent_days=500, fact_last_sign_on=date(2025, 7, 4)),
            "Geen reparatieverzoek of contact sinds 4 juli 2025 (kan ook een goed teken zijn).",
        ),
        (
            row(p_silent_days=1, silent_days=730),
            "Geen reparatieverzoek of contact in twee jaar (kan ook een goed teken zijn).",
        ),
        (row(p_not_home_90d=1), "Er viel iets op bij reparaties."),
        # worries
        (
            row(
                p_worries_90d=3,
                worries_90d=1,
                worries_365d=2,
                fact_worries=["gordijnen_dicht", "post_hoopt_op"],
                fact_worry_sources=["huismeester", "vakman"],
                fact_last_worry_on=date(2026, 11, 3),
            ),
            "Twee zorgen doorgegeven door de huismeester en een vakman "
            "(gordijnen steeds dicht, post hoopt zich op); de laatste op 3 november.",
        ),
        (
            row(
                p_worries_90d=3,
                worries_90d=1,
                worries_365d=1,
                fact_worries=["overig"],
                fact_worry_sources=["overig"],
                fact_last_worry_on=date(2026, 11, 3),
            ),
            "Eén zorg doorgegeven door een andere partij op 3 november.",
        ),
        (
            row(p_worries_365d=3, worries_365d=3, fact_worries=["geldzorgen", "overig", "woning_vervuild"]),
            "Drie zorgen doorgegeven (zorgen over geld, woning vervuild, iets anders).",
        ),
        (row(p_worries_365d=3), "Er is een zorg doorgegeven."),
        # stacking
        (
            row(
                p_active_families=2,
                active_families=3,
                families_growth=1,
                fact_arrears_active=True,
                fact_nuisance_active=True,
                fact_repairs_active=True,
            ),
            "Er speelt meer tegelijk: huur, overlast en reparaties; drie maanden geleden was dat minder.",
        ),
        (
            row(p_families_growth=2, active_families=3, families_growth=2),
            "Er speelt meer tegelijk; drie maanden geleden was dat minder.",
        ),
        (
            row(p_active_families=2, active_families=2, fact_arrears_active=True, fact_worries_active=True),
            "Er speelt meer tegelijk: huur en zorgen.",
        ),
    ],
)
def test_facts_become_one_sentence(facts: dict[str, Any], expected: str) -> None:
    assert reasons(facts) == [expected]


def test_the_strongest_family_comes_first_and_stacking_last() -> None:
    facts = row(
        **OWES,
        p_arrears_months=2,
        p_worries_90d=1,
        worries_365d=1,
        p_silent_days=3,
        silent_days=730,
        p_active_families=9,
    )
    assert [text.split()[0] for text in reasons(facts)] == ["Geen", "Twee", "Eén"]
    assert [text.split()[0] for text in reasons(facts, most=9)] == ["Geen", "Twee", "Eén", "Er"]
    assert len(reasons(facts, most=1)) == 1


def test_a_signal_without_points_is_not_a_reason() -> None:
    facts = row(
        **OWES, complaints_90d=4, complaints_365d=4, not_home_365d=3, worries_365d=1, active_families=4
    )
    assert reasons(facts) == []


def test_a_family_that_lowers_the_score_is_not_a_reason() -> None:
    assert reasons(row(**OWES, p_arrears_months=1, p_plan_running=-2, plan_running=1)) == []


def test_the_same_row_from_duckdb_through_pandas_gives_the_same_sentence() -> None:
    plain = row(p_not_home_365d=2, not_home_365d=2, fact_not_home_on=[date(2026, 10, 26), date(2026, 10, 4)])
    frame = {
        "as_of": pd.Timestamp(MONDAY),
        "points_not_home_365d": np.int32(2),
        "not_home_365d": np.int64(2),
        "fact_not_home_on": np.array(["2026-10-26", "2026-10-04", "NaT"], dtype="datetime64[us]"),
    }
    assert reasons(frame) == reasons(plain) == reasons({**plain, "as_of": datetime(2026, 11, 16)})


def test_since_is_a_day_or_none() -> None:
    assert since(row(fact_first_signal_on=pd.Timestamp("2026-08-01"))) == date(2026, 8, 1)
    assert since(row(fact_first_signal_on=pd.NaT)) is None
    assert since({}) is None


@pytest.mark.parametrize("flag", [True, np.True_, 1])
def test_the_safety_agreement_is_a_sentence(flag: object) -> None:
    assert safety(row(fact_safety_pair=flag)) == "Ga met twee personen (veiligheidsafspraak)."


@pytest.mark.parametrize("flag", [False, None, math.nan, pd.NA, 0])
def test_without_a_safety_agreement_no_sentence_is_written(flag: object) -> None:
    assert safety(row(fact_safety_pair=flag)) is None
