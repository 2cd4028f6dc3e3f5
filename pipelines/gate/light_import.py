"""Import a large library without loading the parts of it that are not used."""

from __future__ import annotations

import copy
import gc
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any


class _LightFinder(MetaPathFinder):
    """Find modules for one thread: some are loaded only when an attribute is read, some are reported as missing."""

    def __init__(self, lazy: frozenset[str], absent: frozenset[str]) -> None:
        self.lazy, self.absent, self.thread = lazy, absent, threading.get_ident()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec that loads lazily, or None for a module that is imported as usual.

        Raises
        ------
        ModuleNotFoundError
            If the module is to be absent.
        """
        if threading.get_ident() != self.thread:
            return None
        if fullname in self.absent:
            raise ModuleNotFoundError(f"{fullname} is left out of this import", name=fullname)
        if fullname not in self.lazy:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def light_import(*, lazy: frozenset[str], absent: frozenset[str]) -> Iterator[None]:
    """Import with some modules lazy, some packages hidden, and the garbage collector off.

    The collector finds nothing in the classes and functions that an import makes, and would search them many times; it
    leaves them alone after the block too.
    Imports by other threads are left alone.

    Parameters
    ----------
    lazy : frozenset of str
        Full names of modules to load only when they are used. They also work after the block.
    absent : frozenset of str
        Packages that the block sees as not installed; they are back after the block.
    """
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in absent}
    finder, collects = _LightFinder(lazy, absent), gc.isenabled()
    sys.meta_path.insert(0, finder)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
        sys.meta_path.remove(finder)
        sys.modules.update(hidden)


@contextmanager
def light_models() -> Iterator[None]:
    """Define pydantic v1 models without copying everything that their inherited fields refer to.

    A model copies the fields of its base deeply: also types, validators and defaults, which no model changes. In a
    library of some hundred models that takes as long as the rest of its import.
    """
    from pydantic.v1 import main

    def fields_of(base_fields: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _copy_field(field) for name, field in base_fields.items()}

    deeply = main.smart_deepcopy
    main.smart_deepcopy = fields_of  # type: ignore[assignment]
    try:
        yield
    finally:
        main.smart_deepcopy = deeply


def _copy_field(field: Any) -> Any:
    """Copy a field and those of its parts that the definition of a model may change."""
    copied = copy.copy(field)
    copied.class_validators = dict(field.class_validators)
    copied.field_info = copy.copy(field.field_info)
    copied.sub_fields = field.sub_fields and [_copy_field(part) for part in field.sub_fields]
    copied.key_field = field.key_field and _copy_field(field.key_field)
    return copied
