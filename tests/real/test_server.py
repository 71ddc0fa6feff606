"""A server is set up as the guide tells it, on a machine of its own; afterwards people come in by their keys."""

from __future__ import annotations

import json
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real.machine import CABAS, Machine, cannot
from tests.terminal import Terminal

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(cannot()), reason=cannot() or "a machine can be had")]

NAMED = ("--group-name", "AMAP du Gué", "--language", "en")
FILE = "/var/lib/cabas/group/group.cabas"
GUIDE = (Path(__file__).parents[2] / "docs" / "guide.md").read_text().split("## On a shared server")[1]
KEYS = "/var/lib/cabas/.ssh/authorized_keys"
SNIPPET = "/etc/ssh/sshd_config.d/cabas.conf"


def told_in_guide(heading: str) -> str:
    """The first block of commands under a heading of the guide's section, for a group that speaks English."""
    return GUIDE.split(heading)[1].split("```\n")[1].replace("--language fr", "--language en")


@pytest.fixture
def bare() -> Iterator[Machine]:
    with Machine() as machine:
        yield machine


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with Machine() as machine:
        *_before, install = told_in_guide("### Setting it up").splitlines()
        machine("sh", "-c", install.replace("/opt/cabas/current/bin/cabas", str(CABAS)))
        yield machine


def checks(machine: Machine, code: int = 0) -> set[tuple[str, str, str]]:
    """Name, state and words of what doctor says as root."""
    found = json.loads(machine(CABAS, "doctor", "--json", code=code))["checks"]
    return {(one["name"], one["state"], one["said"]) for one in found}


def told(found: set[tuple[str, str, str]], name: str, state: str, words: str) -> bool:
    return any((name, state) == one[:2] and words in one[2] for one in found)


def test_all_is_shown_first_then_done_once_and_never_twice(bare: Machine) -> None:
    before = bare.tree()
    shown = bare.install("--dry-run", *NAMED)
    assert bare.tree() ^ before == set()
    # As somebody who may not look everywhere, too.
    assert "14 steps" in bare("setpriv", "--reuid=nobody", "--clear-groups", CABAS, "server", "install", "--dry-run")
    for word in ("useradd --system", "-m 2770", "OnCalendar=*:0/5", "Match User cabas", "--name 'AMAP du Gué'"):
        assert word in shown

    stopped = bare.install(code=1)
    assert "--group-name" in stopped
    assert "5 steps were done" in stopped
    assert bare.run("test", "-e", FILE).code == 1

    done = bare.install(*NAMED)
    assert "The server is set up." in done
    assert "systemd does not run here" in done
    assert bare("stat", "-c", "%a %U %G", FILE, "/var/lib/cabas/group", "/var/lib/cabas/.ssh").split("\n")[:3] == [
        "660 cabas cabas", "2770 cabas cabas", "700 cabas cabas",
    ]  # fmt: skip
    after = bare.tree()
    assert "nothing was changed" in bare.install(*NAMED)
    assert "nothing was changed" in bare.install()
    assert bare.tree() ^ after == set()
    assert bare.install("--dry-run").endswith("Everything is there. Nothing was changed.\n")
    # By the short name it is the same program, from a folder that the account cannot enter, too.
    assert "nothing was changed" in bare("cabas", "server", "install")
    assert str(CABAS) in bare("sh", "-c", "cd /run/root && runuser -u cabas -- cabas operator key cabas")
    # What was changed by hand is put right; the group's file, which has been worked in meanwhile, stays.
    bare.cabas("operator", "add", "paul", "--role", "phone_desk")
    bare(
        "sh",
        "-c",
        f"chmod 644 {FILE}; chmod 777 /var/lib/cabas/.ssh; echo >> {SNIPPET}; usermod -s /bin/false cabas;"
        " chage -E 0 cabas; chown cabas: /etc/xdg/cabas/*; chmod 700 /etc/xdg/cabas",
    )
    assert "The server is set up." in bare.install()
    assert "paul" in bare.cabas("operator", "list")
    assert bare("stat", "-c", "%a", FILE, "/var/lib/cabas/.ssh") == "660\n700\n"
    assert bare("sh", "-c", "stat -c '%a %U %G' /etc/xdg/cabas/*") == "640 root cabas\n" * 2
    assert bare("stat", "-c", "%a", "/etc/xdg/cabas") == "755\n"
    assert told(checks(bare), "account", "ok", "cabas")


