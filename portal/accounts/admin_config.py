"""Configure Django's admin with the portal's own site, and name the lockout in Dutch.

In `apps.py` Django would take these for this app's config.
"""

from __future__ import annotations

from axes.apps import AppConfig as AxesConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class Admin(AdminConfig):
    """Use the portal's own admin site."""

    default_site = "portal.accounts.site.Site"


class Lockout(AxesConfig):
    """Show the failed logins under a name that an analyst understands."""

    verbose_name = _("Inloggen")
