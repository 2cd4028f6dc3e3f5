"""`make matrix` says what it compared, and fails where that is nothing: uv and the Pythons are stand-ins here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = """#!/bin/sh
# `uv venv --python VERSION FOLDER`: a stand-in whose lists are those that LISTS holds for its version.
[ "$1" = venv ] || exit 0
[ "$4" != 3.14 ] || { echo "no interpreter for 3.14" >&2; exit 2; }
mkdir -p "$5/bin"
cat >"$5/bin/python" <<END
#!/bin/sh
case "\\$1" in
*demo_lists.py) cat "$LISTS/$4" ;;
*) echo "12 passed" ;;
esac
END
chmod +x "$5/bin/python"
"""


@pytest.fixture
def matrix(tmp_path: Path):
    """Run the matrix over Pythons that make these lists."""
    for folder in ("bin", "lists"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bin" / "uv").write_text(UV, encoding="utf-8")
    (tmp_path / "bin" / "uv").chmod(0o755)

    def run(lists: dict[str, str], pythons: str) -> tuple[int, str]:
        for version, text in lists.items():
            (tmp_path / "lists" / version).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [str(ROOT / ".ci" / "matrix"), "tests/models"],
            env={
                "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
                "LISTS": str(tmp_path / "lists"),
                "MATRIX": str(tmp_path / "work"),
                "PYTHONS": pythons,
                "DUCKDBS": "1.5.5",
            },
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout

    return run


def test_equal_lists_are_named_with_what_they_were_compared_with(matrix):
    code, said = matrix({"3.11": "a 8 rows\n", "3.12": "a 8 rows\n"}, "3.11 3.12")
    assert code == 0 and "== Compared with python-3.11: 1 equal (python-3.12), 0 different ()" in said
    assert "    a 8 rows" in said and "python-3.12: quick tests: 12 passed" in said


def test_another_list_fails_and_is_shown(matrix):
    code, said = matrix({"3.11": "a 8 rows\n", "3.12": "b 8 rows\n"}, "3.11 3.12")
    assert code == 1 and "python-3.12: LISTS DIFFER" in said and "> b 8 rows" in said


@pytest.mark.parametrize("pythons", ["3.11", "3.14"])
def test_one_version_compares_nothing_and_fails(matrix, pythons):
    code, said = matrix({"3.11": "a 8 rows\n"}, pythons)
    assert code == 1 and "NOTHING WAS COMPARED" in said


def test_a_version_that_cannot_be_had_fails_though_the_others_are_equal(matrix):
    code, said = matrix({"3.11": "a\n", "3.12": "a\n"}, "3.11 3.12 3.14")
    assert code == 1 and "python-3.14: cannot be installed (no interpreter for 3.14)" in said
    assert "1 equal (python-3.12)" in said and "NOTHING" not in said


def test_empty_lists_are_no_comparison(matrix):
    code, said = matrix({"3.11": "", "3.12": ""}, "3.11 3.12")
    assert code == 1 and "python-3.11: NO LIST" in said


@pytest.mark.parametrize("target", ["matrix", "canary"])
@pytest.mark.parametrize("tests", ["", "tests/models tests/spec"])
def test_make_hands_on_the_tests_that_are_named_and_nothing_else(target, tests):
    said = subprocess.run(["make", "-n", target, f"TESTS={tests}"] if tests else ["make", "-n", target],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True)  # fmt: skip
    assert said.stdout.strip().endswith(tests or {"matrix": ".ci/matrix", "canary": "/canary"}[target])


@pytest.mark.parametrize("script", ["matrix", "canary"])
def test_other_versions_meet_every_quick_test_also_those_that_make_quick_leaves_out(script):
    calls = re.findall(r'-m pytest .* -m "(.*?)"', (ROOT / ".ci" / script).read_text(encoding="utf-8"))
    assert calls == ["not slow"]
