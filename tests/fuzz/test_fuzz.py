"""Fuzz every target for some seconds (`python -m tests.fuzz` fuzzes for longer), and test every case ever found."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import NAMES, TARGETS, mapping, reader, seeds, with_sheet, workbook
from tests.support.cases import cases

pieces = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"overeenkomst_id", b";", b",", b"\r\n", b"\n", b"\r", b'"', b"1", b"O1", b"\t", b"\0", b"\xef\xbb\xbf",
                     b"\xff\xfe", b"\x80", b"saldo", b"'", b"=1+1", "é".encode(), b" ", b"sep=", b"PK\3\4", b"PAR1", b"[", b"]",
                     b"{", b"}", b"= ", b"true", b"-1", b"nan", b"1e999", b"<c r='A1' t='s'>", b"<v>", b"</v></c>"]),
)  # fmt: skip


@st.composite
def near(draw: st.DrawFn, good: list[bytes]) -> bytes:
    """Any bytes, or valid input with pieces cut out or replaced."""
    data = draw(st.sampled_from([b"", *good]))
    for _ in range(draw(st.integers(0, 5))):
        begin = draw(st.integers(0, len(data)))
        end = draw(st.integers(begin, min(len(data), begin + 40)))
        data = data[:begin] + draw(pieces) + data[end:]
    return data


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", list(TARGETS))
def test_whatever_comes_is_refused_or_true(name: str):
    """A crash, a wrong answer or ten seconds over one input fails."""

    @given(near(seeds()[name]))
    @settings(max_examples=cases(250, 20_000), deadline=10_000, suppress_health_check=list(HealthCheck))
    def fuzz(data: bytes) -> None:
        TARGETS[name](data)

    fuzz()


def _moved_directory() -> bytes:
    """Make an archive whose directory names a part before the beginning of the file."""
    content = workbook([dict.fromkeys(NAMES, "1")])
    at = content.rindex(b"PK\5\6") + 16
    return content[:at] + b"\xff\xff\x00\x00" + content[at + 4 :]


def _packed_otherwise(compression: int) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compression) as result:
        result.writestr("xl/workbook.xml", b"<workbook/>" * 50)
    content = bytearray(memory.getvalue())
    content[60:70] = b"\xff" * 10
    return bytes(content)


FOUND = {
    "a directory that points before the file": b"\x02" + _moved_directory(),
    "bzip2 inside, damaged": b"\x02" + _packed_otherwise(zipfile.ZIP_BZIP2),
    "lzma inside, damaged": b"\x02" + _packed_otherwise(zipfile.ZIP_LZMA),
    "an encoding of XML that nobody knows": b"\x02"
    + with_sheet(b"<?xml version='1.0' encoding='UTF-8overeenkomst_id'?><a/>"),
}


@pytest.mark.parametrize("name", list(FOUND))
def test_what_was_found_stays_mended(name: str):
    assert reader(FOUND[name]) is False


def test_the_targets_accept_what_is_good():
    """So that a run does not end in refusals only."""
    good = {name: [TARGETS[name](data) for data in data_of] for name, data_of in seeds().items()}
    assert all(good["reader"]) and good["mapping"][0] and good["settings"][0]
    assert not mapping(b"\x03\x01[[")


WORDS = ["name", "corporatie_id", "naam", "extracts", "columns", "codes", "reading", "huurachterstanden", "saldo", "shortlist",
         "capacity", "gates", "coaches", "retention", "when", "constants", "delimiter", "decimal", "saldo.x", ""]  # fmt: skip
toml = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["canoniek", "auto", ",", ";"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


def written(value: object) -> str:
    """Write a value as TOML, strings and keys quoted as JSON does."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value) if not isinstance(value, float) else repr(value)


@pytest.mark.slow
@pytest.mark.long
@given(st.dictionaries(st.sampled_from(WORDS), toml, max_size=5))
@settings(max_examples=cases(120, 5_000), deadline=10_000)
def test_any_keys_and_types_are_read_or_refused(top: dict[str, object]):
    text = "\n".join(f'"{key}" = {written(value)}' for key, value in top.items())
    for target in (TARGETS["settings"], mapping):
        target(b"\x80" + text.encode("utf-8", "surrogatepass"))
