"""Start the portal: migrate, collect the static files and serve on 127.0.0.1, behind a proxy that adds TLS."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from portal.webhooks.post import Receiver

LOOPBACK = "127.0.0.1"
THREADS = 8
LARGEST_REQUEST = 1_000_000
"""Maximum size of a request in bytes; the largest form holds a note of some lines."""
LOOK = 30
"""Seconds between two checks for webhooks that are due."""
DEMO = ("coach", "manager", "analyst", "melder", "auditor")


def prepare(home: Path, *, static: bool = True, migrate: bool = True) -> None:
    """Prepare the portal: its folder, its settings, its tables and, for serving, its static files.

    Raises
    ------
    RuntimeError
        This process has opened the portal of another workspace; Django supports one database per process.
    """
    os.environ["WAAKVLAM_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    (home / "portal").mkdir(parents=True, exist_ok=True, mode=0o700)

    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    if home.resolve() != settings.HOME:
        raise RuntimeError(f"the portal of {settings.HOME} is open in this process; {home} needs its own")
    if migrate:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    if static:
        from portal import static_files

        static_files.collect()


def demo_users(corporations: Mapping[str, str]) -> dict[str, str]:
    """Create a demo user per role, for the passed corporations (id to name) and existing ones.

    Returns
    -------
    dict of str to str
        User name and password of users without a password; it is returned only once. Others are not changed.
    """
    from portal.accounts.models import Corporation, Role, Scope, User

    for id_, name in corporations.items():
        Corporation.objects.get_or_create(id=id_, defaults={"name": name})
    passwords = {}
    for name in DEMO:
        user, new = User.objects.get_or_create(
            username=name,
            defaults={"role": Role(name), "first_name": name.capitalize(), "second_factor": False},
        )
        if new or not user.has_usable_password():
            passwords[name] = secrets.token_urlsafe(12)
            user.set_password(passwords[name])
            user.save()
        for corporation in Corporation.objects.all():
            Scope.objects.get_or_create(user=user, corporation=corporation, wijk="")
    return passwords


def analyst(name: str, corporations: Mapping[str, str]) -> str:
    """Create the first analyst, who creates the other users.

    Returns
    -------
    str
        The password, which is returned only once; empty if a user of that name exists.
    """
    from portal.accounts.models import Corporation, Role, Scope, User

    for id_, corporation_name in corporations.items():
        Corporation.objects.get_or_create(id=id_, defaults={"name": corporation_name})
    user, new = User.objects.get_or_create(username=name, defaults={"role": Role.ANALYST})
    if not new:
        return ""
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save()
    for corporation in Corporation.objects.all():
        Scope.objects.create(user=user, corporation=corporation)
    return password


def serve(
    port: int,
    ready: Callable[[str], None],
    notice: Callable[[str], object] | None = None,
    receivers: Sequence[Receiver] = (),
) -> None:
    """Serve until stopped.

    Parameters
    ----------
    port : int
        Port on 127.0.0.1; 0 takes a free one.
    ready : callable
        Receives the address once the server accepts connections.
    notice : callable, optional
        Sends a text, without personal data, to the people who look after the installation.
    receivers : sequence of Receiver
        Programs that receive webhooks; a thread of this process sends them.
    """
    from django.conf import settings
    from waitress.server import create_server

    from portal.casework import notices
    from portal.wsgi import application

    # Modules loaded by now stay: exclude them from every later garbage collection.
    gc.collect()
    gc.freeze()
    if notice is not None:
        notices.send_with(notice)
    if receivers:
        threading.Thread(target=_deliver, args=(receivers,), daemon=True, name="webhooks").start()
    behind: dict[str, Any] = (
        {
            "trusted_proxy": LOOPBACK,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
            "clear_untrusted_proxy_headers": True,
        }
        if settings.HTTPS
        else {}
    )
    server = create_server(
        application, host=LOOPBACK, port=port, threads=THREADS, ident="waakvlam",
        max_request_body_size=LARGEST_REQUEST, **behind,
    )  # fmt: skip
    ready(f"http://{LOOPBACK}:{server.effective_port}/")  # type: ignore[union-attr]
    server.run()


def _deliver(receivers: Sequence[Receiver]) -> None:
    """Send the webhooks that are due, for as long as this process serves."""
    from django.db import Error, close_old_connections

    from portal.webhooks import courier

    while True:
        try:
            courier.deliver(receivers)
        except Error:  # the database is briefly unreachable: messages stay due
            logging.getLogger(__name__).warning("webhooks wait: the database does not answer")
        finally:
            close_old_connections()
        time.sleep(LOOK)
