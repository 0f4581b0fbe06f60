"""The rule book: the rules of a framework as a resident reads them, in order and under headings."""

from django.utils.translation import gettext as _


def asked_in_parts(told: dict) -> list[tuple[str, list[dict]]]:
    """Order a told framework's questions as they are asked, each part under its title."""
    titles = (("gate", _("First: does one of these hold?")), ("criterion", _("Then: what weighs?")))
    return [
        (title, [one for one in told["questions"] if one["kind"] == kind]) for kind, title in titles
    ]


def in_groups(told: dict) -> list[dict]:
    """Order a told framework's rules by what they do, each group with words that say what that is."""
    levels = {level["key"]: level for level in told["levels"]}
    groups = [
        {
            "key": effect,
            "title": title,
            "text": text,
            "rules": [_named(rule, levels) for rule in told["rules"] if rule["effect"] == effect],
        }
        for effect, title, text in _words()
    ]
    return [group for group in groups if group["rules"]]


def _named(rule: dict, levels: dict) -> dict:
    """Name the level of each case of a rule as residents know it."""
    cases = [{**case, "level": levels.get(case["level"])} for case in rule["cases"]]
    return {**rule, "cases": cases}


def _words() -> tuple[tuple[str, str, str], ...]:
    return (
        (
            "settle",
            _("What settles it at once"),
            _("Does one of these hold? Then the level is fixed. The reason is always public."),
        ),
        (
            "at_least",
            _("What the municipality does at least"),
            _("A law, an earlier promise or its own policy asks for this."),
        ),
        (
            "at_most",
            _("What is possible at most"),
            _("Where little can change, the municipality promises no more than that."),
        ),
        (
            "points_to",
            _("What the subject asks for"),
            _("The more a subject asks for taking part, the higher the level."),
        ),
        (
            "means_at_most",
            _("What time and people allow now"),
            _("This never lowers what fits. Choosing less for this needs a name and a reason."),
        ),
        (
            "mode",
            _("When you do the work together"),
            _("Then it is not only about the plan, but also about carrying it out."),
        ),
        (
            "flag",
            _("What the municipality has to mind"),
            _("These rules change no level. They remind of a duty."),
        ),
    )
