"""Test that the reference of mapping files has every key and a usable example."""

from __future__ import annotations

from pathlib import Path

from pipelines.installation import mapping_page
from pipelines.installation.mapping import read_mapping


def test_the_page_has_every_key_with_a_meaning() -> None:
    page = mapping_page.page()
    for model in mapping_page.TITLES:
        for name, field in model.model_fields.items():
            assert f"| `{name}` |" in page
            assert field.description, name


def test_the_example_is_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "eigen.toml"
    path.write_text(mapping_page.EXAMPLE.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    mapping = read_mapping(path)
    assert mapping.of("huurachterstanden").headers_of("incassofase") == ("Niveau", "Deurwaarder")


def test_an_extract_keeps_what_it_does_not_set(tmp_path: Path) -> None:
    path = tmp_path / "eigen.toml"
    path.write_text(
        'name = "eigen"\n[reading]\ndecimal = ","\n[extracts.boekingen.reading]\nskip_lines = 2\n',
        encoding="utf-8",
    )
    reading = read_mapping(path).reading_of("boekingen")
    assert (reading.decimal, reading.skip_lines) == (",", 2)
