"""Read the extract contracts in `data/contracts/`. Extracts and their columns are defined nowhere else.

Each file describes one extract. The code that loads, checks, quarantines, ages and reports an extract reads its
contract, so a new file adds an extract. `data/contracts/README.md` explains how to write one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.installation.contract_model import POSITIONS, REGISTER, Column, Contract, KnownRule, forbidden
from pipelines.installation.contract_rules import problems
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.places import DATA
from pipelines.installation.toml_models import read_toml, refusal

__all__ = [
    "POSITIONS",
    "REGISTER",
    "Column",
    "Contract",
    "KnownRule",
    "contracts",
    "expected_by_default",
    "forbidden",
]

FOLDER = DATA / "contracts"


@cache
def contracts() -> dict[str, Contract]:
    """Read every contract, in the order in which deliveries must be loaded (the register first).

    Raises
    ------
    ConfigurationError
        A contract lacks something or contradicts itself. The message names the file, the line and what to add.
    """
    read = [read_contract(path) for path in sorted(FOLDER.glob("*.toml")) if path.stem != "forbidden"]
    loaded = sorted(read, key=lambda c: (c.agreement is not None or c.is_resolved, not c.required, c.extract))
    if not any(contract.extract == REGISTER for contract in loaded):
        raise ConfigurationError(
            f"There is no contract {REGISTER}.toml.", where=str(FOLDER), mend="Put it back."
        )
    return {contract.extract: contract for contract in loaded}


def read_contract(path: Path) -> Contract:
    """Read and check one contract; see `contracts` for what it raises."""
    contract = read_toml(path, Contract)
    faults = list(problems(contract, path.stem))
    if faults:
        raise refusal(faults, str(path), path.read_text(encoding="utf-8-sig"))
    return contract


def expected_by_default() -> list[str]:
    """Return the extracts that are expected each week unless the settings choose otherwise."""
    return [name for name, contract in contracts().items() if contract.required]
