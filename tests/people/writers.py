"""Which functions of ours write an account, or what hangs on it, in whatever words?"""

import ast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from wagtail.models import APIToken
from wagtail.users.models import UserProfile

from deliberation.people.models import User
from tests.calls import Source, chain

MODELS = (
    User, Group, Permission, Session, UserSession, Authenticator, EmailAddress, SocialAccount, APIToken,
    UserProfile,
)  # fmt: skip
NAMES = {model.__name__ for model in MODELS} | {"SessionStore", "get_user_model", "AUTH_USER_MODEL"}
COLUMNS = {column.name for column in User._meta.concrete_fields} - {"id"}
BEHIND = {"groups", "user_permissions", "user_set"} | {
    relation.get_accessor_name()
    for relation in User._meta.related_objects
    if relation.related_model in MODELS
}
PERSONS = {
    "user",
    "actor",
    "owner",
    "account",
    "colleague",
    "person",
    "member",
    "resident",
    "staff",
}
VERBS = {
    "save", "save_base", "delete", "_raw_delete", "update", "create", "get_or_create", "update_or_create",
    "bulk_create", "bulk_update", "add", "set", "remove", "clear", "create_user", "create_superuser"
}  # fmt: skip
VERBS |= {f"a{verb}" for verb in VERBS}
PASSWORDS = {"set_password", "set_unusable_password"}


def writes(source: Source, name: str) -> bool:
    """Tell whether a function writes an account, as far as its own words say so."""
    nodes = list(ast.walk(source.nodes[name]))
    return (
        writes_rows(source, name, NAMES, BEHIND)
        or any(map(_stores, nodes))
        or any(
            _is_persons(one) or _writes_columns(one) for one in nodes if isinstance(one, ast.Call)
        )
    )


def writes_rows(source: Source, name: str, models: set[str], behind=frozenset()) -> bool:
    """Tell whether a function names one of some models, or a way to their rows, and writes."""
    nodes = list(ast.walk(source.nodes[name]))
    return any(isinstance(one, ast.Call) and _verb(one) in VERBS for one in nodes) and any(
        _names_a(source, source.module_of[name], one, models, behind) for one in nodes
    )


def _verb(call: ast.Call) -> str:
    said = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return "" if isinstance(call.func, ast.Name) and said == "set" else said


def _names_a(source, module, node, models, behind) -> bool:
    if isinstance(node, ast.Name):
        return source.resolve(f"{module}.{node.id}").rpartition(".")[2] in models
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.rpartition(".")[2].lower() in {one.lower() for one in models}
    return isinstance(node, ast.Attribute) and node.attr in models | behind


def _stores(node) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    return node.attr in PASSWORDS or (node.attr in COLUMNS and not isinstance(node.ctx, ast.Load))


def _is_persons(call) -> bool:
    *_before, who, _name = ("", "", *chain(call.func).split("."))
    return _verb(call) in VERBS and who in PERSONS


def _writes_columns(call) -> bool:
    if _verb(call) in ("setattr", "delattr", "__setattr__"):
        named = call.args[1:2] or [None]
        return not isinstance(named[0], ast.Constant) or named[0].value in COLUMNS
    if _verb(call) not in VERBS:
        return False
    named = {one.arg for one in ast.walk(call) if isinstance(one, ast.keyword)}
    named |= {
        one.value
        for one in ast.walk(call)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    return bool(named & (COLUMNS - {"email"}))