def test_what_cannot_be_set_up_is_refused_before_anything_is_changed(bare: Machine) -> None:
    before = bare.tree()
    assert "account of its own" in bare.install("--account", "root", code=2)
    assert "no name for an account" in bare.install("--account", "Ca bas", code=2)
    assert "choose a path" in bare.install("--file", '/srv/a"b/amap.cabas', code=2)
    assert "Only root" in bare("setpriv", "--reuid=nobody", "--clear-groups", CABAS, "server", "install", code=1)
    # What is the machine's is neither taken nor does anything say that it should be given away.
    for words in (("--file", "/etc/x.cabas"), ("--file", "/srv/x.cabas"), ("--home", "/root")):
        assert "take a folder of its own" in bare.install(*words, *NAMED, code=2)
    bare("sh", "-c", "mkdir /var/lib/web; touch /var/lib/web/index.html")
    web = ("--file", "/var/lib/web/x.cabas", *NAMED)
    assert "/var/lib/web is not the group's alone" in bare.install("--dry-run", *web)
    assert "www-data was not made for cabas" in bare.install(
        "--account", "www-data", "--home", "/var/lib/w", *NAMED, code=1
    )
    bare("rm", "-r", "/var/lib/web")
    assert bare.tree() ^ before == set()

    bare("sh", "-c", "useradd -m -d /var/lib/paul -p '$6$x$y' -c cabas paul")
    assert "somebody's own account" in bare.install("--account", "paul", *NAMED, code=1)
    assert "$6$x$y" in bare.read("/etc/shadow")
    bare("sh", "-c", "mkdir /var/lib/amap; chown paul: /var/lib/amap")
    assert "/var/lib/amap belongs to paul" in bare.install("--file", "/var/lib/amap/amap.cabas", *NAMED, code=1)

    # What the account might have made lead to root's files is not followed.
    for way in (".ssh", "group"):
        link = f"rm -rf /var/lib/cabas/{way}; runuser -u cabas -- ln -s /etc /var/lib/cabas/{way}"
        bare("sh", "-c", link)
        assert f"/var/lib/cabas/{way} is a link" in bare.install(*NAMED, code=1)
        bare("rm", f"/var/lib/cabas/{way}")
    assert bare("stat", "-c", "%a %U", "/etc") == "755 root\n"

    site = "/etc/xdg/cabas/cabas.toml"
    bare("sh", "-c", f"mkdir {site.rpartition('/')[0]}; echo 'file = ' > {site}")
    assert site in bare.install(*NAMED, code=1)
    bare("sh", "-c", f"echo '# ours' > {site}; echo '[fingerprint]' >> {site}")

    # A configuration of sshd's that is broken already is left as it is, and so is sshd.
    bare("sh", "-c", "echo Nonsense yes >> /etc/ssh/sshd_config")
    assert "Nonsense" in bare.install(*NAMED, code=1)
    assert bare.run("test", "-e", SNIPPET).code == 1
    bare("sed", "-i", "-e", "/Nonsense/d", "-e", "/^Include/d", "/etc/ssh/sshd_config")
    assert "Include /etc/ssh/sshd_config.d/*.conf" in bare.install(*NAMED, code=1)
    # What stood in the configuration is still there, and it is closed to the machine's other users.
    assert bare.read(site).startswith(f'# ours\nfile = "{FILE}"\n\n[fingerprint]\n')
    assert bare("stat", "-c", "%a %U %G", site) == "640 root cabas\n"

    # In a file that was made elsewhere the account can let people in, too. One that is gone is not begun anew.
    moved, amap = ("--file", "/var/lib/amap/amap.cabas"), "/var/lib/amap/amap.cabas"
    bare("runuser", "-u", "paul", "--", CABAS, "init", amap, "--name", "AMAP", "--language", "en")
    bare("chown", "-R", "cabas:", "/var/lib/amap")
    assert "The account is an operator: done" in bare.install(*moved, code=1)
    backup = bare.cabas(*moved, "backup")
    bare("rm", amap)
    assert f"{amap} is gone" in bare.install(*moved, *NAMED, code=1)
    bring = next(
        one["do"]
        for one in json.loads(bare(CABAS, *moved, "doctor", "--json", code=1))["checks"]
        if one["name"] == "file"
    )
    assert bring.startswith("runuser -u cabas -- cabas restore /var/lib/amap/backups/amap.cabas.")
    assert backup.split("/")[-1].strip().rstrip(".") in bring
    bare("sh", "-c", bring)
    bare("sh", "-c", f"chown root: {amap}")
    found = checks(bare, code=1)
    assert told(found, "file.owner", "bad", f"belongs to root. If it is the group's: chown cabas: {amap}*")
    assert {"file.beside", "account"}.isdisjoint(name for name, state, _said in found if state == "bad")
    bare("sh", "-c", f"chown cabas: {amap}; chmod 600 {site}; chmod 0 {amap}; rm /etc/xdg/cabas/password; : > {amap}")
    found = checks(bare, code=1)
    assert told(found, "configuration", "bad", f"cabas cannot read {site}")
    assert told(found, "file.modes", "bad", f"cabas cannot read {amap}")
    assert told(found, "password.file", "bad", "/etc/xdg/cabas/password")
    assert told(found, "file", "bad", "is damaged")
    assert "damaged" in bare.install(code=1)


