"""Addresses of PostgreSQL and Redis with their passwords, and why PostgreSQL lets nobody in."""

from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def server_url(name: str, address: str, password: str = "") -> str:
    """Give the address of a server, with a password that may hold any sign; say what is wrong with one that has none.

    In an address `/`, `#` and `?` end the name of the server: what comes after them is read as something else.
    """
    if not address or address.startswith("sqlite"):
        return address
    parts = _parts(address)
    beyond = address.split("//", 1)[-1].removeprefix(parts.netloc if parts else "")
    if parts is None or "@" in beyond or parts.netloc.count("@") > 1:
        raise ImproperlyConfigured(
            f"{name} can't be read. Does its password hold other characters than letters and digits? In an address "
            "write / as %2F, # as %23, ? as %3F, @ as %40, : as %3A and % as %25."
        )
    if not password:
        return address
    who, _at, where = parts.netloc.rpartition("@")
    netloc = f"{who.split(':')[0]}:{quote(password, safe='')}@{where}"
    return parts._replace(netloc=netloc).geturl()


def _parts(address: str):
    try:
        parts = urlsplit(address)
        _number = parts.port
    except ValueError:
        return None
    return parts


def why_closed(connection) -> str:
    """Say in one line why PostgreSQL lets nobody in; blank when it does, or when it is no PostgreSQL.

    Asked without the pool, which waits for half a minute and then tells no reason.
    """
    if connection.vendor != "postgresql":
        return ""
    import psycopg

    options = connection.get_connection_params()
    options.pop("pool", None)
    wanted = ("dbname", "user", "password", "host", "port")
    try:
        psycopg.connect(
            connect_timeout=5, **{k: options[k] for k in wanted if k in options}
        ).close()
    except psycopg.OperationalError as closed:
        return str(closed).splitlines()[0]
    return ""
