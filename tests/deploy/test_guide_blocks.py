"""Does each block of the install guide stop where it fails, and is each typed by the proof?"""

import re
import shutil

import pytest

from tests.deploy.shipped import BY_HAND, GUIDE, ROOT, run
from tests.install.guide import ASKED, BLOCK, blocks


@pytest.mark.parametrize("asks", ["E-mail address: ", "Password: ", "The same password again: "])
def test_what_the_guide_makes_a_machine_ask_is_answered_by_the_proof(asks):
    source = (ROOT / "cms/management/commands/createsuperuser.py").read_text()
    assert f'"{asks}"' in source and source.count('getpass("') == 2 and ASKED.search(f"x\r\n{asks}")


def test_every_command_of_the_guide_is_typed_by_the_proof():
    """What `.ci/install` types can't go stale; a block that it doesn't type says so by another mark than `sh`."""
    headings = re.findall(r'"(##+ [^"]+)"', (ROOT / ".ci/install").read_text())
    typed = {block for heading in headings for block in blocks(heading)}
    assert set(BLOCK.findall(GUIDE)) == typed
    assert len(typed) > 10
    marks = set(re.findall(r"^```(\w+)$", GUIDE, re.M))
    assert marks == {"sh", "console", "toml"}


def test_a_block_that_is_done_by_hand_stops_by_itself_too():
    """And leaves the terminal open: every block with more than one line that can fail."""
    changes = re.compile(r"(systemctl|rm|find|git reset|certbot|dropdb)\b")
    several = [one for one in BY_HAND if len(changes.findall(one)) > 1]
    assert [one for one in several if "( set -e\n" not in one] == []
    assert len(several) >= 6


def test_a_block_does_not_move_to_a_folder_where_it_may_stop():
    """Whoever goes on from the line that failed types it in the terminal, which never went there."""
    moves = re.compile(r"^\( set -e\n(?:.*(?<! \))\n)*?cd ", re.M)
    assert [one for one in (*BLOCK.findall(GUIDE), *BY_HAND) if moves.search(one)] == []
    assert moves.search("( set -e\nls\ncd /opt )")


# Stands for every command of a block: writes down what was asked, and fails when it is the one that has to.
STANDS_IN = """{ echo "$*" >>"$LOG"; [ "$(/usr/bin/wc -l <"$LOG")" != "$FAILS" ]; }"""
# What only reads, or is written by a block: real, and not counted.
REAL = ("cat", "git", "ls", "tail")


@pytest.fixture
def pasted(tmp_path):
    """Paste a block into a shell that has no commands of its own; gives those it was asked for."""
    here, log = tmp_path / "opt/samenkompas", tmp_path / "log"
    for folder in ("bin", "root", "etc/samenkompas", "etc/redis", "var/backups/samenkompas"):
        (tmp_path / folder).mkdir(parents=True)
    for path in (".venv/bin/pip", "deploy/nginx.sh"):
        (here / path).parent.mkdir(parents=True)
        (here / path).write_text(f"#!/bin/bash\n{STANDS_IN}\n")
        (here / path).chmod(0o755)

    def paste(block, fails=0, real=("ls", "tail")):
        log.write_text("")
        for name in REAL:
            (tmp_path / "bin" / name).unlink(missing_ok=True)
        for name in real:
            (tmp_path / "bin" / name).symlink_to(shutil.which(name))
        script = re.sub(r"(?<![\w.])/(?=(etc|opt|root|var)/)", f"{tmp_path}/", block)
        said = run(
            "/bin/bash", cwd=here, PATH=f"{tmp_path}/bin", LOG=str(log), FAILS=str(fails),
            input=f"command_not_found_handle() {STANDS_IN}\n{script}\necho still here $?",
        )  # fmt: skip
        shell, status = said.splitlines()[-1].rsplit(" ", 1)
        assert shell == "still here", "the shell is closed"
        assert (status == "0") == (not fails), "echo $? says how the block went"
        return log.read_text().splitlines()

    return paste


