"""Explain an empty list: a typing error in somebody's area must not read as a good week."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.accounts.areas import known_wijken
from portal.accounts.models import User
from portal.coach.deliveries import Notes


def why_empty(user: User, shown: Notes) -> str:
    """Return why a coach has no addresses at all, or nothing if the list has none for these areas; the page shows the notes ``said``."""
    scopes = list(user.scopes.select_related("corporation"))
    if not scopes:
        return _("U hebt nog geen werkgebied. Vraag het de analist.")
    if all(scope.corporation.newest_list is None for scope in scopes):
        return _("Er is nog geen lijst gemaakt. Na de eerste maandag staat die hier.")
    if shown.held:
        return _(
            "De lijst ligt stil. Ga door met de mensen die u al helpt: zie In zorg. Waarom, leest u boven aan deze pagina."
        )
    if shown.still:
        names = sorted({str(scope.corporation) for scope in scopes if scope.corporation_id in shown.still})
        return _(
            "De lijst van %(names)s ligt stil. Ga door met de mensen die u al helpt: zie In zorg. Waarom, leest u bij „Bij deze lijst”."
        ) % {"names": _(" en ").join(names)}
    known = known_wijken()
    wrong = sorted(
        scope.wijk
        for scope in scopes
        if scope.wijk and scope.wijk not in known.get(scope.corporation_id, set())
    )
    if wrong and len(wrong) == len(scopes):
        return _(
            "De gegevens van de corporatie kennen uw wijk niet: %(names)s. Vraag de analist om uw werkgebied na te kijken."
        ) % {"names": ", ".join(wrong)}
    return ""
