"""Refuse a password that consists of the user's own words, or of a common word with something around it."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.models import Corporation, plain_name

LEAST = 4
"""Own words of fewer letters are too common to look for."""
LEFT = 8
"""Letters and digits that a password must have besides the user's own words, common words and years."""
AROUND = re.compile(r"[\W_]|(19|20)\d\d")
LEETSPEAK = str.maketrans("@4301!5$7", "aaeoiisst")
OWN = (
    *("waakvlam", "wooncoach", "coach", "manager", "analist", "melder", "auditor"),
    *("corporatie", "huurder", "welkom", "wachtwoord", "password"),
)


class OwnWords:
    """Refuse a password that is little more than well-known words: the names of the user, the corporation or this product."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if the password can be guessed from the user."""
        plain = plain_name(password)
        for text in (plain, plain.translate(LEETSPEAK)):
            left = text
            for word in sorted(_words(user), key=len, reverse=True):
                left = left.replace(word, "")
            left = AROUND.sub("", left)
            if len(left) >= LEFT and left.strip("0123456789") not in self._common:
                continue
            raise ValidationError(
                _("Dit wachtwoord is te raden uit gewone woorden of uit uw naam."), code="own_words"
            )

    def get_help_text(self) -> str:
        """Return what to choose instead."""
        return _("Kies liever een zin van vier of meer woorden die niets met uw naam of werk te maken heeft.")


def _words(user: Any) -> set[str]:
    """Return the words that somebody who knows the user would try first."""
    texts = [*OWN, *Corporation.objects.values_list("name", flat=True)]
    if user is not None:
        texts += [user.get_username(), user.first_name, user.last_name]
    return {
        word for text in texts for word in re.findall(r"\w+", plain_name(text or "")) if len(word) >= LEAST
    }
