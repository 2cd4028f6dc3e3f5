"""Read a TOML file into a pydantic model, and report each problem with its line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.installation.errors import ConfigurationError

Location = tuple[str | int, ...]
"""The keys that lead to a value, from the top of the file; a number is an index into an array of tables."""


class Strict(BaseModel):
    """A model that refuses unknown keys, because a misspelt setting must not be ignored, and `inf` and `nan` as numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One problem in a TOML file.

    Parameters
    ----------
    location : Location
        The key that is wrong.
    sentence : str
        What is wrong and how to correct it, without a full stop.
    line : int, optional
        The line to report instead of the line of the key.
    """

    location: Location
    sentence: str
    line: int | None = None


def read_toml(path: Path, model: type[Model], missing: str = "`waakvlam init` creates it.") -> Model:
    """Read and check one TOML file.

    Parameters
    ----------
    path : Path
        The file.
    model : type[Model]
        What the file must contain.
    missing : str
        What the user can do if the file does not exist.

    Returns
    -------
    Model
        The checked content.

    Raises
    ------
    ConfigurationError
        The file is missing, is not TOML, lacks a key, or has an unknown key or a wrong value. The message gives the
        line of every problem, the nearest valid name of an unknown key and an example of a missing key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigurationError("The file does not exist.", where=str(path), mend=missing) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"Not valid TOML: {error}.", where=str(path)) from None
    return check(content, model, str(path), text)


def check(content: dict[str, Any], model: type[Model], where: str, text: str = "") -> Model:
    """Check the content of a TOML file against a model; see `read_toml`. Line numbers need `text`."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise refusal([_problem(model, item, text) for item in error.errors()], where, text) from None


def refusal(problems: Iterable[Problem], where: str, text: str) -> ConfigurationError:
    """Build an error that reports problems in the order of their lines; the first line follows the file's name."""
    lines = line_numbers(text)
    placed = sorted(
        (problem.line or line_of(problem.location, lines), problem.sentence) for problem in problems
    )
    if not text:
        return ConfigurationError("; ".join(sentence for _, sentence in placed) + ".", where=where)
    first, *others = placed
    sentences = [first[1], *(f"line {line}: {sentence}" for line, sentence in others)]
    return ConfigurationError("; ".join(sentences) + ".", where=f"{where}, line {first[0]}")


def line_numbers(text: str) -> dict[Location, int]:
    """Return the line on which each table and each key of a TOML text begins; `tomllib` does not report it."""
    numbers: dict[Location, int] = {}
    table: Location = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*(\[\[?)\s*([\w.\"'\s-]+?)\s*\]\]?\s*(#.*)?$", line)
        key = re.match(
            r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=", line
        )
        if header:
            table = _parts(header[2])
            if header[1] == "[[":
                before = sum(known[:-1] == table and isinstance(known[-1], int) for known in numbers if known)
                table = (*table, before)
            numbers.setdefault(table, number)
        elif key:
            numbers.setdefault((*table, *_parts(key[1])), number)
    return numbers


def line_of(location: Location, lines: dict[Location, int]) -> int:
    """Return the line of a key, or else of the nearest enclosing table, or else 1."""
    for length in range(len(location), 0, -1):
        if location[:length] in lines:
            return lines[location[:length]]
        if (*location[:length], 0) in lines:  # an array of tables begins at its first table
            return lines[*location[:length], 0]
    return 1


def nearest(name: str, valid: list[str]) -> str:
    """Return " (did you mean x?)" for the nearest valid name, or all valid names if none is near."""
    close = difflib.get_close_matches(name, valid, n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else f" (valid: {', '.join(valid)})"


def _parts(dotted: str) -> Location:
    return tuple(part.strip("\"'") for part in re.findall(r"[\w-]+|\"[^\"]*\"|'[^']*'", dotted))


def _problem(model: type[BaseModel], item: Any, text: str) -> Problem:
    location: Location = tuple(item["loc"])
    *parents, last = [str(part) for part in location] or [""]
    path = ".".join([*parents, last])
    if item["type"] == "extra_forbidden":
        around = _model_at(model, location[:-1])
        return Problem(
            location, f"unknown key {path!r}{nearest(last, list(around.model_fields) if around else [])}"
        )
    if item["type"] == "literal_error":
        valid = re.findall(r"'([^']*)'", item["ctx"]["expected"])
        return Problem(
            location, f"{path}: unknown value {item['input']!r}{nearest(str(item['input']), valid)}"
        )
    if item["type"] == "missing":
        around = _model_at(model, location[:-1])
        examples = (around.model_fields[last].examples if around else None) or [f"{last} = ..."]
        # A missing table is added at the end of the file, a missing key in its table.
        end = max(text.count("\n"), 1) if examples[0].startswith("[") else None
        return Problem(location, f"{path} is missing: add `{examples[0]}`", end)
    message = str(item["msg"]).removeprefix("Value error, ")
    return Problem(location, f"{path}: {message[:1].lower()}{message[1:]}" if path else message)


def _model_at(model: Any, location: Location) -> type[BaseModel] | None:
    """Return the model that describes a location inside nested models, dicts and lists of models."""
    for part in location:
        while get_origin(model) in (dict, list, tuple, Union, types.UnionType):
            arguments = [a for a in get_args(model) if a not in (type(None), Ellipsis)]
            origin, model = get_origin(model), arguments[-1]
            if origin in (dict, list, tuple):
                break
        else:
            if isinstance(model, type) and issubclass(model, BaseModel) and part in model.model_fields:
                model = model.model_fields[str(part)].annotation
    while get_args(model):
        model = [a for a in get_args(model) if a not in (type(None), Ellipsis)][-1]
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None
