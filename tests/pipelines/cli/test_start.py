"""Test that starting the command line loads no heavy library."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines.operations import backup
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import make_workspace, waakvlam

HEAVY = (
    "statsmodels", "scipy", "sklearn", "great_expectations", "prefect", "altair", "django", "pandas", "numpy", "ibis",
)  # fmt: skip


def loaded_after(code: str) -> set[str]:
    """Run code in a fresh process; return the names of all packages and modules it loaded."""
    script = f"import sys\n{code}\nprint('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("LOADED ")[1].split())


def call(*words: str) -> str:
    """Return code that runs the command line with these words and survives its exit."""
    return (
        f"sys.argv = ['waakvlam', *{words!r}]\n"
        "from pipelines.cli.app import main\n"
        "try: main()\nexcept SystemExit as end: assert end.code in (0, 1), end.code"
    )


@pytest.mark.parametrize(
    ("code", "light"),
    [
        ("import pipelines.cli", (*HEAVY, "duckdb", "pydantic")),
        ("import pipelines.cli.app", (*HEAVY, "duckdb", "pydantic")),
        (call("--help"), (*HEAVY, "duckdb", "pydantic")),
        (call("weekly", "--help"), (*HEAVY, "duckdb")),
    ],
    ids=["package", "app", "help", "help of a verb"],
)
def test_starting_loads_nothing_heavy(code: str, light: tuple[str, ...]):
    assert not loaded_after(code) & set(light)


@pytest.mark.dear
def test_status_loads_the_engine_and_no_data_frames(tmp_path):
    place = make_workspace(tmp_path / "home")
    waakvlam(place, "sample", "--homes", 50, "--weeks", 30)
    with open_warehouse(place):
        pass
    loaded = loaded_after(call("--home", str(place.home), "status"))
    assert "duckdb" in loaded
    assert not loaded & set(HEAVY)


def test_the_help_of_backup_names_the_variable_of_the_passphrase(tmp_path):
    said = waakvlam(make_workspace(tmp_path / "home"), "backup", "--help")
    assert backup.PASSPHRASE in said.out


@pytest.mark.slow
def test_a_week_needs_no_package_of_an_extra(tmp_path):
    """A plain installation has none of these; the environment of the tests has them all."""
    place = make_workspace(tmp_path / "home")
    waakvlam(place, "sample", "--homes", 50, "--weeks", 30)
    extras = ("statsmodels", "rdrobust", "interpret", "pyspark", "asyncssh", "ninja", "arrow_odbc")
    blocked = f"sys.modules.update(dict.fromkeys({extras!r}))\n"
    week = call("--home", str(place.home), "weekly")  # the limits of a list are checked this week only
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{blocked}{week}"], capture_output=True, text=True, check=True
    )
    assert "ModuleNotFoundError" not in done.stdout + done.stderr
    assert list(place.output.glob("*/shortlist.csv"))
