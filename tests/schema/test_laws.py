"""Whatever is thrown at the department schema, every problem is a sentence with a place, and no password is in it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from efsync.model.problems import Location
from efsync.schema.messages import Path, schema_problems

KEYS = [
    "version", "department", "on_removal", "vars", "defaults", "users", "address", "password", "server", "port", "ssl",
    "domain", "header", "signature", "footer", "env", "file", "template", "JPEREZ", "0012", "prot", "", " a",
    "Password",
]  # fmt: skip
MARK = "hunter2"

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from([1, "V", "clear", "a@b"]),
)
keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=12))
documents = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=20
)  # fmt: skip
users = st.dictionaries(keys, documents, max_size=3)
near_misses = st.fixed_dictionaries(
    {},
    optional={
        "version": st.one_of(st.just(1), scalars),
        "department": st.one_of(st.just("VENTAS"), scalars),
        "users": st.one_of(st.dictionaries(keys, st.one_of(users, documents), max_size=3), documents),
        "defaults": documents,
        "vars": documents,
        "on_removal": scalars,
        "extra": documents,
    },
)


def without_passwords(data: Any) -> Any:
    """The document with MARK as every text and key that stands below a key `password`."""
    if isinstance(data, dict):
        return {
            key: marked(value) if str(key).casefold() == "password" else without_passwords(value)
            for key, value in data.items()
        }
    return [without_passwords(item) for item in data] if isinstance(data, list) else data


def marked(data: Any) -> Any:
    if isinstance(data, dict):
        return {f"{MARK}{key}" if key not in ("env", "file") else key: marked(value) for key, value in data.items()}
    if isinstance(data, list):
        return [MARK, *map(marked, data)]
    return f"{MARK}{data}" if data is not None and not isinstance(data, bool) else data


def locate(path: Path, key: bool) -> Location:
    return Location("f.yaml", len(path) + 1, 1 + key)


@given(st.one_of(documents, near_misses).map(without_passwords))
def test_every_problem_has_a_code_a_place_and_a_message_and_repeats_no_password(document: Any) -> None:
    for where, problem in schema_problems("department", document, locate):
        assert problem.code in ("schema", "unknown-key", "plain-password")
        assert problem.is_error
        assert problem.location is not None
        assert problem.location.line
        assert problem.message.strip()
        assert len(problem.message) < 400
        assert isinstance(where, tuple)
        assert MARK not in f"{problem.message} {problem.hint}"


@given(st.dictionaries(st.sampled_from(["JPEREZ", "0012", "NO"]), st.none() | users, min_size=1))
def test_a_document_without_problems_has_accounts_that_are_mappings(accounts: dict[str, Any]) -> None:
    document = {"version": 1, "department": "VENTAS", "users": accounts}
    if not list(schema_problems("department", document, locate)):
        assert all(isinstance(account, dict) for account in accounts.values())


@given(st.text())
def test_no_text_is_accepted_as_a_password(text: str) -> None:
    document = {"version": 1, "department": "VENTAS", "users": {"A": {"password": text}}}
    ((_, problem),) = schema_problems("department", document, locate)
    assert problem.code == "plain-password"
