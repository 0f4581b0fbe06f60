"""What would a browser send of a form, untouched?"""

from django.http import QueryDict


def as_sent(editor, **changed) -> QueryDict:
    """Give what a browser sends of an editor nobody has filled in yet, with some fields changed."""
    sent = QueryDict(mutable=True)
    _form(sent, editor.form)
    for rows in editor.sets.values():
        _form(sent, rows.management_form)
        for form in rows:
            _form(sent, form)
    for term in getattr(editor, "terms", ()):
        _form(sent, term)
    if getattr(editor, "condition", None) and not editor.condition.stays:
        _condition(sent, editor.condition)
    for name, value in {"do": "save", **changed}.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent


def _condition(sent, condition):
    _form(sent, condition)
    _form(sent, condition.groups.management_form)
    for group in condition.groups:
        _form(sent, group)
        _form(sent, group.tests.management_form)
        for test in group.tests:
            _form(sent, test)
            sent[f"{test.prefix}-asked"] = test.asked


def _form(sent, form):
    for field in form:
        value = field.value()
        if value is None or value is False:
            continue
        values = value if isinstance(value, list | tuple) else ["on" if value is True else value]
        sent.setlist(field.html_name, [str(one) for one in values])
