"""Department files that Hypothesis makes up, and what reads them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from efsync.accounts.department import FileAccount
from efsync.accounts.folder import AccountsFolder
from efsync.model.accounts import OnRemoval
from efsync.model.fields import PASSWORD, PlainValue, Value
from efsync.model.secrets import SecretReference
from efsync.workflows.desired import Wanted
from tests.planning.sides import fingerprint

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


def department_document(
    department: str, rule: OnRemoval, defaults: Mapping[str, Any], users: Mapping[str, Any]
) -> dict[str, Any]:
    """A department file."""
    return {
        "version": 1, "department": department, "on_removal": rule.value, "defaults": defaults, "users": users,
    }  # fmt: skip


def wanted_by(folder: Path, document: Mapping[str, Any]) -> Wanted:
    """What a department file in a folder wants, which gets the texts too that it may name."""
    (folder / "_text.html").write_text("<p>text</p>\n")
    (folder / "_template.html").write_text("<p>{{ user.code }}</p>\n")
    (folder / "file.yaml").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return Wanted(AccountsFolder(folder, folder))