def test_systemd_takes_the_timer_and_it_works_in_what_the_unit_leaves_of_the_machine(machine: Machine) -> None:
    unit = "/etc/systemd/system/cabas-tick"
    assert machine("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", f"{unit}.service") == ""
    assert machine("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", f"{unit}.timer") == ""
    assert machine("systemctl", "is-enabled", "cabas-tick.timer") == "enabled\n"
    settings = dict(line.split("=", 1) for line in machine.read(f"{unit}.service").splitlines() if "=" in line)
    # Not where cabas itself is: a clone may lie in /tmp.
    emptied = [folder for folder in ("/tmp", "/dev/shm") if not CABAS.is_relative_to(folder)]
    sandbox = f"""
      mount --bind {settings["ReadWritePaths"]} {settings["ReadWritePaths"]}
      for point in {" ".join(emptied)}; do mount -t tmpfs none $point || exit 7; done
      for point in / /etc /var/lib /opt /usr/local/bin; do mount -o remount,bind,ro $point || exit 9; done
      touch /var/lib/x 2>/dev/null && exit 8
      umask 0007
      exec setpriv --reuid=cabas --regid=cabas --clear-groups --no-new-privs --bounding-set=-all \
        env -i HOME=/var/lib/cabas USER=cabas LANG=C.UTF-8 PATH=/usr/bin:/bin {settings["ExecStart"]}
    """
    machine("unshare", "-m", "sh", "-c", sandbox)
    assert ".cabas" in machine("ls", "/var/lib/cabas/group/backups")
    assert machine("stat", "-c", "%a %U", "/var/lib/cabas/group/backups") == "2770 cabas\n"


SYSTEMCTL = """#!/bin/sh
echo "$@" >> /run/asked
case "$1" in
is-*) test -e /run/on ;;
enable) touch /run/on ;;
show) cat /run/result ;;
esac
"""


def test_a_running_systemd_is_told_at_once_and_asked_how_the_last_run_ended(bare: Machine) -> None:
    """No systemd can run in a namespace: this one writes down what it is asked."""
    place = "mkdir -p /run/systemd/system; cat > /usr/local/bin/systemctl; chmod 755 /usr/local/bin/systemctl"
    bare("sh", "-c", place, stdin=SYSTEMCTL.encode())
    assert "does not run here" not in bare.install(*NAMED)
    asked = bare.read("/run/asked").splitlines()
    assert asked.index("daemon-reload") < asked.index("enable --now cabas-tick.timer")
    assert "try-reload-or-restart ssh.service" in asked
    for result, state, words in (
        ("Result=success\nExecMainStatus=0\n", "ok", "ended well"),
        ("Result=exit-code\nExecMainStatus=243\n", "bad", "exit-code (243)"),
    ):
        bare("tee", "/run/result", stdin=result.encode())
        assert told(checks(bare, code=int(state == "bad")), "timer.runs", state, words)
    bare("rm", "/run/on")
    assert told(checks(bare, code=1), "timer.on", "bad", "not switched on")
    # Where cron does it instead, nothing is missing.
    bare(
        "sh", "-c", "rm -r /run/systemd /usr/local/bin/systemctl /etc/systemd/system/cabas-tick.*; mkdir -p /etc/cron.d"
    )
    assert told(checks(bare, code=1), "timer.files", "bad", "no backup is made")
    bare("tee", "/etc/cron.d/cabas", stdin=f"*/5 * * * * cabas {CABAS} --file {FILE} tick --quiet\n".encode())
    assert told(checks(bare), "timer.files", "ok", "cron")


