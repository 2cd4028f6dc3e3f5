"""Configure Django's admin with the portal's own site. In `apps.py` Django would take it for this app's config."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class Admin(AdminConfig):
    """Use the portal's own admin site."""

    default_site = "portal.accounts.site.Site"
