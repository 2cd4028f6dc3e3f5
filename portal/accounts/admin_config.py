"""Django's admin with the portal's own site. Apart from `apps.py`, where Django would take it for this app's own."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class Admin(AdminConfig):
    """The admin, by the portal's own rules."""

    default_site = "portal.accounts.site.Site"
