"""The group's file: its schema and every part that reads or changes it. `Store` is the one handle."""

from store.handle import Store

__all__ = ["Store"]
