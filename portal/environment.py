"""Read the installation's environment variables, and the secret key from its file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECRET = "PORTAL_SECRET_KEY"  # noqa: S105  name of a variable


def home() -> Path:
    """Return the workspace, chosen in the same way as by `waakvlam --home`."""
    return Path(os.environ.get("WAAKVLAM_HOME", "data")).resolve()


def flag(name: str, *, default: bool = False) -> bool:
    """Read a switch, which is on for 1, true, yes or on."""
    value = os.environ.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret_key() -> str:
    """Return the secret key from the environment, or else from the workspace's `keys/`, where it is created once."""
    if value := os.environ.get(SECRET, "").strip():
        return value
    path = home() / "keys" / "portal.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(40) + "\n")
        try:
            os.link(own, path)  # if two processes start for the first time at once, one key wins
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_text(encoding="ascii").strip()


def route() -> str:
    """Return the address of the map service with ``{address}`` in it, ``geo`` for the phone's own maps, or nothing (off)."""
    given = os.environ.get("PORTAL_ROUTE", "").strip()
    if given == "geo":
        return "geo:0,0?q={address}"
    if given and not (given.startswith("https://") and "{address}" in given):
        raise ValueError("PORTAL_ROUTE must be geo, or an https address that contains {address}")
    return given


LEAFLETS = ("en", "tr", "pl", "uk", "ar")
"""Languages that the note at a door has besides Dutch (`portal.coach.leaflets`)."""


def leaflet() -> list[str]:
    """Return the languages of the note at a door besides Dutch; those after English wait for a reader of the installation."""
    given = words("PORTAL_LEAFLET", "en")
    if unknown := [code for code in given if code not in LEAFLETS]:
        raise ValueError(f"PORTAL_LEAFLET has {', '.join(unknown)}; choose from {', '.join(LEAFLETS)}")
    return given


def openid() -> list[dict[str, Any]]:
    """Describe the OpenID Connect provider of the installation; empty if there is none.

    `PORTAL_OIDC_SERVER` is the issuer (for Entra ID `https://login.microsoftonline.com/<tenant>/v2.0`). Also needed are
    `PORTAL_OIDC_CLIENT` and `PORTAL_OIDC_SECRET`; `PORTAL_OIDC_NAME` is the text of the button.
    """
    server = os.environ.get("PORTAL_OIDC_SERVER", "").strip()
    if not server:
        return []
    return [
        {
            "provider_id": "werk",
            "name": os.environ.get("PORTAL_OIDC_NAME", "Werkaccount"),
            "client_id": os.environ["PORTAL_OIDC_CLIENT"],
            "secret": os.environ["PORTAL_OIDC_SECRET"],
            "settings": {"server_url": server, "oauth_pkce_enabled": True},
        }
    ]


def oidc_groups() -> Path | None:
    """Return the file that maps groups of the provider to roles and areas (`PORTAL_OIDC_GROUPS`); None if there is none."""
    given = os.environ.get("PORTAL_OIDC_GROUPS", "").strip()
    return Path(given).resolve() if given else None


def openid_origins() -> list[str]:
    """Return the origins a login form may redirect to, because Chromium applies `form-action` to redirects as well."""
    servers = [urlsplit(app["settings"]["server_url"]) for app in openid()]
    return [f"{server.scheme}://{server.netloc}" for server in servers]
