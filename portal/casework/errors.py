"""Errors of the services. The page explains them and keeps what was typed.

Services also raise `django.core.exceptions.ValidationError`, with a message per field, and `Case.DoesNotExist` for a
case that does not exist or that the user may not see.
"""

from __future__ import annotations

from portal.casework.models import Case


class Conflict(Exception):  # noqa: N818  an expected answer instead of an error
    """Somebody else changed the case after this form was opened. ``case`` has its current state."""

    def __init__(self, case: Case) -> None:
        super().__init__("the case was changed by somebody else meanwhile")
        self.case = case
