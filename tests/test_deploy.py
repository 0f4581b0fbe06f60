"""Does what an administrator is given to install and back up with fit the application it is for?"""

import os
import re
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse, urlsplit

import psycopg
import pytest
import requests
import yaml
from django.conf import settings
from django.db import connection

from cms.connections import IDLE
from tests.builders import a_municipality
from tests.install.guide import ASKED, BLOCK, blocks
from tests.journeys.conftest import free_port

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs/guides/install.md").read_text()
BY_HAND = re.findall(r"^```console\n(.*?)^```$", GUIDE, re.M | re.S)
SITE = DEPLOY / "nginx-site.conf"
UNITS = {path.stem.split("-")[1]: path for path in (DEPLOY / "systemd").glob("*.service")}
ONLY_AT_HOME = {"DEBUG", "DEMO", "TESTING", "TRUSTED_ORIGINS"}


def names_read() -> set[str]:
    """Collect the variables the settings read: env("NAME"...)."""
    files = [ROOT / "cms/settings.py", ROOT / "cms/sign_in/options.py"]
    return {
        name for file in files for name in re.findall(r'env(?:_list)?\("(\w+)"', file.read_text())
    }


def test_every_variable_is_told_and_every_told_one_is_read():
    table = GUIDE.split("\n## 2. ")[1].split("\n## 3. ")[0]
    told = set(re.findall(r"`(?:SAMENKOMPAS)?_([A-Z_]+)`", table))
    assert told == names_read() - ONLY_AT_HOME


@pytest.mark.parametrize(
    "name", ["environment.example", "compose.yaml", "Dockerfile", "backup.sh", "ready.py"]
)
def test_what_is_set_for_containers_is_read(name):
    set_here = set(re.findall(r"SAMENKOMPAS_([A-Z_]+)", (DEPLOY / name).read_text()))
    assert set_here <= names_read()


def test_daphne_is_started_everywhere_with_the_limits_that_are_proven():
    limit = str(settings.DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE)
    for text in (
        UNITS["web"].read_text(),
        (DEPLOY / "Dockerfile").read_text().replace('", "', " "),
    ):
        for option in ("--websocket-max-message-size", "--websocket-max-frame-size"):
            assert f"{option} {limit}" in text


def said_everywhere(setting: str) -> list[str]:
    """List what a setting of nginx is given, in whichever file and block: the innermost one rules."""
    texts = [one.read_text() for one in DEPLOY.rglob("*") if one.is_file() and "nginx" in one.name]
    return [value for text in texts for value in re.findall(rf"^\s*{setting} ([^;]+);", text, re.M)]


def all_that_reaches_us() -> list[str]:
    """List the blocks of nginx that hand on to the application."""
    blocks = re.findall(r"^  location [^{]+{\n(.*?)^  }", SITE.read_text(), re.M | re.S)
    return [one for one in blocks if "proxy_pass" in one]


def test_every_way_to_the_application_tells_it_who_asks_and_nothing_that_a_visitor_said():
    blocks = all_that_reaches_us()
    assert blocks
    for one in blocks:
        told = dict(re.findall(r"proxy_set_header (\S+) ([^;]+);", one))
        assert told["Host"] == "$http_host" and told["X-Forwarded-Proto"] == "https"
        assert told["X-Forwarded-For"] == "$remote_addr", "set, never added to"


def test_nginx_takes_as_much_as_we_do_and_logs_no_address_that_lets_in():
    text = SITE.read_text()
    largest = f"{settings.WAGTAILDOCS_MAX_UPLOAD_SIZE // 2**20 + 5}m"
    assert set(said_everywhere("client_max_body_size")) == {largest}
    [shape] = re.findall(r"log_format plain '(.*)'", text)
    assert set(re.findall(r"\$\w+", shape)) == {
        "$time_iso8601", "$request_method", "$shown_uri", "$status", "$request_time",
    }  # fmt: skip


def test_nginx_lets_no_long_line_in():
    [lines, size] = re.findall(r"large_client_header_buffers (\d+) (\d+)k;", SITE.read_text())[0]
    assert int(lines) * int(size) <= 16


