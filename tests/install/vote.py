"""A vote from home, over https and wss, at a machine that was installed by the guide: vote.py <host> <code>."""

import sys

from playwright.sync_api import sync_playwright

from tests.eyes import how_to_start


def main(host: str, code: str) -> None:
    with sync_playwright() as playwright:
        start = how_to_start()
        start["args"].append(f"--host-resolver-rules=MAP {host} 127.0.0.1")
        browser = playwright.chromium.launch(**start)
        page = browser.new_context(ignore_https_errors=True).new_page()
        sockets, sent = [], []

        def listen(socket):
            sockets.append(socket.url)
            socket.on("framesent", lambda frame: sent.append(frame))

        page.on("websocket", listen)
        page.goto(f"https://{host}/s/{code}/")
        page.click("main button[type=submit]")
        page.wait_for_selector("#live[data-state=connected]")
        page.locator("input[name=choice]").first.check()
        page.click("button[value^=cast_ballot]")
        page.wait_for_selector(".lv-receipt")
        assert sockets and all(url.startswith(f"wss://{host}/") for url in sockets), sockets
        assert any("cast_ballot" in str(frame) for frame in sent), "it went over the socket"
        browser.close()


main(*sys.argv[1:])
