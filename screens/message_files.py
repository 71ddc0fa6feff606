"""The files of a message: images that its text shows, attachments, and what they have together of the limit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from screens import import_files
from screens.file_choosing import FileChoosingScreen
from screens.sizes import files_words, size_words
from screens.text import fitted
from screens.widgets.plain import plain
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell, number
from store.message_files import IMAGES
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store.limits import Limits
    from store.message_records import Message, MessageFile

KIND, SIZE, PADDING = 26, 9, 7
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".heic", ".svg", ".tif", ".tiff", ".webp"}
"""Endings of what one takes for an image; whether it can be shown is seen by what is in it."""


class EnclosedTable(HouseTable):
    """The files of the message; going down from the last leads to the line."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Show or attach"), tooltip=N_("Image or attachment"), id="enclosed.use"),
    ]

    def action_cursor_down(self) -> None:
        """One row down; below the last is the line."""
        if self.cursor_row >= self.row_count - 1:
            self.screen.query_one("#path-line").focus()
        else:
            super().action_cursor_down()


class MessageFilesScreen(FileChoosingScreen[str | None]):
    """The files of a draft. Leaves with what the text needs to show an image, or with None."""

    NAME = "message_files"
    CSS_PATH = [*FileChoosingScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    ENDINGS = import_files.ANY
    FROM_YOURS = N_("From your own machine: ssh … message attach NUMBER - --as NAME < file")
    NEEDS = dict.fromkeys(("remove", "undo"), Right.MESSAGES_WRITE)
    HELP = N_(
        "Images and attachments of a message. Type a path, or part of the name of a file that is listed, and press "
        "Enter: an image is meant for the text, anything else is attached.\n"
        "\n"
        "**↑** leads to the files of the message, where letters act: **Enter** makes an image an attachment, or the "
        "other way round, **i** goes back and puts the image into the text where you were writing, **x** takes a file "
        "away, **z** brings it back.\n"
        "\n"
        "The text shows an image by its name, as `![the market](market.jpg)`; what stands in the brackets is read out "
        "where images are not shown. PNG, JPEG and GIF can be shown. All files together have a limit, which the "
        "screen Limits sets."
    )
    BINDINGS = [
        Binding("i", "into_text", N_("Into the text"), tooltip=N_("Put the image into the text"), id="files.text"),
        Binding("f6", "into_text", N_("Into the text"), show=False, tooltip=N_("Put it into the text"), id="files.f6"),
        Binding("x,delete", "remove", N_("Take away"), tooltip=N_("Take the file out of the message"), id="files.out"),
        Binding("z", "undo", N_("Undo"), tooltip=N_("Bring back what was taken away"), id="files.undo"),
    ]

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._message: Message | None = None
        self._limits: Limits | None = None
        self._gone: list[tuple[str, bytes, bool]] = []
        self._reads = False

    # -- frame

    def heading(self) -> tuple[str, str]:
        message, limits = self._message, self._limits
        if message is None or limits is None:
            return _("Files"), ""
        name = _("Files of “{name}”").format(name=message.title) if message.title else _("Files of the message")
        return name, files_words(message, limits)

    def content(self) -> ComposeResult:
        yield EnclosedTable(id="enclosed")
        yield Still(id="enclosed-detail")
        yield from self.choosing(_("Add"))

    def on_mount(self) -> None:
        """List the message's files and those that can be added; the cursor is in the line."""
        table = self.query_one(EnclosedTable)
        name = max(79, self.size.width - 1) - KIND - SIZE - PADDING
        table.add_column(cell(_("In the message")), key="name", width=name)
        table.add_column(cell(""), key="kind", width=KIND)
        table.add_column(number(_("Size")), key="size", width=SIZE)
        self.changed()

    def changed(self) -> None:
        """Show the files as they are now."""
        store, message_id = self.store, self._message_id
        self.read(
            lambda: (store.messages.get(message_id), store.settings.limits()), lambda found: self._show(*found), "files"
        )

    def _show(self, message: Message, limits: Limits) -> None:
        self._message, self._limits = message, limits
        unshown = self._unshown()
        table = self.query_one(EnclosedTable)
        wide = {str(key.value): column.width for key, column in table.columns.items()}
        table.fill(
            (
                str(file.id),
                [fitted(file.name, wide["name"]), _kind(file, file.id in unshown), number(size_words(file.size))],
            )
            for file in message.files
        )
        # An empty list stays where something was taken away: z acts in it.
        table.display = bool(message.files or self._gone)
        self.show_heading()
        self._show_detail()
        self.refresh_bindings()

    def _unshown(self) -> set[int]:
        from mail.enclosing import unshown_images

        message = self._message
        return {file.id for file in unshown_images(message.files, message.text)} if message is not None else set()

    def on_data_table_row_highlighted(self) -> None:
        """Say how the text shows the marked image."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        file, said = self._file, ""
        if self._message is not None and not self._message.files:
            said = _("No files yet. An image can be shown in the text, any other file is attached.")
        elif file is not None and file.id in self._unshown():
            said = _("To show it, write {words}; i does.").format(words=in_text(file))
        elif file is not None and file.inline:
            said = _("In the text: {words}").format(words=in_text(file))
        elif file is not None and file.media_type in IMAGES:
            said = _("Attached. Enter makes it an image that the text can show.")
        self.query_one("#enclosed-detail", Static).update(plain(f" {said}" if said else "", "dim"))

    @property
    def _file(self) -> MessageFile | None:
        key = self.query_one(EnclosedTable).current_key
        files = self._message.files if self._message is not None else ()
        return next((file for file in files if str(file.id) == key), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What letters do concerns the files of the message."""
        if action not in ("into_text", "remove", "undo"):
            return super().check_action(action, parameters)
        if not self.query_one(EnclosedTable).has_focus and action != "undo":
            return False
        return bool(self._gone) if action == "undo" else True

    # -- adding

    def nothing(self, text: str) -> str:
        folder = self.folders()[0]
        if text.strip():
            return _("No file begins or is called like this. Put it into {folder}, or type its path.").format(
                folder=folder
            )
        return _("There is no file in {folder} yet. Put it there, or type the path of one.").format(folder=folder)

    def read_file(self, path: Path) -> None:
        """Add what is at the path."""
        if self._reads or self._limits is None or self._message is None:
            return
        if not import_files.is_file(path):
            self.warn(_("There is no file {name}.").format(name=path))
            return
        self._reads = True
        store, used = self.store, self._message.files_size

        def read() -> bytes:
            from mail.attachable import read_attachable

            return read_attachable(store, path, used)

        def done(content: bytes) -> None:
            self._reads = False
            inline = any(content.startswith(beginning) for beginning in IMAGES.values())
            self._enclose(path.name, content, inline, self._added)

        def failed(error: BaseException) -> None:
            self._reads = False
            self.show_error(error)

        self.read(read, done, group="content", failed=failed, holds=True)

    def _enclose(self, name: str, content: bytes, inline: bool, done: Callable[[MessageFile], None]) -> None:
        messages, message_id = self.store.messages, self._message_id
        self.write(lambda: messages.attach(message_id, name, content, inline=inline), done, holds=True)

    def _added(self, file: MessageFile) -> None:
        self._line.put("")
        if file.inline:
            said = _("{name} is added. ↑ and i put it into the text; Enter there attaches it instead.")
        else:
            said = _("{name} is attached.")
            if Path(file.name).suffix.lower() in PICTURES:
                said = _("{name} is attached: it is no image that can be shown. PNG, JPEG and GIF can.")
        self.say(said.format(name=file.name))
        self._look_again(file.id)

    def _look_again(self, mark: int | None = None) -> None:
        def show(found: tuple[Message, Limits]) -> None:
            self._show(*found)
            table = self.query_one(EnclosedTable)
            if mark is not None and str(mark) in table.rows:
                table.move_cursor(row=table.get_row_index(str(mark)), animate=False)

        store, message_id = self.store, self._message_id
        self.read(lambda: (store.messages.get(message_id), store.settings.limits()), show, "files", holds=True)

    # -- keys

    def _line_key(self, key: str, character: str | None) -> bool:
        if key == "up" and self.query_one(EnclosedTable).display:
            self.query_one(EnclosedTable).focus()
            return True
        return super()._line_key(key, character)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show a file of the message or attach it; what is chosen in the other list is added."""
        if event.data_table.id != "enclosed":
            return
        event.stop()
        event.prevent_default()
        file = self._file
        if file is None:
            return
        if self._only_attached(file):
            return
        messages, message_id = self.store.messages, self._message_id
        self.write(
            lambda: messages.show_inline(message_id, file.id, not file.inline),
            lambda now: self._look_again(now.id),
            holds=True,
        )

    def _only_attached(self, file: MessageFile) -> bool:
        """Say so of what is no image."""
        if file.media_type in IMAGES:
            return False
        self.say(_("{name} can only be attached: images are PNG, JPEG and GIF.").format(name=file.name))
        return True

    def action_into_text(self) -> None:
        """Go back to the text with the words that show the image."""
        file = self._file
        if file is None or self._only_attached(file):
            return
        messages, message_id = self.store.messages, self._message_id
        if file.inline:
            self._leave_with(file)
        else:
            self.write(lambda: messages.show_inline(message_id, file.id, True), self._leave_with, holds=True)

    def _leave_with(self, file: MessageFile) -> None:
        self.dismiss(in_text(file))

    def action_remove(self) -> None:
        """Take the file out of the message."""
        file, messages, message_id = self._file, self.store.messages, self._message_id
        if file is None:
            return

        def work() -> bytes:
            content = messages.file_content(file.id)
            messages.detach(message_id, file.id)
            return content

        def done(content: bytes) -> None:
            self._gone.append((file.name, content, file.inline))
            self.say(_("{name} is taken away. z brings it back.").format(name=file.name))
            self._look_again()

        self.write(work, done, holds=True)

    def action_undo(self) -> None:
        """Bring back what was taken away last."""
        if not self._gone:
            return
        name, content, inline = self._gone[-1]

        def done(file: MessageFile) -> None:
            self._gone.pop()
            self.say(_("{name} is back.").format(name=file.name))
            self._look_again(file.id)

        self._enclose(name, content, inline, done)


def in_text(file: MessageFile) -> str:
    """What the text needs to show an image: `![market](market.jpg)`."""
    return f"![{Path(file.name).stem.replace('-', ' ')}]({file.name})"


def _kind(file: MessageFile, unshown: bool) -> str:
    if file.inline:
        return _("! image, not in the text") if unshown else _("image in the text")
    return _("image, attached") if file.media_type in IMAGES else _("attached")
