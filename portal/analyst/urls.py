"""URLs of the analyst's pages. Users and roles are managed in the admin."""

from __future__ import annotations

from django.urls import path

from portal.analyst import signals, unmatched, views

app_name = "analyst"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("signalen/", signals.signals, name="signals"),
    path("zonder-huurder/", unmatched.rows, name="unmatched"),
    path("zonder-huurder/<int:row_id>/", unmatched.answer, name="answer"),
    path("<int:run_id>/", views.run, name="run"),
]
