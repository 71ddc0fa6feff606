"""Jinja2, Markdown and HTML mail, from plain mappings."""
