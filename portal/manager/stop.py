"""Say where the rule stands that stops the list, what was reported since, what it watches, and who decides."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.incidents.uncounted import what_waits
from portal.manager.answer import Answer
from portal.runs.models import Run, StopRule
from portal.trends.reach import Reach


def rule(reach: Reach) -> Answer:
    """Answer whether the list stops by itself, from the newest list."""
    question = _("Stopt de lijst als het misgaat?")
    run = Run.objects.filter(corporation=reach.corporation).first()
    waiting = what_waits(run) if run else ""
    if run is None or not run.stop:
        unknown = _("Van de nieuwste lijst is niet bewaard of de stopregel aan staat.")
        return Answer(question, (f"{unknown} {waiting}".strip(),), "open")
    who = {"who": _(" of ").join(run.decides) or _("wie daarvoor is aangewezen")}
    first = {
        StopRule.ON: _("Ja: de stopregel staat aan, en geen grens is bereikt."),
        StopRule.OFF: _("Nee: de stopregel staat uit. Bij schade of klachten stopt de lijst niet vanzelf."),
        StopRule.PAUSED: _("De lijst ligt stil: een afgesproken grens is bereikt. Of zij verdergaat, beslist: %(who)s.") % who,
        StopRule.BY_HAND: _("De lijst ligt stil: iemand zette haar met de hand stil. Of zij verdergaat, beslist: %(who)s.") % who,
        StopRule.SHADOW: _("Dit is een proefperiode: niemand ziet de lijst. Zij wordt later beoordeeld."),
    }[StopRule(run.stop)]  # fmt: skip
    first = f"{first} {waiting}".strip()
    watches = _(
        "De regel kijkt elke week naar schade door een bezoek, klachten, bewoners die geen hulp willen, wat de lijst meer vindt dan "
        "een loting, verschillen tussen wijken in bezoek en hulp, en gegevens die niet meer lijken op die van de puntenkaart."
    )
    then = (
        _("Voorbij een grens komt er geen lijst tot iemand beslist: %(who)s. Begeleiding gaat gewoon door.")
        % who
    )
    since = _("Dit is de stand bij de lijst van %(day)s.") % {"day": date_format(run.as_of, "j F Y")}
    if run.stands_still:
        return Answer(question, (first, watches, since), "act")
    return Answer(question, (first, watches, then, since), "act" if run.stop == StopRule.OFF else "known")
