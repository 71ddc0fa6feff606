"""Draw the mail of every ready text as a browser shows it: `python docs/mails.py FOLDER [en|fr|it ...]`.

On a telephone (360 pixels wide) and on a desk (800), by day and by night, for people to look at. Beside the ready texts
there is one mail with all that a text can hold: headings, lists, quotes, long words and a wide image.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape, unescape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BROWSER = "/usr/bin/chromium"
WIDTHS = (360, 800)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=10000",
)

EVERYTHING = """# Une soirée au verger des Trois-Fontaines-lès-Saint-Symphorien

## À boire et à manger

Une phrase **en gras**, *en italique*, et un lien : [notre page](https://exemple.fr/une/adresse/{long}).
Une adresse nue : https://exemple.fr/{long}
Un mot sans fin : {long}

- un panier
- deux paniers
  - dont un petit

1. d'abord
2. ensuite

> Une citation, sur
> deux lignes.

---

![La récolte de septembre](récolte 2026.png)

{{{{ order.lines }}}}
{{{{ unsubscribe }}}}
""".format(long="anticonstitutionnellement" * 4)


@dataclass(frozen=True, slots=True)
class Page:
    """One mail as a browser gets it."""

    name: str
    html: str


@dataclass(frozen=True, slots=True)
class Window:
    """A mail in a window of so many pixels; `night` for a browser that is set to dark."""

    page: Page
    width: int
    night: bool = False


def values(language: str) -> dict[str, Any]:
    """The fields of an invented member of an invented group, in a language."""
    from templates.render.values import Lines, Link
    from templates.words import _, dates, money, speaking

    with speaking(language):
        eggs = money.money(1250, "EUR")
        closing = _("{day} at {hour}").format(day=dates.day_long(date(2026, 11, 23)), hour="20:00")
        return {
            "group": "AMAP des Oiseaux",
            "first_name": "Odette",
            "last_name": "Maréchal",
            "people": "Odette Maréchal",
            "sender": "Marie Colin",
            "catalogues": ("Fromages Daniel", "Légumes du Gué"),
            "distribution": {
                "day": dates.day_long(date(2026, 11, 26)),
                "place": "Salle des fêtes, Treillières",
                "from": "18:00",
                "to": "19:30",
            },
            "closes": {"Légumes du Gué": closing},
            "order": {"lines": Lines((f"1 × Œufs [bio] : {eggs}", f"1,5 kg Poulet fermier : ~{eggs}")), "total": eggs},
            "last_order": {"Fromages Daniel": "2 × Tomme"},
            "unsubscribe": Link("mailto:amap@exemple.fr?subject=STOP%20abcdefghijklmnop", "STOP"),
        }


def pages(language: str) -> list[Page]:
    """The mail of each ready text in a language, and the one with everything."""
    from mail.browser import self_contained
    from templates.render.images import Image
    from templates.render.page import render
    from templates.render.starters import starters
    from templates.render.template import Template

    texts = [(one.name, one.subject, one.text) for one in starters(language) if one.text]
    known = values(language)
    images = {"récolte 2026.png": Image("harvest@exemple.fr", 1600)}
    return [
        Page(
            name,
            self_contained(
                render(Template(subject, text), known, language, images).html,
                {"harvest@exemple.fr": ("image/png", wide_image())},
            ),
        )
        for name, subject, text in [*texts, ("everything", "{{ group }}", EVERYTHING)]
    ]


def wide_image(width: int = 1600, height: int = 400) -> bytes:
    """A PNG wider than any mail: a sky over a field."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + bytes((120 + y // 8, 160 + y // 8, 230) if y < 250 else (90, 140 - y // 8, 50)) * width
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def sheet(windows: Iterable[Window], script: str = "") -> str:
    """A page with these windows, each as high as its mail."""
    frames = "".join(
        f'<figure><figcaption>{escape(one.page.name)} {one.width}</figcaption><iframe width="{one.width}"'
        f' data-name="{escape(one.page.name)}" style="color-scheme: {"dark" if one.night else "light"}"'
        f' srcdoc="{escape(one.page.html)}"></iframe></figure>'
        for one in windows
    )
    return f"""<!doctype html><meta charset="utf-8">
<style>body {{ margin: 8px; background: #888; }} figure {{ display: inline-block; vertical-align: top; margin: 8px; }}
iframe {{ border: 0; display: block; }} figcaption {{ font: 13px sans-serif; }}</style>{frames}
<script>addEventListener("load", () => {{
for (const frame of document.querySelectorAll("iframe"))
  frame.height = frame.contentDocument.documentElement.scrollHeight;
{script} }});</script>"""


def browse(html: str, *options: str) -> str:
    """What Chromium prints for a page; nothing is asked from the network."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sheet.html"
        file.write_text(html, encoding="utf-8")
        done = subprocess.run(
            [BROWSER, *QUIET, f"--user-data-dir={folder}/profile", *options, file.as_uri()],
            capture_output=True,
            text=True,
            timeout=100,
            env={**os.environ, "HOME": folder},
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


MEASURE = """
const found = [];
for (const frame of document.querySelectorAll("iframe")) {
  const page = frame.contentDocument, width = Number(frame.width), lacking = [];
  for (const element of page.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    if (box.right > width + 0.5 || box.left < -0.5) lacking.push("outside: " + element.tagName);
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth) lacking.push("cut: " + element.tagName);
  }
  const words = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    if (!words.currentNode.data.trim()) continue;
    const range = page.createRange();
    range.selectNodeContents(words.currentNode);
    for (const box of range.getClientRects())
      if (box.right > width + 0.5) lacking.push("outside: " + words.currentNode.data.slice(0, 30));
    const ratio = contrast(frame.contentWindow, words.currentNode.parentElement);
    if (ratio < 4.5) lacking.push("pale " + ratio.toFixed(1) + ": " + words.currentNode.data.slice(0, 30));
  }
  found.push({name: frame.dataset.name, width, wide: page.documentElement.scrollWidth,
    pictures: [...page.images].every(image => image.complete && image.naturalWidth > 0), lacking});
}
function light([r, g, b]) {
  const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}
