"""The page on sources has every key, and its examples are settings."""

from __future__ import annotations

import re
import tomllib

from pipelines.installation.places import CLONE
from pipelines.installation.settings import Settings
from pipelines.installation.source_settings import SourceExtract, SourceSettings

PAGE = (CLONE / "docs" / "sources.md").read_text(encoding="utf-8")


def test_the_page_explains_every_key():
    table = PAGE[PAGE.index("## Every key") :]
    for model in (SourceSettings, SourceExtract):
        assert {key for key in model.model_fields if f"`{key}`" not in table} == set()


def test_the_examples_are_settings():
    examples = [text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.S) if "[[sources]]" in text]
    kinds = [
        Settings(corporatie_id="d", naam="D", **tomllib.loads(text)).sources[0].kind for text in examples
    ]
    assert kinds == ["folder", "sftp", "https", "sql"]
