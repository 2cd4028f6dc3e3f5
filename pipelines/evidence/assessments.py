"""Fill in the published templates of the DPIA and the IAMA: every question, with the system's answer or marked as open.

`data/standards` holds the questions. A question without an answer here is one that people must discuss, so it gets the mark
of an open answer; `assessment_texts` holds the fixed answers. An answer that people must still weigh has both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pipelines.evidence import account_texts, ai_act_texts
from pipelines.evidence import assessment_texts as words
from pipelines.evidence.ai_act import Facts
from pipelines.installation.places import DATA
from pipelines.installation.settings import Settings
from pipelines.publishing.paper import OPEN, Section

DPIA, IAMA = (DATA / "standards" / f"{name}.toml" for name in ("dpia", "iama"))


def filled(standard: Path, answers: Mapping[str, str]) -> list[Section]:
    """Return a section per part of a template, with every question and its answer.

    Parameters
    ----------
    standard : Path
        `DPIA` or `IAMA`.
    answers : mapping of str to str
        Answers by number of the question; a question without one is open.

    Raises
    ------
    KeyError
        An answer belongs to a number that the template does not have.
    """
    parts = tomllib.loads(standard.read_text(encoding="utf-8"))["parts"]
    numbers = {number for part in parts for number, _ in part["questions"]}
    if unknown := set(answers) - numbers:
        raise KeyError(f"{standard.name} has no question {', '.join(sorted(unknown))}.")
    return [
        Section(
            part["title"],
            (),
            ("Nummer", "Vraag", "Antwoord"),
            tuple((number, question, answers.get(number, OPEN)) for number, question in part["questions"]),
        )
        for part in parts
    ]


def iama(known: Facts) -> list[Section]:
    """Fill in the Impact Assessment Mensenrechten en Algoritmes, version 2.0."""
    settings, card = known.settings, known.card
    origin = words.OWN_CARD if known.own_card else words.BY_PEOPLE
    training = {f"2.2B.{n}": words.NOT_LEARNED for n in (1, 2, 3, 4)}
    if known.own_card:
        training |= words.TRAINING
    answers = {
        **words.IAMA,
        **training,
        "1.1.2": account_texts.GOAL,
        "1.3.1": f"{ai_act_texts.QUESTIONS[1][1]} {OPEN} Toets dit.",
        "1.3.2": account_texts.LAWFUL,
        "1.4.2": f"Over een gestopte lijst beslist: {', '.join(settings.stop.decides)}. {OPEN} Wie is eindverantwoordelijk?",
        "2.1.1": f"{account_texts.METHOD} Kaart: {card.name} {card.version}, {len(card.terms)} signalen. {origin}",
        "2.1.2": account_texts.PROPORTIONALITY,
        "2.2A.1": origin,
        "2.4.1": f"{words.QUALITY} {_measured(known)}",
        "3.1.1": account_texts.HUMAN,
        "3.1.2": f"Vanaf {settings.account.begin_date}." if settings.account.begin_date else OPEN,
        "3.4.1": _stopping(settings),
        "3.4.3": _contact(settings),
        "3.5.2": account_texts.RISKS,
        "3.5.4": _advised(known),
        "4.2.1": f"Voorgesteld oordeel: {_conclusion(settings)}. Zie ai-verordening.html.",
        "5.B": _advised(known),
    }
    return filled(IAMA, answers)


def dpia(known: Facts) -> list[Section]:
    """Fill in the Model DPIA Rijksdienst, version 3.0; it refers to the sections A to K of the same document."""
    settings = known.settings
    officer = settings.account.officer
    answers = {
        **words.DPIA,
        "1.1": account_texts.SHORT,
        "4": f"{account_texts.METHOD} Kaart: {known.card.name} {known.card.version}.",
        "5.1": account_texts.GOAL,
        "7.1": f"{words.INTERESTS} {_advised(known)}",
        "11.1": account_texts.LAWFUL,
        "14.1": f"{account_texts.PROPORTIONALITY} {OPEN} Weeg dit voor uw eigen corporatie.",
        "15.7": f"{words.OBJECTION} {_contact(settings)}",
        "19.1": f"Gemaakt door Waakvlam voor kaart {known.card.name} {known.card.version}. {OPEN} Versie en datum.",
        "19.5": f"Functionaris: {officer or OPEN}. {OPEN} Advies en datum.",
        "20.1": f"{settings.naam}. {OPEN} Naam, datum en handtekening.",
    }
    return filled(DPIA, answers)


def _measured(known: Facts) -> str:
    return " ".join(f"{report}: {status}." for report, status in known.measured)


def _stopping(settings: Settings) -> str:
    if not settings.stop.enabled:
        return f"{OPEN} De grenzen die de lijst stoppen, staan uit."
    return f"{account_texts.STOPPED} Daarover beslist: {', '.join(settings.stop.decides)}."


def _contact(settings: Settings) -> str:
    return f"Huurders kunnen zich melden bij {settings.account.contact or OPEN}."


def _advised(known: Facts) -> str:
    given = f"Er is advies vastgelegd van: {', '.join(known.advice)}." if known.advice else ""
    return given or f"{OPEN} Er is nog geen advies vastgelegd (`waakvlam advice add`)."


def _conclusion(settings: Settings) -> str:
    return "hoog-risico" if settings.account.high_risk else "niet hoog-risico"
