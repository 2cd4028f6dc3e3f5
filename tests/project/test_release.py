"""What is published agrees with itself: versions, container files and the pages of the site."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OWN = sorted(name for name, one in SERVICES.items() if str(one["image"]).startswith("waakvlam:"))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Containerfile", r"^ARG VERSION=(.+)$"),
        ("compose.yaml", r"image: waakvlam:(\S+)"),
        ("publiccode.yml", r'^softwareVersion: "(.+)"$'),
        ("README.md", r"waakvlam-([\d.]+)-py3"),
        ("docs/install.md", r"waakvlam-([\d.]+)-py3"),
    ],
)
def test_every_file_names_this_version(name: str, pattern: str):
    found = re.findall(pattern, (ROOT / name).read_text(encoding="utf-8"), re.M)
    assert found and set(found) == {VERSION}


@pytest.mark.parametrize("name", OWN)
def test_a_container_of_ours_has_no_rights_that_it_does_not_need(name: str):
    one = SERVICES[name]
    assert one["user"] == "10001:10001" and one["read_only"] is True
    assert one["cap_drop"] == ["ALL"] and "cap_add" not in one
    assert "no-new-privileges:true" in one["security_opt"]
    assert "ports" not in one, "only the proxy and the mail are reached from outside"


def test_no_variable_of_the_compose_file_holds_a_password():
    for name, one in SERVICES.items():
        for variable, value in one.get("environment", {}).items():
            assert not re.search(r"://[^/]*@|PASSWORD$", f"{value}\n{variable}"), (name, variable)


def test_the_secrets_are_made_once(tmp_path: Path):
    script = tmp_path / "make-secrets"
    script.write_bytes((ROOT / "containers" / "make-secrets").read_bytes())
    for _ in range(2):
        subprocess.run(["sh", script], check=True)
    named = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}
    assert re.fullmatch(r"[0-9a-f]{48}", named["postgres_password"]) and named["notify"].startswith(
        "mailto://"
    )
    assert {one["file"] for one in COMPOSE["secrets"].values()} == {
        f"./containers/secrets/{name}" for name in named
    }
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_the_entry_point_reads_the_secrets(tmp_path: Path):
    (tmp_path / "postgres_password").write_text("abc123", encoding="utf-8")
    (tmp_path / "notify").write_text("mailto://mail?to=a@example.org&from=b@example.org\n", encoding="utf-8")
    words = ["sh", ROOT / "containers" / "start", "sh", "-c", 'echo "$DATABASE_URL $WAAKVLAM_NOTIFY"']
    done = subprocess.run(
        words, env={"SECRETS": str(tmp_path), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert done.stdout.split() == [
        "postgres://waakvlam:abc123@db/waakvlam",
        "mailto://mail?to=a@example.org&from=b@example.org",
    ]
    bare = subprocess.run(
        words, env={"SECRETS": "/nowhere", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert (bare.returncode, bare.stdout.strip()) == (0, "")


def test_nothing_listens_outside_this_machine():
    ports = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_every_service_starts_after_what_it_needs():
    for name, one in SERVICES.items():
        assert set(one.get("depends_on", {})) <= set(SERVICES), name
        for volume in one.get("volumes", []):
            place = volume.split(":")[0]
            assert not place.startswith(".") or (ROOT / place).exists(), (name, volume)


def test_the_site_shows_every_page():
    text = (ROOT / ".ci" / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages == set(re.findall(r"docs/[\w-]+\.md", text))


def test_the_release_command_refuses_what_is_not_a_version():
    done = subprocess.run([str(ROOT / ".ci" / "release"), "next"], capture_output=True, text=True)
    assert done.returncode == 2 and "three numbers" in done.stdout
