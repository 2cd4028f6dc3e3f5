"""URLs of the manager's pages."""

from __future__ import annotations

from django.urls import path

from portal.manager import views

app_name = "manager"
urlpatterns = [
    path("", views.trends, name="trends"),
    path("alle/samen/", views.together, name="together"),
    path("<str:corporation_id>/", views.corporation, name="corporation"),
    path("<str:corporation_id>/rapport/", views.report, name="report"),
    path("<str:corporation_id>/bestuur/", views.board, name="board"),
    path("<str:corporation_id>/csv/<slug:name>.csv", views.csv, name="csv"),
]
