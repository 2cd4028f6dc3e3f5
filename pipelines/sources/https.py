"""Download a delivery over HTTPS, with a token."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import requests

from pipelines.installation.source_settings import SourceExtract, SourceSettings
from pipelines.installation.workspace import Workspace
from pipelines.reading.delivery import CHUNK, MAX_BYTES
from pipelines.reading.read import SUPPORTED
from pipelines.sources.errors import FetchError

DATE = "{date}"
"""Placeholder in an address for the day of the call, as yyyy-mm-dd."""
TIMEOUT = (30, 300)
"""Seconds to wait for the connection, and between two pieces of the answer."""
_MAY_PASS = {408, 425, 429}
_ENDINGS = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.apache.parquet": ".parquet",
}


def download(
    workspace: Workspace, source: SourceSettings, part: SourceExtract, today: date, target: Path
) -> str:
    """Download one address into `target` and return the name of its file.

    The token goes to this address only: a redirect is refused. The server's certificate is always checked, by the
    authorities of the system or by those in `certificates`.

    Raises
    ------
    FetchError
        The server cannot be reached, refuses, redirects, or sends less than it announced.
    """
    address = part.address.replace(DATE, today.isoformat())
    where = urlsplit(address).hostname or source.name
    headers = {"Accept-Encoding": "identity"}
    if source.secret:
        token = workspace.secret_of_source(source.secret)
        headers[source.header] = f"Bearer {token}" if source.header == "Authorization" else token
    verify: str | bool = str(workspace.home / source.certificates) if source.certificates else True
    try:
        with requests.Session() as session:
            session.trust_env = not source.certificates  # a ~/.netrc must not replace the token either
            session.auth = _as_it_is
            answer = session.get(
                address, headers=headers, verify=verify, timeout=TIMEOUT, stream=True, allow_redirects=False
            )
            _refuse_status(answer.status_code, where)
            _save(answer, target, where)
    except requests.exceptions.SSLError:
        raise FetchError(
            "the server's certificate is not trusted, so nothing was sent.",
            where=where,
            mend="Set `certificates` to the file with its authority, if that is your own.",
        ) from None
    except (requests.RequestException, OSError) as error:
        raise FetchError(
            f"the server cannot be reached ({type(error).__name__}).", where=where, passing=True
        ) from None
    return _file_name(address, answer.headers.get("Content-Type", ""))


def _file_name(address: str, content_type: str) -> str:
    """Return the name at the end of an address, with the ending of its type of content if it has none that is known."""
    name = Path(urlsplit(address).path).name or "answer"
    if name.lower().endswith(SUPPORTED):
        return name
    return name + _ENDINGS.get(content_type.split(";")[0].strip().lower(), "")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is, so that requests does not look for a password in ~/.netrc."""
    return request


def _refuse_status(status: int, where: str) -> None:
    if status in (401, 403):
        raise FetchError(
            f"the server refuses the token (status {status}).", where=where, mend="Check the secret."
        )
    if 300 <= status < 400:
        raise FetchError(
            f"the address redirects (status {status}).",
            where=where,
            mend="Put the final address in settings.toml.",
        )
    if status != 200:
        raise FetchError(
            f"the server answers with status {status}.",
            where=where,
            passing=status >= 500 or status in _MAY_PASS,
        )


def _save(answer: requests.Response, target: Path, where: str) -> None:
    size = 0
    with target.open("wb") as file:
        for chunk in answer.iter_content(CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                raise FetchError(f"the answer holds more than {MAX_BYTES:,} bytes.", where=where)
            file.write(chunk)
    announced = answer.headers.get("Content-Length")
    if announced is not None and int(announced) != size:
        raise FetchError("the answer was cut off.", where=where, passing=True)
