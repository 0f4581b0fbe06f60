"""Are containers closed but for what they need, and do they keep what they have to?"""

import re

import yaml

from tests.deploy.shipped import DEPLOY


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
