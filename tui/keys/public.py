"""One public SSH key, read strictly: a line of OpenSSH's, or what PuTTYgen saves (RFC 4716).

What is handed in comes to stand in `authorized_keys`, where a line break or an option before the key would open more
than a desk. So nothing is passed on as it came: type and key are written anew from what was understood.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
import re
from dataclasses import dataclass

SMALLEST_RSA = 2048
"""Bits, below which OpenSSH itself begins to refuse (ssh-keygen(1), RequiredRSASize in sshd_config(5))."""
LARGEST = 16_384
"""Octets of a file with one public key; RSA of 16384 bits is a fifth of it."""
LONGEST_COMMENT = 100

_CURVES = {"nistp256": 65, "nistp384": 97, "nistp521": 133}
"""The curves of RFC 5656, and the octets of an uncompressed point."""
KINDS = (
    "ssh-ed25519",
    "ssh-rsa",
    *(f"ecdsa-sha2-{curve}" for curve in _CURVES),
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
_PRIVATE = ("PRIVATE KEY-----", "PuTTY-User-Key-File")
_RFC4716 = re.compile(
    r"---- BEGIN SSH2 PUBLIC KEY ----\n((?:[A-Za-z0-9-]+:[^\n]*(?:\\\n[^\n]*)*\n)*)([A-Za-z0-9+/=\n]+)\n"
    r"---- END SSH2 PUBLIC KEY ----\s*"
)


@dataclass
class BadKey(Exception):
    """What was handed in is no public key to let somebody in with.

    `reason`: "empty", "large", "several" (lines), "private", "options" (something before the type), "kind" (`detail`
    says which), "damaged", "weak" (RSA of `detail` bits).
    """

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its type, its octets, and what its owner wrote behind it."""

    kind: str
    blob: bytes
    comment: str

    @property
    def fingerprint(self) -> str:
        """As ssh-keygen -l says it."""
        return fingerprint_of(self.blob)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, base64.b64encode(self.blob).decode(), self.comment)))


def fingerprint_of(blob: bytes) -> str:
    """The SHA-256 of a key's octets, as ssh-keygen -l says it."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip('=')}"


def read_public_key(content: bytes) -> PublicKey:
    """The one public key in a file. Raises `BadKey`."""
    if len(content) > LARGEST:
        raise BadKey("large")
    # PowerShell's > writes UTF-16.
    sixteen = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = content.decode("utf-16" if sixteen else "utf-8-sig", "replace").replace("\r\n", "\n")
    if any(mark in text for mark in _PRIVATE):
        raise BadKey("private")
    if saved := _RFC4716.fullmatch(text):
        said = re.search(r'(?m)^Comment: "?(.*?)"?$', saved[1])
        blob = _decoded(saved[2].replace("\n", ""))
        return _checked(_kind(blob), blob, said[1] if said else "")
    # Not splitlines(): U+2028 and its like part nothing for sshd.
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) > 1:
        raise _several(lines)
    if not lines:
        raise BadKey("empty")
    kind, _, rest = lines[0].strip().partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    if kind not in KINDS:
        raise BadKey("options" if any(f" {one} " in lines[0] for one in KINDS) else "kind", kind)
    return _checked(kind, _decoded(encoded), comment)


def _several(lines: list[str]) -> BadKey:
    """Why several lines are no key: keys, one that was broken by a mail program, or none of OpenSSH's."""
    if lines[0].startswith("-----BEGIN"):
        return BadKey("kind", lines[0].strip("- "))
    keys = [line for line in lines if any(kind in line for kind in KINDS)]
    return BadKey("damaged" if keys == lines[:1] else "several")


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKey("damaged") from error


def _kind(blob: bytes) -> str:
    return _fields(blob)[0].decode("ascii", "replace")


def _checked(kind: str, blob: bytes, comment: str) -> PublicKey:
    """The key, once what is in it is what its type has, no more and no less."""
    if kind not in KINDS:
        raise BadKey("kind", kind)
    fields = _fields(blob)
    if fields[0] != kind.encode():
        raise BadKey("damaged")
    if kind == "ssh-rsa":
        _check_rsa(fields)
    elif not _fits(kind, fields[1:]):
        raise BadKey("damaged")
    shown = "".join(character if character.isprintable() else " " for character in comment)
    return PublicKey(kind, blob, " ".join(shown.split())[:LONGEST_COMMENT])


def _fits(kind: str, parts: list[bytes]) -> bool:
    """Whether there is behind the type what it has: a point of its curve, or 32 octets."""
    if kind.startswith("sk-"):  # and the application that a security key was made for (OpenSSH, PROTOCOL.u2f)
        if not parts or not parts[-1].startswith(b"ssh:"):
            return False
        parts = parts[:-1]
    curve = next((curve for curve in _CURVES if curve in kind), None)
    if curve is None:
        return [len(part) for part in parts] == [32]
    return len(parts) == 2 and parts[0] == curve.encode() and len(parts[1]) == _CURVES[curve] and parts[1][0] == 4


def _check_rsa(fields: list[bytes]) -> None:
    if len(fields) != 3:
        raise BadKey("damaged")
    exponent, modulus = (int.from_bytes(field, signed=True) for field in fields[1:])
    if exponent < 3 or exponent % 2 == 0 or modulus <= 0 or modulus % 2 == 0:
        raise BadKey("damaged")
    if modulus.bit_length() < SMALLEST_RSA:
        raise BadKey("weak", str(modulus.bit_length()))


def _fields(blob: bytes) -> list[bytes]:
    """The strings that a key consists of, each with its length before it (RFC 4253, 6.6)."""
    fields, at = [], 0
    while at < len(blob):
        length = int.from_bytes(blob[at : at + 4])
        field = blob[at + 4 : at + 4 + length]
        if at + 4 > len(blob) or len(field) != length:
            raise BadKey("damaged")
        fields.append(field)
        at += 4 + length
    if not fields:
        raise BadKey("damaged")
    return fields
