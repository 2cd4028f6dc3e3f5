"""What the installation decides by environment variable, and the secret that it keeps in a file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECRET = "PORTAL_SECRET_KEY"  # noqa: S105  name of a variable


def home() -> Path:
    """Give the workspace, as `waakvlam --home` does."""
    return Path(os.environ.get("WAAKVLAM_HOME", "data")).resolve()


def flag(name: str, *, default: bool = False) -> bool:
    """Read a switch: 1, true, yes or on."""
    given = os.environ.get(name, "").strip().lower()
    return given in {"1", "true", "yes", "on"} if given else default


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret_key() -> str:
    """Read the secret key from the environment, else from the workspace's `keys/`, where it is made once for its owner only."""
    if given := os.environ.get(SECRET, "").strip():
        return given
    path = home() / "keys" / "portal.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(40) + "\n")
        try:
            os.link(own, path)  # two first starts at once: one of the two keys becomes the key
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_text(encoding="ascii").strip()


def openid() -> list[dict[str, Any]]:
    """Describe the OpenID Connect provider of the installation, or none.

    `PORTAL_OIDC_SERVER` is the issuer (for Entra ID `https://login.microsoftonline.com/<tenant>/v2.0`), beside it
    `PORTAL_OIDC_CLIENT`, `PORTAL_OIDC_SECRET` and, for the button, `PORTAL_OIDC_NAME`.
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


def openid_origins() -> list[str]:
    """Name where a login form may lead to: Chromium holds `form-action` against redirects as well."""
    servers = [urlsplit(app["settings"]["server_url"]) for app in openid()]
    return [f"{server.scheme}://{server.netloc}" for server in servers]