def test_sshd_holds_the_account_to_keys_and_nobody_else(machine: Machine) -> None:
    def held(user: str) -> set[str]:
        return set(machine("/usr/sbin/sshd", "-T", "-C", f"user={user},host=h,addr=127.0.0.1").splitlines())

    assert held("cabas") >= {
        "passwordauthentication no", "disableforwarding yes", "permituserrc no", "authenticationmethods publickey",
    }  # fmt: skip
    machine("mv", SNIPPET, "/etc/ssh/away")
    before = held("root")
    machine("mv", "/etc/ssh/away", SNIPPET)
    assert held("root") == before


def test_a_volunteer_comes_in_by_her_key_and_gets_cabas_and_nothing_else(machine: Machine, tmp_path: Path) -> None:
    key, other = tmp_path / "marie", tmp_path / "other"
    for path in (key, other):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    machine("tee", "/run/marie.pub", stdin=key.with_suffix(".pub").read_bytes())
    let_in = told_in_guide("### Letting somebody in")
    assert "opens cabas" in machine("sh", "-ec", f"cd /run; {let_in}")
    port = machine.start_sshd()
    said = {
        "BatchMode": "yes", "IdentitiesOnly": "yes", "IdentityAgent": "none", "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": str(tmp_path / "known"),
    }  # fmt: skip
    options = [*(f"-o{name}={value}" for name, value in said.items()), "-F", "none", "-p", str(port)]

    def ssh(*words: str, identity: Path = key) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["ssh", "-i", str(identity), *options, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL
        )

    with Terminal(["ssh", "-tt", "-i", str(key), *options, "cabas@127.0.0.1"]) as terminal:
        terminal.wait("This group is new")
        terminal.wait("Marie")
    (tmp_path / "members.csv").write_text("first_name;last_name;email;phone\nOdette;Maréchal;;02 61 91 22 33\n")
    (tmp_path / "menu.pdf").write_bytes(b"%PDF-1.4 menu")
    assert ssh("cabas@127.0.0.1", "export members -o members.csv").returncode == 0
    made = ssh("cabas@127.0.0.1", "message new --starter empty --segment everyone --json")
    message = str(json.loads(made.stdout)["id"])
    files = (
        told_in_guide("Files come and go")
        .replace("attach 12", f"attach {message}")
        .replace("ssh cabas@your-server", shlex.join(["ssh", "-i", str(key), *options, "cabas@127.0.0.1"]))
    )
    subprocess.run(["sh", "-ec", files], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL)
    assert (tmp_path / "vip.csv").read_text().count("\n") == 1
    assert (tmp_path / "amap.cabas").read_bytes().startswith(b"SQLite format 3")

    assert ssh("cabas@127.0.0.1", "sh").returncode == 2
    assert ssh("cabas@127.0.0.1", "server install").returncode == 2
    assert ssh("-oPreferredAuthentications=password", "cabas@127.0.0.1").returncode == 255
    assert ssh("cabas@127.0.0.1", identity=other).returncode == 255
    # Even a key whose line forgets "restrict" forwards nothing: sshd itself holds the account to that.
    line = machine.read(KEYS)
    machine("sed", "-i", "s/^restrict,pty,//", KEYS)
    forwarded = ssh("-oLogLevel=INFO", "-W", f"127.0.0.1:{port}", "cabas@127.0.0.1")
    assert forwarded.returncode == 255
    assert "prohibited" in forwarded.stderr
    machine.run("tee", KEYS, stdin=line.encode())


