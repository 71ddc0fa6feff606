"""The mail of every ready text in a real browser: nothing is wider than a telephone, cut off, or too pale to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.mails import BROWSER, WIDTHS, Page, measure, pages
from templates.words import LANGUAGES

pytestmark = [pytest.mark.real, pytest.mark.skipif(not Path(BROWSER).exists(), reason="Chromium is not installed")]

BROKEN = Page("broken", '<body><div style="width: 900px">wide</div><p style="color: #cccccc">pale</p>')


def test_every_mail_fits_a_telephone_and_a_desk():
    by_name = measure([BROKEN, *(page for language in LANGUAGES for page in pages(language))])
    assert [bool(page["lacking"]) for page in by_name[:2]] == [True, True]
    for page in by_name[2:]:
        assert (page["wide"], page["lacking"], page["pictures"]) == (page["width"], [], True), page["name"]
    assert {page["width"] for page in by_name} == set(WIDTHS)


def test_every_mail_can_be_read_at_night():
    broken, *found = measure([BROKEN, *pages("fr")], night=True)
    assert broken["lacking"]
    assert [page["lacking"] for page in found[1:]] == [[]] * (len(found) - 1)
