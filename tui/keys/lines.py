"""The lines of `authorized_keys` (sshd(8)): whom each lets in, and to what."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tui.keys.public import KINDS, PublicKey, fingerprint_of

Opens = Literal["cabas", "command", "shell", "unread"]

_OPTION = re.compile(r'(?:[^\s",]|"(?:[^"\\]|\\.)*")+', re.ASCII)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A line with a key. `operator` and `file` are those of the cabas that it forces, None where it forces none.

    `opens`: "cabas", another "command", a "shell", or "unread": sshd may understand it, this program does not.
    `narrow`: it forbids all that a key allows besides (forwarding, an environment of its own).
    """

    number: int
    text: str
    options: tuple[str, ...]
    key: PublicKey | None
    opens: Opens
    operator: str | None = None
    file: Path | None = None

    @property
    def fingerprint(self) -> str:
        """The key's, "" of a line that cannot be read."""
        return self.key.fingerprint if self.key is not None else ""

    @property
    def narrow(self) -> bool:
        """Whether it forbids all but a terminal."""
        names = [option.partition("=")[0].lower() for option in self.options]
        widened = {"port-forwarding", "agent-forwarding", "x11-forwarding", "user-rc", "environment", "permitopen"}
        return "restrict" in names and not widened.intersection(names)


class Refused(Exception):
    """A forced command would hold what sshd or a shell would not hand on as it is."""


def door_line(program: Path, file: Path, login: str, key: PublicKey | None) -> str:
    """The line by which a key opens this group's file as this operator, and nothing else.

    Without a key, what stands before it. Raises `Refused` for a path with a character that sshd reads otherwise.
    """
    command = shlex.join([str(program), "--file", str(file), "--operator", login])
    # sshd unquotes \" and nothing else: any other backslash would reach the shell.
    if not command.isprintable() or "\\" in command:
        raise Refused
    options = 'restrict,pty,command="{}"'.format(command.replace('"', '\\"'))
    return f"{options} {key}" if key is not None else options


def read_lines(text: str) -> tuple[KeyLine, ...]:
    """Each line with a key; empty ones and comments are left out."""
    return tuple(
        _line(number, line)
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.lstrip().startswith("#")
    )


def _line(number: int, text: str) -> KeyLine:
    line = text.strip()
    options: tuple[str, ...] = ()
    if line.split(" ", 1)[0] not in KINDS:
        options, line = _options(line)
    kind, _, rest = line.partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    if kind not in KINDS or not blob:
        return KeyLine(number, text, options, None, "unread")
    key = PublicKey(kind, blob, comment.strip())
    forced = [value for name, value in (_value(one) for one in options) if name == "command"]
    if not forced:
        return KeyLine(number, text, options, key, "shell")
    words = _words(forced[0])
    operator, file = _said(words, "--operator"), _said(words, "--file")
    if operator is None or Path(words[0]).name != "cabas":
        return KeyLine(number, text, options, key, "command")
    return KeyLine(number, text, options, key, "cabas", operator, Path(file) if file is not None else None)


def _options(line: str) -> tuple[tuple[str, ...], str]:
    """The options before a key, and what comes after them."""
    found, at = [], 0
    while match := _OPTION.match(line, at):
        found.append(match[0])
        at = match.end()
        if at >= len(line) or line[at] != ",":
            break
        at += 1
    return tuple(found), line[at:].strip()


def _value(option: str) -> tuple[str, str]:
    name, _, value = option.partition("=")
    return name.lower(), value.removeprefix('"').removesuffix('"').replace('\\"', '"')


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command) or [""]
    except ValueError:
        return [""]


def _said(words: list[str], option: str) -> str | None:
    """What an option is given, as `--option VALUE` or `--option=VALUE`; the last one counts."""
    found = None
    for at, word in enumerate(words):
        if word == option and at + 1 < len(words):
            found = words[at + 1]
        elif word.startswith(f"{option}="):
            found = word.partition("=")[2]
    return found


def same_key(line: KeyLine, key: PublicKey) -> bool:
    """Whether a line is about this key, whatever is written around it."""
    return line.key is not None and fingerprint_of(line.key.blob) == key.fingerprint
