"""Is what may fail beside the database asked in one guarded place each: hooks after a commit, caches, the layer?"""

import ast
import re

import pytest

from tests.calls import chain, said_in
from tests.test_architecture import ROOT, modules

# What is said only here, and why: everywhere else its failure would say "not stored" of what is stored,
# break a page, or count once per process.
ONLY_IN = {
    "on_commit run_on_commit run_and_clear_commit_hooks": {"deliberation/people/commit_hooks.py"},
    "group_send group_add new_channel get_channel_layer channel_layers": {
        "deliberation/live/sockets/hub.py",
    },
    "caches CacheHandler ConnectionProxy django.core.cache": {"deliberation/people/counters.py"},
    # On a key that is gone they raise; get_or_set asks twice, and may hear nothing the second time.
    "incr decr incr_version decr_version get_or_set": {
        "deliberation/people/counters.py", "cms/caches.py"
    },
    "LocMemCache RedisCache BaseCache": {"cms/caches.py"},
    # What is kept of a page is shown to somebody else, for a minute.
    "cache_page CacheMiddleware UpdateCacheMiddleware FetchFromCacheMiddleware make_template_fragment_key": set(),
}  # fmt: skip
# Inside that one place: who speaks with the layer, and catches whatever it does.
SPEAKS = {"_send", "_subscribe"}
STARS = ("django.db", "django.db.transaction", "django.core", "django.core.cache", "channels.layers",
         "django.views.decorators.cache")  # fmt: skip
CACHED = re.compile(r"{%-?\s*(?:load\b[^%]*\b\w*cache|\w*cache\b)")


def sources():
    for path in modules(ROOT):
        if "migrations" not in path.parts:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def unguarded(file, tree):
    """Give what a file says that only another may say."""
    said = {word for _function, word in said_in(tree)}
    said |= {word.rpartition(".")[2] for word in said if word.startswith("django.")}
    for words, places in ONLY_IN.items():
        if file not in places:
            yield from said & set(words.split())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {one.name for one in node.names}
            if "*" in names and node.module in STARS:
                yield f"all of {node.module}"
            if node.module == "django.core" and "cache" in names:
                yield "django.core.cache"
        elif isinstance(node, ast.alias) and node.name.startswith("django.core.cache"):
            yield from (
                () if file in {"cms/caches.py", "deliberation/people/counters.py"} else [node.name]
            )
        elif isinstance(node, ast.Attribute) and chain(node).endswith("core.cache"):
            yield chain(node)


def test_what_may_fail_is_asked_in_its_one_guarded_place():
    found = {(file, word) for file, tree in sources() for word in unguarded(file, tree)}
    assert found == set(), "use after_commit, counters or the hub, which catch what fails there"


def test_only_the_guards_of_the_hub_speak_with_the_layer():
    (layer,) = (words for words in ONLY_IN if "group_send" in words)
    (hub,) = ONLY_IN[layer]
    said = said_in(ast.parse((ROOT / hub).read_text()))
    words = set(layer.split())
    assert {name for name, word in said if word in words} - {"module"} == SPEAKS


@pytest.mark.parametrize(
    "planted",
    [
        "from django.db.transaction import on_commit as afterwards",
        "from django.db.transaction import *",
        "from django.db import connections\nconnections['default'].on_commit(ring)",
        "getattr(transaction, 'on_commit')(ring)",
        "connection.run_on_commit.append((set(), ring, False))",
        "hook = transaction.on_commit",
        "from channels.layers import get_channel_layer as the_layer",
        "from channels import layers\nasync_to_sync(layers.channel_layers['default'].send)()",
        "async_to_sync(self.channel_layer.group_send)(name, message)",
        "from django.core.cache import caches",
        "from django.core.cache import cache as kept",
        "from django.core import cache as c",
        "import django.core.cache as c",
        "import django\ndjango.core.cache.cache.get('x')",
        "from django import core\ncore.cache.cache.get('x')",
        "import_module('django.core.cache').cache.get('x')",
        "counters.incr(key)",
        "counters.get_or_set(key, work)",
        "from django.views.decorators.cache import cache_page as keep",
        "MIDDLEWARE = ['django.middleware.cache.UpdateCacheMiddleware']",
    ],
)
def test_every_spelling_is_seen(planted):
    assert list(unguarded("cms/planted.py", ast.parse(planted)))


def test_no_part_of_a_page_is_kept_for_somebody_else():
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    templates += [
        path
        for room in ("cms", "compass", "deliberation")
        for path in (ROOT / room).rglob("*.html")
    ]
    assert len(templates) > 100
    assert [path for path in templates if CACHED.search(path.read_text())] == []
    for planted in ("{% load cache %}", "{% load i18n wagtail_cache %}", "{% cache 60 menu %}"):
        assert CACHED.search(planted), planted