def services() -> dict:
    """Give every service of every compose file there is, also of one that comes beside it later."""
    found = {}
    for file in sorted(DEPLOY.rglob("*.y*ml")):
        for name, service in (yaml.safe_load(file.read_text()).get("services") or {}).items():
            found[name if file.name == "compose.yaml" else f"{file.name}: {name}"] = service
    return found


def wide_open(service: dict) -> list[str]:
    """List what a container could still do that ours need not."""
    found = [
        name
        for name, closed in (
            ("writes on itself", service.get("read_only") is True),
            ("has powers", service.get("cap_drop") == ["ALL"]),
            ("gains powers", "no-new-privileges:true" in service.get("security_opt", [])),
            ("takes all memory", bool(service.get("mem_limit"))),
            ("starts any number of processes", bool(service.get("pids_limit"))),
            ("speaks with everybody", bool(service.get("networks"))),
            ("is privileged", not service.get("privileged")),
        )
        if not closed
    ]
    return found + [f"has {power}" for power in set(service.get("cap_add", [])) - POWERS]


# Why each is needed stands beside it in compose.yaml; nobody administers the machine from a container.
POWERS = {"CHOWN", "NET_BIND_SERVICE", "SETGID", "SETUID", "DAC_OVERRIDE"}


def test_every_container_is_closed_but_for_what_it_needs():
    assert {name: found for name, one in services().items() if (found := wide_open(one))} == {}
    assert len(services()) >= 7
    bare = {"image": "x", "cap_add": ["SYS_ADMIN"]}
    assert len(wide_open(bare)) == 7, "what is left out is seen"


def test_nobody_reaches_the_database_but_who_uses_it():
    networks = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["networks"]
    held = {name: set(service["networks"]) for name, service in services().items()}
    assert networks["data"] == {"internal": True}
    assert held["database"] == held["redis"] == {"data"}
    assert not held["nginx"] & held["database"]
    published = {name for name, service in services().items() if service.get("ports")}
    assert published == {"nginx"}


def test_redis_asks_a_password_and_we_give_it():
    text = (DEPLOY / "compose.yaml").read_text()
    assert '--requirepass "$$REDIS_PASSWORD"' in services()["redis"]["command"][-1]
    assert "REDIS_URL: redis://redis:6379/0\n    REDIS_PASSWORD: ${REDIS_PASSWORD:?}" in text
    assert "requirepass" not in str(services()["redis"]["environment"])


def test_images_of_others_have_one_place_where_they_are_pinned():
    text = (DEPLOY / "compose.yaml").read_text()
    example = (DEPLOY / "environment.example").read_text()
    images = {service["image"] for service in services().values()} - {"samenkompas"}
    names = {re.fullmatch(r"\$\{(\w+_IMAGE):\?\}", image)[1] for image in images} | {"DEBIAN_IMAGE"}
    assert names == set(re.findall(r"^(\w+_IMAGE)=\S+", example, re.M))
    bases = re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert set(bases) == {"${DEBIAN_IMAGE}"}
    asked = set(re.findall(r"\$\{(\w+):\?\}", text))
    assert asked <= set(re.findall(r"^(\w+)=", example, re.M)), (
        "what must be filled in is in the example"
    )


