"""Write the effect report in Dutch for the manager and in English for the analyst."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd

from models.effect import needs
from models.effect.estimate import Estimate
from models.effect.power import PILOT
from models.effect.words import BY_NAME, LIMITS, sentence
from models.words.charts import Bar, intervals
from pipelines.evidence import costs, effect_answer, needs_answer
from pipelines.evidence.effect import Effect, Found, estimates
from pipelines.evidence.effect_answer import FEW, MAIN, with_capital
from pipelines.evidence.effect_file import filled, pooled
from pipelines.exchange.answers import SentAnswer
from pipelines.installation.settings import Settings
from pipelines.publishing.paper import Section
from pipelines.scoring.follow_up import WORKED_DAYS

TITLE = "Wat doen de bezoeken?"
_CHECKED = "De controles op gelijkheid rond de grens zijn gehaald. Dit leunt op meer aannames dan een loting."
_NO_EFFECT = (
    "Dit is een beschrijving en geen effect: wie opendoet, is een ander dan wie dat niet doet, en wie op de lijst staat, "
    "staat daar omdat het slecht gaat. Het gaat met hen vaak vanzelf iets beter."
)


def sections(
    effect: Effect, settings: Settings, others: Sequence[Found] = (), coaches: int | None = None
) -> list[Section]:
    """Build the sections of the report; a figure appears only if `pipelines.evidence.effect` could estimate it.

    `others` are the estimates of other installations, which are pooled with those of the trial. `coaches` is how many people
    logged contacts in the portal in the last year, if there is one.
    """
    by_lot = pooled(effect, others) if others else effect.by_lot
    report = [
        Section("In het kort", tuple(_in_short(effect, by_lot))),
        _outcomes("Wat de loting laat zien", by_lot),
        Section("Wat dit niet laat zien", tuple(limit.nl for limit in LIMITS) if estimates(by_lot) else ()),
        _outcomes(
            "Rond de grens van de lijst",
            effect.at_cut,
            _CHECKED if estimates(effect.at_cut) else "",
            at_cut=True,
        ),
        _horizon(effect),
        Section("Kosten en baten", tuple(_money(effect, settings, by_lot, coaches))),
        _needs(effect),
        _described(effect),
        _weeks(effect),
        Section("For the analyst", tuple(_english(effect, by_lot)), lang="en"),
    ]
    return [section for section in report if section.texts or section.rows]


def answers(effect: Effect, settings: Settings, coaches: int | None = None) -> list[SentAnswer]:
    """Return the answers to the manager's questions about effect, costs, needs and one more place; `coaches` as for `sections`."""
    money = _money(effect, settings, effect.by_lot, coaches)
    slot = costs.one_more_slot(*effect.below_cut)
    return [
        effect_answer.answer(effect, _in_short(effect, effect.by_lot)[1:]),
        SentAnswer("slot", slot, effect.below_cut[1] >= costs.LEAST_SEEN),
        SentAnswer("costs", money[: -len(slot)], None not in (settings.costs.coach, settings.costs.eviction)),
        needs_answer.answer(*effect.needs),
    ]


def _in_short(effect: Effect, by_lot: Sequence[Found]) -> list[str]:
    main = estimates(by_lot).get(MAIN)
    lines = [effect_answer.NOT_KNOWN]
    if main is not None:
        lines = [with_capital(sentence(main, BY_NAME[MAIN]).nl)]
    lines += [filled(problem).nl for problem in effect.problems]
    if (main is None or not main.shown) and (pace := effect_answer.pace(effect)):
        lines.append(pace)
    if effect.visible is not None and effect.visible < 0:
        lines.append(
            f"Met {PILOT} begeleide bewoners is op harde uitkomsten niets te zien, ook niet als alles goed afloopt."
        )
    elif effect.visible is not None:
        most = (
            f"hoogstens {100 * effect.visible:.0f} escalaties"
            if effect.visible >= 0.01
            else "minder dan 1 escalatie"
        )
        lines.append(
            f"Een pilot met {PILOT} bewoners is klein: een daling valt pas op bij {most} op de 100 bewoners. "
            "Wie na een pilot cijfers wil zien, moet langer door of met meer corporaties samen."
        )
    return lines


