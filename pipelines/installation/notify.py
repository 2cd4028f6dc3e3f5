"""Tell a person what is wrong, by e-mail or in a channel: once for each problem, not once for each attempt.

Where to is a secret (addresses and tokens), so it does not stand in the settings: `WAAKVLAM_NOTIFY` in the environment,
else the file `notify` among the keys; one address a line, in the form of Apprise, the library that Prefect notifies
with: `mailtos://user:password@mail.example.nl?to=analist@example.nl`, `slack://...`, `workflows://...` (Teams).
A notice holds what the run report says, so no person. That it cannot be sent never stops the work.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.installation import faults, logs
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace

VARIABLE = "WAAKVLAM_NOTIFY"


def targets(workspace: Workspace) -> list[str]:
    """Read where notices go; none where nothing is set."""
    path = workspace.keys / "notify"
    text = os.environ.get(VARIABLE) or (path.read_text(encoding="utf-8") if path.is_file() else "")
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def tell(workspace: Workspace, subject: str, problems: Sequence[str]) -> bool:
    """Send one notice with the problems that were not told before.

    Parameters
    ----------
    workspace : Workspace
        Remembers in its logs what was told, by subject.
    subject : str
        What the problems are of: "weekly", "status", ...
    problems : sequence of str
        All that is wrong now. What is no longer among them is solved, and is told again when it comes back.

    Returns
    -------
    bool
        Whether nothing was left untold: sent, or nothing new.
    """
    memory = workspace.logs / "told.json"
    told = _told(memory)
    new = [problem for problem in problems if problem not in told.get(subject, [])]
    sent = True
    if new:
        where = targets(workspace)
        sent = bool(where) and _send(
            where, f"Waakvlam {subject}: {_counted(new)}", "\n".join(f"- {text}" for text in new)
        )
        log = logs.Log(workspace.logs, subject)
        log.event("notice", problems=len(new), sent=sent, to=len(where))
    # What could not be told counts as not told: the next run tries again.
    told[subject] = [problem for problem in problems if sent or problem not in new]
    _remember(memory, told)
    return sent


@contextmanager
def watching(workspace: Workspace, subject: str) -> Iterator[list[str]]:
    """Tell what a run puts into the list given, or the error it ends with."""
    problems: list[str] = []
    try:
        yield problems
    except Exception as error:
        tell(workspace, subject, [str(faults.told(error))])
        raise
    tell(workspace, subject, problems)


def _counted(problems: list[str]) -> str:
    return "one problem" if len(problems) == 1 else f"{len(problems)} problems"


def _send(where: list[str], title: str, body: str) -> bool:
    """Send by all of the ways; Apprise tells in its log why one failed, with the password, so that log is silent."""
    import apprise  # a second, and needed only where there is something to tell

    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    sender = apprise.Apprise()
    good = [sender.add(address) for address in where]
    return all(good) and bool(sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))


def _told(memory: Path) -> dict[str, list[str]]:
    try:
        found = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(memory: Path, told: dict[str, list[str]]) -> None:
    try:
        memory.parent.mkdir(mode=0o700, exist_ok=True)
        write_text(memory, json.dumps(told, ensure_ascii=False, indent=1), private=True)
    except (OSError, WaakvlamError):
        return
