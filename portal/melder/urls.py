"""URLs of the melder's pages."""

from __future__ import annotations

from django.urls import path

from portal.melder import views

app_name = "melder"
urlpatterns = [
    path("", views.worry, name="worry"),
    path("intrekken/", views.withdraw, name="withdraw"),
    path("dank/", views.thanks, name="thanks"),
]
