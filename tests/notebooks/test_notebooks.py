"""Test that notebooks run on a demo without the vault and its key, store no output, and use only the bench."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipelines.evidence.bench import NEVER, Bench
from pipelines.installation.workspace import Workspace
from pipelines.sample.write import write_corporation
from pipelines.week import run
from tests.support.deliveries import make_workspace

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
AS_OF = date(2026, 11, 16)
MAY_IMPORT = {
    "os", "pathlib", "datetime", "pandas", "IPython.display", "statsmodels.stats.proportion",
    "pipelines.evidence.bench", "pipelines.evidence.effect", "models.words.charts",
    "models.words.columns", "models.card.scorecard", "models.effect.words",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = make_workspace(tmp_path_factory.mktemp("notebooks") / "home")
    write_corporation(place.inbox, homes=300, weeks=80, seed=1, until=AS_OF, deliveries=4)
    run.run(place, AS_OF)
    (place.stores / "vault.duckdb").unlink()
    for key in place.keys.glob("vault*"):
        key.unlink()
    return place.home


@pytest.fixture(scope="module")
def kernel(home: Path) -> Iterator[NotebookClient]:
    """Start one kernel for all notebooks: a third of what they cost is importing what the one before imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_HOME", str(home))
        patch.setenv("PYTHONPATH", str(NOTEBOOKS[0].parents[1]))
        client = NotebookClient(
            nbformat.v4.new_notebook(), resources={"metadata": {"path": NOTEBOOKS[0].parent}}
        )
        client.create_kernel_manager()
        client.start_new_kernel()
        client.start_new_kernel_client()
    yield client
    client._cleanup_kernel()


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) == 6


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_output_is_committed_and_nothing_else_is_imported(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type != "code":
            continue
        assert not cell.outputs
        assert cell.execution_count is None
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= MAY_IMPORT
            elif isinstance(node, ast.ImportFrom):
                assert node.module in MAY_IMPORT
        assert not any(
            word in cell.source for word in ("_workspace", "_salt", "vault", "__import__", "importlib")
        )


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_runs_without_the_vault(path: Path, kernel: NotebookClient) -> None:
    book = nbformat.read(path, as_version=4)
    forget = nbformat.v4.new_code_cell("%reset -f")  # no notebook uses a variable of another
    book.cells.insert(0, forget)
    NotebookClient(book, km=kernel.km, timeout=300).execute()
    said = "".join(str(output) for cell in book.cells if cell.cell_type == "code" for output in cell.outputs)
    assert "OVK" not in said
    assert "Wakerstad" not in said


@pytest.mark.slow
def test_the_bench_gives_pseudonyms_that_differ_and_nothing_that_leads_to_a_person(home: Path) -> None:
    one, two = Bench(home), Bench(home)
    first, second = one.signals(one.last_list), two.signals(two.last_list)
    for frame in (first, one.decisions(), one.quality(), one.outcomes([date(2026, 3, 2)])):
        assert len(frame)
        assert not set(NEVER) & set(frame.columns)
        assert not frame.select_dtypes(["object", "str"]).isin(["OVK100001"]).any().any()
    assert not set(first["agreement"]) & set(second["agreement"])
    assert sorted(first["score"]) == sorted(second["score"])
    same = set(first["agreement"]) & set(one.decisions()["agreement"])
    assert len(same) == len(first)


def test_a_workspace_without_a_list_is_refused(tmp_path: Path) -> None:
    from pipelines.installation.errors import WaakvlamError

    place = make_workspace(tmp_path / "home")
    with pytest.raises(WaakvlamError):
        Bench(Workspace(place.home).home).last_list  # noqa: B018