def test_nginx_bounds_what_one_visitor_holds_open_and_lets_go_before_we_do():
    text = SITE.read_text()
    assert "limit_conn each " in text
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        waits = said_everywhere(name)
        assert waits and all(re.fullmatch(r"[0-9]+s", one) and int(one[:-1]) <= 30 for one in waits)
    assert set(said_everywhere("client_header_buffer_size")) == {"1k"}
    assert set(said_everywhere("large_client_header_buffers")) == {"4 4k"}
    for name in ("nginx.conf", "nginx-upstream.conf"):
        [kept] = re.findall(r"keepalive_timeout (\d+)s;", (DEPLOY / name).read_text())
        assert int(kept) < IDLE


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
@pytest.mark.parametrize("with_containers", [True, False])
def test_nginx_starts_with_containers_and_without(tmp_path, with_containers):
    """Under systemd it has no /dev/stdout to open, and no host called `web`."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    for name in ("nginx.conf", SITE.name, "nginx-upstream.conf"):
        text = (DEPLOY / name).read_text()
        assert "/dev/std" not in text
        for path in (
            "/etc/nginx/tls",
            "/etc/nginx",
            "/var/log/nginx",
            "/var/cache/nginx",
            "/var/cache",
        ):
            text = text.replace(path, str(tmp_path))
        (tmp_path / name.replace("nginx-site", "site")).write_text(
            text.replace(" web:", " localhost:")
        )
    if not with_containers:
        (tmp_path / "nginx.conf").write_text(
            f"events {{}} http {{ include {tmp_path}/site.conf; include {tmp_path}/nginx-upstream.conf; }}"
        )
    said = subprocess.run(
        ["nginx", "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-g", f"pid {tmp_path}/pid;"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr


class Behind(BaseHTTPRequestHandler):
    """A server behind nginx that counts what it is asked, and answers with the headers that the address names."""

    asked: list[str] = []
    together = threading.Barrier(5, timeout=20)  # who asks for /together is answered when five do

    def do_GET(self):
        self.asked.append(self.path)
        if self.path == "/together":
            self.together.wait()
        self.send_response(200)
        for line in parse_qs(urlsplit(self.path).query).get("header", []):
            self.send_header(*line.split(": "))
        self.end_headers()
        self.wfile.write(str(len(self.asked)).encode())

    def log_message(self, *_said):
        """Say nothing."""


@pytest.fixture
def nginx(tmp_path, monkeypatch):
    """Start nginx as the guide does, on ports of its own and without a certificate."""
    monkeypatch.setattr(Behind, "asked", [])
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    ports = [free_port() for _ in range(2)]
    for name in (SITE.name, "nginx-upstream.conf"):
        text = re.sub(r"ssl_.*;", "", (DEPLOY / name).read_text())
        for told, here in (
            ("443 ssl http2 default_server", f"127.0.0.1:{ports[0]}"), ("80 default_server", f"127.0.0.1:{ports[1]}"),
            ("127.0.0.1:8000", f"127.0.0.1:{behind.server_port}"), ("/var/cache", str(tmp_path)),
            ("/etc/nginx", str(tmp_path)), ("/var/log/nginx", str(tmp_path)),
        ):  # fmt: skip
            text = text.replace(told, here)
        (tmp_path / name).write_text(text)
    own = [
        f"{what}_temp_path {tmp_path}/{what};"
        for what in ("proxy", "client_body", "fastcgi", "uwsgi", "scgi")
    ]
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; user root; pid {tmp_path}/pid; events {{}}"
        f"http {{ {' '.join(own)} include {tmp_path}/nginx-*.conf; }}"
    )
    server = subprocess.Popen(["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf"])
    address = f"http://127.0.0.1:{ports[0]}"
    for _ in range(100):
        with suppress(requests.ConnectionError):
            requests.get(address, timeout=10)
            break
        time.sleep(0.1)
    Behind.asked.clear()

    def get(path, **headers):
        return requests.get(address + path, headers=headers, timeout=10)

    def raw(path) -> int:
        """Ask for an address as it is, with nothing made plain."""
        asked = [
            "curl",
            "-sS",
            "--path-as-is",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            address + path,
        ]
        return int(run(*asked))

    get.behind, get.raw = behind, raw
    yield get
    server.terminate()
    server.wait(10)
    behind.shutdown()


PAGE = '/?header=X-Accel-Expires: 30&header=ETag: "a"&header=Vary: Accept-Encoding'


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
def test_nginx_keeps_what_it_is_told_to_for_who_is_nobody(nginx):
    assert [nginx(PAGE).text for _ in range(3)] == ["1", "1", "1"]
    assert nginx(PAGE, **{"If-None-Match": '"a"'}).status_code == 304
    assert nginx(PAGE, Host="another.example").text == "2", "a page of another municipality"
    somebody = (
        {"Cookie": "__Host-sessionid=x"},
        {"Cookie": "a=b; __Host-messages=x"},
        {"Authorization": "x"},
    )
    assert [nginx(PAGE, **one).text for one in somebody] == ["3", "4", "5"]
    assert nginx(PAGE).text == "1", "what somebody read is given to nobody"
    for path in (
        "/media/x?header=Cache-Control: public, max-age=9999",
        PAGE + "&header=Set-Cookie: a=b",
    ):
        assert len({nginx(path).text for _ in range(2)}) == 2, path


@pytest.mark.parametrize("speaks", [True, False])
def test_nginx_listens_on_ipv6_where_the_machine_speaks_it(tmp_path, speaks):
    """Asked to listen on what Linux doesn't know, it doesn't start at all; in a container Docker does the listening."""
    (tmp_path / "deploy").mkdir()
    for name in (SITE.name, "nginx-upstream.conf"):
        shutil.copy(DEPLOY / name, tmp_path / "deploy")
    script = (DEPLOY / "nginx.sh").read_text()
    assert script.count("/proc/net/if_inet6") == 1
    there = tmp_path if speaks else tmp_path / "nothing"
    (tmp_path / "deploy/nginx.sh").write_text(script.replace("/proc/net/if_inet6", str(there)))
    for _twice in range(2):
        run("bash", tmp_path / "deploy/nginx.sh", tmp_path)
    listens = re.findall(r"^  listen (.*);$", (tmp_path / SITE.name).read_text(), re.M)
    plain = ["80 default_server", "443 ssl http2 default_server"]
    assert [one for one in listens if "[::]" not in one] == plain
    assert [one for one in listens if "[::]" in one] == [f"[::]:{one}" for one in plain] * speaks
    assert (tmp_path / "nginx-upstream.conf").exists()
    assert "[::]" not in SITE.read_text()


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
def test_nginx_counts_a_customer_of_ipv6_as_one_visitor(tmp_path):
    """Who has one address of IPv6 has 2 to the 64th of them: a bound for each would be none."""
    [counted] = re.findall(r"^map \$remote_addr \$visitor \{.*?^\}$", SITE.read_text(), re.M | re.S)
    assert "limit_conn_zone $visitor " in SITE.read_text()
    socket = tmp_path / "socket"
    (tmp_path / "nginx.conf").write_text(
        f"""pid {tmp_path}/pid; events {{}}
        http {{ access_log off; {counted}
        server {{ listen unix:{socket}; set_real_ip_from unix:; location / {{ return 200 $visitor; }} }} }}"""
    )
    asked = ["nginx", "-p", tmp_path, "-e", tmp_path / "error", "-c", tmp_path / "nginx.conf"]
    run(*asked)
    try:
        said = {
            address: run("curl", "-sS", "--unix-socket", socket, "-H", f"X-Real-IP: {address}", "http://x/")
            for address in (
                "192.0.2.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::7", "2001:db8:1:2:3::7",
                "2001:db8::3:4:5:6", "2001:db8::9:9:9:9", "2001:db8:1::7", "2001:db8:1::8", "::1",
            )
        }  # fmt: skip
    finally:
        run(*asked, "-s", "stop")
    assert said == {
        "192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2", "2001:db8:1:2::7": "2001:db8:1:2",
        "2001:db8:1:2:3::7": "2001:db8:1:2", "2001:db8::3:4:5:6": "2001:db8", "2001:db8::9:9:9:9": "2001:db8",
        "2001:db8:1::7": "2001:db8:1", "2001:db8:1::8": "2001:db8:1", "::1": "::1",
    }  # fmt: skip


@pytest.fixture
def ruled(request, tmp_path):
    """Type the block of the guide that gives nginx a rule of one's own, before it starts, with other addresses."""
    name, instead = request.param
    [block] = [one for one in BY_HAND if f"samenkompas.d/{name}.conf <<" in one]
    files = block.replace("/etc/nginx/conf.d/", f"{tmp_path}/nginx-").replace(
        "/etc/nginx", str(tmp_path)
    )
    for told, here in instead.items():
        assert told in files
        files = files.replace(told, here)
    run("bash", "-euc", re.sub(r"^(nginx|systemctl)(?= )", ":", files, flags=re.M))


