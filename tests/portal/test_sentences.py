"""Test that the lines of the pipeline are said in English, from the functions that write them."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from models.effect.needs import Group
from models.effect.words import REASONS, fill
from models.words.dutch import counted
from pipelines.evidence import costs, effect_answer, needs_answer
from pipelines.exchange import living
from pipelines.exchange.send import UNREACHABLE
from pipelines.installation.evidence_settings import Amount, Costs
from pipelines.learning import fairness_answer
from pipelines.learning.backtest_answer import RULES
from pipelines.proof.hold import BY_HAND_NL, PAUSED_NL, SHADOW_NL
from pipelines.warehouse import unresolved
from portal.runs.sentences import Dutch, spoken
from tests.pipelines.evidence.test_effect_answer import effect
from tests.pipelines.evidence.test_effect_answer import too_few as few_events
from tests.pipelines.exchange.test_answers import answer as sent_backtest
from tests.pipelines.exchange.test_answers import dimension
from tests.portal.test_english import DUTCH

COSTS = Costs(
    coach=Amount(range=[75000, 95000], source="eigen begroting"),
    society=Amount(range=[50000, 100000], source="Nibud 2026"),
)
GROUPS = (
    [dimension("Wijk", 5, 2, ("one",)), dimension("Rent", 3), dimension("Groups of the file", 1, 4)],
    [dimension("Wijk", 5, 2, ("one", "two")), dimension("Length of the tenancy", 3)],
)
MAY = "2026-05-04"
LINES = (
    "Het lijkt erop: huurachterstand na 3 maanden gemiddeld € 380 minder dan bij adressen die moesten wachten. Helemaal zeker is "
    "het niet: er is naar 7 dingen gekeken, en dan lijkt toeval eerder een effect.",
    "Huurachterstand na 3 maanden: € 380 minder (95%-interval: € 535 minder tot € 225 minder). 78 huishoudens aan de beurt, 108 in "
    "de wacht; bij wie wachtte € 832.",
    *(
        fill(
            reason,
            {
                "share": 40,
                "now": 30,
                "wait": 28,
                "dates": "2026-05-04",
                "least": 20,
                "events": 16,
                "weeks": 26,
                "date": MAY,
            },
        ).nl
        for reason in REASONS
        if reason not in ("few_at_cut", "few_places", "no_fit", "cut_bent", "in_trial")
    ),
    *(
        line
        for each in (1174, 80)
        for line in effect_answer.answer(effect(few_events(9), weeks=each), []).lines
    ),
    *(
        line
        for each in (COSTS, Costs())
        for line in costs.sentences(each, costs.balance(each, None, 100, 0.1))
    ),
    "Huurachterstand na 3 maanden: er is geen effect aangetoond. Alles tussen € 214 minder en € 38 meer past bij de cijfers. 71 "
    "huishoudens aan de beurt, 89 in de wacht; bij wie wachtte € 190.",
    *costs.per_helped(COSTS, costs.Team(2), 140, 585),
    *costs.per_helped(COSTS, costs.Team(2, 3), 140),
    *costs.per_helped(COSTS.model_copy(update={"coaches": 2.5}), costs.Team(2, 3), 140),
    *costs.per_helped(COSTS.model_copy(update={"coaches": 2.5}), costs.Team(2, 1), 140),
    *(
        line
        for top, lot in (
            (Group("top", 300, 200, 150), Group("exploration", 60, 40, 12)),
            (Group("top", 300, 200, 40), Group("exploration", 60, 40, 30)),
            (Group("top", 300, 200, 100), Group("exploration", 60, 40, 20)),
            (Group("top", 20, 20, 15), Group("exploration", 0, 0, 0)),
            (Group("top", 20, 0, 0), Group("exploration", 20, 0, 0)),
            (Group("top", 20, 10, 5), Group("exploration", 20, 10, 2)),
        )
        for line in needs_answer.answer(top, lot).lines
    ),
    *costs.one_more_slot(3, 20),
    *costs.one_more_slot(8, 60),
    *(line for beats in (True, False) for line in sent_backtest(beats=beats).lines),
    *(sent_backtest(beats=False, best=rule).lines[1] for rule in RULES),
    "Per wijk, woonduur en huur is geen verschil te zien dat groter is dan 0,8 tot 1,25 keer. Dat bewijst niet dat het er niet is.",
    *(line for each in GROUPS for line in fairness_answer.answers(each)[0].lines),
    "Bij de groep die het meest afwijkt, vindt de lijst een deel van de escalaties dat zoveel keer zo groot is als bij alle anderen: "
    "per wijk 1,7 keer (marge 0,5 tot 2,8; 6 groepen). 1 keer is even groot.",
    *(
        f"Let op: {counted(number, *unresolved._NOTICES[meaning][:2])} niet aan een huurder te koppelen. {unresolved._NOTICES[meaning][2]}"
        for meaning in unresolved._NOTICES
        for number in (1, 2)
    ),
    living._LATE,
    UNREACHABLE,
    PAUSED_NL.format(roles="bestuurder"),
    BY_HAND_NL.format(roles="bestuurder"),
    SHADOW_NL.format(last="3 mei 2027"),
    "Let op: de huurachterstanden van deze week ontbreken. Gebruikt is de stand van 2 november 2026.",
    "Let op: een levering van de bezwaren en de boekingen is afgekeurd en telt niet mee.",
)
"""What the pipeline writes, from its own functions where they need no run."""


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_pipeline_is_said_in_english(line):
    with override("en"):
        text = spoken(line)
        assert not isinstance(text, Dutch), line
        assert not DUTCH.search(re.sub("bestuurder|eigen begroting", "", text).lower()), text
    with override("nl"):
        assert spoken(line) == line


def test_a_line_of_the_pipeline_keeps_its_figures_and_an_unknown_one_its_language():
    with override("en"):
        said = spoken(
            "Een coach kost € 75.000 tot € 95.000 per jaar. Let op: de bezwaren ontbreken. Deze lijst is gemaakt zonder."
        )
        assert said == (
            "A coach costs € 75,000 to € 95,000 a year. Note: the objections are missing. This list was made without."
        )
        assert spoken("Dat ligt boven nul; of twee losse marges elkaar raken, zegt dat niet.").startswith(
            "That is"
        )
        unknown = spoken("De analist kan dat doen. Een zin die niemand kent.")
        assert isinstance(unknown, Dutch) and unknown.lang == "nl"
