"""Who is the organisation whose people sign in with us? A provider in a process of its own, and its visitors."""

import html
import json
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cms.sign_in.issuers import Issuer

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD, CLIENT, SECRET = "een lang geheim daar", "samenkompas", "geheim-" * 6
CALLBACK_PATH = "/account/oidc/{}/login/callback/"
PLACE = "kompasdorp"  # the municipality of the builders
OTHER_PLACE, OTHER_HOST = "elders", "elders.example.org"
CALLBACK = f"http://testserver{CALLBACK_PATH.format(PLACE)} http://{OTHER_HOST}{CALLBACK_PATH.format(OTHER_PLACE)}"
DOMAIN = "voorbeeld.example"


def new_key(folder: Path) -> None:
    """Make the key the organisation signs with, or another one in its place."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)


@dataclass
class Organisation:
    """A running provider."""

    url: str
    folder: Path

    def tells(self, person, /, **claims):
        """Set what the organisation tells about one of its people."""
        (self.folder / f"{person}.json").write_text(json.dumps(claims))

    def issuer(self, municipality=PLACE, **about) -> Issuer:
        """Give what a municipality says of this organisation; unless told, nothing of a second factor."""
        told = {"name": "Gemeentehuis", "domains": (DOMAIN, "example.org"), **about}
        return Issuer(municipality, self.url, CLIENT, SECRET, **told)

    def sign_in(self, client, name, following="", **where):
        """Go from our sign-in page to the organisation and back; gives our last answer."""
        return client.get(self.way_back(client, name, following, **where))

    def connect(self, client, name):
        """Connect the account that is signed in; gives our last answer."""
        return client.get(self.way_back(client, name, process="connect"))

    def way_back(self, client, name, following="", place=PLACE, process="login") -> str:
        """Sign in at the organisation and give the address on our side that it leads back to."""
        answer = client.post(f"/account/oidc/{place}/login/?process={process}", {"next": following})
        assert answer.status_code == 200, answer.status_code
        leaving = re.search(
            r'http-equiv="refresh" content="0; url=([^"]+)"', answer.content.decode()
        )
        with requests.Session() as browser:
            page = browser.get(html.unescape(leaving[1]), timeout=10)
            token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
            fields = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token}
            inside = browser.post(page.url, fields, allow_redirects=False, timeout=10)
            onward = requests.compat.urljoin(page.url, inside.headers["Location"])
            back = browser.get(onward, allow_redirects=False, timeout=10).headers["Location"]
        origin = f"http://{client.defaults.get('SERVER_NAME', 'testserver')}"
        assert back.startswith(f"{origin}{CALLBACK_PATH.format(place)}?"), back
        return back.removeprefix(origin)


def start(folder: Path, names, back_to=CALLBACK) -> tuple[Organisation, subprocess.Popen]:
    """Start an organisation with these people, and wait until it answers. It leads back to these addresses only."""
    new_key(folder)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "PROVIDER_FOLDER": str(folder), "PROVIDER_ISSUER": url}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sign_in.provider.serve", str(port), CLIENT, SECRET, back_to, PASSWORD, *names],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=(folder / "log.txt").open("w"),
    )  # fmt: skip
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, (folder / "log.txt").read_text()
        try:
            requests.get(f"{url}/.well-known/openid-configuration", timeout=1).raise_for_status()
            return Organisation(url, folder), process
        except requests.RequestException:
            time.sleep(0.2)
    process.terminate()
    raise TimeoutError("the organisation did not start")
