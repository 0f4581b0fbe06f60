"""How does an officer work through forms? Reads the real page, fills in fields, presses a button."""

from bs4 import BeautifulSoup


class Officer:
    """One person at one screen at a time; counts screens, presses and fields."""

    def __init__(self, client):
        self.client = client
        self.screens = self.presses = self.fields = 0

    def open(self, address: str):
        """Follow a link."""
        self.presses += 1
        return self._read(self.client.get(address))

    def _read(self, response):
        if response.status_code in (301, 302):
            response = self.client.get(response["Location"])
        self.screens += 1
        self.status = response.status_code
        self.path = response.request["PATH_INFO"]
        query = response.request.get("QUERY_STRING")
        self.address = f"{self.path}?{query}" if query else self.path
        self.page = BeautifulSoup(response.content, "html.parser")
        self.sent = self._untouched()
        return self.page

    @property
    def form(self):
        return self.page.select_one("form[data-framework-editor]")

    def _untouched(self) -> dict[str, list[str]]:
        """Collect what a browser would send if nothing was changed."""
        sent: dict[str, list[str]] = {}
        for field in self.form.select("input, textarea, select") if self.form else ():
            if field.get("name") and (values := _values(field)) is not None:
                sent.setdefault(field["name"], []).extend(values)
        return sent

    def fill(self, **fields):
        """Fill in fields by their name; each has to be on the screen."""
        for name, value in fields.items():
            name = name.replace("__", "-")
            assert self.form.find(attrs={"name": name}), f"{name} is not on {self.path}"
            self.fields += 1
            self.sent[name] = [str(one) for one in (value if isinstance(value, list) else [value])]

    def press(self, do: str = "save"):
        """Press one of the buttons of the form."""
        assert self.form.find("button", attrs={"name": "do", "value": do}), f"no button {do}"
        self.presses += 1
        return self._read(self.client.post(self.address, {**self.sent, "do": do}))

    def follow(self, selector: str):
        """Follow the first link a selector finds."""
        return self.open(self.page.select_one(selector)["href"])

    @property
    def text(self) -> str:
        return " ".join(self.page.select_one(".sk-desk").get_text(" ").split())

    @property
    def errors(self) -> list[str]:
        found = self.page.select(".utrecht-form-field-error-message, .utrecht-alert--error")
        return [" ".join(one.get_text(" ").split()) for one in found]


def _values(field) -> list[str] | None:
    if field.name == "textarea":
        return [field.text.removeprefix("\n")]
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return [chosen.get("value", "")] if chosen else []
    if field.get("type") in ("checkbox", "radio"):
        return [field.get("value", "on")] if field.has_attr("checked") else None
    return [field.get("value", "")]
