"""What a text may use of the template language; everything else is refused while the text is read."""

from __future__ import annotations

from jinja2 import nodes

from templates.render.errors import NotInMessages, TooDeep, UnfinishedField, UnknownField
from templates.render.fields import BY_NAME, FIELDS, GROUPS, closest

FILTERS = ("capitalize", "d", "default", "first", "join", "last", "length", "lower", "title", "trim", "upper")
"""The filters of a letter; each gives at most what it gets, or (`join`) the lines of one field."""

LOOP = frozenset(("first", "index", "last", "length"))
DEPTH = 40
LISTS = ("order.lines", "basket.lines")
"""Fields of several lines, which a loop can go through."""

_PLAIN = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Concat,
)

_WRITTEN = {
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "Block": "{% block %}",
    "CallBlock": "{% call %}",
    "Extends": "{% extends %}",
    "FilterBlock": "{% filter %}",
    "FromImport": "{% from %}",
    "Import": "{% import %}",
    "Include": "{% include %}",
    "Macro": "{% macro %}",
    "With": "{% with %}",
    "List": "[…]",
    "Tuple": "(…, …)",
    "Dict": "{…}",
    "Add": "+",
    "Sub": "-",
    "Mul": "*",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "Neg": "-",
    "Pos": "+",
}


def check(tree: nodes.Template) -> frozenset[str]:
    """The names of the fields that a text uses; raises `TextError` for anything that no message needs."""
    found: set[str] = set()
    _Reader(found).read(tree, frozenset(), 0)
    return frozenset(found)


class _Reader:
    """Walks the tree; `local` are the names that a loop gives."""

    def __init__(self, found: set[str]) -> None:
        self._found = found

    def read(self, node: nodes.Node, local: frozenset[str], depth: int) -> None:
        if depth > DEPTH:
            raise TooDeep(node.lineno)
        if isinstance(node, nodes.For):
            self._loop(node, local, depth)
        elif isinstance(node, nodes.Call):
            self._call(node, local, depth)
        elif isinstance(node, nodes.Filter):
            self._filter(node, local, depth)
        elif isinstance(node, nodes.Test):
            if node.name != "defined" or node.args:
                raise NotInMessages(f"is {node.name}", node.lineno)
            self._children(node, local, depth)
        elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._field(node, local)
        elif isinstance(node, _PLAIN):
            self._children(node, local, depth)
        else:
            kind = type(node).__name__
            raise NotInMessages(_WRITTEN.get(kind, kind), node.lineno)

    def _children(self, node: nodes.Node, local: frozenset[str], depth: int) -> None:
        for child in node.iter_child_nodes():
            self.read(child, local, depth + 1)

    def _loop(self, node: nodes.For, local: frozenset[str], depth: int) -> None:
        if local or node.recursive or not isinstance(node.target, nodes.Name):
            raise NotInMessages("{% for %} in {% for %}", node.lineno)
        if _path(node.iter) not in LISTS:
            raise NotInMessages("{% for %}", node.lineno)
        self.read(node.iter, local, depth + 1)
        inside = frozenset((node.target.name, "loop"))
        for part in (*node.body, *node.else_, *([node.test] if node.test else [])):
            self.read(part, inside, depth + 1)

    def _call(self, node: nodes.Call, local: frozenset[str], depth: int) -> None:
        field = BY_NAME.get(_path(node.node))
        if field is None or not field.call:
            path = _path(node.node)
            if path and path not in BY_NAME and path not in GROUPS:
                raise UnknownField(path, closest(path))
            raise NotInMessages("(…)", node.lineno)
        if len(node.args) > 1 or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise UnfinishedField(field.name, (f'{{{{ {field.name}("…") }}}}',))
        if field.name == "last_order" and not node.args:
            raise UnfinishedField(field.name, ('{{ last_order("…") }}',))
        self._found.add(field.name)
        for argument in node.args:
            self.read(argument, local, depth + 1)

    def _filter(self, node: nodes.Filter, local: frozenset[str], depth: int) -> None:
        if node.name not in FILTERS or node.node is None:
            raise NotInMessages(f"|{node.name}", node.lineno)
        if node.name == "join" and not _joins_plainly(node):
            raise NotInMessages("|join", node.lineno)
        self._children(node, local, depth)

    def _field(self, node: nodes.Name | nodes.Getattr | nodes.Getitem, local: frozenset[str]) -> None:
        path = _path(node)
        head, _, rest = path.partition(".")
        if head in local:
            if rest and (head != "loop" or rest not in LOOP):
                raise UnknownField(path)
            return
        if path in BY_NAME:
            if BY_NAME[path].call:
                raise UnfinishedField(path, (BY_NAME[path].insert if path == "closes" else '{{ last_order("…") }}',))
            self._found.add(path)
            return
        if path in GROUPS:
            # `{% if order %}` asks whether there is one; said aloud it is an error of its own when it is filled.
            self._found.update(field.name for field in FIELDS if field.name.startswith(f"{path}."))
            return
        raise UnknownField(path or "[…]", closest(path))


def _joins_plainly(node: nodes.Filter) -> bool:
    """Whether lines are joined by a text as it stands: one that was joined itself would multiply, and again."""
    separators = [*node.args, *(given.value for given in node.kwargs)]
    plain = all(isinstance(separator, nodes.Const) for separator in separators)
    return plain and node.node is not None and _path(node.node) == "order.lines"


def _path(node: nodes.Node) -> str:
    """The dotted name that a node is written as, or nothing where it is more than that."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        owner = _path(node.node)
        return f"{owner}.{node.attr}" if owner else ""
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        owner = _path(node.node)
        return f"{owner}.{node.arg.value}" if owner else ""
    return ""
