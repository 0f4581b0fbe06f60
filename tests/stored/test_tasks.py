"""Is a task that waits at an upgrade still done after it? What each was ever left with stands in tasks.json.

Whoever moves a task leaves its name behind; whoever adds an argument gives it a default.
"""

import inspect
import json
from pathlib import Path

from django.utils.module_loading import import_string

from tests.test_mail_subjects import our_tasks

LEFT = json.loads(Path(__file__).with_name("tasks.json").read_text(encoding="utf-8"))


def lost(name: str, arguments: list) -> str:
    """Say why a task that waits can't be done any more; blank: it can."""
    try:
        inspect.signature(import_string(name).func).bind(*arguments)
    except (ImportError, TypeError) as failure:
        return f"{name}: {failure}"
    return ""


def test_what_waits_since_an_earlier_version_is_done():
    assert [lost(*one) for one in LEFT if lost(*one)] == []
    assert lost(LEFT[0][0], [1]) and lost(LEFT[0][0], [1, 2, 3, 4]) and lost("cms.search.gone", [1])


def test_every_task_is_remembered_with_all_its_arguments():
    known = {(name, len(arguments)) for name, arguments in LEFT}
    now = {(one.module_path, len(inspect.signature(one.func).parameters)) for one in our_tasks()}
    assert now - known == set(), "write what it is left with in tasks.json, beside what it was"
