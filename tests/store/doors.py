"""Every way into the group's file that a screen or a command can take, found by looking at the code."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import mail as mail_room
import store as store_room
from store import Store

WHAT_HOLDS_IT_UP = {"reading", "writing", "planned", "create", "close", "change_number", "stamp", "version", "actor",
    "actor_id"}  # fmt: skip
"""What a `Store` has besides its parts: units of work that parts are built on, and numbers that say nothing."""


@cache
def doors() -> dict[str, Callable[..., Any]]:
    """Every way in, by name: the methods of the store's parts, and whatever of the store or mail is handed a `Store`.

    Each takes the store first. What is found here and is in no matrix fails the test.
    """
    found: dict[str, Callable[..., Any]] = {}
    for name, member in vars(Store).items():
        if isinstance(member, cached_property):
            for method, _function in inspect.getmembers(_class(member), callable):
                if not method.startswith("_"):
                    found[f"{name}.{method}"] = _of_part(name, method)
        elif not name.startswith("_") and name not in WHAT_HOLDS_IT_UP:
            found[name] = member
    for room in (store_room, mail_room):
        for path in sorted(Path(room.__path__[0]).rglob("*.py")):
            within = path.relative_to(Path(room.__path__[0]).parent).with_suffix("")
            module = ".".join(part for part in within.parts if part != "__init__")
            text = path.read_text()
            if ": Store" not in text:  # to read them all as Python takes a second
                continue
            for function in _handed(ast.parse(text).body):
                found[f"{module.removeprefix('store.')}:{function}"] = getattr(import_module(module), function)
    return found


def _handed(statements: list[ast.stmt]) -> Iterator[str]:
    """The public functions and classes whose first parameter is a `Store`, but for the parts of one."""
    for one in statements:
        made = [one] if isinstance(one, ast.FunctionDef) else _initialisers(one)
        for function in made:
            first = function.args.args[function.name == "__init__" :][:1]
            if not first or first[0].annotation is None or one.name.startswith("_") or one.name in _parts():
                continue
            if ast.unparse(first[0].annotation).strip("\"'") == "Store":
                yield one.name


@cache
def _parts() -> frozenset[str]:
    return frozenset(_class(member).__name__ for member in vars(Store).values() if isinstance(member, cached_property))


def _initialisers(statement: ast.stmt) -> list[ast.FunctionDef]:
    inside = statement.body if isinstance(statement, ast.ClassDef) else []
    return [one for one in inside if isinstance(one, ast.FunctionDef) and one.name == "__init__"]


def _class(part: cached_property[Any]) -> type:
    name = part.func.__annotations__["return"]
    return getattr(import_module(_imports()[name]), name)  # type: ignore[no-any-return]


@cache
def _imports() -> dict[str, str]:
    """From which module `store.handle` has each name."""
    read = ast.walk(ast.parse(Path(inspect.getfile(Store)).read_text()))
    return {name.name: one.module or "" for one in read if isinstance(one, ast.ImportFrom) for name in one.names}


def _of_part(part: str, method: str) -> Callable[..., Any]:
    def call(store: Store, *args: Any, **kwargs: Any) -> Any:
        return getattr(getattr(store, part), method)(*args, **kwargs)

    call.__signature__ = inspect.signature(getattr(_class(vars(Store)[part]), method))  # type: ignore[attr-defined]
    return call
