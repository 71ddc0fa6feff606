"""Markdown as volunteers write it: the HTML and the plain text say the same, and nothing is loaded from elsewhere."""

from __future__ import annotations

import pytest

from templates.render.markup import parse, to_html, to_text


@pytest.mark.parametrize(
    ("markdown", "html", "text"),
    [
        ("a\nb", "<p>a<br />\nb</p>\n", "a\nb"),
        ("**a** *b*", "<p><strong>a</strong> <em>b</em></p>\n", "a b"),
        ("# a", "<h1>a</h1>\n", "a\n="),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", "- a\n- b"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n', "3. a\n4. b"),
        ("> a\n> b\n\nc", "<blockquote>\n<p>a<br />\nb</p>\n</blockquote>\n<p>c</p>\n", "> a\n> b\n\nc"),
        ("[a](https://x.fr)", '<p><a href="https://x.fr">a</a></p>\n', "a (https://x.fr)"),
        ("<https://x.fr>", '<p><a href="https://x.fr">https://x.fr</a></p>\n', "https://x.fr"),
        ("voir https://x.fr/a_b_c?d=1.", '<p>voir <a href="https://x.fr/a_b_c?d=1">https://x.fr/a_b_c?d=1</a>.</p>\n',
         "voir https://x.fr/a_b_c?d=1."),
        ("[a](mailto:b@x.fr?subject=STOP%20c)", '<p><a href="mailto:b@x.fr?subject=STOP%20c">a</a></p>\n',
         "a (b@x.fr, STOP c)"),
        ("![logo](https://x.fr/l.png)", '<p><a href="https://x.fr/l.png">logo</a></p>\n', "logo (https://x.fr/l.png)"),
        ("<b>a</b> &amp; <img>", "<p>&lt;b&gt;a&lt;/b&gt; &amp; &lt;img&gt;</p>\n", "<b>a</b> & <img>"),
        ("    a", "<p>a</p>\n", "a"),
        ("a\n---\nb", "<p>a</p>\n<hr />\n<p>b</p>\n", "a\n\n--------------------\n\nb"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n", "[a](javascript:alert(1))"),
        ("é 🧀 œ ’", "<p>é 🧀 œ ’</p>\n", "é 🧀 œ ’"),
    ],
)  # fmt: skip
def test_html_and_text_say_the_same(markdown, html, text):
    tokens = parse(markdown)
    assert to_html(tokens) == html
    assert to_text(tokens) == text


@pytest.mark.parametrize(
    ("markdown", "text"), [(">", ""), ("a\n\n>\n\nb", "a\n\nb"), ("- a\n- >\n- b", "- a\n- b"), ("> -\n\na", "a")]
)
def test_an_empty_quote_is_nothing(markdown, text):
    """As it stands for a moment while somebody types one."""
    assert to_text(parse(markdown)) == text


def test_lists_in_lists_are_indented():
    assert to_text(parse("- a\n  - b\n    c\n- d\n\ne")) == "- a\n  - b\n    c\n- d\n\ne"