CLOSED = (
    "/admin/", "/admin", "/admin/login/?next=/", "/s/run/12/console/", "//admin/", "/%61dmin/", "/x/../admin/",
)  # fmt: skip
OPEN = (
    "/", "/s/run/12/", "/s/482913/", "/administratie/", "/account/login/", "/en/", "/search/?q=/admin/",
)  # fmt: skip
FROM_HERE = {"127.0.0.1  ": "192.0.2.9  "}  # the machine itself is let in: as if it were another


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
@pytest.mark.parametrize(
    ("ruled", "closed"),
    [
        (("own-network", FROM_HERE), 403),
        (("own-network", FROM_HERE | {"192.0.2.0/24": "127.0.0.0/8"}), 200),
    ],
    indirect=["ruled"],
)
def test_the_guide_closes_the_desk_to_other_networks_and_nothing_else(ruled, nginx, closed):
    assert {path: nginx.raw(path) for path in CLOSED} == dict.fromkeys(CLOSED, closed)
    assert {path: nginx.raw(path) for path in OPEN} == dict.fromkeys(OPEN, 200)


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
@pytest.mark.parametrize(
    ("ruled", "answer"),
    [(("only-us", {}), 403), (("only-us", {"192.0.2.17": "127.0.0.1"}), 200)],
    indirect=["ruled"],
)
def test_the_guide_lets_only_two_in_while_a_backup_comes_back(ruled, nginx, answer):
    asked = ("/", "/admin/", "/s/run/12/console/")
    assert {path: nginx.raw(path) for path in asked} == dict.fromkeys(asked, answer)


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
def test_nginx_lets_nobody_wait_for_another_who_asks_the_same(nginx):
    with ThreadPoolExecutor(5) as hall:
        assert [one.status_code for one in hall.map(nginx, ["/together"] * 5)] == [200] * 5


