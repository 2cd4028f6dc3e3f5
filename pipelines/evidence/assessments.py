"""Fill in the published templates of the DPIA and the IAMA: every question, with the system's answer or marked as open.

`data/standards` holds the questions. A question without an answer here is one that people must discuss, so it gets the mark
of an open answer; `assessment_texts` holds the fixed answers. An answer that people must still weigh has both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
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
        Answers by number of the question; a question without one is open. An answer to a question with choices begins with
        one of them or with the mark of an open answer.

    Raises
    ------
    KeyError
        An answer belongs to a number that the template does not have.
    ValueError
        An answer is not one of the choices of its question.
    """
    parts = tomllib.loads(standard.read_text(encoding="utf-8"))["parts"]
    asked = [question for part in parts for question in part["questions"]]
    if unknown := set(answers) - {number for number, *_ in asked}:
        raise KeyError(f"{standard.name} has no question {', '.join(sorted(unknown))}.")
    for number, _, *choices in asked:
        permitted = (OPEN, *(choices[0] if choices else ()))
        if choices and not answers.get(number, OPEN).startswith(permitted):
            raise ValueError(f"{standard.name} {number}: choose {', '.join(permitted)}.")
    return [
        Section(
            part["title"],
            (),
            ("Nummer", "Vraag", "Antwoord"),
            tuple(
                (number, _asked(text, *rest), answers.get(number, OPEN))
                for number, text, *rest in part["questions"]
            ),
        )
        for part in parts
    ]


def _asked(text: str, choices: Sequence[str] = ()) -> str:
    return f"{text} (kies: {'; '.join(choices)})" if choices else text


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
    settings, card = known.settings, f"kaart {known.card.name} {known.card.version}"
    owners = ", ".join(settings.stop.decides)
    municipality = bool(settings.early_signal.municipalities)
    answers = {
        **words.DPIA,
        "1.1": account_texts.SHORT,
        "2.1.8": f"Leveringen: {', '.join(source.name for source in settings.sources) or 'neergezette bestanden'}. {OPEN} Welk systeem?",
        "4": f"{account_texts.METHOD} Profilering: ja. Cloud: {OPEN}. Nu: {card}, {len(known.card.terms)} signalen.",
        "5.1.1": account_texts.GOAL,
        "6.1.1.1": f"{settings.naam}{'; gemeenten, zie K' if municipality else ''}. {OPEN} Verwerkers, zoals wie de server beheert.",
        "6.1.1.2": f"Verwerkingsverantwoordelijke: {settings.naam}.{' Ontvanger: de gemeente.' if municipality else ''} {OPEN} Verwerkers.",
        "7.1.1": f"{words.INTERESTS} {_advised(known)}",
        "11.1.1.2": account_texts.LAWFUL,
        "13.1.1.3": account_texts.GOAL,
        "14.1": f"{account_texts.PROPORTIONALITY} {OPEN} Weeg dit voor uw eigen corporatie.",
        "15.7.2": f"{words.OBJECTION} {_contact(settings)}",
        "17.1.7": f"Over een gestopte lijst beslist: {owners}. Toezicht: {settings.account.oversight or OPEN}.",
        "19.1.1": f"Gemaakt door Waakvlam voor {card}. {OPEN} Versie.",
        "19.4.1": settings.naam,
        "19.5.1": settings.naam,
        "19.5.4": settings.account.officer or OPEN,
        "20.1.1": settings.naam,
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
