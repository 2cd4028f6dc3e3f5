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
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
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
