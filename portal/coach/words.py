"""Define the sentences that a coach uses. A test checks that the Dutch ones equal those on the printed list."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

QUESTION = gettext_lazy("„Hoe komt u aan mijn naam?”")
ABOUT = (
    gettext_lazy("Dit is een aanbod van hulp, geen maatregel. Meedoen is vrijwillig; nee zeggen mag."),
    gettext_lazy(
        "U beslist. De computer zet adressen op een rij; u bepaalt bij wie u langsgaat, wanneer en hoe."
    ),
    gettext_lazy(
        "Kijk vlak voor uw bezoek of er al betaald is. Wat hier staat is vastgelegd door mensen en systemen: het "
        "kan onvolledig zijn of niet kloppen. Vraag de bewoner hoe het zit."
    ),
    gettext_lazy("Vertel nooit wie een melding heeft gedaan."),
    gettext_lazy("Past een adres niet, of is er al hulp? Geef dat terug als „niet passend”."),
    gettext_lazy(
        "Een deel van de adressen kan door loting zijn gekozen uit adressen met minder signalen. Zo leren wij "
        "wat de lijst mist. Welke dat zijn staat er niet bij, zodat iedereen hetzelfde bezoek krijgt."
    ),
    gettext_lazy(
        "Vertrouwelijk. Laat deze lijst niet liggen en stuur haar niet door. Klaar? In de papiervernietiger."
    ),
)


def answer(corporation: str) -> str:
    """Return the honest answer to `QUESTION`: one sentence, and the choice that the resident has."""
    return _(
        "„Ik kom van %(corporation)s, uw verhuurder: in onze gegevens over huur, meldingen en "
        "reparaties zagen wij iets waardoor ik u wil vragen of u hulp kunt gebruiken. Een "
        "computerprogramma helpt ons kiezen, en ik besluit zelf bij wie ik aanbel. U mag nee zeggen. U "
        "mag ook vragen wat er over u is vastgelegd, of vragen dat wij u niet meer meenemen.”"
    ) % {"corporation": corporation}


def answer_after_worry(corporation: str) -> str:
    """Return the honest answer to `QUESTION` at an address that no list holds: no data were used, and no program."""
    return _(
        "„Ik kom van %(corporation)s, uw verhuurder: iemand maakt zich zorgen en gaf dat aan ons door. Daarom "
        "wil ik u vragen of u hulp kunt gebruiken. Wie het was, mag ik niet vertellen. U mag nee zeggen. U "
        "mag ook vragen wat er over u is vastgelegd, of vragen dat wij u niet meer meenemen.”"
    ) % {"corporation": corporation}