function numbers(colour) { return colour.match(/[\\d.]+/g).map(Number); }
function contrast(view, element) {
  const ink = numbers(view.getComputedStyle(element).color);
  let paper = null;
  for (let at = element; at && !paper; at = at.parentElement) {
    const colour = numbers(view.getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) paper = colour;
  }
  const [a, b] = [light(ink), light(paper ?? [255, 255, 255])].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}
document.title = JSON.stringify(found);
"""
"""Puts into the sheet's title, for each window: how wide its mail is, and what is outside, cut or too pale.

Pale is a contrast below 4.5, the least for text (WCAG 2.2, 1.4.3).
"""


def measure(windows: Iterable[Window]) -> list[dict[str, Any]]:
    """Each window: name, width, wide (what the mail needs), pictures (all are there), lacking (what is amiss)."""
    printed = browse(sheet(windows, MEASURE), "--dump-dom")
    title = re.search(r"<title>(.*?)</title>", printed, re.DOTALL)
    if title is None:
        raise RuntimeError("the sheet was not measured")
    measured: list[dict[str, Any]] = json.loads(unescape(title[1]))
    return measured


def main(folder: str, languages: Sequence[str]) -> None:
    """Draw the sheets of some languages, or of all."""
    sys.path.insert(0, str(ROOT))
    target = Path(folder).resolve()
    target.mkdir(parents=True, exist_ok=True)
    for language in languages or ("en", "fr", "it"):
        for night in (False, True):
            for width, across, height in ((WIDTHS[0], 4, 3400), (WIDTHS[1], 2, 5200)):
                file = target / f"mails-{language}-{width}-{'night' if night else 'day'}.png"
                windows = [Window(page, width, night) for page in pages(language)]
                size = f"--window-size={across * (width + 24) + 24},{height}"
                browse(sheet(windows), f"--screenshot={file}", size)
                print(file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
