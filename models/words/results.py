"""Say which results of a contact mean that an address was helped: the one definition of *geholpen*, for pipeline and portal."""

from __future__ import annotations

HELPED = ("Vervolghulp", "Verwijzing", "(Budget)advies")
"""Beginnings of these results, in the words of DDAS (EnumEindresultaat): advice, further help or a referral."""


def helps(result: str) -> bool:
    """Return whether a result means that the address was helped."""
    return result.startswith(HELPED)
