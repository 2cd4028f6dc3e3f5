"""Send notices of problems by e-mail or to a channel, once per problem instead of once per run.

The destinations contain passwords and tokens, so they are not in the settings. They are read from `WAAKVLAM_NOTIFY` in
the environment or else from the file `notify` among the keys, one address per line in the notation of Apprise, the
library that Prefect uses: `mailtos://user:password@mail.example.nl?to=analist@example.nl`, `slack://...`,
`workflows://...` (Teams). A notice holds only text of the run report and therefore no personal data. A notice that
cannot be sent never stops the run.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.installation import faults, logs
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace

VARIABLE = "WAAKVLAM_NOTIFY"
NOTIFIED = "told.json"
"""The file in the logs that remembers what was sent."""
UNSENT = "not sent"
"""Subject under which the memory keeps the events that did not arrive."""
MEND = "Correct the address (docs/schedule.md#notices); the next run sends the notice again."


def targets(workspace: Workspace) -> list[str]:
    """Read the addresses that notices are sent to; empty if none is set."""
    path = workspace.keys / "notify"
    text = os.environ.get(VARIABLE) or (path.read_text(encoding="utf-8") if path.is_file() else "")
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def send(workspace: Workspace, subject: str, problems: Sequence[str], *, title: str = "") -> bool:
    """Send one notice with the problems that were not sent before.

    Parameters
    ----------
    workspace : Workspace
        The installation. Its logs remember which problems were sent, by subject.
    subject : str
        What has the problems: "weekly", "status", ...
    problems : sequence of str
        All current problems. A problem that disappears counts as solved and is sent again if it returns.
    title : str, optional
        Title of the notice; default: the subject with the number of problems.

    Returns
    -------
    bool
        Whether every problem has been sent, now or earlier.
    """
    notified = _notified(workspace)
    new = [problem for problem in problems if problem not in notified.get(subject, [])]
    sent = _deliver(workspace, notified, subject, new, title)
    # A problem that could not be sent does not count as sent, so the next run tries again.
    notified[subject] = [problem for problem in problems if sent or problem not in new]
    _remember(workspace, notified)
    return sent


def happened(workspace: Workspace, subject: str, events: Sequence[str]) -> bool:
    """Send one notice of events, such as a run that was cut off; return whether it arrived.

    Unlike a problem, an event does not last: it is sent each time that it happens, and one that did not arrive is kept
    for the next notice, of whatever subject.
    """
    notified = _notified(workspace)
    sent = _deliver(workspace, notified, subject, events)
    if not sent and targets(workspace):
        notified[UNSENT] = [*notified.get(UNSENT, []), *events]
    _remember(workspace, notified)
    return sent


def state(workspace: Workspace, now: datetime) -> tuple[str, str]:
    """Say where notices go and whether the newest of two weeks arrived, with the remedy if it did not."""
    number = len(targets(workspace))
    if not number:
        return "go nowhere: no address is set", ""
    since = (now.astimezone(UTC) - timedelta(weeks=2)).isoformat()
    notices = [e for e in logs.read(workspace.logs) if e["event"] == "notice" and e["at"] >= since]
    if notices and notices[-1]["to"] and not notices[-1]["sent"]:
        newest = f"{notices[-1]['verb']}, {notices[-1]['at'][:10]}"
        return f"the last one ({newest}) did not reach every address", MEND
    return f"addresses: {number}", ""


@contextmanager
def watching(workspace: Workspace, subject: str) -> Iterator[list[str]]:
    """Send a notice of the problems that a run adds to the yielded list, or of the error that it raises."""
    problems: list[str] = []
    try:
        yield problems
    except Exception as error:
        send(workspace, subject, [str(faults.explain(error))])
        raise
    send(workspace, subject, problems)


def _deliver(
    workspace: Workspace, notified: dict[str, list[str]], subject: str, new: Sequence[str], title: str = ""
) -> bool:
    """Send lines with the events that did not arrive before; return whether all arrived, and forget those events then."""
    where = targets(workspace)
    lines = [*(notified.get(UNSENT, []) if where else ()), *new]
    if not lines:
        return True
    title = title or f"Waakvlam {subject}: {_counted(lines)}"
    sent = bool(where) and _send(where, title, "\n".join(f"- {text}" for text in lines))
    logs.Log(workspace.logs, subject).event("notice", problems=len(lines), sent=sent, to=len(where))
    if sent:
        notified.pop(UNSENT, None)
    return sent


def _counted(problems: list[str]) -> str:
    return "one problem" if len(problems) == 1 else f"{len(problems)} problems"


def _send(where: list[str], title: str, body: str) -> bool:
    """Send to every address. Apprise's log would show passwords when sending fails, so it is silenced."""
    import apprise  # takes a second to import and is rarely needed

    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    services = [apprise.Apprise.instantiate(address) for address in where]
    sent = [
        service is not None and _reaches(service, title, body) for service in services
    ]  # all, even after a failure
    return all(sent)


def _reaches(service: Any, title: str, body: str) -> bool:
    """Send to one address; return whether that worked.

    A notice is a plain list of sentences, which is Markdown too. Apprise 2 would escape each of its hyphens and full
    stops for a service that takes Markdown, and a Teams card shows those backslashes.
    """
    from apprise import Apprise, NotifyFormat

    takes_markdown = service.notify_format == NotifyFormat.MARKDOWN
    sender = Apprise()
    sender.add(service)
    body_format = NotifyFormat.MARKDOWN if takes_markdown else NotifyFormat.TEXT
    return bool(sender.notify(body=body, title=title, body_format=body_format))


def _notified(workspace: Workspace) -> dict[str, list[str]]:
    """Return the problems that were sent, by subject, and the events that were not (`UNSENT`)."""
    try:
        content = json.loads((workspace.logs / NOTIFIED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remember(workspace: Workspace, notified: dict[str, list[str]]) -> None:
    try:
        workspace.logs.mkdir(mode=0o700, exist_ok=True)
        write_text(
            workspace.logs / NOTIFIED, json.dumps(notified, ensure_ascii=False, indent=1), private=True
        )
    except (OSError, WaakvlamError):
        return
