"""The digest of a record: the same whoever computes it, and another one for whatever is remembered otherwise."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from efsync.accounts.department import FileAccount
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.resolve import Resolver
from efsync.model.accounts import AppliedAccount, OnRemoval
from efsync.model.digests import record_digest
from efsync.model.fields import FIELDS, PASSWORD, PlainValue, Value
from efsync.model.secrets import SecretReference
from efsync.planning.document import plain
from efsync.workflows.desired import Wanted
from tests.planning.generated import departments, references, removals, some_fields
from tests.planning.sides import after_apply, applied, comparison, fingerprint, live

PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])
words = st.one_of(
    st.none(), st.sampled_from(["", " ", "0", "1", "true", "None", "a\nb"]), st.text(PRINTABLE, max_size=6)
)
hosts = st.sampled_from([None, "smtp.acme.example", "10.0.0.1"])
html = st.one_of(words, st.just({"file": "_text.html"}), st.just({"template": "_template.html"}))
defaults = st.fixed_dictionaries(
    {},
    optional={
        "server": hosts,
        "port": st.sampled_from([None, 25, 587]),
        "ssl": st.sampled_from([None, True, False]),
        "domain": st.sampled_from([None, "acme.example"]),
        **dict.fromkeys(["header", "signature", "footer"], html),
    },
)
own = st.tuples(
    defaults,
    st.fixed_dictionaries(
        {},
        optional={
            "address": st.sampled_from([None, "a@acme.example"]),
            PASSWORD: st.sampled_from([None, {"env": "MAIL_A"}, {"env": "MAIL_B"}, {"file": "a"}]),
        },
    ),
).map(lambda parts: parts[0] | parts[1])


def password(_account: FileAccount, reference: SecretReference) -> str:
    """What stands for the password that a reference leads to."""
    return fingerprint(str(reference))


class Roomy:
    """Columns that hold everything as it is."""

    def misfit(self, field: str, value: PlainValue) -> str | None:
        """Whatever it is, it fits."""

    def kept(self, field: str, value: Value) -> Value:
        """The same."""
        return value


def as_the_state_has_it(account: AppliedAccount) -> AppliedAccount:
    """The account, once its fields were text."""
    fields = json.loads(json.dumps({field: plain(value) for field, value in account.fields.items()}))
    return applied(account.code, account.department, account.on_removal, account.reference, **fields)


@given(defaults=defaults, one=own, other=own, rule=removals, department=departments)
@settings(max_examples=200)
def test_what_the_files_say_has_the_digest_of_what_an_apply_leaves(
    defaults: dict[str, Any], one: dict[str, Any], other: dict[str, Any], rule: OnRemoval, department: str
) -> None:
    document = {
        "version": 1, "department": department, "on_removal": rule.value, "defaults": defaults,
        "users": {"ONE": one, "OTHER": other},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        (folder / "_text.html").write_text("<p>text</p>\n")
        (folder / "_template.html").write_text("<p>{{ user.code }}</p>\n")
        (folder / "file.yaml").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        wanted = Wanted(AccountsFolder(folder, folder))
        resolver = Resolver(wanted.folder, password, columns=Roomy())
        accounts = [resolver.account(account, None) for account in wanted.each()]
    assert wanted.problems(resolver) == ()
    assert len(accounts) == 2
    held = {each.key: live(each.code) for each in accounts}
    _, remembered = after_apply(comparison(accounts, held.values()).changes, held, {})
    for each in accounts:
        assert each.digest == record_digest(each) == record_digest(as_the_state_has_it(remembered[each.key]))


records = st.builds(
    lambda department, rule, reference, fields: applied("JPEREZ", department, rule, reference, **fields),
    departments, removals, references, some_fields,
)  # fmt: skip


def remembered(account: AppliedAccount) -> tuple[object, ...]:
    """All that counts of a record, kinds of values included: True is not 1."""
    fields = {field: (type(value), value) for field, value in account.fields.items()}
    return account.department, account.on_removal, account.reference, fields


@given(one=records, other=records)
def test_records_that_differ_have_digests_that_differ(one: AppliedAccount, other: AppliedAccount) -> None:
    assert (record_digest(one) == record_digest(other)) == (remembered(one) == remembered(other))


@given(record=records, field=st.sampled_from(sorted(FIELDS)), value=st.sampled_from([None, "", "x", 0, 1, True, False]))
def test_one_field_that_differs_or_is_absent_makes_another_digest(
    record: AppliedAccount, field: str, value: str | int | bool | None
) -> None:
    other = applied("JPEREZ", record.department, record.on_removal, record.reference, **{**record.fields, field: value})
    assume(remembered(other) != remembered(record))
    assert record_digest(other) != record_digest(record)


@given(record=records)
def test_the_order_of_fields_and_who_applied_it_when_does_not_count(record: AppliedAccount) -> None:
    turned = AppliedAccount(
        "jperez", record.department, record.on_removal, dict(reversed(list(record.fields.items()))), record.reference,
        "2030-01-01T00:00:00.000Z", "another run",
    )  # fmt: skip
    assert record_digest(turned) == record_digest(record)


def test_values_that_change_places_make_another_digest() -> None:
    one = applied("JPEREZ", server="a", domain="b", header="x", footer=None)
    other = applied("JPEREZ", server="b", domain="a", header="x", footer=None)
    swapped = applied("JPEREZ", server="a", domain="b", header=None, footer="x")
    assert len({record_digest(each) for each in (one, other, swapped)}) == 3
