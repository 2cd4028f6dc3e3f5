"""Import a large library without loading the parts of it that are not used."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


class _LazyFinder(MetaPathFinder):
    """Find the named modules as usual, but load each only when one of its attributes is read."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec that loads lazily, or None for a module that is not in `names`."""
        if fullname not in self.names:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def light_import(*, lazy: frozenset[str], absent: str) -> Iterator[None]:
    """Import with some modules lazy, one package hidden, and the garbage collector off.

    The collector finds nothing in the classes and functions that an import makes, and would search them many times.

    Parameters
    ----------
    lazy : frozenset of str
        Full names of modules to load only when they are used. They also work after the block.
    absent : str
        A package that the block sees as not installed; it is back after the block.
    """
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == absent}
    finder, collects = _LazyFinder(lazy), gc.isenabled()
    sys.modules[absent] = None  # type: ignore[assignment]
    sys.meta_path.insert(0, finder)
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
        sys.meta_path.remove(finder)
        del sys.modules[absent]
        sys.modules.update(hidden)
