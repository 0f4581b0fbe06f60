"""A vote from home, over https and wss, at a machine that was installed by the guide: vote.py <host> <code>."""

import sys

from playwright.sync_api import sync_playwright

from tests.eyes import how_to_start

PATIENCE = 50  # looks, of a fifth of a second


def main(host: str, code: str) -> None:
    with sync_playwright() as playwright:
        start = how_to_start()
        start["args"].append(f"--host-resolver-rules=MAP {host} 127.0.0.1")
        browser = playwright.chromium.launch(**start)
        page = browser.new_context(ignore_https_errors=True).new_page()
        sockets, heard = [], []

        def listen(socket):
            sockets.append(socket.url)
            socket.on("framereceived", lambda frame: heard.append(str(frame)))

        page.on("websocket", listen)
        page.goto(f"https://{host}/s/{code}/")
        page.click("main button[type=submit]")
        page.wait_for_selector("#live[data-state=connected]")
        page.locator("input[name=choice]").first.check()
        before = len(heard)
        page.click("button[value^=cast_ballot]")
        page.wait_for_selector(".lv-receipt")
        for _look in range(PATIENCE):
            if any("turnout" in frame for frame in heard[before:]):
                break
            page.wait_for_timeout(200)
        else:
            raise AssertionError(f"no socket told that a vote came in: {heard}")
        assert all(url.startswith(f"wss://{host}/") for url in sockets), sockets
        browser.close()


main(*sys.argv[1:])