def _outcomes(title: str, outcomes: Sequence[Found], note: str = "", *, at_cut: bool = False) -> Section:
    texts = [note] if note else []
    for finding in outcomes:
        if isinstance(finding, Estimate):
            texts.append(with_capital(sentence(finding, BY_NAME[finding.outcome], at_cut=at_cut).nl))
        else:
            why = filled(finding).nl
            name = BY_NAME[finding.outcome].nl.capitalize() if finding.outcome else ""
            texts.append(f"{name}: {why[:1].lower()}{why[1:]}" if name else why)
    shares = [
        Bar(BY_NAME[name].nl, estimate.value, estimate.low, estimate.high, strong=estimate.shown)
        for name, estimate in estimates(outcomes).items()
        if BY_NAME[name].unit == "share"
    ]
    groups = "boven de grens min eronder" if at_cut else "wie aan de beurt was min wie wachtte"
    caption = f"Verschil met 95%-interval: {groups}; links van nul is minder."
    chart = intervals(shares, axis="verschil", title=caption, reference=0.0, percent=True) if shares else ""
    return Section(title, tuple(texts), chart=chart)


def _horizon(effect: Effect) -> Section:
    if not effect.horizon:
        return Section("Hoe lang nog", ("Hoe lang het duurt, is te zeggen zodra er adressen zijn gevolgd.",))
    rows = tuple(
        (
            f"{100 * row.cut:.0f} van de 100 voorkomen",
            f"{100 * row.difference:.1f}".replace(".", ",") + " op de 100",
            f"{row.households:,}".replace(",", "."),
            f"{row.weeks:,}".replace(",", "."),
        )
        for row in effect.horizon
    )
    return Section(
        "Hoe lang nog",
        (
            "Tot een effect van deze grootte met 80% kans te zien is, bij het tempo van nu. Met meer corporaties samen gaat het sneller.",
        ),
        ("Als een bereikt bezoek", "Verschil tussen de groepen", "Huishoudens nodig", "Weken, met volgtijd"),
        rows,
    )


def _money(effect: Effect, settings: Settings, by_lot: Sequence[Found], coaches: int | None) -> list[str]:
    kept = estimates(by_lot).get("kept_52")
    span = max(effect.weeks["as_of"].nunique(), 1) if len(effect.weeks) else 1
    visited = float(effect.weeks["listed"].sum()) / span * 52 if len(effect.weeks) else 0.0
    lost = 1 - kept.level if kept is not None else 0.0
    result = costs.balance(settings.costs, kept, visited, lost)
    balance = result if kept is not None or result is None else _without_lost(result)
    first, *others = costs.sentences(settings.costs, balance)
    team = costs.Team(len(settings.coaches), coaches)
    helped = costs.per_helped(settings.costs, team, effect.helped, effect.visits)
    return [first, *helped, *others, *costs.one_more_slot(*effect.below_cut)]


def _without_lost(result: costs.Balance) -> costs.Balance:
    """Return the balance without `lost`, so that the report makes no claim that depends on it."""
    return costs.Balance(result.coach, result.eviction, result.break_even, None, None, float("inf"))


def _needs(effect: Effect) -> Section:
    """Describe the coach's findings by rank and by lot; numbers below ten are not shown."""
    conclusion, comparable = needs.compared(*effect.needs)
    title = "Vindt de lijst de goede deuren? (bevestigde behoefte)"
    if not comparable:
        return Section(title, (conclusion.nl,))
    names = {needs.TOP: "op volgorde van punten", needs.LOT: "door loting, onder de grens"}
    rows = []
    for group in effect.needs:
        value, low, high = (f"{100 * share:.0f}" for share in group.share)
        few = [f"minder dan {FEW}" if 0 < n < FEW else n for n in (group.listed, group.known)]
        rows.append((names[group.by], *few, f"{value} op de 100 ({low} tot {high})"))
    columns = (
        "Adressen op de lijst",
        "Aantal",
        "Daarvan bekend wat de coach vond",
        "Behoefte bevestigd (95%-interval)",
    )
    return Section(title, (conclusion.nl, *(text.nl for text in needs.MEANING)), columns, tuple(rows))


