"""Build the accountability documents: sections A to H of the DPIA, data used and refused, privacy statement."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date

from features.catalogue import SIGNALS
from features.signal import FAMILIES
from models.card.scorecard import Scorecard
from models.card.term import Term
from models.selection.scope import EXCLUSIONS
from pipelines.evidence import account_texts as words
from pipelines.installation.audit_contract import contract as audit_contract
from pipelines.installation.contracts import contracts
from pipelines.installation.places import DATA
from pipelines.installation.settings import Settings
from pipelines.publishing.paper import OPEN, Section


def dpia(settings: Settings, card: Scorecard) -> list[Section]:
    """Fill in the assessment of GDPR art. 35(7) with what the system knows; mark the rest as open."""
    return [
        Section(
            "A. Wat er gebeurt",
            (
                words.SHORT,
                f"Verantwoordelijke: {settings.naam}. Functionaris gegevensbescherming: {settings.account.officer or OPEN}.",
                "Een DPIA is verplicht: het gaat om punten over mensen, gekoppelde bestanden en kwetsbare betrokkenen.",
            ),
        ),
        _data(card),
        _kept(settings),
        Section("D. Doel en grondslag", (words.GOAL, words.LAWFUL)),
        Section(
            "E. Nodig en in verhouding", (words.PROPORTIONALITY, f"{OPEN} Weeg dit voor uw eigen corporatie.")
        ),
        Section(
            "F. Rechten van de huurder",
            (
                "Bezwaar wordt verwerkt voordat er punten worden geteld; de reden wordt niet gevraagd.",
                "Inzage: `waakvlam explain` geeft per huurovereenkomst elk signaal met waarde en punten.",
                f"{OPEN} Hoe komt een bezwaar bij de beheerder, en binnen welke tijd?",
            ),
        ),
        _risks(),
        Section(
            "H. Meningen en besluit",
            (
                f"{OPEN} Mening van huurders of hun vertegenwoordiging (AVG artikel 35 lid 9).",
                f"{OPEN} Advies van de functionaris gegevensbescherming.",
                f"{OPEN} Besluit, datum en wie tekent; wanneer opnieuw wordt getoetst.",
            ),
        ),
    ]


def _data(card: Scorecard) -> Section:
    rows = tuple(
        (c.title, "ja" if c.required else "nee", ", ".join(c.identity) or "geen")
        for c in contracts().values()
    )
    text = f"Welke kolommen, waarvoor en wat wordt geweigerd staat in gegevens.html. Model: {card.name} {card.version}."
    columns = ("Bron", "Verplicht", "Herleidbare kolommen (alleen in de kluis)")
    return Section("B. Gegevens", (text,), columns, rows)


def _kept(settings: Settings) -> Section:
    keep = settings.retention
    rows = (
        ("Geleverde bestanden", f"{keep.deliveries_days} dagen"),
        ("Lijsten met punten en loting", f"{keep.lists_months} maanden"),
        ("Namen en adressen", f"{keep.identities_months} maanden na het einde van de huur"),
        ("Logboek", f"{keep.logs_months} maanden"),
    )
    return Section("C. Bewaren", (), ("Wat", "Hoe lang"), rows)


def _risks() -> Section:
    return Section(
        "G. Risico's en maatregelen",
        (f"{OPEN} Schat per risico kans en ernst in, en of wat overblijft aanvaardbaar is.",),
        ("Risico voor de huurder", "Maatregel in het systeem", "Kans, ernst, besluit"),
        tuple((risk, measure, OPEN) for risk, measure in words.DPIA_RISKS),
    )


def connected(settings: Settings, weeks: Sequence[date]) -> Section:
    """List each part through which data come in or go out, or that proves something, and how this installation uses it.

    Parameters
    ----------
    settings : Settings
    weeks : sequence of datetime.date
        As-of dates of the sealed lists, oldest first.
    """
    columns = ("Onderdeel", "Welke gegevens", "In deze installatie")
    return Section(
        "K. Bronnen, koppelingen en bewijs", (), columns, (*_links(settings), *_proof(settings, weeks))
    )


def _links(settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """Describe each part through which data come in or go out."""
    sources = "; ".join(
        f"{source.name} ({source.kind}): {', '.join(part.extract for part in source.extracts)}"
        for source in settings.sources
    )
    hooks = "; ".join(f"{webhook.name}: {', '.join(webhook.events)}" for webhook in settings.webhooks)
    places = ", ".join(
        f"{place}: {code}" for place, code in sorted(settings.early_signal.municipalities.items())
    )
    portal = settings.portal.enabled
    keys = (
        f"{OPEN} Welke programma's hebben een sleutel, en waarvoor?"
        if portal
        else "uit: het portaal staat uit"
    )
    signal = "Huurachterstand na de vier plichten; alleen aan de gemeente waar de woning staat"
    return (
        ("Ophalen van leveringen", "De bestanden uit B", sources or "niet: bestanden worden neergezet"),
        ("Portaal", "Adressen, redenen en dossiers; elke blik wordt vastgelegd", "aan" if portal else "uit"),
        (
            "Koppeling voor programma's (API)",
            "Lijst, contacten en zorgen zonder namen; een sleutel per programma",
            keys,
        ),
        ("Berichten aan programma's (webhooks)", "Nummers, codes en aantallen", hooks or "geen"),
        ("Signaal aan de gemeente", signal, places or "niet ingericht"),
    )


def _proof(settings: Settings, weeks: Sequence[date]) -> tuple[tuple[str, str, str], ...]:
    """Describe each part that proves something: seals, the comparison of groups, limits."""
    sealed = (
        f"{len(weeks)} weken, van {weeks[0]:%d-%m-%Y} tot {weeks[-1]:%d-%m-%Y}" if weeks else "nog geen lijst"
    )
    groups = ", ".join(column.title for column in audit_contract().columns.values())
    return (
        ("Verzegelde lijsten", "Geen persoonsgegevens: een zegel per lijst en per plaats", sealed),
        (
            "Vergelijking van groepen in elke stap",
            f"Alleen voor toetsing, apart in de kluis: {groups}. Nooit voor punten",
            f"{OPEN} Welke van deze gegevens mag u gebruiken, en op welke grondslag?",
        ),
        ("Grenzen die de lijst stoppen", "Aantallen per wijk", "aan" if settings.stop.enabled else "uit"),
    )


def used_and_refused(card: Scorecard, dropped: tuple[tuple[str, str], ...] = ()) -> list[Section]:
    """List every column that is read, every signal that gives points, and every kind of data that is refused.

    `dropped` holds the signals that were left out because the list can do without: the question and the card that had it.
    """
    scored = {term.signal: term for term in card.terms}
    signals = tuple(
        (s.question, FAMILIES[s.family], s.unit, _most(scored[s.name])) for s in SIGNALS if s.name in scored
    )
    unscored = tuple((s.question, FAMILIES[s.family], s.caveat) for s in SIGNALS if s.name not in scored)
    columns = tuple(
        (contract.title, name, "kluis" if column.identity else "pseudoniem" if column.pseudonym else "ja")
        for contract in contracts().values()
        for name, column in contract.columns.items()
    )
    return [
        Section(f"Signalen die punten geven ({card.name} {card.version})", (), ("Vraag", "Soort", "Eenheid", "Ten hoogste"), signals),
        Section("Signalen zonder punten", (), ("Vraag", "Soort", "Let op"), unscored),
        Section(
            "Weggelaten omdat de lijst het kan missen",
            () if dropped else ("Nog niets: `waakvlam minimise` meet wat elk gegeven waard is.",),
            ("Vraag", "Gaf punten op") if dropped else (),
            dropped,
        ),
        Section(
            "Wie niet op de lijst kan staan", ("Dit wordt bepaald voordat punten tellen.",), ("Reden",),
            tuple((label,) for label in EXCLUSIONS.values()),
        ),
        Section(
            "Wat wordt geweigerd",
            ("Een kolom met zo'n naam wordt niet geladen, wat de instellingen ook zeggen.",),
            ("Gegeven", "Namen van kolommen"),
            tuple((kind, ", ".join(patterns)) for kind, patterns in refused().items()),
        ),
        Section("Kolommen die worden gelezen", (), ("Bestand", "Kolom", "Bewaard"), columns),
    ]  # fmt: skip


def privacy(settings: Settings, card: Scorecard) -> list[Section]:
    """Write the paragraph for the privacy statement in short sentences without jargon."""
    scored = {term.signal for term in card.terms}
    families = {s.family for s in SIGNALS if s.name in scored}
    plain = {
        "arrears": "hoe u de huur betaalt",
        "nuisance": "meldingen over overlast",
        "repairs": "reparaties en afspraken aan huis",
        "worries": "zorgen die onze medewerkers doorgeven",
    }
    officer = settings.account.officer
    filled = {
        "used": _and([text for family, text in plain.items() if family in families]),
        "refused": _and(list(refused())),
        "lists": settings.retention.lists_months,
        "contact": settings.account.contact or OPEN,
        "officer": f"Onze functionaris gegevensbescherming is {officer}." if officer else OPEN,
    }
    title, *texts = words.PRIVACY
    return [Section(title, tuple(text.format(**filled) for text in texts))]


def refused() -> dict[str, list[str]]:
    """Group the refused column names by kind of data, in plain Dutch."""
    patterns = tomllib.loads((DATA / "contracts" / "forbidden.toml").read_text(encoding="utf-8"))["columns"]
    kinds = {reason: kind for kind, reasons in words.FAMILY_WORDS.items() for reason in reasons}
    patterns_by_kind: dict[str, list[str]] = {kind: [] for kind in words.FAMILY_WORDS}
    for pattern, reason in patterns.items():
        patterns_by_kind[kinds[reason]].append(pattern)
    return patterns_by_kind


def _most(term: Term) -> str:
    """Describe in Dutch the most points that a signal adds and subtracts, and what a line adds beyond."""
    points = term.named_points
    extremes = [(max(points), ""), (-min(points), " eraf")]
    most = ", ".join(f"{n} {'punt' if n == 1 else 'punten'}{off}" for n, off in extremes if n > 0) or "geen"
    if not term.doubling:
        return most
    more = "erbij" if term.doubling > 0 else "eraf"
    return f"{most}; daarna bij elke verdubbeling {abs(term.doubling)} {more}"


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} en {parts[-1]}"