def test_the_mailboxs_password_comes_from_its_file_and_under_the_timer_from_systemd(machine: Machine) -> None:
    assert told(checks(machine), "password.file", "warn", "/etc/xdg/cabas/password is empty")
    machine("sh", "-c", "echo brouette > /etc/xdg/cabas/password")
    machine("sh", "-c", told_in_guide("### The mailbox's password").splitlines()[0])
    asked = tomllib.loads(machine.read("/etc/xdg/cabas/cabas.toml"))["password_command"][FILE]
    assert machine.as_account("sh", "-c", asked) == "brouette\n"
    machine("sh", "-c", "mkdir /run/handed; echo other > /run/handed/password")
    assert machine.as_account("env", "CREDENTIALS_DIRECTORY=/run/handed", "sh", "-c", asked) == "other\n"
    # It goes with no message, not even its admin's.
    wanted = ("--segment", "everyone", "--subject", "Oups", "--body-file", "-", "--json")
    made = machine.cabas("message", "new", *wanted, stdin=b"Oups")
    number = json.loads(made)["id"]
    assert "password" in machine.cabas("message", "attach", number, "/etc/xdg/cabas/password", code=1)
    assert "password.file" not in {name for name, *_rest in checks(machine)}
    # Nothing else on the machine reads it, and the account itself cannot put anything in its place.
    for command in ("cat /etc/xdg/cabas/password", "cat /etc/xdg/cabas/cabas.toml"):
        assert machine.run("setpriv", "--reuid=nobody", "--clear-groups", "sh", "-c", command).code == 1
    for command in ("ln -sf /etc/shadow /etc/xdg/cabas/password", "echo x > /etc/xdg/cabas/cabas.toml"):
        assert machine.run("runuser", "-u", "cabas", "--", "sh", "-c", command).code != 0
    machine.install()
    assert machine.read("/etc/xdg/cabas/password") == "brouette\n"


def test_a_backup_comes_back_as_the_guide_tells_it(machine: Machine) -> None:
    machine.cabas("members", "add", "--last-name", "Maréchal", "--first-name", "Odette")
    made = machine.cabas("backup", "--json")
    machine.cabas("members", "add", "--last-name", "Later", "--first-name", "Ginette")
    steps = told_in_guide("**Backups**").replace("NAME", Path(json.loads(made)["path"]).name)
    restored = machine("sh", "-c", steps.replace("systemctl", ": systemctl"))
    assert "holds “AMAP du Gué”" in restored
    listed = machine.cabas("members", "list")
    assert "Odette" in listed
    assert "Ginette" not in listed
    # The wrong one was taken, or none: what was there before is still there, each time.
    machine.cabas("members", "add", "--last-name", "Last", "--first-name", "Irma")
    again = steps.replace("systemctl", ": systemctl")
    machine("sh", "-c", again.replace("restore backups/", "restore backups/no"))
    assert "Irma" in machine.cabas("members", "list")
    machine("sh", "-c", again)
    assert len(machine("sh", "-c", "ls -d /var/lib/cabas/group/before-*/group.cabas").split()) == 2
    assert machine("sh", "-c", "grep -rla Irma /var/lib/cabas/group/before-*") != ""
    assert machine("stat", "-c", "%a %U", FILE) == "660 cabas\n"
    assert "bad" not in {state for _name, state, _said in checks(machine)}


def test_doctor_names_the_lines_of_keys_that_open_more_or_nothing(machine: Machine) -> None:
    machine.cabas("operator", "add", "luc", "--role", "writer")
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFJ0b3n2b8nEdJ0TAnWQ0hCAVBvcJVbJY8XnWcPLZLdN"
    good = f'restrict,pty,command="{CABAS} --file {FILE} --operator luc" {key}'
    spoilt = (
        (key, "bad", "Line 2 of /var/lib/cabas/.ssh/authorized_keys opens a shell"),
        (good.replace("restrict,pty,", ""), "bad", "does not say “restrict”"),
        (good.replace("operator luc", "operator luk"), "warn", "nobody who uses cabas is called luk"),
        (good.replace(FILE, "/srv/other.cabas"), "warn", "opens another file: /srv/other.cabas"),
        (good.replace(f"{CABAS} ", "/bin/cat "), "warn", "opens another program"),
        ("scrawl", "warn", "cannot be read"),
    )
    machine.as_account("tee", KEYS, stdin="\n".join([good, *(line for line, *_said in spoilt)]).encode())
    found = checks(machine, code=1)
    machine("sh", "-c", f"touch {FILE}.sending; chown cabas: {FILE}.sending; chmod 666 {FILE}.sending")
    installed = machine.install()
    assert f"chmod o= {FILE}.sending" in installed
    assert "anew: runuser -u cabas -- cabas operator key NAME" in installed
    machine("rm", f"{FILE}.sending")
    for _line, state, words in spoilt:
        assert told(found, "ssh.keys", state, words), words
    machine.as_account("tee", KEYS, stdin=good.encode())
    assert told(checks(machine), "ssh.keys", "ok", "1 key opens cabas, and nothing else.")
    # What the account itself may look at, it is told; the rest says who may.
    own = {one["name"]: one["state"] for one in json.loads(machine.cabas("doctor", "--json"))["checks"]}
    assert (own["ssh.keys"], own["ssh.settings"]) == ("ok", "unknown")


