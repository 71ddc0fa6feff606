"""Which language is spoken, to whom."""

from __future__ import annotations

import threading

import pytest

from templates import words
from templates.words import _, catalogues, current, language, ngettext, pgettext, speaking, use


def test_the_process_speaks_what_the_operator_chose():
    use("fr")
    assert language() == "fr"
    assert _("just now") == "à l'instant"
    assert pgettext("duration", "{n} d").format(n=3) == "3 j"


def test_a_mail_speaks_the_member_s_language_and_the_operator_s_comes_back():
    use("fr")
    with speaking("it"):
        assert _("now") == "adesso"
        with speaking("en"):
            assert _("now") == "now"
        assert _("now") == "adesso"
    assert _("now") == "maintenant"


def test_the_language_comes_back_after_an_error_too():
    use("fr")
    with pytest.raises(RuntimeError), speaking("it"):
        raise RuntimeError
    assert language() == "fr"


def test_a_thread_that_renders_in_italian_does_not_change_what_another_one_says():
    use("fr")
    heard = []

    def render():
        heard.append(_("now"))
        with speaking("it"):
            inside.set()
            heard.append(_("now"))
            go_on.wait(10)

    inside, go_on = threading.Event(), threading.Event()
    thread = threading.Thread(target=render)
    thread.start()
    assert inside.wait(10)
    outside = _("now")
    go_on.set()
    thread.join()
    assert (outside, heard) == ("maintenant", ["maintenant", "adesso"])


def test_another_language_can_be_had_as_an_object():
    assert words.words("it")._("now") == "adesso"
    assert words.words("it").ngettext("{n} unknown box", "{n} unknown boxes", 2) == "{n} unknown boxes"


def test_a_text_without_translation_is_said_in_english_and_counted_right():
    use("fr")
    assert _("never translated") == "never translated"
    assert ngettext("one thing", "many things", 1) == "one thing"
    assert ngettext("one thing", "many things", 5) == "many things"


def test_an_empty_text_stays_empty():
    use("fr")
    assert _("") == ""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("fr", "fr"),
        ("fr_CA.UTF-8", "fr"),
        ("it-CH", "it"),
        ("IT", "it"),
        ("fra", "en"),
        ("de", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
    ],
)
def test_codes_are_understood_as_systems_write_them(code, expected):
    assert words.known(code) == expected
    use(code)
    assert language() == expected


def test_the_environment_is_read_in_the_order_that_posix_gives():
    assert words.of_environment({"LANG": "fr_FR.UTF-8"}) == "fr"
    assert words.of_environment({"LANG": "fr_FR.UTF-8", "LC_ALL": "it_IT"}) == "it"
    assert words.of_environment({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_GB"}) == "en"
    assert words.of_environment({}) == "en"


@pytest.mark.parametrize("damage", [None, b"", b"not a catalogue at all, but long enough to be read"])
def test_a_missing_or_damaged_catalogue_means_english(tmp_path, monkeypatch, damage):
    if damage is not None:
        compiled = tmp_path / "fr" / "LC_MESSAGES" / "cabas.mo"
        compiled.parent.mkdir(parents=True)
        compiled.write_bytes(damage)
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    words._catalogue.cache_clear()
    try:
        assert words.Words("fr")._("now") == "now"
    finally:
        words._catalogue.cache_clear()
    assert current().language == "en"


@pytest.mark.parametrize("code", catalogues.TRANSLATED)
def test_every_text_of_the_program_is_translated(code):
    translations = catalogues.read(catalogues.po_path(code), code)
    assert list(catalogues.problems(translations, catalogues.extract())) == []


def test_texts_are_found_in_python_and_in_mail_layouts(tmp_path):
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "desk.py").write_text(
        'title = N_("Desk")\nprint(pgettext("key", "Open"), w.ngettext("{n} mail", "{n} mails", 2))\n', encoding="utf-8"
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "layout.html").write_text('<p>{{ _("Unsubscribe") }}</p>', encoding="utf-8")
    found = {(message.context, message.id) for message in catalogues.extract(tmp_path) if message.id}
    assert found == {
        (None, "Desk"),
        ("key", "Open"),
        (None, ("{n} mail", "{n} mails")),
        (None, "Unsubscribe"),
    }


def test_a_text_is_found_inside_an_f_string_and_inside_another_call(tmp_path):
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "desk.py").write_text(
        "print(f\"   {_('It takes')} {x}\")\n_(WORDS.get(key, N_('There is no such thing.')))\n_(variable)\n",
        encoding="utf-8",
    )
    found = {message.id for message in catalogues.extract(tmp_path) if message.id}
    assert found == {"It takes", "There is no such thing."}


def test_a_new_text_is_added_and_a_lost_one_kept_until_it_is_pruned(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    (tmp_path / "tui").mkdir()
    source = tmp_path / "tui" / "x.py"
    source.write_text('_("old")\n_("kept")\n', encoding="utf-8")
    catalogues.update("fr", catalogues.extract(tmp_path))
    po = catalogues.po_path("fr")
    po.write_text(po.read_text("utf-8").replace('"old"\nmsgstr ""', '"old"\nmsgstr "ancien"'), encoding="utf-8")
    source.write_text('_("kept")\n_("added")\n', encoding="utf-8")
    catalogues.update("fr", catalogues.extract(tmp_path))
    assert '#~ msgid "old"\n#~ msgstr "ancien"' in po.read_text("utf-8")
    assert '\nmsgid "added"\nmsgstr ""' in po.read_text("utf-8")
    before = po.read_text("utf-8")
    catalogues.update("fr", catalogues.extract(tmp_path))
    assert po.read_text("utf-8") == before
    catalogues.update("fr", catalogues.extract(tmp_path), prune=True)
    assert "ancien" not in po.read_text("utf-8")


def test_what_a_translator_can_get_wrong_is_found(tmp_path):
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "x.py").write_text(
        '_("{n} mails")\nngettext("{n} box", "{n} boxes", 2)\n_("new")\nN_("doubtful")\n', encoding="utf-8"
    )
    po = tmp_path / "x.po"
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{n} mails"\nmsgstr "{m} courriels"\n\n'
        'msgid "{n} box"\nmsgid_plural "{n} boxes"\nmsgstr[0] "{n} boîte"\nmsgstr[1] ""\n\n'
        '#, fuzzy\nmsgid "doubtful"\nmsgstr "douteux"\n',
        encoding="utf-8",
    )
    found = list(catalogues.problems(catalogues.read(po, "fr"), catalogues.extract(tmp_path)))
    assert sorted(found) == [
        "missing, run `python run.py words`: 'new'",
        "other {fields} than the English: '{m} courriels'",
        "to translate: 'doubtful'",
        "to translate: '{n} box'",
    ]
