"""Does the nginx that we ship let in, keep and refuse what it should, asked itself?"""

import re
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from cms.connections import IDLE
from cms.files.upload_limits import LARGEST_FORM, LARGEST_UPLOAD, SEND_FILES
from cms.logs import masked
from tests.deploy.shipped import BY_HAND, DEPLOY, SITE, run
from tests.journeys.conftest import free_port


def said_everywhere(setting: str) -> list[str]:
    """List what a setting of nginx is given, in whichever file and block: the innermost one rules."""
    texts = [one.read_text() for one in DEPLOY.rglob("*") if one.is_file() and "nginx" in one.name]
    return [value for text in texts for value in re.findall(rf"^\s*{setting} ([^;]+);", text, re.M)]


def test_every_way_to_the_application_tells_it_who_asks_and_nothing_that_a_visitor_said():
    """Said once for the whole site: a part of it that sets one header forgets all others."""
    text = SITE.read_text()
    told = dict(re.findall(r"^  proxy_set_header (\S+) ([^;]+);", text, re.M))
    assert len(told) == text.count("proxy_set_header")
    assert told["Host"] == "$http_host" and told["X-Forwarded-Proto"] == "https"
    assert told["X-Forwarded-For"] == "$remote_addr", "set, never added to"


def test_nginx_takes_as_much_as_we_do_and_where_we_do():
    text = SITE.read_text()
    everywhere = re.findall(r"^  client_max_body_size (\w+);", text, re.M)
    inside = re.findall(r"^  location (\S+) {\n    client_max_body_size (\w+);", text, re.M)
    assert everywhere == [f"{LARGEST_FORM // 2**20}m"]
    assert inside == [(path, f"{LARGEST_UPLOAD // 2**20}m") for path in SEND_FILES]
    assert len(said_everywhere("client_max_body_size")) == 2


def test_nginx_logs_no_address_that_lets_in():
    text = SITE.read_text()
    [shape] = re.findall(r"log_format plain '(.*)'", text)
    assert set(re.findall(r"\$\w+", shape)) == {
        "$time_iso8601", "$request_method", "$shown_uri", "$status", "$request_time",
    }  # fmt: skip


def test_nginx_lets_no_long_line_in():
    [lines, size] = re.findall(r"large_client_header_buffers (\d+) (\d+)k;", SITE.read_text())[0]
    assert int(lines) * int(size) <= 16


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
    let_go = threading.Event()  # until then who asks for /held waits

    def do_GET(self):
        self.asked.append(self.path)
        if self.path == "/together":
            self.together.wait()
        if self.path == "/held":
            self.let_go.wait(30)
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


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
def test_the_phones_of_a_hall_leave_the_desk_open(nginx, monkeypatch):
    """Who is behind the address of the hall works at the desk, however many screens are open there."""
    monkeypatch.setattr(Behind, "let_go", threading.Event())
    with ThreadPoolExecutor(80) as hall:
        held = [hall.submit(nginx, "/held") for _phone in range(80)]
        deadline = time.monotonic() + 10
        while Behind.asked.count("/held") < 80 and time.monotonic() < deadline:
            time.sleep(0.05)
        answer = nginx("/admin/")
        Behind.let_go.set()
        assert {one.result().status_code for one in held} == {200}
    assert answer.status_code == 200


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
def test_what_the_application_masks_nginx_masks_too(tmp_path):
    """In capitals too: the application leads them to where they mean."""
    [shown] = re.findall(r"^map \$uri \$shown_uri \{.*?^\}$", SITE.read_text(), re.M | re.S)
    hidden = [
        path
        for way in ("/s/482913", "/s/card/482913", "/volg/482913/", "/mijn/bestand/482913", "/mijn/stoppen/482913/",
                    "/account/password/reset/key/482913-x482913/")
        for path in (way, way.upper(), way.title())
    ]  # fmt: skip
    assert [one for one in hidden if "482913" in masked(one)] == []
    with asked_of(tmp_path, shown, "$shown_uri") as ask:
        assert [one for one in hidden if "482913" in ask(path=one)] == []
        assert ask(path="/s/run/7/") == "/s/run/7/"


@contextmanager
def asked_of(tmp_path, maps, answer):
    """Start an nginx that says what a variable of ours is; gives what asks it."""
    socket = tmp_path / "socket"
    (tmp_path / "nginx.conf").write_text(
        f"""pid {tmp_path}/pid; events {{}}
        http {{ access_log off; {maps}
        server {{ listen unix:{socket}; set_real_ip_from unix:; location / {{ return 200 {answer}; }} }} }}"""
    )
    asked = ["nginx", "-p", tmp_path, "-e", tmp_path / "error", "-c", tmp_path / "nginx.conf"]
    run(*asked)

    def ask(path="/", address="::1"):
        return run(
            "curl", "-sS", "--unix-socket", socket, "-H", f"X-Real-IP: {address}", f"http://x{path}"
        )

    try:
        yield ask
    finally:
        run(*asked, "-s", "stop")


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
def test_nginx_counts_a_customer_of_ipv6_as_one_visitor(tmp_path):
    """Who has one address of IPv6 has 2 to the 64th of them: a bound for each would be none."""
    [counted] = re.findall(r"^map \$remote_addr \$visitor \{.*?^\}$", SITE.read_text(), re.M | re.S)
    assert "limit_conn_zone $visitor " in SITE.read_text()
    addresses = (
        "192.0.2.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::7", "2001:db8:1:2:3::7",
        "2001:db8::3:4:5:6", "2001:db8::9:9:9:9", "2001:db8:1::7", "2001:db8:1::8", "::1",
    )  # fmt: skip
    with asked_of(tmp_path, counted, "$visitor") as ask:
        said = {address: ask(address=address) for address in addresses}
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


@pytest.mark.skipif(not shutil.which("nginx"), reason="asks nginx itself")
def test_while_the_platform_begins_anew_residents_read_words_of_ours(nginx):
    nginx.behind.shutdown()
    nginx.behind.server_close()
    answer = nginx("/")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Probeer het over een minuut opnieuw" in answer.text and 'lang="en"' in answer.text
    assert "nginx" not in answer.text and answer.headers["Cache-Control"] == "no-store"
