"""URLs of the analyst's pages. Users and roles are managed in the admin."""

from __future__ import annotations

from django.urls import path

from portal.analyst import views

app_name = "analyst"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("<int:run_id>/", views.run, name="run"),
]
