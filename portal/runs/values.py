"""List the Dutch words in the values of the pipeline's sentences, which `portal.runs.sentences` says in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

WORDS = (
    _("minder"),
    _("meer"),
    _("per huishouden"),
    _("op de 100"),
    _("wijk"),
    _("woonduur"),
    _("huur"),
    _("groep uit het bestand van de analist"),
    _("escalatie binnen"),
    _("huurachterstand na"),
    _("maanden"),
    _("nieuwe overlastmeldingen in"),
    _("weken"),
    _("jaar"),
    _("minder dan"),
    _("woning behouden na"),
    _("keer"),
    _("marge"),
    _("groepen"),
    _("tot "),
    _("en"),
    _("één"),
    _("voltijds coaches"),
    _("voltijds coach"),
    _("ontruiming"),
    _("samenleving"),
    _("sorteren op de hoogste schuld"),
    _("sorteren op de meeste maanden achterstand"),
    _("sorteren op de meeste overlastmeldingen in 90 dagen"),
    _("sorteren op de meeste gebeurtenissen in 12 maanden"),
    _("punten tellen zoals in Hackney"),
    _("sorteren op het gemiddelde van de wijk"),
)  # fmt: skip
"""Words of the values that are left open."""
NAMES = (
    _("de bezwaren"),
    _("de boekingen"),
    _("de contactmomenten"),
    _("de huurovereenkomsten"),
    _("de meldingen van medewerkers"),
    _("de overlastmeldingen"),
    _("de reparatieverzoeken"),
    _("de signaleringen"),
    _("de toewijzingen"),
    _("de contacten van de wooncoach"),
    _("de huurachterstanden"),
)
"""The deliveries, as a sentence names them."""
