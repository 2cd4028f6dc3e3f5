"""The actions of the log in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role

ACTIONS = {
    "absence.call_off": _("Liet een waarneming niet doorgaan"),
    "absence.plan": _("Sprak een waarneming af"),
    "audit.find": _("Zag een adres bij het zoeken voor het logboek"),
    "audit.search": _("Zocht een adres voor het logboek"),
    "care.view": _("Zag een adres in zorg"),
    "case.calendar": _("Zette een adres in de agenda"),
    "case.give_back": _("Gaf een adres terug aan een collega"),
    "case.lend": _("Gaf een adres tijdelijk aan een collega"),
    "case.owner": _("Wijzigde in wiens zorg een adres is"),
    "case.owner.undo": _("Gaf een adres terug aan wie het in zorg had"),
    "case.reopen": _("Opende een afgerond adres weer"),
    "case.return": _("Nam een adres terug van een collega"),
    "case.returned": _("Kreeg een adres vanzelf terug van een collega"),
    "case.search": _("Zocht adressen"),
    "case.view": _("Bekeek een adres"),
    "contact.log": _("Legde een contact of stand vast"),
    "contact.undo": _("Nam een contact terug"),
    "export.api": _("Haalde cijfers op met een programma"),
    "export.audit": _("Haalde het logboek op als bestand"),
    "export.csv": _("Haalde een tabel op als bestand"),
    "finished.view": _("Zag een afgerond adres"),
    "growth.note": _("Legde groei vast"),
    "handover.answer": _("Legde het antwoord van een partner vast"),
    "handover.ask": _("Vroeg een partner om antwoord"),
    "handover.view": _("Zag een overdracht in het overzicht"),
    "handover.note": _("Legde een overdracht vast"),
    "handover.undo": _("Nam een overdracht terug"),
    "handover.answer.undo": _("Nam het antwoord van een partner terug"),
    "incident.add": _("Meldde schade of een klacht"),
    "incident.withdraw": _("Trok een melding van schade of een klacht in"),
    "left.view": _("Zag een adres dat van de lijst ging"),
    "list.offline": _("Nam een adres mee voor zonder verbinding"),
    "list.print": _("Opende de lijst op papier"),
    "list.view": _("Zag een adres op Deze week"),
    "objection.add": _("Legde een bezwaar vast"),
    "objection.withdraw": _("Trok een bezwaar in"),
    "report.view": _("Opende het rapport"),
    "retention.run": _("Verwijderde wat over zijn termijn was, en keek na dat het weg is"),
    "row.assign": _("Koppelde een rij aan een overeenkomst, of aan niemand"),
    "search.view": _("Zag een gevonden adres"),
    "token.add": _("Maakte een sleutel voor een programma"),
    "token.revoke": _("Trok een sleutel in"),
    "user.add": _("Maakte een gebruiker"),
    "user.closed": _("Werd gesloten: het werkaccount heeft geen groep meer"),
    "user.change": _("Wijzigde een gebruiker"),
    "user.code_failed": _("Typte een verkeerde code van de tweede factor"),
    "user.factor": _("Wiste een tweede factor"),
    "user.groups": _("Kreeg rol en werkgebied van de groepen van het werkaccount"),
    "user.factor_add": _("Stelde een tweede factor in"),
    "user.factor_remove": _("Verwijderde de eigen tweede factor"),
    "user.factor_renew": _("Maakte nieuwe herstelcodes"),
    "user.login": _("Logde in"),
    "user.login_failed": _("Inloggen mislukte"),
    "user.logout": _("Logde uit"),
    "user.password": _("Wijzigde het eigen wachtwoord"),
    "user.password_new": _("Gaf een gebruiker een nieuw wachtwoord"),
    "user.unlock": _("Liet iemand weer inloggen na te veel pogingen"),
    "worry.add": _("Meldde een zorg"),
    "worry.answer": _("Beantwoordde een zorg"),
    "worry.take": _("Pakte een zorg op"),
    "worry.withdraw": _("Trok een eigen zorg in"),
}

IN_A_LIST = frozenset(
    {"care.view", "finished.view", "handover.view", "left.view", "list.offline", "list.view", "search.view"}
)
"""The actions that a page logs for each address on it, whether somebody looked at that one or not."""


def action_words(code: str) -> str:
    """Return an action in words, or its code if it has none."""
    return str(ACTIONS.get(code, code))


def role_words(code: str) -> str:
    """Return the name of a role."""
    return str(dict(Role.choices).get(code, code))
