"""Define the errors that users see: what is wrong, where, and what to do about it."""

from __future__ import annotations

RESTORE = (
    "Restore a backup (`waakvlam restore`); without one, move warehouse.duckdb and vault.duckdb away: "
    "the next run makes both again from the inbox."
)


def safe_name(name: str) -> str:
    """Return the name of a file with an escape for each character that a terminal or a log cannot show."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)


class WaakvlamError(Exception):
    """Base class of errors that are shown to the user without a traceback.

    Parameters
    ----------
    problem : str
        What is wrong, in one sentence, without any personal data.
    where : str, optional
        File, line and column, as far as they are known.
    mend : str, optional
        What the user can do about it.
    """

    exit_code = 1

    def __init__(self, problem: str, *, where: str = "", mend: str = "") -> None:
        self.problem, self.where, self.mend = problem, safe_name(where), mend
        super().__init__(problem, self.where, mend)

    def __str__(self) -> str:
        start = f"{self.where}: " if self.where else ""
        end = f" {self.mend}" if self.mend else ""
        return f"{start}{self.problem}{end}"


class DeliveryError(WaakvlamError):
    """A delivery cannot be read or fails a check; nothing of it is loaded (exit code 1)."""

    def __init__(
        self,
        file: str,
        problem: str,
        *,
        line: int | None = None,
        column: str | int | None = None,
        mend: str = "",
    ) -> None:
        self.file, self.line, self.column = safe_name(file), line, column
        where = file
        if line is not None:
            where += f", line {line}"
        if column is not None:
            where += f", column {column}"
        super().__init__(problem, where=where, mend=mend)


class ConfigurationError(WaakvlamError):
    """Settings, mapping, contract or scorecard are wrong, so the command cannot run (exit code 2)."""

    exit_code = 2


class FaultError(WaakvlamError):
    """A fault of the program, reported by type and place only, because its message may quote a row."""