def test_a_block_of_the_guide_stops_at_the_line_that_fails(pasted):
    tried = 0
    for block in BLOCK.findall(GUIDE):
        for number, command in enumerate(pasted(block), 1):
            done = pasted(block, fails=number)
            assert len(done) == number, f"goes on after {command}: {done[number:]}"
            tried += 1
    assert tried > 40


def git(folder, *words) -> str:
    name = ("-c", "user.name=x", "-c", "user.email=x@x.example")
    return run("git", "-C", folder, *name, *words).strip()


@pytest.fixture
def versions(pasted, tmp_path):
    """Give a machine with one version of the platform, and a way to publish a newer one: it gives what that is."""
    here, origin = tmp_path / "opt/samenkompas", tmp_path / "origin"
    git(tmp_path, "init", "-q", "-b", "main", origin)
    git(origin, "commit", "-q", "--allow-empty", "-m", "1")
    git(here, "init", "-q", "-b", "main")
    git(here, "remote", "add", "origin", origin)
    git(here, "pull", "-q", "origin", "main")
    git(here, "branch", "-q", "-u", "origin/main")

    def publish() -> str:
        git(origin, "commit", "-q", "--allow-empty", "-m", "a newer one")
        return git(origin, "rev-parse", "HEAD")

    publish.runs = lambda: git(here, "rev-parse", "HEAD")
    publish.paste = lambda block, fails=0: pasted(block, fails, real=REAL)
    publish.origin, publish.copies = origin, tmp_path / "var/backups/samenkompas"
    return publish


[UPGRADE] = blocks("## 5. A new version")
BACK = [one for one in BY_HAND if "git reset" in one]


@pytest.mark.parametrize("stops_at", ["backup", "pip", "never"])
def test_the_guide_goes_back_to_what_ran_before_the_last_paste(versions, stops_at):
    """However far the upgrade came, however often it was pasted, and whatever an earlier one left."""
    versions()
    commands = versions.paste(UPGRADE)
    before, newest = versions.runs(), versions()
    [number] = [n for n, one in enumerate(commands, 1) if stops_at in one] or [0]
    for _twice in range(2):
        versions.paste(UPGRADE, fails=number)
    assert versions.runs() == (before if stops_at == "backup" else newest)
    done = versions.paste(BACK[0])
    assert versions.runs() == before
    assert any(one.endswith("restart samenkompas-web samenkompas-worker") for one in done)


def test_the_upgrade_block_that_reaches_nobody_stops_nothing(versions):
    versions.origin.rename(versions.origin.with_name("gone"))
    assert versions.paste(UPGRADE, fails=-1) == []


@pytest.mark.parametrize("block", BACK)
def test_going_back_stops_nothing_while_there_is_nothing_to_go_back_to(versions, tmp_path, block):
    (versions.copies / "2026-03-14T093000Z").mkdir()
    assert versions.paste(block, fails=-1) == [], "no upgrade was ever done"
    (tmp_path / "root/samenkompas-before").write_text("0" * 40)
    assert versions.paste(block, fails=-1) == [], "no such version"


def test_going_back_throws_nothing_away_while_there_is_no_copy(versions):
    versions()
    versions.paste(UPGRADE)
    assert versions.paste(BACK[1], fails=-1) == []


STOPS = re.compile(r"^systemctl stop (.*)$", re.M)
STARTS = re.compile(r"^systemctl (?:start|restart|enable --now) (.*)$", re.M)


def sections() -> dict[str, list[str]]:
    """Give the blocks below each heading of the guide, those that are done by hand too."""
    parts = re.split(r"^##+ (.*)$", GUIDE, flags=re.M)
    blocks = re.compile(r"^```(?:sh|console)\n(.*?)^```$", re.M | re.S)
    return {name: blocks.findall(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_what_a_part_of_the_guide_stops_its_last_block_starts():
    """Who stops reading there has a site without mail, or without a backup each night, and nobody says so."""
    stopping = {name: found for name, found in sections().items() if STOPS.search("".join(found))}
    for name, found in stopping.items():
        stopped = set(" ".join(STOPS.findall("".join(found))).split())
        assert stopped <= set(" ".join(STARTS.findall(found[-1])).split()), name
    assert {"Packages", "Putting a backup back", "5. A new version"} <= stopping.keys()
