"""Find the postcode of a street and number among the addresses that a coach may see; a melder never asks it.

A melder would learn which streets have an address on a list.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.access import cases_for
from portal.accounts.models import User
from portal.casework.finding import folded


def postcode_of(user: User, corporation: str, street: str, number: str) -> str:
    """Return the postcode of a street and number: that of the very address if it is known, else the only one of the street.

    Raises
    ------
    ValidationError
        No address of that street is known, or it has several postcodes or lies in several towns; the message names the postcodes.
    """
    cases = cases_for(user).filter(corporation=corporation, from_worry=False, objected_on=None)
    wanted, door = folded(street).strip(), _door(number)
    rows = [
        (town[:7].strip(), town[7:].strip(), _door(address.rpartition(" ")[2]))
        for address, town in cases.exclude(town="").values_list("address", "town")
        if folded(address.rpartition(" ")[0]) == wanted
    ]
    postcodes = {postcode for postcode, _place, _number in rows}
    exact = {postcode for postcode, _place, its_number in rows if its_number == door}
    # two towns can have a street of one name: then a known door does not tell which of them is meant
    if len(exact) == 1 and len({folded(place) for _postcode, place, _number in rows}) == 1:
        return exact.pop()
    if not postcodes:
        raise ValidationError(
            _("Deze straat staat niet bij uw adressen. Vul de postcode in, of kijk hoe de straat heet.")
        )
    if len(postcodes) > 1:
        text = _("Deze straat heeft meer dan één postcode: %(postcodes)s. Vul de goede in.")
        raise ValidationError(text % {"postcodes": ", ".join(sorted(postcodes))})
    return postcodes.pop()


def _door(number: str) -> str:
    return folded(number).replace(" ", "")
