"""The pages of the manager. Filled by its own part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from portal.accounts.access import requires
from portal.accounts.models import Role

app_name = "manager"


@requires(Role.MANAGER)
def start(request: HttpRequest) -> HttpResponse:
    """Show where these pages will stand."""
    return render(request, "base.html")


urlpatterns = [
    path("", start, name="trends"),
]
