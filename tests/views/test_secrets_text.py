"""What is known of passwords, as text."""

from pathlib import Path

from efsync.model.secret_checks import Encrypted, SecretReport, SecretStatus, SecretUse
from efsync.model.secrets import SecretReference
from efsync.views.secrets_text import encrypted_text, secrets_text
from tests.views.shown import ESCAPES
from tests.views.test_plan_text import printed

AT = "2026-01-02T03:04:05.678Z"
ENV = SecretReference("env", "MAIL_JPEREZ")


def test_each_password_is_a_line_with_how_it_stands() -> None:
    uses = [
        SecretUse("A", "VENTAS", ENV, SecretStatus.IN_USE, AT),
        SecretUse("B", "VENTAS", ENV, SecretStatus.IN_USE),
        SecretUse("C", "VENTAS", SecretReference("vault", "secret/mail/c"), SecretStatus.RENEWED, AT),
        SecretUse("D", "VENTAS", ENV, SecretStatus.NOT_APPLIED),
        SecretUse("E", "VENTAS", ENV, SecretStatus.MISSING, AT),
    ]
    lines = printed(secrets_text(SecretReport("erp", tuple(uses)))).splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "A VENTAS {env: MAIL_JPEREZ} the same as in use since 2026-01-02 03:04:05 UTC",
        "B VENTAS {env: MAIL_JPEREZ} the same as in use",
        "C VENTAS {vault: secret/mail/c} renewed: another one is in use since 2026-01-02 03:04:05 UTC",
        "D VENTAS {env: MAIL_JPEREZ} not applied yet",
        "E VENTAS {env: MAIL_JPEREZ} can't be had",
        "Passwords: 2 the same as in use, 1 renewed, 1 not applied yet, 1 missing.",
    ]


def test_what_somebody_wrote_into_a_file_is_harmless_to_a_terminal() -> None:
    use = SecretUse(f"A{ESCAPES}", f"V{ESCAPES}", SecretReference("file", ESCAPES), SecretStatus.IN_USE, AT)
    made = Encrypted("", Path(f"x{ESCAPES}"), SecretReference("age", f"x{ESCAPES}"))
    for lines in (secrets_text(SecretReport("erp", (use,))), encrypted_text(made)):
        assert all(line.isprintable() for line in printed(lines).splitlines())


def test_a_path_that_yaml_would_read_otherwise_is_quoted() -> None:
    for path, written in (("a/b.age", "a/b.age"), ("it's: {x}.age", "'it''s: {x}.age'"), ("~/x", "'~/x'")):
        (_, line) = encrypted_text(Encrypted("", Path("x"), SecretReference("age", path)))
        assert line.plain == f"    password: {{age: {written}}}"
