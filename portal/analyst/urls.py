"""URLs of the analyst's pages."""

from __future__ import annotations

from django.urls import path

from portal.analyst import accounts, server, signals, unmatched, users, views

app_name = "analyst"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("gebruikers/", users.users, name="users"),
    path("gebruikers/nieuw/", users.add, name="add_user"),
    path("gebruikers/<int:user_id>/", users.change, name="user"),
    path("gebruikers/<int:user_id>/wachtwoord/", accounts.password, name="password"),
    path("gebruikers/<int:user_id>/inlogapp/", accounts.factor, name="factor"),
    path("gebruikers/<int:user_id>/inloggen/", accounts.unlock, name="unlock"),
    path("gebruikers/<int:user_id>/sleutel/", accounts.issue, name="issue"),
    path("sleutels/<int:token_id>/intrekken/", accounts.revoke, name="revoke"),
    path("server/", server.server, name="server"),
    path("signalen/", signals.signals, name="signals"),
    path("zonder-huurder/", unmatched.rows, name="unmatched"),
    path("zonder-huurder/<int:row_id>/", unmatched.answer, name="answer"),
    path("<int:run_id>/", views.run, name="run"),
]
