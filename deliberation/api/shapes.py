"""Notation for OpenAPI 3.0.3 schemas: text, number, list and object as plain data."""


def text(description: str = "", *, nullable: bool = False, choices=(), form: str = "") -> dict:
    """Describe a text; `form` is date, uri and the like."""
    return _plain("string", description, nullable, form) | (
        {"enum": [*choices, *([None] if nullable else [])]} if choices else {}
    )


def number(description: str = "", **bounds: int) -> dict:
    """Describe a whole number."""
    return _plain("integer", description, False, "") | bounds


def truth(description: str = "") -> dict:
    """Describe a yes or no."""
    return _plain("boolean", description, False, "")


def many(items: dict, description: str = "") -> dict:
    """Describe a list."""
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def record(description: str = "", *, nullable: bool = False, **members: dict) -> dict:
    """Describe an object of which every member is always there; empty is null, never absent."""
    shape = _plain("object", description, nullable, "")
    return {**shape, "required": list(members), "properties": members}


def shared(name: str) -> dict:
    """Refer to a schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _plain(kind: str, description: str, nullable: bool, form: str) -> dict:
    shape: dict = {"type": kind}
    if description:
        shape["description"] = description
    if nullable:
        shape["nullable"] = True
    if form:
        shape["format"] = form
    return shape
