"""What a service answers when it cannot do what is asked; a page tells it kindly and keeps what was typed.

Beside these: `django.core.exceptions.ValidationError` with a message per field, and `Case.DoesNotExist` for a case
that is not there or not this user's.
"""

from __future__ import annotations

from portal.casework.models import Case


class Conflict(Exception):  # noqa: N818  it is an answer, no error
    """Somebody else changed the case since this form was opened. ``case`` is how it stands now."""

    def __init__(self, case: Case) -> None:
        super().__init__("the case was changed by somebody else meanwhile")
        self.case = case
