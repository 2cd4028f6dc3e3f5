"""Fuzz one target with atheris, guided by coverage: `python -m tests.fuzz TARGET [SECONDS] [FOLDER]`.

Atheris is no dependency: it must be on the path (`pip install atheris`, Linux only). Each place in the program at which
faults arise is reported once, and the bytes are saved in FOLDER as `found-...`; input that ends the process, or takes over 10
s or 2 GB, is saved as `crash-...`, `timeout-...` or `oom-...`. Keep each as a test in tests/fuzz/test_fuzz.py.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

import atheris

# Imported before they are instrumented: only our own code and the TOML parser are to guide the search.
import duckdb  # noqa: F401
import pyarrow.parquet  # noqa: F401
import pydantic  # noqa: F401

OURS = [
    "pipelines.reading",
    "pipelines.installation.mapping",
    "pipelines.installation.settings",
    "pipelines.installation.toml_models",
    "tomllib",
]
with atheris.instrument_imports(include=OURS):
    from pipelines.installation.faults import place
    from tests.fuzz.targets import TARGETS, seeds


def main() -> None:
    """Run until the time is over; libFuzzer prints the number of executions."""
    name, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 600
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(tempfile.mkdtemp())
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()[name]):
        (corpus / f"seed{number}").write_bytes(seed)
    flags = [
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-max_len=20000",
        "-len_control=0",
        "-print_final_stats=1",
    ]
    target = TARGETS[name]
    actual: set[str] = set()

    def once(data: bytes) -> None:
        try:
            target(data)
        except BaseException as error:  # a panic in Rust is no Exception
            where = place(error)
            if where not in actual:
                actual.add(where)
                traceback.print_exc()
                (folder / f"found-{name}-{len(actual)}").write_bytes(data)

    atheris.Setup([sys.argv[0], *flags, f"-artifact_prefix={folder}/", str(corpus)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
