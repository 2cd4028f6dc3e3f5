"""What is published agrees with itself: versions, container files and the pages of the site."""

from __future__ import annotations

import re
import shutil
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
    matches = re.findall(pattern, (ROOT / name).read_text(encoding="utf-8"), re.M)
    assert matches and set(matches) == {VERSION}


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
    made = []
    for _ in range(2):
        subprocess.run(
            ["sh", ROOT / "containers" / "make-secrets"],
            env={"SECRETS": str(tmp_path), "PATH": "/usr/bin:/bin"},
            check=True,
        )
        made.append({path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()})
    assert made[0] == made[1] and set(made[0]) == {"postgres_password", "notify"}
    assert re.fullmatch(r"[0-9a-f]{48}", made[0]["postgres_password"])
    assert made[0]["notify"].startswith("mailto://")
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in tmp_path.iterdir())


def test_the_first_start_needs_nothing_from_a_person():
    """Nothing that is not in the repository is mounted, copied into the image, or left to a variable without a default."""
    assert "secrets" not in COMPOSE, "Compose does not start where the file of a secret is missing"
    assert not re.findall(r"\$\{[A-Z_]+\}", (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M) for word in line.split()[:-1]]
    allowed = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    for path in (*copied, *(line[1:] for line in allowed if line.startswith("!"))):
        done = subprocess.run(
            ["git", "ls-files", "--", path], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout, path
    readers = {name for name, one in SERVICES.items() if "secrets:/srv/secrets:ro" in one.get("volumes", [])}
    assert readers == {"db", "demo", "worker", "portal", "backups"}
    assert SERVICES["secrets"]["command"] == ["make-secrets"] and "secrets" in SERVICES["db"]["depends_on"]


def test_the_image_is_built_from_all_that_the_wheel_holds():
    """What `.containerignore` lets through has every file that setup.py ships and every package."""
    allowed = [
        line[1:]
        for line in (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
        if line[0] == "!"
    ]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    needed = [name.removesuffix("*") for name in settings["packages"]["find"]["include"]]
    needed += re.findall(r"(?:graft|include) (data/\w+)", (ROOT / "MANIFEST.in").read_text(encoding="utf-8"))
    needed += [
        "setup.py",
        "pyproject.toml",
        "MANIFEST.in",
        "README.md",
        "LICENSE",
        "prefect.yaml",
        "requirements.lock",
    ]
    assert set(needed) <= set(allowed)


def test_pip_compiles_what_is_in_the_image():
    """Packages hold files for a newer Python too: pip passes over them, and `compileall` ends the build with an error."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    assert "compileall" not in text and "--no-compile" not in text


def test_one_service_builds_the_image_and_no_registry_is_asked_for_it():
    assert [name for name, one in SERVICES.items() if "build" in one] == ["secrets"]
    assert {SERVICES[name]["pull_policy"] for name in OWN} == {"never"}


def test_the_worker_reaches_mail_servers_and_sources_and_the_rest_does_not():
    """A network that is `internal` leads nowhere else."""
    assert COMPOSE["networks"]["inside"]["internal"] is True
    outside = {name for name, one in SERVICES.items() if "outside" in one.get("networks", [])}
    assert outside == {"worker", "proxy", "mail"}


def test_the_prefect_server_writes_no_pages_into_its_read_only_root():
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    assert "PREFECT_SERVER_UI_ENABLED=false" in text and "*/prefect/server/ui*" in text, "off, and left out"


def test_podman_keeps_the_health_check():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nimage:")[1].split("\n\n")[0]
    assert "BUILDAH_FORMAT=docker $(ENGINE) build" in recipe
    assert "HEALTHCHECK " in (ROOT / "Containerfile").read_text(encoding="utf-8")


def test_the_image_is_built_without_the_secrets():
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8")
    assert ignored.splitlines()[-1] == "containers/secrets"
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8") == ignored


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
    (tmp_path / "portal").write_text(
        "PORTAL_OIDC_SECRET=a=b c\nPATH=/nowhere\n\nPORTAL_OIDC_CLIENT=w", encoding="utf-8"
    )
    settings = [*words[:2], "sh", "-c", 'echo "$PORTAL_OIDC_SECRET,$PORTAL_OIDC_CLIENT,$PATH"']
    done = subprocess.run(
        settings, env={"SECRETS": str(tmp_path), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert done.stdout.strip() == "a=b c,w,/usr/bin:/bin"
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


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with the files that a release changes, and a PATH whose `make` only pretends to build."""
    folder, tools = tmp_path / "clone", tmp_path / "bin"
    for path in [
        *ROOT.glob("*.*"),
        *ROOT.glob("docs/*.md"),
        ROOT / "Containerfile",
        ROOT / ".ci" / "release",
    ]:
        if path.is_file():
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    (folder / ".gitignore").write_text("dist/\nsbom.cdx.json\n", encoding="utf-8")
    tools.mkdir()
    for name in ("bash", "cat", "cp", "date", "dirname", "env", "git", "grep", "mkdir", "sed", "sha256sum"):
        (tools / name).symlink_to(str(shutil.which(name)))
    make = tools / "make"
    make.write_text(
        "#!/usr/bin/env bash\nmkdir -p dist; echo wheel > dist/waakvlam-9.0.0-py3-none-any.whl; echo {} > sbom.cdx.json\n",
        encoding="utf-8",
    )
    make.chmod(0o755)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "start"]):
        git(folder, *words)
    return folder


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Release", "-c", "user.email=release@example.org"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def release(folder: Path) -> str:
    """Run the release command on a machine without a container engine; return what it printed."""
    who = {
        f"GIT_{role}_{kind}": "release@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for kind in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        [".ci/release", "9.0.0"],
        cwd=folder,
        env={"PATH": str(folder.parent / "bin"), "HOME": str(folder.parent), **who},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_release_has_its_version_everywhere_a_tag_and_checksums(clone: Path):
    said = release(clone)
    assert "the release has no image" in said and "publiccode.yml keeps its url" in said
    for name in (
        "pyproject.toml",
        "publiccode.yml",
        "CHANGELOG.md",
        "compose.yaml",
        "Containerfile",
        "docs/install.md",
    ):
        assert "9.0.0" in (clone / name).read_text(encoding="utf-8"), name
    assert git(clone, "tag").split() == ["v9.0.0"] and not git(clone, "status", "--porcelain")
    sums = (clone / "dist" / "SHA256SUMS").read_text(encoding="utf-8")
    assert [line.split("  ")[1] for line in sums.splitlines()] == [
        "waakvlam-9.0.0-py3-none-any.whl", "waakvlam-9.0.0.cdx.json", "waakvlam-9.0.0.lock",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("origin", "public"),
    [
        ("https://forge.example/waakvlam.git", True),
        ("https://me:secret@forge.example/w.git", False),
        ("/srv/w.git", False),
    ],
)
def test_a_release_writes_down_only_a_public_address(clone: Path, origin: str, public: bool):
    git(clone, "remote", "add", "origin", origin)
    release(clone)
    described = yaml.safe_load((clone / "publiccode.yml").read_text(encoding="utf-8"))
    assert (described["url"] == origin) is public
