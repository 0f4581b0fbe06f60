"""How does somebody work a page? With a finger or mouse, or with the keyboard only."""

from datetime import datetime


class Pointer:
    """Somebody who points; also somebody whose browser runs no scripts."""

    def press(self, page, selector):
        page.locator(selector).first.click()

    def fill(self, page, selector, text):
        page.locator(selector).first.fill(text)

    def choose(self, page, name, value):
        page.locator(radio(name, value)).check()


class Keyboard:
    """Somebody without a mouse: every field and button has to be reached with Tab."""

    MOST_TABS = 260

    def press(self, page, selector):
        self.reach(page, selector)
        page.keyboard.press("Enter")

    def fill(self, page, selector, text):
        self.reach(page, selector)
        kind = page.locator(selector).first.get_attribute("type")
        if kind in ("date", "datetime-local"):
            page.keyboard.type(typed_date(text))
            return
        page.keyboard.press("Control+A")
        page.keyboard.type(text)

    def choose(self, page, name, value):
        """Tab into the group, then walk it with the arrow, as a screen reader's user does."""
        self.reach(page, f"input[name='{name}']", any_of=True)
        wanted = page.locator(radio(name, value))
        page.keyboard.press("Space")
        for _step in range(12):
            if wanted.is_checked():
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name}={value} can't be reached with the arrow keys")

    def reach(self, page, selector, any_of=False):
        """Press Tab until the wanted element has the focus; fails when that never happens."""
        wanted = page.locator(selector)
        wanted.first.wait_for(state="attached")
        focused = "(e) => e === document.activeElement"
        some = "(all) => all.includes(document.activeElement)"
        for _step in range(self.MOST_TABS):
            if wanted.evaluate_all(some) if any_of else wanted.first.evaluate(focused):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{selector} on {page.url} can't be reached with Tab")


def radio(name: str, value: str) -> str:
    return f"input[type=radio][name='{name}'][value='{value}']"


def typed_date(iso: str) -> str:
    """Write a date or moment as Debian's Chromium takes it from the keyboard: month, day, year, hours to 12."""
    moment = datetime.fromisoformat(iso)
    clock = moment.strftime("%I%M%p")[:5] if "T" in iso else ""
    return f"{moment:%m%d}00{moment:%Y}{clock}"