def test_doctor_names_what_has_come_apart_and_what_to_do(machine: Machine) -> None:
    for spoil, mend, expected in (
        (
            f"chmod 770 /var/lib/cabas/.ssh; usermod -s /usr/sbin/nologin cabas; sed -i /Forwarding/d {SNIPPET};"
            " rm /etc/systemd/system/cabas-tick.service",
            "true",
            [("ssh.folder", "changed by others"), ("account", "no shell"), ("ssh.settings", "disableforwarding no"),
             ("timer.files", "not there")],
        ),
        (
            "usermod -p x cabas; echo AllowGroups paul > /etc/ssh/sshd_config.d/allow.conf;"
            " sed -i s,=/.*/cabas,=/opt/gone/cabas, /etc/systemd/system/cabas-tick.service",
            "usermod -p '*' cabas; rm /etc/ssh/sshd_config.d/allow.conf",
            [("account", "password"), ("ssh.settings", "AllowGroups"), ("timer.program", "/opt/gone/cabas")],
        ),
        (f"sed -i 's/AcceptEnv.*/& PYTHON*/' {SNIPPET}", "true", [("ssh.settings", "AcceptEnv PYTHON*")]),
    ):  # fmt: skip
        machine("sh", "-c", spoil)
        found = checks(machine, code=1)
        for name, words in expected:
            assert told(found, name, "bad", words), (name, found)
        machine("sh", "-c", mend)
        machine.install()
        assert "bad" not in {state for _name, state, _said in checks(machine)}


def test_doctor_names_what_of_sshd_s_configuration_comes_before_the_account_s(machine: Machine) -> None:
    # A global ForceCommand does not hold for the account. What is said of it before does, and no installing helps.
    machine("sh", "-c", "echo ForceCommand /bin/sh >> /etc/ssh/sshd_config")
    earlier = "/etc/ssh/sshd_config.d/a.conf"
    machine("sh", "-c", f"echo 'Match User cabas\n  ForceCommand /bin/sh' > {earlier}")
    assert told(checks(machine, code=1), "ssh.settings", "bad", "forcecommand /bin/sh")
    for command in (machine.install(code=1), machine(CABAS, "doctor", code=1)):
        assert "goes by what it reads first" in command
    machine("rm", earlier)
    assert told(checks(machine), "ssh.settings", "ok", "keys only")


def test_cron_calls_what_no_server_calls(bare: Machine) -> None:
    if not bare.run("sh", "-c", "command -v crontab").said:
        pytest.skip("cron is not here")
    bare("mount", "-t", "tmpfs", "-o", "mode=755", "none", "/var/spool/cron")
    bare("install", "-d", "-g", "crontab", "-m", "1730", "/var/spool/cron/crontabs")
    bare("useradd", "--create-home", "odette")
    file = "/home/odette/amap.cabas"
    bare("runuser", "-u", "odette", "--", CABAS, "init", file, "--name", "AMAP", "--language", "en")
    install = ("runuser", "-u", "odette", "--", CABAS, "--file", file, "schedule", "install")
    for _again in range(2):
        bare(*install)
        (line,) = bare("crontab", "-u", "odette", "-l").splitlines()
        assert line.startswith("*/5 * * * * ")
    bare("runuser", "-u", "odette", "--", "sh", "-c", line.removeprefix("*/5 * * * * "))
    assert "“cabas tick” last ran" in bare("runuser", "-u", "odette", "--", CABAS, "--file", file, "doctor")
    assert "belongs to odette" in bare(CABAS, "--file", file, "schedule", "install", code=1)