def test_nginx_hands_on_the_port_that_a_form_came_from():
    assert "proxy_set_header Host $http_host;" in SITE.read_text()


def test_the_service_keeps_the_keys_of_polls_where_the_guide_says():
    """Both units share the folder: it stays when one of them stops, or a restart would lose the keys of an evening."""
    told = dict(re.findall(r"^(SAMENKOMPAS_\w+)=(.*)$", GUIDE, re.M))
    for name in ("web", "worker"):
        unit = dict(re.findall(r"^(\w+)=(.*)$", UNITS[name].read_text(), re.M))
        assert told["SAMENKOMPAS_RUNTIME_DIR"] == f"/run/{unit['RuntimeDirectory']}"
        assert (unit["RuntimeDirectoryMode"], unit["RuntimeDirectoryPreserve"]) == ("0700", "yes")
        assert told["SAMENKOMPAS_DATA_DIR"] == f"/var/lib/{unit['StateDirectory']}"
        assert (
            f"useradd --system --home-dir {told['SAMENKOMPAS_DATA_DIR']} --shell /usr/sbin/nologin {unit['User']}"
            in GUIDE
        )
        assert f"cat > {unit['EnvironmentFile']}" in GUIDE
        assert unit["WorkingDirectory"] == "/opt/samenkompas"


def test_containers_keep_the_keys_of_polls_in_the_memory_of_the_machine():
    """A volume is on a disk, and one of tmpfs is emptied when its last container stops: then all that voted is lost."""
    image = (DEPLOY / "Dockerfile").read_text()
    (folder,) = re.findall(r"SAMENKOMPAS_RUNTIME_DIR=(\S+)", image)
    (account,) = re.findall(r"useradd --uid (\d+)", image)
    assert (
        f"d {folder} 0700 {account} {account} -"
        in (DEPLOY / "tmpfiles.conf").read_text().splitlines()
    )
    held = {name: mounts_of(service, folder) for name, service in services().items()}
    kept = {"type": "bind", "source": folder, "target": folder, "bind": {"create_host_path": False}}
    assert held == {
        name: [kept] if service["image"] == "samenkompas" else []
        for name, service in services().items()
    }
    assert folder.startswith("/run/")


