"""`cabas message`: writing a draft, changing it, its files, and starters of one's own."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.errors import NotFound
from store.message_rows import refuse_step
from templates.words import LANGUAGES, N_, _
from tui.commands.message_fields import field_options, fields_said, warn_of_text
from tui.commands.options import json_option
from tui.commands.voucher_offer import offer_said, say_forecast, says_offer, voucher_options
from tui.context import Context
from tui.output import print_json, print_table, say
from tui.paths import Readable
from tui.standard_input import read_whole

if TYPE_CHECKING:
    from store import Store
    from store.message_records import MessageFile, OwnStarter

PATH = Readable(there=True)
STDIN = Path("-")
OF_WORKFLOW = {"segment", "kind", "service_reason", "counts_from", "closes_on", "send_before"}
"""What a workflow says of the text of its step, and nobody else."""

message_argument = click.argument("message_id", metavar="ID", type=int)
attach_option = click.option("--attach", "attached", multiple=True, type=PATH, help=N_("A file to attach."))
image_option = click.option(
    "--image", "images", multiple=True, type=PATH, help=N_("An image that the text shows: ![what it shows](its name).")
)
language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), help=N_("Of the supplied starters; else the group's.")
)


@click.command(help=N_("Write a draft for a segment; the text is Markdown with fields as {{ first_name }}."))
@field_options
@voucher_options
@click.option("--starter", metavar="NAME", help=N_("Begin with a starter; “cabas message starters list”."))
@attach_option
@image_option
@json_option
@click.pass_obj
def new(
    context: Context,
    /,
    starter: str | None,
    attached: tuple[Path, ...],
    images: tuple[Path, ...],
    as_json: bool,
    **given: Any,
) -> None:
    if given["words"] is None:
        raise click.UsageError(_("Say who gets it: --segment WORDS."))
    by_mail = not given["channels"] or "email" in given["channels"]
    if starter is None and by_mail and (given["subject"] is None or given["body_file"] is None):
        raise click.UsageError(_("Say --subject and --body-file, or --starter NAME."))
    from mail.attachable import read_attachable

    store = context.store()
    begun = {} if starter is None else _words_of(store, starter, given["language"])
    contents = [(path.name, read_attachable(store, path), path in images) for path in (*attached, *images)]
    fields = {**begun, **fields_said(store, given)}
    offer = offer_said(store, given) if says_offer(given) else None
    message_id = store.messages.new(**fields)
    try:
        store.vouchers.set_offer(message_id, offer)
        kept = [store.messages.attach(message_id, name, content, inline=inline) for name, content, inline in contents]
    except BaseException:
        store.messages.delete(message_id)
        raise
    warn_of_text(store, message_id)
    say_forecast(store, message_id, aloud=not as_json)
    if as_json:
        print_json({"id": message_id, "files": [file.name for file in kept]})
    else:
        for file in kept:
            say(_as_written(file))
        say(_("Draft {id} is kept. To see it: cabas message preview {id}").format(id=message_id))


@click.command(help=N_("Change a draft: what is said is changed, “none” takes a date or the distribution away."))
@message_argument
@field_options
@voucher_options
@json_option
@click.pass_obj
def edit(context: Context, /, message_id: int, as_json: bool, **given: Any) -> None:
    store = context.store()
    fields = fields_said(store, given)
    if not fields and not says_offer(given):
        raise click.UsageError(_("Say what to change, as --subject."))
    before = store.messages.get(message_id)
    offer = offer_said(store, given, store.vouchers.offer(message_id)) if says_offer(given) else None
    if OF_WORKFLOW & fields.keys():
        refuse_step(before)
    saved = store.messages.save(replace(before, **fields)) if fields else before
    if says_offer(given):
        store.vouchers.set_offer(message_id, offer)
        say_forecast(store, message_id, aloud=not as_json)
    warn_of_text(store, message_id)
    if as_json:
        print_json({"id": message_id, "version": saved.version})
    else:
        say(_("Draft {id} is changed.").format(id=message_id))


@click.command(help=N_("Write a new draft with the same words, people and files, and say its number."))
@message_argument
@json_option
@click.pass_obj
def duplicate(context: Context, message_id: int, as_json: bool) -> None:
    copy_id = context.store().messages.duplicate(message_id)
    if as_json:
        print_json({"id": copy_id})
    else:
        say(_("Draft {id} is kept. To see it: cabas message preview {id}").format(id=copy_id))


@click.command(help=N_("Add files to a draft; - for the standard input, whose name --as says."))
@message_argument
@click.argument("paths", nargs=-1, metavar="FILE...", type=Readable(there=True, dash=True))
@image_option
@click.option("--as", "named", metavar="NAME", help=N_("What the file from the standard input is called."))
@click.pass_obj
def attach(
    context: Context, message_id: int, paths: tuple[Path, ...], images: tuple[Path, ...], named: str | None
) -> None:
    if not paths and not images:
        raise click.UsageError(_("Say which files."))
    if (STDIN in paths) != (named is not None) or paths.count(STDIN) > 1:
        raise click.UsageError(_("A file from the standard input needs a name: - --as NAME."))
    from mail.attachable import read_attachable

    store = context.store()
    for path in (*paths, *images):
        if path == STDIN and named is not None:
            used = store.messages.get(message_id).files_size
            content = read_whole(max(0, store.settings.limits().files_size - used) + 1)
            say(_as_written(store.messages.attach(message_id, named, content)))
            continue
        content = read_attachable(store, path, store.messages.get(message_id).files_size)
        say(_as_written(store.messages.attach(message_id, path.name, content, inline=path in images)))
    say(_files_line(store, message_id))


@click.command(help=N_("Take a file of a draft away, by its name."))
@message_argument
@click.argument("name", metavar="FILE")
@click.pass_obj
def detach(context: Context, message_id: int, name: str) -> None:
    store = context.store()
    store.messages.detach(message_id, _file_named(store, message_id, name).id)
    say(_files_line(store, message_id))


@click.command(help=N_("The files of a message, and how large they are together."))
@message_argument
@json_option
@click.pass_obj
def files(context: Context, message_id: int, as_json: bool) -> None:
    store = context.store()
    found = store.messages.get(message_id).files
    if as_json:
        print_json([asdict(file) for file in found])
        return
    if found:
        print_table(
            (_("name"), _("kind"), _("bytes")),
            [(file.name, _("image in the text") if file.inline else file.media_type, file.size) for file in found],
            right=(2,),
        )
    say(_files_line(store, message_id))


@click.group(help=N_("Starters: words to begin a message with, those that come with cabas and the group's own."))
def starters() -> None:
    pass


@starters.command("list", help=N_("All starters: the group's own first, then those that fit the segment."))
@click.option("--segment", "words", default="nobody", metavar="WORDS", help=N_("For whom the message is."))
@language_option
@json_option
@click.pass_obj
def list_starters(context: Context, words: str, language: str | None, as_json: bool) -> None:
    from store.segments import parse
    from templates.render.starters import starters as supplied

    store = context.store()
    rules = [step.rule.name for step in parse(words).steps]
    own = store.messages.starters()
    found = supplied(language or store.settings.group().language, rules)
    if as_json:
        print_json({"own": own, "supplied": found})
        return
    print_table(
        (_("name"), _("starter"), _("subject")),
        [(one.id, one.label, one.subject) for one in own] + [(one.name, one.label, one.subject) for one in found],
    )


@starters.command(help=N_("Keep a message's words as a starter of the group's own."))
@message_argument
@click.option("--label", required=True, help=N_("What the starter is called."))
@click.option("--replace", "instead", is_flag=True, help=N_("Instead of the one that is called so already."))
@click.pass_obj
def keep(context: Context, message_id: int, label: str, instead: bool) -> None:
    number = context.store().messages.keep_starter(label, message_id, replace=instead)
    say(_("Starter {id} is kept.").format(id=number))


@starters.command(help=N_("Delete a starter of the group's own, by its number or name."))
@click.argument("name")
@click.pass_obj
def forget(context: Context, name: str) -> None:
    store = context.store()
    starter = _own_starter(store, name)
    if starter is None:
        raise NotFound("starter", name)
    store.messages.forget_starter(starter.id)
    say(_("Deleted."))


def _words_of(store: Store, name: str, language: str | None) -> dict[str, Any]:
    """What a starter begins a message with: one of the group's own by number or label, else a supplied one."""
    from store.folding import fold
    from templates.render.starters import starters as supplied

    ready = supplied(language or store.settings.group().language)
    if (own := _own_starter(store, name)) is not None:
        return {"subject": own.subject, "text": own.text, "kind": own.kind, "language": own.language}
    found = next((r for r in ready if name == r.name or fold(r.label) == fold(name)), None)
    if found is None:
        raise NotFound("starter", name)
    return {"subject": found.subject, "text": found.text, "kind": found.kind}


def _own_starter(store: Store, name: str) -> OwnStarter | None:
    """The group's own starter of this number or label, whatever its case and accents."""
    from store.folding import fold

    own = store.messages.starters()
    return next((one for one in own if name == str(one.id) or fold(one.label) == fold(name)), None)


def _file_named(store: Store, message_id: int, name: str) -> MessageFile:
    for file in store.messages.get(message_id).files:
        if name in (file.name, str(file.id)):
            return file
    raise NotFound("file", name)


def _as_written(file: MessageFile) -> str:
    """A file's name; an image as the text shows it."""
    return f"![]({file.name})" if file.inline else file.name


def _files_line(store: Store, message_id: int) -> str:
    """How many files there are, and how much room they take."""
    from screens.sizes import files_words

    return files_words(store.messages.get(message_id), store.settings.limits())


COMMANDS: tuple[click.Command, ...] = (new, edit, duplicate, attach, detach, files, starters)
