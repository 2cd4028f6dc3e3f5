"""Optional packages: the extra of `waakvlam` that installs them, and the error if they are missing."""

from __future__ import annotations

from importlib.util import find_spec

from pipelines.installation.errors import ConfigurationError

EXTRAS = {
    "effect": ("statsmodels", "rdrobust"),
    "learn": ("interpret",),
    "otel": ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"),
    "sftp": ("asyncssh",),
    "odbc": ("arrow_odbc",),
    "spark": ("pyspark",),
}
"""The modules that each extra installs."""


def missing(extra: str) -> list[str]:
    """Return the modules of an extra that are not installed."""
    return [module for module in EXTRAS[extra] if not _is_installed(module)]


def require(extra: str, purpose: str) -> None:
    """Check that the packages of an extra are installed.

    Parameters
    ----------
    extra : str
        A key of `EXTRAS`.
    purpose : str
        What needs them, as the beginning of the message.

    Raises
    ------
    ConfigurationError
        A package is missing; the message names the extra.
    """
    absent = missing(extra)
    if absent:
        raise ConfigurationError(
            f"{purpose} needs {' and '.join(absent)}, not installed here.", mend=mend(extra)
        )


def mend(extra: str) -> str:
    """Return the sentence that says how to install an extra."""
    return f"Install Waakvlam with its extra `{extra}` (`waakvlam[{extra}]`, docs/install.md)."


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a parent package is missing
        return False
