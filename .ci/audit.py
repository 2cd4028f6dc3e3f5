"""Ask for known vulnerabilities of every package in the lock: 0 none, 1 some, 3 it could not be asked.

pip-audit ends well where the index answers that it knows no package at all; that would pass for a clean bill.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements-dev.lock"
AUDIT = ("-m", "pip_audit", "--no-deps", "--disable-pip", "--require-hashes", "--progress-spinner", "off")
CANNOT = 3


def asked(lock: Path) -> tuple[list[dict], str]:
    """Run pip-audit; give what it found per package, or why it found nothing."""
    run = subprocess.run(  # noqa: S603  its own Python and a file of the project
        [sys.executable, *AUDIT, "--format", "json", "--requirement", str(lock)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        return json.loads(run.stdout)["dependencies"], ""
    except (ValueError, KeyError):
        messages = run.stderr.strip().splitlines()
        return [], messages[-1] if messages else f"exit code {run.returncode}"


def main(lock: Path = LOCK) -> int:
    """Ask about the packages of the lock, print the answers, and return the exit code."""
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock.read_text(encoding="utf-8"), re.M))
    packages, why = asked(lock)
    bad = [package for package in packages if package.get("vulns")]
    skipped = [package for package in packages if package.get("skip_reason")]
    for package in bad:
        for vulnerability in package["vulns"]:
            mended = ", ".join(vulnerability["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {vulnerability['id']}; mended in {mended}")
    if bad:
        print(
            f"{len(bad)} of {len(locked)} packages have known vulnerabilities: `make lock`, then `make test`."
        )
        return 1
    if not packages or skipped:
        why = why or skipped[0]["skip_reason"].split(":")[0]
        print(
            f"Not audited: {len(locked) - len(packages) + len(skipped)} of {len(locked)} packages could not be looked up ({why})."
        )
        print("Run it on a machine with access to the advisories; nothing is said about these packages now.")
        return CANNOT
    print(f"No known vulnerabilities in {len(locked)} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
