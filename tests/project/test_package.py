"""Test that the wheel and the source distribution work outside the clone."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipelines.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("features", "models", "pipelines", "portal", "data/audit", "data/contracts", "data/presets", "data/standards",
    "data/vera", "pyproject.toml", "setup.py", "MANIFEST.in", "prefect.yaml",
    "requirements.lock", "README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md")  # fmt: skip
SMALL = ("--homes", "200", "--weeks", "60")
SMALLEST = ("--homes", "60", "--weeks", "30")
"""For the demo with a portal, which lives through every list of its past."""
pytestmark = pytest.mark.slow


def run(words: list[str], folder: Path) -> str:
    """Run a command that knows nothing of the clone; return what it printed."""
    done = subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, (words, done.stdout[-1500:], done.stderr[-3000:])
    return done.stdout


ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in {"PYTHONPATH", "VIRTUAL_ENV", "PREFECT_API_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    and not name.startswith(("WAAKVLAM_", "PORTAL_"))
}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Build a source distribution from the sources, and a wheel from that; return their folder."""
    folder = tmp_path_factory.mktemp("build")
    source, out = folder / "source", folder / "dist"
    source.mkdir()
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source / name)
    code = f"from setuptools import build_meta; build_meta.build_sdist({str(out)!r})"
    run([sys.executable, "-c", code], source)
    (archive,) = out.glob("waakvlam-*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    code = f"from setuptools import build_meta; build_meta.build_wheel({str(out)!r})"
    run([sys.executable, "-c", code], unpacked)
    return out


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory) -> Path:
    """Install the wheel into an environment that shares only the packages of others; return its `bin`."""
    folder = tmp_path_factory.mktemp("installed")
    run([sys.executable, "-m", "venv", "--without-pip", "venv"], folder)
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    shared = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "shared.pth").write_text("\n".join(shared), encoding="utf-8")
    (wheel,) = built.glob("*.whl")
    python = str(folder / "venv" / "bin" / "python")
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "-q",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        folder,
    )
    where = run(
        [python, "-c", "import pipelines, portal, models, features; print(pipelines.__file__)"], folder
    )
    assert str(packages) in where
    return folder / "venv" / "bin"


def test_the_wheel_holds_no_tests_and_no_workspace(built: Path):
    (wheel,) = built.glob("*.whl")
    names = run([sys.executable, "-m", "zipfile", "-l", str(wheel)], built)
    assert "pipelines/shipped/data/audit/groups.toml" in names
    assert "pipelines/shipped/data/contracts/huurachterstanden.toml" in names
    assert "portal/locale/en/LC_MESSAGES/django.mo" in names
    for unwanted in ("tests/", "benchmarks/", ".key", ".duckdb", "data/inbox"):
        assert unwanted not in names


def test_every_verb_describes_itself(installed: Path, tmp_path: Path):
    names = sorted(str(command.name) for command in app.registered_commands)
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom pipelines.cli.app import app\n"
        "for name in sys.argv[1:]:\n"
        "    done = CliRunner().invoke(app, [name, '--help'])\n"
        "    assert done.exit_code == 0 and 'Usage' in done.output, (name, done.output)\n"
    )
    assert len(names) > 25
    run([str(installed / "python"), "-c", code, *names, "subject"], tmp_path)


def test_the_demo_makes_a_list_and_is_not_made_twice(installed: Path, tmp_path: Path):
    waakvlam = str(installed / "waakvlam")
    assert "Wooncoach 1. " in run([waakvlam, "demo", "town", *SMALL], tmp_path)
    assert len(list(tmp_path.glob("town/output/*/shortlist.html"))) == 1
    assert "was made before" in run([waakvlam, "demo", "town"], tmp_path)
    refused = subprocess.run(
        [waakvlam, "demo", "."],
        cwd=tmp_path / "town" / "inbox",
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 2 and "something other than a demo" in refused.stderr


def test_the_portal_of_the_demo_answers_with_its_style(installed: Path, tmp_path: Path):
    words = [str(installed / "waakvlam"), "demo", "town", "--portal", "--port", "0", *SMALLEST]
    with serving(words, tmp_path) as address:
        page = fetch(address)  # leads to the login
        assert "<form" in page and "portal" in page
        (style,) = {
            part.split('"')[0] for part in page.split('href="')[1:] if "portal." in part and ".css" in part
        }
        assert "{" in fetch(address.rstrip("/") + style)
    (store,) = tmp_path.glob("town/portal/*.sqlite3")
    with closing(sqlite3.connect(store)) as portal:
        asked = portal.execute("SELECT lines FROM trends_evidence WHERE name = 'backtest'").fetchall()
    assert len(asked) == 1, "the manager of the demo reads what the backtest found"


@contextmanager
def serving(words: list[str], folder: Path) -> Iterator[str]:
    """Run a portal for the length of a block; yield its address once it takes connections."""
    process = subprocess.Popen(
        words, cwd=folder, env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    said = []
    try:
        for line in process.stdout or ():
            said.append(line)
            if line.startswith("The portal is at "):
                break
        else:
            raise AssertionError("".join(said)[-3000:])
        yield said[-1].split()[4]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()
