"""Certificates for servers on loopback, made by a little authority of the tests' own."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path


class Authority:
    """`authority.certificate` is what a client has to trust; `issue` makes certificates that it vouches for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key, self.certificate = folder / "ca.key", folder / "ca.pem"
        _openssl("req", "-x509", *_CURVE, "-keyout", self._key, "-out", self.certificate, "-days", "2",
                 "-subj", "/CN=Test authority", "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip

    def issue(self, name: str = "localhost", *, days: int = 2) -> Certificate:
        """A certificate for one name."""
        made = Certificate(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        request, extensions = self._folder / "request", self._folder / "extensions"
        extensions.write_text(f"subjectAltName=DNS:{name}\nauthorityKeyIdentifier=keyid\n")  # Python 3.13 asks for it
        _openssl("req", *_CURVE, "-keyout", made.key, "-out", request, "-subj", f"/CN={name}")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial",
                 "-days", str(days), "-extfile", extensions, "-out", made.certificate)  # fmt: skip
        return made


def self_signed(folder: Path) -> Certificate:
    """A certificate for localhost that nobody vouches for."""
    made = Certificate(folder / "alone.pem", folder / "alone.key")
    _openssl("req", "-x509", *_CURVE, "-keyout", made.key, "-out", made.certificate, "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")  # fmt: skip
    return made


def _openssl(*arguments: str | Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("certificates for the test are made by openssl, which is not installed (Debian: openssl)")
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
