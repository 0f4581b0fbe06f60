"""A secret field is one whose value is kept nowhere and shown to nobody again: a password, a code or a key of a person.

What is sent without its form, on a page of an outage or behind the sign-in page, is told by its name alone.
"""

import re

# One of these among the words of a name, whatever stands around it.
WORDS = frozenset(
    "password oldpassword wachtwoord passphrase secret token otp pin credential cvc".split()
)
ENDS = ("_code", "_key")
# What ends like a secret and is none.
ORDINARY = frozenset("postal_code post_code zip_code area_code country_code language_code".split())


def is_secret(name: str) -> bool:
    """Tell whether a field of this name carries a secret; `code` only where it is all of the name."""
    name = name.lower()
    words = {word.rstrip("0123456789") for word in re.split("[-_.]", name)}
    last = name.rpartition("-")[2]
    return name == "code" or bool(words & WORDS) or (last.endswith(ENDS) and last not in ORDINARY)


def no_words(posted) -> str:
    """Say nothing of what was pressed."""
    return ""


def keeps_only(names_in, *, labels_of=None, words_of=no_words):
    """Say of a view which fields of what was sent to it may wait behind the sign-in page: `names_in(posted)`.

    `labels_of(user, posted, **of the address)` gives the labels of the values that somebody typed, by field;
    `words_of(posted)` says what they pressed.
    """

    def mark(view):
        view.keeps_only, view.labels_of, view.words_of = names_in, labels_of, words_of
        return view

    return mark
