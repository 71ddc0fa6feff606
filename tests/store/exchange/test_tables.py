"""CSV files as they are: quotes, separators, encodings, broken lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import ImportUnreadable
from store.exchange.tables import MOST_COLUMNS, MOST_LINES, open_file, read_table

HEADER = "id;name;town"


def rows(tmp_path: Path, content: str | bytes, name: str = "file.csv") -> list[tuple[int, tuple[str, ...] | None]]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(record.line, record.cells) for record in read_table(open_file(path)).records()]


def test_quotes_inside_quoted_cells_are_kept(tmp_path: Path):
    content = f'{HEADER}\n"1";"Lieu-dit "La Bégaudière"";"Nantes; Nord"\n"2";""Chez nous" au fond";""\n'
    assert rows(tmp_path, content) == [
        (2, ("1", 'Lieu-dit "La Bégaudière"', "Nantes; Nord")),
        (3, ("2", '"Chez nous" au fond', "")),
    ]


def test_doubled_quotes_are_read_as_csv_has_them(tmp_path: Path):
    content = f'{HEADER}\n1;"Lieu-dit ""La Bégaudière""";Nantes\n"2";"a ""b""";"c"\n'
    assert rows(tmp_path, content) == [
        (2, ("1", 'Lieu-dit "La Bégaudière"', "Nantes")),
        (3, ("2", 'a "b"', "c")),
    ]


def test_a_record_may_span_lines(tmp_path: Path):
    content = f'{HEADER}\n"1";"first\nsecond "third"";"Nantes"\n"2";"b";"c"\n3;"d\ne";f\n'
    assert rows(tmp_path, content) == [
        (2, ("1", 'first\nsecond "third"', "Nantes")),
        (4, ("2", "b", "c")),
        (5, ("3", "d\ne", "f")),
    ]


def test_a_broken_record_takes_no_other_with_it(tmp_path: Path):
    content = f'{HEADER}\n"1";"open;Nantes\n"2";"b";"c"\n4;d;e;f\n"5"\n"6";"g";"h"\n'
    read = rows(tmp_path, content)
    assert [(line, cells) for line, cells in read if line in (3, 6)] == [(3, ("2", "b", "c")), (6, ("6", "g", "h"))]
    assert [line for line, cells in read if cells is None or len(cells) != 3] == [2, 4, 5]


