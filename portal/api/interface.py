"""Assemble the interface and describe it; `python -m portal openapi` publishes the description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ninja import NinjaAPI

from portal.api import problems, reading, writing
from portal.api.auth import PerToken

VERSION = "1.0.0"
PUBLISHED = Path(__file__).with_name("openapi.json")
DESCRIPTION = (
    "The list of the week and trends out; contacts, worries and objections in. "
    "An analyst of the portal issues a token per program; the token has the role and the areas of its user."
)

interface = NinjaAPI(
    title="Waakvlam",
    version=VERSION,
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    throttle=PerToken(),
    servers=[{"url": "/", "description": "The portal of the installation"}],
    openapi_extra={
        "info": {
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            "contact": {"name": "The analyst of the installation"},
        },
        "tags": [
            {"name": "read", "description": "What other programs may know"},
            {"name": "write", "description": "What other programs may add"},
        ],
    },
)
problems.install(interface)
interface.add_router("", reading.router)
interface.add_router("", writing.router)


def description() -> dict[str, Any]:
    """Return the description of the interface (OpenAPI 3.1)."""
    content: dict[str, Any] = json.loads(
        json.dumps(interface.get_openapi_schema(path_prefix="/api/1"), default=str)
    )
    return content


def text() -> str:
    """Return the description as it is published in `openapi.json`."""
    return json.dumps(description(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
