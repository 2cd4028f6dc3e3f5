"""A portal that answers slowly, as on a busy machine: a page comes in two halves with a pause between them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.handlers import SimpleHandler


@contextmanager
def pages(pause: float) -> Iterator[None]:
    """Let each page, style sheet and script wait, in this process, until the block ends.

    Parameters
    ----------
    pause
        Seconds between the halves of a page; a style sheet or script comes half as late.
    """
    at_once = SimpleHandler._write

    def slowly(handler: SimpleHandler, data: bytes) -> None:
        kind = handler.headers.get("Content-Type", "") if handler.headers else ""
        if "text/html" in kind:
            half = len(data) // 2
            at_once(handler, data[:half])
            handler._flush()
            time.sleep(pause)
            data = data[half:]
        elif "text/css" in kind or "javascript" in kind:
            time.sleep(pause / 2)
        at_once(handler, data)

    SimpleHandler._write = slowly
    try:
        yield
    finally:
        SimpleHandler._write = at_once
