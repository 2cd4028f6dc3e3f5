"""Write the page for a tenant who asks what is known about them: what is used, what it led to, and how to object.

The texts are in Dutch of level B1. A test measures how easy they are to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.words.dutch import counted, on
from pipelines.installation.contracts import contracts
from pipelines.installation.settings import Settings
from pipelines.proof.chain import LIST
from pipelines.publishing import paper
from pipelines.publishing.paper import OPEN, Section

TITLE = "Wat weten wij over u?"
LISTED = ("top", "exploration")


def page(settings: Settings, held: Mapping[str, Any], today: date) -> str:
    """Render the page of one tenant as HTML.

    Parameters
    ----------
    settings : Settings
        The settings of the installation.
    held : mapping of str to object
        The result of `pipelines.operations.subject.export`.
    today : datetime.date
        The date on the page.
    """
    return paper.page(TITLE, sections(settings, held, today))


def sections(settings: Settings, held: Mapping[str, Any], today: date) -> list[Section]:
    """Return the sections of the page; see `page`."""
    contact = settings.account.contact or OPEN
    officer, kept = settings.account.officer, settings.retention
    used = tuple(
        (_short(contract.dutch_name), len(held[name]))
        for name, contract in contracts().items()
        if held.get(name)
    )
    return [
        Section(
            f"Uw vraag aan {settings.naam}",
            (
                f"U vroeg wat wij over u weten. Dit is ons antwoord van {on(today)}.",
                "Bij deze bladzijde hoort een bestand. Daarin staat alles precies zoals wij het hebben.",
            ),
        ),
        Section(
            "Waarom kijken wij naar deze gegevens?",
            (
                "Wij willen dat huurders hun huis houden. Daarom kijken wij elke week wie hulp kan gebruiken.",
                "Een computer telt punten. Hij maakt een korte lijst met adressen. De wooncoach leest die lijst. "
                "De coach beslist zelf bij wie hij aanbelt.",
                "U mag altijd nee zeggen tegen hulp. Dat heeft geen gevolgen voor uw huur of uw reparaties.",
            ),
        ),
        Section(
            "Wat gebruiken wij over u?",
            ("Dit hebben wij van u. Het getal is het aantal regels.",) if used else ("Wij hebben niets van u.",),
            ("Soort", "Aantal") if used else (),
            used,
        ),
        Section("Wat is er met uw gegevens gedaan?", _led_to(held)),
        Section(
            "Wie ziet dit, en hoe lang?",
            (
                "Uw gegevens komen uit onze eigen systemen. Soms geeft een medewerker of de gemeente iets door.",
                "De wooncoach ziet uw adres als het op de lijst staat. Ook wie het systeem beheert, kan erbij. "
                "De lijst gaat nooit naar de incasso.",
                "Hebt u huurschuld? Dan kan de gemeente dat horen, om u te helpen. De wet regelt dat.",
                f"Een lijst bewaren wij {counted(kept.lists_months, 'maand', 'maanden')}. "
                f"Wat de coach opschrijft, bewaren wij {counted(kept.cases_months, 'maand', 'maanden')}. "
                f"Gaat u weg? Dan wissen wij uw naam na {counted(kept.identities_months, 'maand', 'maanden')}.",
            ),
        ),
        Section(
            "Wat gebruiken wij niet?",
            (
                "Wij kijken niet naar uw afkomst, uw geloof, uw gezondheid of uw inkomen. Uw leeftijd telt niet mee. "
                "Uw wijk telt ook niet mee.",
            ),
        ),
        Section(
            "Klopt er iets niet?",
            (f"Vertel het ons via {contact}. Dan verbeteren wij de fout. U mag ook vragen of wij uw gegevens wissen.",),
        ),
        Section(
            "Wilt u dit niet meer?",
            (
                f"U mag bezwaar maken. Laat het weten via {contact}. Zeggen waarom hoeft niet. Het kost u niets.",
                "Daarna tellen wij geen punten meer voor u. U komt dan niet meer op de lijst. Hulp vragen mag altijd nog.",
                (f"U kunt ook praten met {officer}. " if officer else "")
                + "Bent u het niet met ons eens? Dan kunt u een klacht sturen naar de Autoriteit Persoonsgegevens.",
            ),
        ),
    ]  # fmt: skip


def _led_to(held: Mapping[str, Any]) -> tuple[str, ...]:
    """Describe in which weeks the tenant was looked at and listed, and how often a coach was in touch."""
    decided = held.get("warehouse.run.decisions", [])
    weeks = sorted({row["as_of"] for row in decided})
    listed = sorted({row["as_of"] for row in decided if row["outcome"] in LISTED})
    sealed = {row["as_of"] for row in held.get("warehouse.run.seal_openings", []) if row["list"] == LIST}
    unseen = sorted(sealed.difference(listed))
    contacts = len(held.get("contacten", []))
    texts = []
    if weeks:
        looked = counted(len(weeks), "week", "weken")
        texts.append(f"De computer keek in {looked} naar uw gegevens. De laatste keer was {on(weeks[-1])}.")
    else:
        texts.append("De computer heeft nog niet naar uw gegevens gekeken.")
    if listed:
        times = counted(len(listed), "keer", "keer")
        texts.append(f"U stond {times} op de lijst van de wooncoach. De laatste keer was {on(listed[-1])}.")
        texts.append("Wilt u weten waarom? Vraag het ons. Wij leggen elk punt uit.")
    else:
        texts.append("U stond niet op een lijst van de wooncoach.")
    if unseen:
        times = counted(len(unseen), "keer", "keer")
        texts.append(
            f"U stond ook {times} op een lijst die niemand zag. De laatste keer was {on(unseen[-1])}."
        )
        texts.append("Zo'n lijst maken wij om de computer te controleren, of omdat de lijst was gestopt.")
    if contacts:
        texts.append(f"De wooncoach schreef {counted(contacts, 'keer', 'keer')} op dat er contact was.")
    return tuple(texts)


def _short(name: str) -> str:
    """Write the Dutch name of an extract as the head of a row: without its article, with a capital."""
    bare = name.removeprefix("de ").removeprefix("het ")
    return bare[:1].upper() + bare[1:]
