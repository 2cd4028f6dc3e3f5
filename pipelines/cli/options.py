"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Every = Annotated[int, typer.Option(min=1, max=52, help="Weeks between as-of dates; 1 is weekly.")]
"""Weeks between the as-of dates of a panel."""
Horizon = Annotated[int, typer.Option(min=1, max=104, help="Weeks within which an escalation counts.")]
"""Weeks within which an escalation counts."""