def test_two_short_rows_are_not_one(tmp_path: Path):
    assert rows(tmp_path, 'a;b;c\n"1";"2"\n"3";"4"\n') == [(2, ("1", "2")), (3, ("3", "4"))]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found_out(tmp_path: Path, separator: str, end: str):
    content = end.join(separator.join(line) for line in (("id", "name", "town"), ("1", "b", "c"), ("", "", "")))
    assert rows(tmp_path, content) == [(2, ("1", "b", "c"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str):
    read = rows(tmp_path, "id;prénom\n1;Hélène œuf\n".encode(encoding))
    assert read == [(2, ("1", "Hélène œuf"))]
    assert read_table(open_file(tmp_path / "file.csv")).keys == ("id", "prenom")


def test_blank_lines_and_excels_own_line_are_passed_over(tmp_path: Path):
    assert rows(tmp_path, "sep=;\n\nid;name;;\n\n1;b;;\n;;;\n2;c\n") == [(5, ("1", "b", "", "")), (7, ("2", "c"))]


def test_what_is_no_csv_says_why(tmp_path: Path):
    contents = {
        "empty": b"",
        "binary": b"\x7fELF\x00\x01;;;",
        "spreadsheet": b"PK\x03\x04 content",
        "encoding": b"id;name\n1;\x81\x8d\n",
        "lines": b"id;name\n" + b"\n" * MOST_LINES,
        "columns": b";a" * MOST_COLUMNS * 1000,
    }
    for reason, content in contents.items():
        (tmp_path / reason).write_bytes(content)
    (tmp_path / "blank").write_text(" \n\n")
    assert rows(tmp_path, ";" * 2_000_000 + "\nid;name\n1;b" + ";" * 2_000_000)[-1][1][:3] == ("1", "b", "")
    (tmp_path / "folder").mkdir()
    for name, reason in ((n, n) for n in (*contents, "folder", "missing")):
        with pytest.raises(ImportUnreadable) as refused:
            read_table(open_file(tmp_path / name))
        assert refused.value.reason == reason
    for path in (tmp_path / "blank", Path("/dev/null"), tmp_path / "a\0b"):
        with pytest.raises(ImportUnreadable):
            read_table(open_file(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(content=st.one_of(st.binary(max_size=120), st.text('ab;,"\n\té', max_size=80).map(str.encode)))
def test_no_content_is_too_strange_to_read_or_refuse(tmp_path: Path, content: bytes):
    try:
        read = rows(tmp_path, content)
    except ImportUnreadable:
        return
    assert all(cells is None or cells for _line, cells in read)


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12).map(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(cells=st.lists(st.tuples(CELL, CELL, CELL).filter(any), max_size=5))
def test_what_a_strict_writer_wrote_comes_back(tmp_path: Path, cells: list[tuple[str, str, str]]):
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("a", "b", "c"), *cells])
    assert [row for _line, row in rows(tmp_path, text.getvalue())] == cells


@pytest.mark.parametrize(
    ("content", "cell"),
    [
        (b"id;name\n1;C\xbdur \xe0 5 \xa4\n", "Cœur à 5 €"),  # ISO-8859-15, as Foodsoft writes
        (b"id;name\n1;C\x9cur \xe0 5 \x80\n", "Cœur à 5 €"),  # Windows-1252
        (b"id;name\n1;\xe9t\xe9\n", "été"),
        ("id;name\n1;¼ d’été\n".encode(), "¼ d’été"),
    ],
)
def test_old_encodings_are_told_apart(tmp_path: Path, content: bytes, cell: str):
    assert rows(tmp_path, content) == [(2, ("1", cell))]


def test_control_characters_are_dropped_and_lines_stay(tmp_path: Path):
    assert rows(tmp_path, b"id;name\r\n1;a\x00b\x1b[1mc\x0bd\r\n2;e\n") == [(2, ("1", "ab[1mc d")), (3, ("2", "e"))]


def test_a_header_below_what_a_report_says_first(tmp_path: Path):
    path = tmp_path / "report.csv"
    path.write_text("Report Title,Customers\nDate Range,2026\n\nName,Town,Phone,Hub\nAnne,Nantes,06,x\n")
    table = read_table(open_file(path))
    assert (table.keys, [record.cells for record in table.records()]) == (
        ("name", "town", "phone", "hub"),
        [("Anne", "Nantes", "06", "x")],
    )
    assert read_table(open_file(path), lambda keys: "daterange" in keys).header == ("Date Range", "2026")


def test_a_cell_of_a_file_of_ours_may_have_any_number_of_lines(tmp_path: Path):
    path = tmp_path / "own.csv"
    note = "\n".join(f'line {n}; "{n}"' for n in range(100))
    doubled = note.replace('"', '""')
    path.write_text(f'id;notes\n1;"{doubled}"\n2;b\n')
    assert [r.cells for r in read_table(open_file(path)).records(exact=True)] == [("1", note), ("2", "b")]
    path.write_text('id;notes\n1;"open\n2;b\n3;c\n')
    assert [r.line for r in read_table(open_file(path)).records(exact=True)] == [2, 3, 4]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_header_cell_may_go_on_over_lines(tmp_path: Path, end: str):
    path = tmp_path / "file.csv"
    path.write_bytes(end.join(['Nom;"Téléphone', 'portable";Ville', "Guérin;0639981001;Nantes", ""]).encode())
    table = read_table(open_file(path))
    assert table.header == ("Nom", "Téléphone portable", "Ville")
    assert [(r.line, r.cells) for r in table.records()] == [(3, ("Guérin", "0639981001", "Nantes"))]


def test_a_quote_in_the_header_that_is_not_closed_takes_no_row_with_it(tmp_path: Path):
    assert rows(tmp_path, 'Nom;12" pizza;Ville\nGuérin;1;Nantes\n') == [(2, ("Guérin", "1", "Nantes"))]
