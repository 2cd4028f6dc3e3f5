"""URLs of the portal; each role's pages are in a module of their own."""

from __future__ import annotations

from importlib.util import find_spec

from allauth.account import views as account
from allauth.socialaccount import views as social
from django.urls import include, path

from portal import views
from portal.accounts import audit_find, audit_page
from portal.incidents import views as incidents

urlpatterns = [
    path("", views.home, name="home"),
    path("hulp/", views.how_to, name="help"),
    path("stijl/", views.style, name="style"),
    path("gezond/", views.health, name="health"),
    path("logboek/", audit_page.audit_log, name="audit"),
    path("logboek/zoeken/", audit_find.audit_find, name="audit_find"),
    path("logboek/csv/", audit_page.audit_csv, name="audit_csv"),
    path("taal/", include("django.conf.urls.i18n")),
    path("week/", include("portal.coach.urls")),
    path("overzicht/", include("portal.manager.urls")),
    path("runs/", include("portal.analyst.urls")),
    path("melden/", include("portal.melder.urls")),
    path("schade/", incidents.incident, name="incident"),
    path("schade/intrekken/", incidents.withdraw, name="withdraw_incident"),
    # Include only the parts of allauth that are used: no sign-up, no mail address, no reset by mail.
    path("in/", account.login, name="account_login"),
    path("uit/", account.logout, name="account_logout"),
    path("in/niet-actief/", account.account_inactive, name="account_inactive"),
    path("in/opnieuw/", account.reauthenticate, name="account_reauthenticate"),
    path("wachtwoord/", account.password_change, name="account_change_password"),
    path("wachtwoord/nieuw/", account.password_set, name="account_set_password"),
    path("tweede-factor/", include("allauth.mfa.urls")),
    path("werkaccount/afgebroken/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("werkaccount/fout/", social.login_error, name="socialaccount_login_error"),
    path("werkaccount/onbekend/", social.signup, name="socialaccount_signup"),
    path("werkaccount/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
if find_spec("ninja"):  # the extra `api`; without it no program can call the portal
    urlpatterns.append(path("api/1/", include("portal.api.urls")))
handler403 = "portal.views.forbidden"
handler404 = "portal.views.missing"
handler500 = "portal.views.broken"
