"""Break a function or a file for the length of a block, and restore it afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

from pipelines.installation import files


def failing(owner: Any, name: str, error: BaseException, at: int = 1) -> AbstractContextManager[Any]:
    """Let the n-th call of a function fail."""
    calls, real = [], getattr(owner, name)

    def fails(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == at:
            raise error
        return real(*arguments, **named)

    return mock.patch.object(owner, name, fails)


def failing_list(error: BaseException, at: int = 1) -> AbstractContextManager[Any]:
    """Let the writing of the n-th file of the weekly list fail."""
    calls, real = [], files._write

    def fails(part: Path, *arguments: Any) -> None:
        calls.extend([part] if "shortlist" in part.name else [])
        if len(calls) == at:
            raise error
        real(part, *arguments)

    return mock.patch.object(files, "_write", fails)


@contextmanager
def put_aside(path: Path) -> Iterator[None]:
    aside = path.with_name(f".{path.name}.aside")
    path.replace(aside)
    try:
        yield
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        elif aside.is_dir():
            path.unlink(missing_ok=True)
        aside.replace(path)


@contextmanager
def replaced(path: Path, content: bytes | None) -> Iterator[None]:
    """Give a file other content for the block; None makes it a folder."""
    with put_aside(path) if path.exists() else nullcontext():
        if content is None:
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield
    if path.is_dir() and content is None:
        shutil.rmtree(path)
    elif content is not None and path.is_file() and path.read_bytes() == content:
        path.unlink()