def _described(effect: Effect) -> Section:
    names = {
        "reached": "bereikt",
        "contacted, not reached": "wel geprobeerd, niet bereikt",
        "not contacted": "niet bezocht",
    }
    rows: list[tuple[object, ...]] = []
    groups: list[Any] = list(effect.described.itertuples())
    for row in groups:
        few = row.addresses < FEW
        rows.append(
            (
                names[str(row.group)],
                f"minder dan {FEW}" if few else row.addresses,
                None if few else f"{100 * row.escalated:.0f} op de 100",
            )
        )
    title = "Wie werd bezocht (beschrijving)"
    if len(rows) < 2:
        why = ("Iedereen op de lijst is bereikt of niemand: er is niets naast elkaar te zetten.",)
        return Section(title, why if rows else ())
    return Section(
        title, (_NO_EFFECT,), ("Adressen op de lijst", "Aantal", "Escalatie binnen 26 weken"), tuple(rows)
    )


def _weeks(effect: Effect) -> Section:
    if effect.weeks.empty:
        return Section("De lijsten", ("Er is nog geen lijst vastgelegd.",))
    weeks = effect.weeks
    usual = weeks.groupby("coach")["capacity"].transform(lambda c: c.mode().iloc[0])
    other = weeks.loc[weeks["capacity"] != usual]
    over = pd.to_datetime(weeks["as_of"]).dt.date <= effect.until - timedelta(days=WORKED_DAYS)
    idle = weeks.loc[over & ~weeks["worked"].astype(bool) & (weeks["listed"] > 0)]
    number = weeks["as_of"].nunique()
    texts = [f"{number} weken met een lijst." if number > 1 else "Eén week met een lijst."]
    if len(other):
        texts.append(f"Andere capaciteit dan gewoonlijk: {_days(other)}.")
    if len(idle):
        texts.append("Lijsten waarvan binnen vier weken niemand is benaderd: " + _days(idle) + ".")
    return Section("De lijsten", tuple(texts))


def _days(weeks: Any) -> str:
    days = [f"{row.as_of:%d-%m-%Y} ({row.coach})" for row in weeks.itertuples()]
    return ", ".join(days[:8]) + (f" en nog {len(days) - 8}" if len(days) > 8 else "")


def _english(effect: Effect, by_lot: Sequence[Found]) -> list[str]:
    method = (
        f"Trial {effect.trial!r}. Intention to treat from the first week in the band; OLS with interactions by corporation, "
        "score and arrears at entry (Lin 2013), HC2 errors, 95% intervals."
    )
    lines = [
        f"Data until {effect.until}.",
        *([method] if effect.trial is not None else []),
        *(filled(problem).en for problem in effect.problems),
    ]
    for estimate, at_cut in [*((o, False) for o in by_lot), *((o, True) for o in effect.at_cut)]:
        where = "At the cut (rdrobust, bias-corrected): " if at_cut else ""
        if isinstance(estimate, Estimate):
            lines.append(where + sentence(estimate, BY_NAME[estimate.outcome], at_cut=at_cut).en)
        else:
            lines.append(
                where
                + (f"{BY_NAME[estimate.outcome].en}: " if estimate.outcome else "")
                + filled(estimate).en
            )
    arms: list[Any] = list(effect.arms.itertuples())
    for arm in arms:
        lines.append(
            f"Arm {arm.arm}: {arm.households} households followed, {100 * arm.contacted:.0f}% contacted and "
            f"{100 * arm.reached:.0f}% reached within 26 weeks."
        )
    lines.append("Confirmed needs, by rank and by lot. " + needs.compared(*effect.needs)[0].en)
    if effect.checks is not None:
        jumps = ", ".join(f"{name} p = {p:.2f}" for name, p in effect.checks.jumps.items())
        lines.append(
            f"At the cut: density p = {effect.checks.density:.2f}; jump in what was known before: {jumps}."
        )
    return [*lines, *(limit.en for limit in LIMITS if estimates(by_lot))]
