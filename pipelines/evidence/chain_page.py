"""Write the Dutch page about the chain of fairness, with small numbers hidden."""

from __future__ import annotations

from models.evaluate.alike import LEAST, TOLERATED
from models.evaluate.bootstrap import Rounded
from models.evaluate.chain import ALPHA, Chain, Finding, Group, StepFigures
from models.evaluate.chain_causes import Cause
from models.selection.scope import EXCLUSIONS, HOLDS
from pipelines.evidence.chain import KEPT_DAYS, LATE_DAYS, ChainReport, Explained
from pipelines.evidence.quarter import SMALL, shown, titled
from pipelines.publishing.paper import Section
from pipelines.scoring.follow_up import VISIT_DAYS

STEPS = {
    "known": ("Op tijd bekend", f"alles wat in deze tijd is vastgelegd, was binnen {LATE_DAYS} dagen bekend"),
    "in_scope": ("Telt mee", "niet uitgesloten op ten minste de helft van de lijsten"),
    "ranked": ("Genoeg punten", "ooit het laagste aantal punten gehaald, naast huurders met evenveel achterstand en overlast"),
    "listed": ("Op de lijst", "ooit op een lijst, naast huurders met ongeveer evenveel punten"),
    "visited": ("Benaderd", f"een poging tot contact binnen {VISIT_DAYS // 7} weken na de lijst"),
    "reached": ("Bereikt", "iemand gesproken"),
    "helped": ("Geholpen of in begeleiding", "advies, vervolghulp of een verwijzing, of nog in contact"),
    "kept": ("Woning behouden", f"niet ontruimd of met onbekende bestemming vertrokken binnen {KEPT_DAYS // 7} weken na de lijst"),
}  # fmt: skip
"""Per step its name and what it takes to pass it, in Dutch."""
NOT_LISTED = {
    "no_coach": "geen wooncoach voor dit adres",
    "beyond_capacity": "geen plaats meer op de lijst",
    "same_household": "een ander contract van het huishouden staat al op de lijst",
    "waiting": "in de wachtgroep geloot",
    **HOLDS,
}
COLUMNS = {"coach": "wooncoach", "corporatie_id": "corporatie"}


def title(report: ChainReport) -> str:
    """Return the title of the page."""
    period = titled(report.period) if "Q" in report.period else report.period
    return f"{report.corporation}: gelijke kansen in de hele keten, {period}"


def sections(report: ChainReport) -> list[Section]:
    """Build the page: what was found, each step with its groups, and how to read it."""
    return [
        _findings(report),
        *(_step(step) for step in report.chain.steps),
        Section("Hoe te lezen", _reading(report.chain)),
    ]


def _findings(report: ChainReport) -> Section:
    texts = []
    if report.known < report.until:
        texts.append(f"De tijd is nog niet voorbij: geteld is wat op {report.known:%d-%m-%Y} bekend was.")
    if not report.audit_groups:
        texts.append(
            "Alleen wijk en huurduur zijn vergeleken. Mag u leeftijdsklasse, huishoudvorm of taal van de post voor een toets "
            "gebruiken, lever die dan met --groups."
        )
    if not report.findings:
        texts.append(
            f"Geen verschil gevonden dat groter is dan toeval kan geven, in {report.chain.comparisons} vergelijkingen. Dat is geen "
            f"bewijs dat er geen is. Over {report.chain.too_few} andere groepen valt niets te zeggen: te weinig mensen."
        )
        return Section("Wat is gevonden", tuple(texts))
    texts.append("Een verschil vraagt om een gesprek en een oorzaak. Het zegt nog niet wie iets fout deed.")
    columns = ("Stap", "Groep", "Kwam verder", "Bij gelijke kans", "Wat het kan verklaren")
    return Section(
        "Wat is gevonden", tuple(texts), columns, tuple(_row(explained) for explained in report.findings)
    )


def _row(group: Explained) -> tuple[str, ...]:
    figures = group.finding.figures
    return (
        STEPS[group.finding.step][0],
        figures.group,
        _passed(figures),
        _share(figures.expected),
        "; ".join(_cause(group.finding, cause) for cause in group.causes) or "niets van wat is vastgelegd",
    )


def _passed(figures: Group) -> str:
    if figures.at_risk is None or figures.share is None:
        return "te weinig"
    if figures.passed is None:
        return f"minder dan {SMALL + 1} wel of niet, van {shown(figures.at_risk)}"
    return f"{_interval(figures.share)}, van {shown(figures.at_risk)}"


def _cause(finding: Finding, cause: Cause) -> str:
    column = COLUMNS.get(cause.column, cause.column)
    if cause.kind == "explained":
        return f"bij dezelfde {column} is er geen verschil"
    if cause.kind == "inseparable":
        return f"niet te scheiden van {column} {cause.value}, die alleen deze groep heeft"
    reasons = EXCLUSIONS | NOT_LISTED
    name = reasons.get(cause.value, cause.value)
    more = "vaker" if finding.less else "minder vaak"
    return f"{more}: {name} ({_share(cause.share)}, anderen {_share(cause.others)})"


def _step(step: StepFigures) -> Section:
    name, meaning = STEPS[step.step]
    if not step.at_risk:
        return Section(name, (f"Verder komt: {meaning}.", "Nog niets bekend, of te weinig mensen."))
    total = f"{shown(step.at_risk)} huurovereenkomsten kwamen tot hier"
    total += "." if step.passed is None else f"; verder kwamen er {shown(step.passed)}."
    rows = tuple(
        (
            group.dimension,
            group.group,
            *(("te weinig", "") if group.too_few else (_passed(group), _share(group.expected))),
        )
        for group in step.groups
    )
    return Section(
        name, (f"Verder komt: {meaning}.", total), ("", "Groep", "Kwam verder", "Bij gelijke kans"), rows
    )


def _reading(chain: Chain) -> tuple[str, ...]:
    low, high = TOLERATED
    return (
        "Elke stap telt alleen wie de stap ervoor haalde. Zo staat een verschil bij de stap waar het ontstaat.",
        f"Er zijn {chain.comparisons} vergelijkingen gedaan: elke groep, en elke twee groepen samen. De kans dat er ook maar één vals "
        f"alarm tussen zit, is ten hoogste {100 * ALPHA:.0f}% per rapport: de grens is gedeeld door het aantal vergelijkingen "
        f"(Bonferroni). Een verschil dat aantoonbaar binnen {low} tot {high} keer de verwachting ligt, wordt niet gemeld.",
        f"Groepen onder de {LEAST} mensen hebben geen cijfers. Aantallen van 1 tot en met {SMALL} zijn verborgen, de andere afgerond "
        "op vijf. De marge achter een aandeel is 95%.",
        "Niet te zien is: wat nooit geleverd is, en of bij gelijke achterstand en overlast de nood ook gelijk is. Wie bezwaar maakte, "
        "telt nergens mee.",
    )


def _interval(values: Rounded) -> str:
    share, low, high = (_share(v) for v in values)
    return f"{share} ({low} tot {high})"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f}%"
