"""Validate what `waakvlam account` writes against the published standards in `data/standards`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from pipelines.installation.places import DATA

ALGORITHM_REGISTER = DATA / "standards" / "algoritmeregister.toml"
AI_ACT = DATA / "standards" / "ai_act.toml"


def problems(entry: Mapping[str, Any], standard: Path) -> tuple[str, ...]:
    """Validate an entry against the fields of a standard and return the problems, sorted.

    Parameters
    ----------
    entry : mapping
        Fields and their values; a field that only a person knows is left out, and is then a problem if it is required.
    standard : Path
        `ALGORITHM_REGISTER` or `AI_ACT`.
    """
    errors = Draft202012Validator(_schema(standard)).iter_errors(dict(entry))
    return tuple(sorted(f"{'.'.join(map(str, error.path)) or 'entry'}: {error.message}" for error in errors))


def _schema(standard: Path) -> dict[str, Any]:
    rules = tomllib.loads(standard.read_text(encoding="utf-8"))["fields"]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, rule in rules.items() if rule["required"]],
        "properties": {name: _field(rule) for name, rule in rules.items()},
    }


def _field(rule: dict[str, Any]) -> dict[str, Any]:
    if "group" in rule:
        parts = {
            name: {"type": "string", "minLength": 1, "maxLength": most}
            for name, most in rule["group"].items()
        }
        needed = [name for name in parts if name not in rule.get("optional", [])]
        return {
            "type": "array",
            "items": {
                "type": "object",
                "properties": parts,
                "required": needed,
                "additionalProperties": False,
            },
        }
    element: dict[str, Any] = (
        {"enum": rule["permitted"]} if "permitted" in rule else {"type": "string", "minLength": 1}
    )
    element |= {
        key: rule[name] for name, key in (("most", "maxLength"), ("pattern", "pattern")) if name in rule
    }
    return {"type": "array", "maxItems": rule["items"], "items": element} if "items" in rule else element
