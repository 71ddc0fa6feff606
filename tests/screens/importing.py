"""Files to import for tests of screens: known ones and others, with names that must stay names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from screens.import_job import ImportJob
from store.exchange.recognising import Look
from store.exchange.report import Question
from store.exchange.tables import ImportFile

SIMPLE = """first_name;last_name;email;phone;city
Chiara;Rossi;chiara@exemple.fr;06 39 98 77 77;Nantes
Lina;Moreau;lina@exemple.fr;06 39 98 10 10;Orvault
Prix [/];[@click=app.bell]clic;prix@@exemple.fr;;
Odette;Maréchal;odette@exemple.org;;
"""
"""Against the sample group: one changed, one new, one bad, one perhaps known."""

UNKNOWN = """Adhérent;Contact 1;Remarque [/] \x1b[31m;Bonus
Le Bihan Yves;06 39 98 20 20;[link=http://x]y;a\\[b]\\
Prix [/] [b;;pas d'Internet;
"""


def simple() -> ImportFile:
    """A file of members with our own header."""
    return ImportFile(Path("/home/marie/Téléchargements/membres [b de l'AMAP des Oiseaux, tous.csv"), SIMPLE.encode())


def unknown() -> tuple[ImportFile, Look]:
    """A file whose header nobody knows."""
    header = ("Adhérent", "Contact 1", "Remarque [/] \x1b[31m", "Bonus")
    keys = ("adherent", "contact1", "remarque31m", "bonus")
    sample = (
        ("Le Bihan Yves", "06 39 98 20 20", "[link=http://x]y", "a\\[b]\\"),
        ("Prix [/] [b", "", "pas d'Internet", ""),
    )
    file = ImportFile(Path("/tmp/[b liste.csv"), UNKNOWN.encode())
    return file, Look("members", "", header, keys, ("name", "phone", "notes", ""), sample, 2)


def parameters(route: str, member_id: int) -> dict[str, Any]:
    """What to open an import's route with."""
    job = ImportJob(simple(), "members", ("firstname", "lastname", "email", "phone", "city"))
    question = Question(
        "member", "5", "Odette Maréchal [/]", "name", ((member_id, "Prix [/]"), (-1, "[@click=app.bell]clic")), (5, 9)
    )
    file, look = unknown()
    return {
        "import_mapping": {"file": file, "look": look},
        "import_report": {"job": job},
        "import_question": {"question": question, "job": job},
    }.get(route, {})
