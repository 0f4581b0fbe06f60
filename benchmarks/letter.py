"""How does an installation bear a letter to 10,000 households: page views and people who come in, at a steady pace?

`python -m benchmarks.letter <host> <way in> [page ...]` asks the pages (else the front page) 30 times a second and lets
5 people a second come in at the address behind the QR code, for a minute, over https and without looking at the
certificate. Printed for both: how many, what was not answered as it should be, and the 50th, 99th and longest wait.
"""

import http.client
import re
import ssl
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

SECONDS, VIEWS, JOINS = 60, 30, 5
UNSEEN = ssl._create_unverified_context()


def main(host: str, way_in: str, *pages: str) -> None:
    pages, began = pages or ("/",), time.perf_counter() + 1
    plan = [(began + n / VIEWS, view, pages[n % len(pages)]) for n in range(SECONDS * VIEWS)]
    plan += [(began + n / JOINS, come_in, way_in) for n in range(SECONDS * JOINS)]
    with ThreadPoolExecutor(120) as crowd:
        done = list(crowd.map(lambda one: waited(host, *one), sorted(plan, key=lambda one: one[0])))
    for kind in (view, come_in):
        mine = [one for one in done if one[0] is kind]
        waits = sorted(one[1] for one in mine)
        told = Counter(one[2] for one in mine)
        at = {share: waits[int(len(waits) * share)] * 1000 for share in (0.5, 0.99)}
        print(
            f"{kind.__name__}: {len(mine)} ({dict(told)}), p50 {at[0.5]:.0f} ms, p99 {at[0.99]:.0f} ms, "
            f"longest {waits[-1] * 1000:.0f} ms, late at most {max(one[3] for one in mine):.1f} s"
        )


def waited(host, due, kind, path):
    time.sleep(max(0, due - time.perf_counter()))
    started = time.perf_counter()
    try:
        told = kind(host, path)
    except (OSError, http.client.HTTPException) as failure:
        told = type(failure).__name__
    return kind, time.perf_counter() - started, told, started - due


def view(host, path) -> str:
    server = http.client.HTTPSConnection(host, context=UNSEEN, timeout=30)
    server.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = server.getresponse()
    answer.read()
    server.close()
    return str(answer.status)


def come_in(host, path) -> str:
    """Scan, press the button and read the page of the evening."""
    server, cookies, token = http.client.HTTPSConnection(host, context=UNSEEN, timeout=30), {}, ""
    told = []
    for method in ("GET", "POST", "GET"):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = f"csrfmiddlewaretoken={token}" if method == "POST" else None
        if body:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"https://{host}/",
            }
        server.request(method, path, body, headers)
        answer = server.getresponse()
        html = answer.read().decode(errors="replace")
        for line in answer.msg.get_all("Set-Cookie") or []:
            name, _is, rest = line.partition("=")
            cookies[name] = rest.partition(";")[0]
        told.append(str(answer.status))
        if answer.status >= 400:
            break
        path = answer.getheader("Location") or path
        token = (re.findall(r'csrfmiddlewaretoken" value="(\w+)"', html) or [""])[0]
    server.close()
    return " ".join(told)


if __name__ == "__main__":
    main(*sys.argv[1:])
