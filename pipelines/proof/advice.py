"""Record the advice of the tenants' council and the ethics board, and block a promotion that goes against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from features.catalogue import SIGNALS
from features.signal import SEVERAL
from models.card.scorecard import Scorecard
from pipelines.installation.contracts import contracts
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.toml_models import nearest
from pipelines.installation.workspace import Workspace
from pipelines.proof import chain, records
from pipelines.warehouse.stores import open_warehouse

ADVICE, SET_ASIDE = "advice", "set aside"
LOST = "[het bestand hiervan is weg of veranderd]"
"""Stands in the account for what only the file of a record said."""
OPINIONS = {"for": "voor", "against": "tegen", "conditions": "onder voorwaarden"}
"""The opinions that a body can give, with their Dutch words."""


@dataclass(frozen=True)
class Advice:
    """The advice of one body about a model or an extract.

    Parameters
    ----------
    about : str
        Version of a scorecard, or name of an extract.
    body : str
        Who advises, such as ``huurdersraad``.
    opinion : str
        A key of `OPINIONS`.
    text : str
        The advice in a few sentences, with its conditions.
    on : datetime.date
        The day on which it was recorded.
    set_aside : tuple of (str, str) or None
        The person who set it aside and the reason, if somebody did.
    """

    about: str
    body: str
    opinion: str
    text: str
    on: date
    set_aside: tuple[str, str] | None = None

    @property
    def blocks(self) -> bool:
        """Whether the advice is against, and nobody set it aside."""
        return self.opinion == "against" and self.set_aside is None


def add(workspace: Workspace, about: str, *, body: str, opinion: str, text: str, now: datetime) -> Advice:
    """Record an advice.

    Raises
    ------
    ConfigurationError
        The opinion is not one of `OPINIONS`, or there is no text.
    """
    if opinion not in OPINIONS:
        raise ConfigurationError(f"Unknown advice {opinion!r}{nearest(opinion, list(OPINIONS))}.")
    records.require_sentence(text, "advice")
    content = {"about": about, "body": body, "opinion": opinion, "text": text}
    record = records.write(workspace, ADVICE, content, now, {"about": about, "opinion": opinion})
    return Advice(about, body, opinion, text, record.on)


def set_aside(workspace: Workspace, about: str, *, by: str, reason: str, now: datetime) -> list[Advice]:
    """Record why the advice against something is set aside, which the public account then shows.

    Returns
    -------
    list of Advice
        What was set aside.

    Raises
    ------
    ConfigurationError
        No advice against it stands, or the reason is too short to be one.
    """
    standing = [advice for advice in every(workspace) if advice.about == about and advice.blocks]
    if not standing:
        raise ConfigurationError(f"No advice against {about} stands.")
    records.require_sentence(reason)
    content = {"about": about, "by": by, "reason": reason}
    records.write(workspace, SET_ASIDE, content, now, {"about": about})
    return standing


def every(workspace: Workspace) -> list[Advice]:
    """Read all advice, oldest first. A later advice of the same body about the same thing replaces an earlier one."""
    newest: dict[tuple[str, str], Advice] = {}
    for record in records.of_kinds(workspace, ADVICE, SET_ASIDE):
        own = record.content
        if record.entry.kind == ADVICE:
            key = (own["about"], own.get("body", LOST))
            newest.pop(key, None)
            newest[key] = Advice(*key, own["opinion"], own.get("text", LOST), record.on)
        else:
            for key, advice in newest.items():
                if advice.about == own["about"] and advice.blocks:
                    newest[key] = replace(advice, set_aside=(own.get("by", LOST), own.get("reason", LOST)))
    return list(newest.values())


def extracts_of(card: Scorecard) -> frozenset[str]:
    """Return the extracts that the signals of a card read; a signal of several families reads them all."""
    used = {term.signal for term in card.terms}
    sources = {signal.source for signal in SIGNALS if signal.name in used}
    return frozenset(contracts()) if SEVERAL in sources else frozenset(sources)


def require_none_against(workspace: Workspace, version: str, card: Scorecard) -> None:
    """Refuse to promote a card while advice against it, or against an extract that it reads, stands.

    Raises
    ------
    WaakvlamError
        Names the bodies and what to do; or the chain of decisions was altered.
    """
    with open_warehouse(workspace) as con:
        chain.require_whole(workspace, con, workspace.settings.corporatie_id)
    subjects = {version, f"{card.name} {card.version}", *extracts_of(card)}
    standing = [advice for advice in every(workspace) if advice.blocks and advice.about in subjects]
    if standing:
        raise WaakvlamError(
            f"{_listed(f'{advice.body} advises against {advice.about}' for advice in standing)}.",
            mend="Follow the advice, or record why not: "
            f"`waakvlam advice set-aside {standing[0].about} --by NAME --reason TEXT`. The public account shows it.",
        )


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(texts)
