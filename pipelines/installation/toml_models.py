"""Read a TOML file into a pydantic model, and say by name what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.installation.errors import ConfigurationError


class Strict(BaseModel):
    """A model that refuses keys it does not know: a misspelt setting must never be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def read_toml(path: Path, model: type[Model]) -> Model:
    """Read and check one TOML file.

    Parameters
    ----------
    path : Path
        The file.
    model : type[Model]
        What it must hold.

    Returns
    -------
    Model
        The checked content.

    Raises
    ------
    ConfigurationError
        Missing file, wrong TOML, unknown key (with the nearest valid one), wrong type or value.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigurationError(
            "The file does not exist.", where=str(path), mend="`waakvlam init` makes it."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"Not valid TOML: {error}.", where=str(path)) from None
    return check(content, model, str(path))


def check(content: dict[str, Any], model: type[Model], where: str) -> Model:
    """Check the content of a TOML file against a model; see `read_toml`."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(_sentence(model, item) for item in error.errors())
        raise ConfigurationError(problems + ".", where=where) from None


def nearest(name: str, valid: list[str]) -> str:
    """Return " (did you mean x?)" for the nearest valid name, or the valid names where nothing is near."""
    close = difflib.get_close_matches(name, valid, n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else f" (valid: {', '.join(valid)})"


def _sentence(model: type[BaseModel], item: Any) -> str:
    *parents, last = [str(part) for part in item["loc"]] or [""]
    path = ".".join([*parents, last])
    if item["type"] == "extra_forbidden":
        return f"unknown key {path!r}{nearest(last, _fields(model, list(item['loc'][:-1])))}"
    if item["type"] == "literal_error":
        valid = re.findall(r"'([^']*)'", item["ctx"]["expected"])
        return f"{path}: unknown value {item['input']!r}{nearest(str(item['input']), valid)}"
    return f"{path}: {item['msg'][:1].lower()}{item['msg'][1:]}"


def _fields(model: Any, location: list[Any]) -> list[str]:
    """List the valid keys at a location inside nested models, dicts and lists of models."""
    for part in location:
        while get_origin(model) in (dict, list, tuple, Union, types.UnionType):
            arguments = [a for a in get_args(model) if a not in (type(None), Ellipsis)]
            origin, model = get_origin(model), arguments[-1]
            if origin in (dict, list, tuple):
                break
        else:
            if isinstance(model, type) and issubclass(model, BaseModel) and part in model.model_fields:
                model = model.model_fields[part].annotation
    while get_args(model):
        model = [a for a in get_args(model) if a not in (type(None), Ellipsis)][-1]
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
