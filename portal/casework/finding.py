"""Find cases by what a user types: address, postcode, name, wijk or agreement."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

from django.db.models import QuerySet

from portal.accounts.access import cases_for
from portal.accounts.models import User
from portal.casework.models import Case

ALIKE = 0.85
"""How alike a typed word and a word of a street are: one letter too many, too few or other in a word of seven."""


def search(user: User, text: str, most: int) -> list[Case]:
    """Return up to `most` cases of a coach that match a text, as `matching`."""
    return matching(cases_for(user), text, most)


def matching(cases: QuerySet[Case], text: str, most: int) -> list[Case]:
    """Return up to `most` of these cases that match every word of a text, those that hold every word as a whole first.

    A word matches in address, postcode, name or wijk, or as the agreement id. A word that begins with a digit matches only
    the beginning of a word, and a postcode only with all four digits, so that a house number does not find postcodes. Accents,
    capitals and dashes make no difference. The words are compared here, because SQLite ignores capitals in ASCII only and has no
    function that removes accents.
    """
    typed = folded(re.sub(r"\b([1-9][0-9]{3})([A-Za-z]{2})\b", r"\1 \2", text))
    words, apart = typed.split(), typed.replace("-", " ").split()
    fields = cases.order_by("address", "pk").values_list(
        "pk", "overeenkomst_id", "address", "town", "name", "wijk"
    )
    ranked = ((_best(words, apart, list(map(folded, texts))), pk) for pk, *texts in fields.iterator())
    near = sorted((row for row in ranked if row[0] is not None), key=lambda row: row[0] or 0)
    keys = [pk for _rank_of_row, pk in near[:most]]
    rows = cases.select_related("corporation").in_bulk(keys)
    return [rows[pk] for pk in keys if pk in rows]


def meant(user: User, text: str) -> str:
    """Return the text with each word that no street of the coach's cases has replaced by the one that looks most like it.

    Nothing ("") if no word changes, or if that finds no case either.
    """
    streets = cases_for(user).values_list("address", flat=True)
    known = {folded(word): word for street in streets for word in street.split() if word.isalpha()}
    better = " ".join(_nearest(word, known) for word in text.split())
    return better if better != " ".join(text.split()) and search(user, better, 1) else ""


def _nearest(word: str, known: dict[str, str]) -> str:
    if not word.isalpha() or folded(word) in known:
        return word
    near = get_close_matches(folded(word), known, n=1, cutoff=ALIKE)
    return known[near[0]] if near else word


def _best(words: list[str], apart: list[str], texts: list[str]) -> int | None:
    """Return the rank of a case for the words as typed, or else for their parts between dashes in the parts of its texts."""
    if (rank := _rank(words, *texts)) is not None:
        return rank
    agreement, *others = texts
    return _rank(apart, agreement, *(text.replace("-", " ") for text in others)) if apart else None


def _rank(words: list[str], agreement: str, address: str, town: str, *others: str) -> int | None:
    """Return 0 if every word is a whole word of the case, 1 if every word occurs in it, else None."""
    texts = (address, town, *others)
    if not all(
        word == agreement or any(_occurs(word, text) for text in (address, *others)) or _in_town(word, town)
        for word in words
    ):
        return None
    whole = {agreement, *(part for text in texts for part in text.split())}
    return 0 if whole.issuperset(words) else 1


def _in_town(word: str, town: str) -> bool:
    return _occurs(word, town) and (len(word) >= 4 or not word[0].isdigit())


def _occurs(word: str, text: str) -> bool:
    if not word[0].isdigit():
        return word in text
    return any(part.startswith(word) for part in text.split())


def folded(text: str) -> str:
    """Return a text without accents and capitals."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))
