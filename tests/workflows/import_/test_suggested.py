"""The `--password-ref` that import names is one that the settings allow."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from efsync.accounts.department import FileAccount
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.read import read_department
from efsync.model.secrets import SecretReference
from efsync.secrets.store import SecretStore
from efsync.workflows.import_.suggested import hint

Table = Mapping[str, Any]


@pytest.fixture
def users(tmp_path: Path) -> tuple[FileAccount, ...]:
    """Two users of a department, one of them with a number for a code."""
    file = tmp_path / "accounts" / "ventas.yaml"
    file.parent.mkdir()
    file.write_text("version: 1\ndepartment: VENTAS\nusers:\n  JPEREZ: {}\n  0012: {}\n")
    return read_department(AccountsFolder(file.parent, tmp_path), file).accounts


def suggested(
    secrets: Mapping[str, Table],
    users: tuple[FileAccount, ...],
    folder: Path,
    standing: tuple[tuple[FileAccount, SecretReference], ...] = (),
) -> str:
    return hint(secrets, users, standing, SecretStore(secrets, folder))


@pytest.mark.parametrize(
    ("secrets", "pattern"),
    [
        ({"env": {"allow": ["MAIL_*"]}}, "env:MAIL_{user}"),
        ({"env": {"allow": ["*"]}}, "env:MAIL_{user}"),
        ({"env": {"allow": ["EFSYNC_?", "CORREO_*_ERP"]}}, "env:CORREO_{user}_ERP"),
        ({"env": {"allow": []}, "file": {"roots": ["/run/secrets"]}}, "file:/run/secrets/{user}"),
        ({"file": {"roots": ["../mail secrets/"]}}, "file:../mail secrets/{user}"),
        ({"age": {"roots": ["secrets"]}}, "age:secrets/{user}.age"),
        ({"vault": {"address": "https://v", "allow": ["secret/mail/*"]}}, "vault:secret/mail/{user}"),
        ({"vault": {"address": "https://v", "allow": ["secret/mail/*#smtp"]}}, "vault:secret/mail/{user}#smtp"),
        ({"aws": {"allow": ["mail/*"]}}, "aws:mail/{user}"),
        ({"keyring": {"allow": ["mail/*"]}}, "keyring:mail/{user}"),
        ({"command": {"programs": {"pass": ["pass"]}, "allow": ["pass mail/*"]}}, "command:pass mail/{user}"),
    ],
)
def test_it_is_of_a_kind_and_of_names_that_the_settings_list(
    secrets: Mapping[str, Table], pattern: str, users: tuple[FileAccount, ...], tmp_path: Path
) -> None:
    assert suggested(secrets, users, tmp_path) == f"--password-ref {shlex.quote(pattern)} writes references for them"


@pytest.mark.parametrize(
    "secrets",
    [
        {},
        {"env": {"allow": ["MAIL_JPEREZ"]}},
        {"file": {"roots": ["{user}"]}},
        {"vault": {"address": "https://v", "allow": ["*/*"]}},
    ],
)
def test_where_no_pattern_is_allowed_for_all_that_is_said(
    secrets: Mapping[str, Table], users: tuple[FileAccount, ...], tmp_path: Path
) -> None:
    assert suggested(secrets, users, tmp_path) == (
        "--password-ref writes references for them; [secrets] in efsync.toml has to allow these first"
    )


def test_one_that_is_somebody_elses_reference_is_not_named(users: tuple[FileAccount, ...], tmp_path: Path) -> None:
    secrets = {"env": {"allow": ["MAIL_*"]}, "file": {"roots": ["/run/secrets"]}}
    standing = ((users[0], SecretReference("env", "MAIL_0012")),)
    assert "'file:/run/secrets/{user}'" in suggested(secrets, users, tmp_path, standing)
