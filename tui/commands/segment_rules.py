"""`cabas segment rules`: every rule that a segment can be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from templates.words import N_, _
from tui.commands.options import json_option
from tui.output import print_json, print_table

if TYPE_CHECKING:
    from store.rules import Parameter


@click.command(help=N_("Every rule, with what it has to be told; what stands in square brackets may be left out."))
@json_option
def rules(as_json: bool) -> None:
    from store.rule_names import label
    from store.rules import REGISTRY

    if as_json:
        print_json(
            [
                {
                    "name": row.name,
                    "label": label(row.name),
                    "parameters": [
                        {"name": p.name, "kind": p.kind.value, "optional": p.optional} for p in row.parameters
                    ],
                }
                for row in REGISTRY.values()
            ]
        )
        return
    print_table(
        (_("rule"), _("whom it finds")),
        [(_written(row.name, row.parameters), label(row.name)) for row in REGISTRY.values()],
    )


def _written(name: str, parameters: tuple[Parameter, ...]) -> str:
    inside = ", ".join(f"[{_example(p)}]" if p.optional else _example(p) for p in parameters)
    return f"{name}({inside})" if inside else name


def _example(parameter: Parameter) -> str:
    return f"{parameter.name}={EXAMPLES[parameter.kind.value]}"


EXAMPLES = {
    "months": "3",
    "date": "2026-11-26",
    "number": "2",
    "money": "12.50",
    "catalogue": '"…"',
    "distribution": "next",
    "product": '"…"',
    "message": '"…"',
    "tag": '"…"',
    "city": '"…"',
    "language": "it",
    "prefix": "44",
    "members": "12, 34",
}
"""By the kind of a parameter: what can stand there."""
