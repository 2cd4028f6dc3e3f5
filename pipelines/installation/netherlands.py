"""The bounds of the Netherlands, to recognise wrong coordinates."""

from __future__ import annotations

NETHERLANDS = (50.7, 53.6), (3.3, 7.3)
"""Lowest and highest latitude and longitude of the European Netherlands, in degrees."""
