"""Sheets: nothing is cut off at 80 columns, boxes are there to tick, and data stays data on paper and in HTML."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from templates import words
from templates.render.sheets import Block, Column, Sheet, Table, page, text
from templates.words.cells import width

HOSTILE = "Prix [/] <b>& \x1b[31m\u202eÉloïse\u2028 名前 {{ 7 * 7 }}"
COLUMNS = (
    Column("Qty", right=True),
    Column("Product", wide=True),
    Column("Who", wide=True),
    Column("Amount", right=True),
)


def sheet(*blocks: Block, boxes: bool = False, total: tuple[str, ...] = ()) -> Sheet:
    return Sheet("Pick-up", ("Thursday",), (Table(COLUMNS, blocks, total=total, boxes=boxes),), ("A note.",))


def test_a_sheet_as_text() -> None:
    rows = (("2", "Eggs", "Anne", "€4.80"), ("1.5", "Tomatoes", "Zoé", "€5.85"))
    made = sheet(Block(rows, "Durand Paul", "06 39 98 00 01", "€10.65", ("ring twice",)), boxes=True)
    assert text(made) == (
        "Pick-up\n"
        "Thursday\n"
        "\n"
        "    Qty  Product   Who   Amount\n"
        "    ---  --------  ----  ------\n"
        "[ ] Durand Paul  06 39 98 00 01  €10.65\n"
        "[ ]   2  Eggs      Anne   €4.80\n"
        "[ ] 1.5  Tomatoes  Zoé    €5.85\n"
        "    ring twice\n"
        "\n"
        "A note.\n"
    )
    summed = text(sheet(Block(rows), total=("", "Total", "", "€10.65")))
    assert summed.splitlines()[-4:] == ["---------------------------", "     Total           €10.65", "", "A note."]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
LONG = st.sampled_from(
    ("Nom-de-famille-particulièrement-long" * 3, HOSTILE, "Poulet fermier élevé en plein air " * 4, "")
)
ROWS = st.tuples(
    st.sampled_from(("1", "1,500")), TEXTS | LONG, TEXTS | LONG, st.sampled_from(("€1.00", "~CHF 99,999.99"))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS | LONG, TEXTS, st.lists(ROWS, max_size=3)), max_size=3), st.booleans())
def test_whatever_is_in_it_fits_80_columns_and_is_all_there(blocks, boxes) -> None:
    made = sheet(*(Block(tuple(rows), title, detail, "€1.00") for title, detail, rows in blocks), boxes=boxes)
    said = text(made)
    assert all(width(line) <= 80 for line in said.split("\n"))
    assert all(c == "\n" or c.isprintable() for c in said)
    given_ = [cell for title, detail, _rows in blocks if title for cell in (title, detail)]
    given_ += [cell for _title, _detail, rows in blocks for row in rows for cell in row]
    wanted, found = (Counter(c for c in whole if c.isalnum()) for whole in ("".join(given_), said))
    assert wanted <= found, "something was cut off"


class Reader(HTMLParser):
    """The tags and the text of a page; a tag that a browser would have to guess at fails."""

    VOID = ("meta",)

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def test_a_sheet_as_a_page_holds_data_as_data_and_needs_nothing_else() -> None:
    made = sheet(Block(((HOSTILE, HOSTILE, "", ""),), HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)), boxes=True)
    with words.speaking("fr"):
        html = page([made, made])
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert '<html lang="fr">' in html
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert reader.tags.count("section") == 2
    assert "b" in reader.tags, "our own heading"
    assert any("Prix [/] <b>&" in found and "{{ 7 * 7 }}" in found for found in reader.texts), "shown as it was typed"
    assert html.count('class="box"') == 4, "one for the member, one for the line, on each sheet"
    for outside in ("http", "src=", "@import", "url("):
        assert outside not in html
