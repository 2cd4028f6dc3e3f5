"""Send one message over HTTP to a permitted address, signed as Standard Webhooks describes.

See https://github.com/standard-webhooks/standard-webhooks. A redirect is not followed and no proxy is used. The host name
is looked up once; the connection goes to an address that passed the check, so a name that changes meanwhile has no effect.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT = 10
"""Seconds to wait for a connection, and for each part of the answer."""
SECRET = "whsec_"  # noqa: S105 - the prefix that the standard gives a secret
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that a network may translate to any IPv4 address."""


class UnreachableError(Exception):
    """The message did not arrive; the text has no address and no content."""


@dataclass(frozen=True)
class Receiver:
    """A program that receives events.

    Parameters
    ----------
    name : str
        Its name in the settings.
    url : str
        Address to which events are sent.
    events : frozenset of str
        Kinds of events it wants.
    secret : str
        Shared secret, ``whsec_`` and base64.
    private : bool
        Whether it may be in a private network, and without TLS.
    """

    name: str
    url: str
    events: frozenset[str]
    secret: str
    private: bool = False


def post(receiver: Receiver, reference: str, at: int, body: bytes) -> int:
    """Send a message and return the HTTP status.

    Parameters
    ----------
    receiver : Receiver
        The program to send it to.
    reference : str
        Id of the event, the same at each attempt.
    at : int
        Time of this attempt, in seconds since 1970.
    body : bytes
        The message, JSON.

    Raises
    ------
    UnreachableError
        The connection failed, no answer came, or no address of the host is permitted.
    """
    target = urlsplit(receiver.url)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Waakvlam",
        "webhook-id": reference,
        "webhook-timestamp": str(at),
        "webhook-signature": sign(receiver.secret, reference, at, body),
    }
    path = target.path or "/"
    try:
        connection = _connect(receiver)
        try:
            connection.request("POST", f"{path}?{target.query}" if target.query else path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        raise UnreachableError(type(error).__name__) from None


def sign(secret: str, reference: str, at: int, body: bytes) -> str:
    """Return the signature of a message (HMAC-SHA256 over id, time and body)."""
    key = base64.b64decode(secret.removeprefix(SECRET))
    digest = hmac.new(key, f"{reference}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def may_reach(address: str, *, private: bool) -> bool:
    """Return whether an IP address is permitted: a public one, or with `private` a private one; never link-local."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False  # clouds serve the credentials of a machine at a link-local address
    return private or (ip.is_global and ip not in TRANSLATED)


def _connect(receiver: Receiver) -> http.client.HTTPConnection:
    """Connect to the first permitted address of the receiver."""
    target = urlsplit(receiver.url)
    host, tls = target.hostname or "", target.scheme == "https"
    port = target.port or (443 if tls else 80)
    known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = [str(entry[4][0]) for entry in known if may_reach(str(entry[4][0]), private=receiver.private)]
    if not allowed:
        raise UnreachableError("address not allowed")
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    raw = socket.create_connection((allowed[0], port), timeout=TIMEOUT)
    connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if tls else raw
    return connection
