"""Convert frozen dataclasses, the results of this project, into values that `json.dumps` can write.

Results become JSON only here. The metadata of a field can exclude it from the JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

OPTIONAL = {"json": "left out when None"}
"""Metadata of a dataclass field that is omitted from the JSON if its value is None."""
INTERNAL = {"json": "left out"}
"""Metadata of a dataclass field that is never in the JSON."""


def named(name: str) -> dict[str, str]:
    """Return the metadata of a dataclass field that has another name in the JSON, such as the keyword "from"."""
    return {"name": name}


def as_json(value: object) -> Any:
    """Convert a value into dictionaries, lists, strings and numbers.

    Parameters
    ----------
    value : object
        A dataclass becomes a dictionary in the order of its fields; a mapping keeps its order; a tuple becomes a list;
        a date becomes ISO 8601. Other values stay as they are.
    """
    if is_dataclass(value) and not isinstance(value, type):
        values = {item: getattr(value, item.name) for item in fields(value)}
        return {
            item.metadata.get("name", item.name): as_json(content)
            for item, content in values.items()
            if item.metadata != INTERNAL and not (item.metadata == OPTIONAL and content is None)
        }
    if isinstance(value, Mapping):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
