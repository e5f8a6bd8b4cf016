"""Composing a mail."""

import pytest

from efsync.mail.compose import compose


@pytest.mark.parametrize(
    ("parts", "mail"),
    [
        (("<body>", "<p>Hola</p>", "<p>José</p>", "</body>"), "<body><p>Hola</p><p>José</p></body>"),
        ((None, "<p>Hola</p>", None, None), "<p>Hola</p>"),
        (("<body>", "Hola", None, "</body>"), "<body>Hola</body>"),
    ],
)  # fmt: skip
def test_a_mail_is_its_parts_one_after_the_other(
    parts: tuple[str | None, str, str | None, str | None], mail: str
) -> None:
    assert compose(*parts) == mail
