"""What a command starts from: which file, as whom."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import UnknownOperator
from store.rights import AUTOMATIC, Right
from templates import words
from templates.words import _
from tui.output import Ended

if TYPE_CHECKING:
    from store import Store


def group_file(named: Path | None = None) -> Path:
    """The group's file: the one named, else `CABAS_FILE`, else the configuration's, else the one in the user's data."""
    if named is not None:
        return named
    if from_environment := os.environ.get("CABAS_FILE"):
        return Path(from_environment)
    from tui import configuration

    return configuration.group_file()


@dataclass
class Context:
    """The group's file and the operator, as the command line named them; opens the store when it is needed.

    `asked` is the name given by `--operator`, None for the Unix login. `inside`: one came through the SSH door
    (`tui.door`) with a key that opens cabas under this name and nothing else; no file of the account may be named.
    """

    named_file: Path | None = None
    asked: str | None = None
    mouse: bool = True
    inside: bool = False
    _file: Path | None = field(default=None, repr=False)
    _store: Store | None = field(default=None, repr=False)

    @property
    def file(self) -> Path:
        """The path of the group's file; it may not exist."""
        if self._file is None:
            self._file = group_file(self.named_file)
        return self._file

    @property
    def operator(self) -> str:
        """The login of the one who acts; whether another's name may be taken is checked by `store`."""
        from store.handle import unix_login

        return self.asked or unix_login()

    def speak(self) -> None:
        """Make the process speak the operator's language, else the group's, else the environment's."""
        from store.language import language_of

        words.use(language_of(self.file, self.operator) or words.of_environment(os.environ))

    def store(self) -> Store:
        """The group's file as the operator; opened once, closed by `close`.

        Raises the file errors of `store.errors`, `UnknownOperator`, and `Ended` where `--operator` is not allowed.
        """
        if self._store is None:
            from store import Store

            self.speak()
            self._check_asked()
            self._store = Store(self.file, self.operator)
            self._store.inside = self.inside
        return self._store

    def close(self) -> None:
        """Close the store, if it was opened."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _check_asked(self) -> None:
        """Only the file's owner and an admin may act under another's name, and nobody under that of no person."""
        from store import Store
        from store.handle import unix_login

        login = unix_login()
        if AUTOMATIC.login in (self.asked, login):  # it may do everything, and nobody could be held to what it did
            raise UnknownOperator(AUTOMATIC.login)
        if self.asked in (None, login) or not self.file.exists() or self.file.stat().st_uid == os.geteuid():
            return
        try:
            own = Store(self.file, login)
        except UnknownOperator:
            allowed = False
        else:
            allowed = own.operators.me().may(Right.ADMIN)
            own.close()
        if not allowed:
            raise Ended(
                _("Only an admin or the owner of the file may use --operator; you are {login}.").format(login=login)
            )
