"""The mail of every ready text in a real browser: nothing is wider than a telephone, cut off, or too pale to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.mails import BROWSER, WIDTHS, Page, Window, measure, pages
from templates.words import LANGUAGES

pytestmark = [pytest.mark.real, pytest.mark.skipif(not Path(BROWSER).exists(), reason="Chromium is not installed")]

WIDE = Page("wide", '<body><div style="width: 900px">x</div>')
PALE = Page("pale", '<body style="background: #ffffff"><p style="color: #bbbbbb">x</p>')


def test_every_mail_fits_a_telephone_and_a_desk_by_day_and_by_night():
    mails = [page for language in LANGUAGES for page in pages(language)]
    windows = [Window(page, width) for page in mails for width in WIDTHS]
    windows += [Window(page, WIDTHS[0], night=True) for page in mails if page.name == "everything"]
    wide, pale, *found = measure([Window(WIDE, 800), Window(PALE, 800, night=True), *windows])
    assert (wide["wide"] > 800, len(wide["lacking"]), len(pale["lacking"])) == (True, 1, 1)
    assert len(found) == len(windows)
    for window, seen in zip(windows, found, strict=True):
        assert (seen["name"], seen["wide"], seen["lacking"]) == (window.page.name, window.width, [])
        assert seen["pictures"]