def mounts_of(service: dict, folder: str) -> list:
    return [one for one in service.get("volumes", []) if folder in str(one)]


def test_a_password_in_the_environment_of_the_guide_stays_as_it_was_typed(tmp_path):
    """The shell that writes the file reads nothing in it, or the mail server refuses half a password."""
    (block,) = blocks("### The environment")
    password = r"Zon$Maan`\\12 #!"
    typed = block.replace("\nEND\n", f"\nSAMENKOMPAS_EMAIL_PASSWORD='{password}'\nEND\n")
    script = typed.replace("/etc/samenkompas", str(tmp_path))
    run("bash", "-euc", script)
    assert (tmp_path / "environment").stat().st_mode & 0o077 == 0
    read = f'set -a; . {tmp_path}/environment; printf %s "$SAMENKOMPAS_EMAIL_PASSWORD"'
    assert run("sh", "-euc", read) == password
    assert (
        len(run("sh", "-euc", f'. {tmp_path}/environment; printf %s "$SAMENKOMPAS_SECRET_KEY"'))
        > 60
    )


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
        assert fails or status == "0", "a command of the block has no stand-in here"
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


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="pg_dump needs PostgreSQL: make test-full"
)
@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_all_but_the_keys_and_can_be_put_back(tmp_path):
    municipality, here = a_municipality(), connection.settings_dict
    server = urlparse(os.environ["DATABASE_URL"])
    data, kept = tmp_path / "data", tmp_path / "kept"
    for name in ("media/foto.jpg", "run/round-1", "erased.txt"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(f"2026-01-02 {name}\n")
    kept.mkdir()
    (kept / "erased.txt").write_text("2026-01-01 earlier\n")
    run(
        DEPLOY / "backup.sh", kept,
        DATABASE_URL=server._replace(path=f"/{here['NAME']}").geturl(), SAMENKOMPAS_DATA_DIR=str(data),
    )  # fmt: skip
    assert (kept / "erased.txt").read_text().split("\n") == [
        "2026-01-01 earlier",
        "2026-01-02 erased.txt",
        "",
    ]
    [copy] = [one for one in kept.iterdir() if one.is_dir()]
    files = run("tar", "-tzf", copy / "data.tar.gz").split()
    assert [one for one in files if not one.endswith("/")] == ["./media/foto.jpg"]
    assert (copy.stat().st_mode & 0o077, (copy / "database.dump").stat().st_mode & 0o077) == (0, 0)

    name = f"{here['NAME']}_put_back"
    with psycopg.connect(server.geturl(), autocommit=True) as another:
        another.execute(f'CREATE DATABASE "{name}"')
        try:
            again = server._replace(path=f"/{name}").geturl()
            run("pg_restore", "--no-owner", f"--dbname={again}", copy / "database.dump")
            with psycopg.connect(again) as restored:
                found = restored.execute("SELECT slug FROM projects_municipality").fetchall()
            assert found == [(municipality.slug,)]
        finally:
            another.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(*command, input=None, cwd=None, **environment) -> str:
    return subprocess.run(
        [str(one) for one in command],
        env=os.environ | environment, capture_output=True, text=True, check=True, input=input, cwd=cwd,
    ).stdout  # fmt: skip


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
def test_while_the_platform_begins_anew_residents_read_words_of_ours(nginx):
    nginx.behind.shutdown()
    nginx.behind.server_close()
    answer = nginx("/")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Probeer het over een minuut opnieuw" in answer.text and 'lang="en"' in answer.text
    assert "nginx" not in answer.text and answer.headers["Cache-Control"] == "no-store"
