"""Check the sources of the settings without calling them: their packages, secrets, queries and files."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.installation import extras
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace


def wanting(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield each thing that a source lacks on this machine, with the remedy."""
    for source in workspace.settings.sources:
        if source.kind in extras.EXTRAS and extras.missing(source.kind):
            yield (
                f"source {source.name} needs {' and '.join(extras.missing(source.kind))}",
                extras.mend(source.kind),
            )
        if source.secret:
            try:
                workspace.secret_of_source(source.secret)
            except ConfigurationError as error:
                yield f"source {source.name}: {error.problem}", error.mend
        files = [source.private_key, source.certificates, source.folder if source.kind == "folder" else ""]
        paths = [workspace.home / file for file in files if file]
        paths += [workspace.queries / part.query for part in source.extracts if part.query]
        for path in paths:
            if not path.exists():
                yield f"source {source.name}: {path} does not exist", "Create it, or correct settings.toml."
