"""Define `[[sources]]` of `settings.toml`: where deliveries are fetched from before the week is run."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from pipelines.installation.contracts import contracts
from pipelines.installation.mapping import DateFormat
from pipelines.installation.toml_models import Strict, nearest

Kind = Literal["folder", "sftp", "https", "sql", "odbc"]


def _is_name(secret: str) -> str:
    """Refuse a password that is written into the settings, without repeating it."""
    if secret and not re.fullmatch(r"[A-Z][A-Z0-9_]*", secret):
        raise ValueError(
            "name an environment variable in capitals, such as EMPIRE_DATABASE; the secret itself does not belong in the settings"
        )
    return secret


Variable = Annotated[str, AfterValidator(_is_name)]
"""The name of an environment variable, and never the secret itself."""

_NEEDED: dict[str, tuple[str, ...]] = {
    "folder": ("folder",),
    "sftp": ("host", "user", "host_key"),
    "https": (),
    "sql": ("secret",),
    "odbc": ("secret",),
}
_ALLOWED: dict[str, tuple[str, ...]] = {
    "folder": (),
    "sftp": ("folder", "port", "private_key", "secret"),
    "https": ("secret", "header", "certificates"),
    "sql": (),
    "odbc": (),
}
_CONTENT: dict[str, str] = {
    "folder": "files",
    "sftp": "files",
    "https": "address",
    "sql": "query",
    "odbc": "query",
}
"""The key of `[[sources.extracts]]` that says what each kind of source fetches."""


class SourceExtract(Strict):
    """One extract of a source, and which files, address or query become its deliveries.

    `date` says where the peildatum comes from: the name of the file, a column of it (`date_column`), or the day on which
    the file was last changed; for an address or a query, the day on which it is fetched.
    """

    extract: str
    files: str = ""
    address: Annotated[str, Field(pattern=r"^(https://\S+)?$")] = ""
    query: Annotated[str, Field(pattern=r"^([\w.-]+\.sql)?$")] = ""
    date: Literal["name", "column", "day"] | None = None
    date_format: DateFormat = ""
    date_column: str = ""
    join: bool = False

    @field_validator("extract")
    @classmethod
    def _is_extract(cls, extract: str) -> str:
        if extract not in contracts():
            raise ValueError(f"unknown extract {extract!r}{nearest(extract, list(contracts()))}")
        return extract

    @field_validator("files")
    @classmethod
    def _is_a_pattern_of_names(cls, files: str) -> str:
        if files and not re.fullmatch(r"[^/\\]+(/[^/\\]+)?", files):
            raise ValueError(
                "give the name of a file, or of a folder in `folder` and a file as 'export_*/stand.csv'; `*` stands for any text"
            )
        return files

    @model_validator(mode="after")
    def _has_a_date(self) -> Self:
        if (self.date == "column") != bool(self.date_column):
            raise ValueError('date = "column" and date_column belong together')
        if not self.files and (self.date == "name" or self.join):
            raise ValueError('date = "name" and join need `files`')
        return self

    @property
    def date_from(self) -> Literal["name", "column", "day"]:
        """Where the peildatum comes from, unless set: the name of a file; for other sources the day."""
        return self.date or ("name" if self.files else "day")


class SourceSettings(Strict):
    """One system or place that deliveries are fetched from."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    kind: Kind
    corporation: str = ""
    folder: str = ""
    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: str = ""
    host_key: Annotated[str, Field(pattern=r"^((ssh|ecdsa)-\S+ [A-Za-z0-9+/=]+( .*)?)?$")] = ""
    private_key: str = ""
    secret: Variable = ""
    header: str = "Authorization"
    certificates: str = ""
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    extracts: Annotated[list[SourceExtract], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        """Refuse keys that this kind of source does not use, and name those that it lacks."""
        missing = [key for key in _NEEDED[self.kind] if not getattr(self, key)]
        if missing:
            raise ValueError(f"a source of kind {self.kind!r} needs {' and '.join(missing)}")
        known = {
            "name",
            "kind",
            "corporation",
            "attempts",
            "extracts",
            *_NEEDED[self.kind],
            *_ALLOWED[self.kind],
        }
        if unused := sorted(self.model_fields_set - known):
            raise ValueError(f"a source of kind {self.kind!r} does not use {', '.join(unused)}")
        if self.kind == "sftp" and not (self.private_key or self.secret):
            raise ValueError("an SFTP source needs private_key, or secret with the name of its password")
        wanted = _CONTENT[self.kind]
        for part in self.extracts:
            given = {key for key in _CONTENT.values() if getattr(part, key)}
            if given != {wanted}:
                raise ValueError(
                    f"extracts of a source of kind {self.kind!r} each need `{wanted}` and no other"
                )
        return self
