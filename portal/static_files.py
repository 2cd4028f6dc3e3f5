"""Collect the static files for serving: once for each version of them, and compressed with gzip only."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

COLLECTED = ".collected"
"""Name of the file that records what was collected; it is written last."""


class Storage(CompressedManifestStaticFilesStorage):
    """Files with a hash in their name and a copy in gzip.

    Brotli takes five seconds of processor for all files, and saves a coach 1.5 kB on the first visit.
    """

    @cached_property
    def _urls(self) -> Callable[..., str]:
        return cache(super().url)

    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file, found once: each page names five, and they change only with the program."""
        return self._urls(name, force)

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return a compressor that writes no Brotli."""
        return Compressor(use_brotli=False, **kwargs)


def collect() -> bool:
    """Collect the static files, unless this was done with the same files before. Return whether it was needed."""
    digest = _digest()
    collected = Path(settings.STATIC_ROOT) / COLLECTED
    if collected.exists() and collected.read_text(encoding="ascii") == digest:
        return False
    collected.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    collected.write_text(digest, encoding="ascii")
    return True


def _digest() -> str:
    """Return a hash of the names and the content of all files, and of the programs that process and store them."""
    storage = settings.STORAGES["staticfiles"]["BACKEND"]
    digest = sha256(f"{version('django')} {version('whitenoise')} {storage}".encode())
    for finder in get_finders():
        for name, place in finder.list([]):
            content = Path(place.path(name)).read_bytes()
            digest.update(f"|{name} {len(content)}|".encode() + content)
    return digest.hexdigest()
