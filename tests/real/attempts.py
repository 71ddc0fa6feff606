"""What somebody with a key may try to get out of cabas, or up in it: each with what it gives where there is no door.

`{home}`, `{file}` and `{exports}` are places of the account, `{key}` is somebody's public key, and `{cabas}` is cabas
as marie, started in a shell.
"""

from __future__ import annotations

from dataclasses import dataclass

SECRET = "Zebulon-le-tresor"
"""What stands in files of the account that nobody behind the door may read."""
AS_ASKED = "{cabas} {asked}"


@dataclass(frozen=True)
class Attempt:
    """One way out or up: what ssh asks the server for, with `stdin`, as `who`.

    `shows` is what a success prints, `leaves` a file that it makes. `control` has that success in a shell of the
    account, as marie. The door ends it with `code`: 2 refused by the door, 1 by the rights in the store.
    """

    asked: str
    shows: str = ""
    leaves: str = ""
    control: str = AS_ASKED
    stdin: str = ""
    who: str = "marie"
    code: int = 2


def _shell(asked: str, shows: str = "", leaves: str = "", stdin: str = "") -> Attempt:
    return Attempt(asked, shows, leaves, control="{asked}", stdin=stdin)


SHELL = (
    _shell("id", "uid="),
    _shell("/bin/sh -c id", "uid="),
    _shell("sh", "uid=", stdin="id\n"),
    _shell("exec id", "uid="),
    _shell("env", "SSH_CONNECTION="),
    _shell("cat {home}/secret.csv", SECRET),
    _shell("python3 -c 'import os; os.system(\"id\")'", "uid="),
    _shell("cabas() { id; }; cabas", "uid="),
    _shell("true\nid", "uid="),
    Attempt("members list; id", "uid="),
    Attempt("members list && id", "uid="),
    Attempt("members list | id", "uid="),
    Attempt("members list --search $(id) --json", "uid=", control="echo $(id)", code=0),
    Attempt("members list --search `id` --json", "uid=", control="echo `id`", code=0),
    Attempt("members list > {home}/out1", leaves="{home}/out1"),
)
"""Shells, and what only a shell makes of a line."""

FILES = (
    Attempt("import members {home}/secret.csv --dry-run --json", SECRET),
    Attempt("import members ~/secret.csv --dry-run --json", SECRET),
    Attempt(
        "import members ../../secret.csv --dry-run --json", SECRET, control="cd {exports} && HOME=/ {cabas} {asked}"
    ),
    Attempt("import members link.csv --dry-run --json", SECRET, control="cd {exports} && {cabas} {asked}"),
    Attempt("import members linked/secret.csv --dry-run --json", SECRET, control="cd {exports} && {cabas} {asked}"),
    Attempt("import members /dev/fd/3 --dry-run --json", SECRET, control="{cabas} {asked} 3< {home}/secret.csv"),
    Attempt("import members - --bad {home}/.ssh/rc", leaves="{home}/.ssh/rc", stdin="first_name;email\nLina;x;y\n"),
    Attempt("export members -o {home}/out2", leaves="{home}/out2"),
    Attempt("export members --output=../../out3", leaves="{home}/out3", control="cd {exports} && {cabas} {asked}"),
    Attempt("export members -o linked/out4", leaves="{home}/out4", control="cd {exports} && {cabas} {asked}"),
    Attempt("message edit 1 --body-file {home}/secret.csv", "changed"),
    Attempt("message edit 1 --body-file link.csv", "changed", control="cd {exports} && {cabas} {asked}"),
    Attempt("message attach 1 {home}/secret.csv", "secret.csv"),
    Attempt("message attach 1 link.csv", "link.csv", control="cd {exports} && {cabas} {asked}"),
    Attempt(
        "message new --segment everyone --subject x --body-file - --attach {home}/secret.csv",
        "Draft",
        stdin="Bonjour\n",
    ),
    Attempt("message attach 1 --image {home}/picture.png", "picture.png"),
    Attempt("backup {home}/out5", leaves="{home}/out5"),
)
"""Files of the account, read by way of imports and messages, and written by exports."""

UP = (
    Attempt("--operator paul members add --last-name Faux", "Faux"),
    Attempt("--no-mouse --file {home}/crafted.cabas members list", "Crafted", control="{plain} {asked}"),
    Attempt("init {home}/out6 --name Amap", leaves="{home}/out6", control="{plain} {asked}"),
    Attempt("restore {file} {home}/out7", leaves="{home}/out7", control="{plain} {asked}"),
    Attempt(
        "mailbox set --host 127.0.0.1 --port 9 --tls none --user x --from amap@exemple.fr --per-hour 9 --per-day 9"
        " --password-command 'id > {home}/out8'",
        "amap@exemple.fr",
    ),
    Attempt("mailbox check --as-tick", "127.0.0.1", control="{cabas} {asked} || true"),
    Attempt("mailbox trust", "127.0.0.1", control="{cabas} {asked} || true"),
    Attempt(
        "operator key marie - --install",
        "opens cabas",
        control="{cabas} {asked} --keys-file {home}/.ssh/more",  # never the tester's own
        stdin="{key}",
    ),
    Attempt("operator keys", "SHA256:"),
    Attempt("doctor", "{file}", control="{cabas} {asked} || true"),
    Attempt("tick", control="{cabas} {asked} || true"),
    Attempt("operator rights paul --give admin", "admin", who="paul", code=1),
    Attempt("operator add evil --role coordinator", "evil", who="paul", code=1),
    Attempt("operator edit rigaud --name Rigaud2", "Rigaud2", who="paul", code=1),
    Attempt("journal --operator marie", "Marie", who="rigaud", code=1),
    Attempt("backup -", "SQLite format 3", who="paul", code=1),
    Attempt("export members", "Moreau", who="rigaud", code=1),
    Attempt("members show 1", "lina@exemple.fr", who="rigaud", code=0),
    Attempt("export products --catalogue Fromages", "Tomme", who="rigaud", code=1),
    Attempt("order add --member 1 '2 TOM'", "Order 1", who="rigaud", code=1),
    Attempt("product edit TOM --price 1", "", who="rigaud", code=1),
    Attempt("import orders members.csv --dry-run --json", "Moreau", who="rigaud", control="cat {exports}/members.csv"),
)
"""Another name, another file, what is for the machine, and what one's rights do not allow."""

TEMPLATES = {
    "{{ ().__class__.__mro__[1].__subclasses__() }}": "<class",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}": "uid=",
    "{% for x in range(9999) %}{% for y in range(9) %}ab{% endfor %}{% endfor %}": "abababab",
}
"""Texts of messages that reach for Python, or never end, and what comes of them where all of Jinja is open."""

TRANSFER = (
    _shell("{sftp}"),
    _shell("scp -f {home}/secret.csv", SECRET, stdin="\0\0\0\0"),
    _shell("scp -t {home}", leaves="{home}/out9", stdin="C0644 2 out9\nx\n\0"),
    _shell("tar -c {home}/secret.csv", SECRET),
)
"""What programs that copy files ask for."""
