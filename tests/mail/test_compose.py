"""The mail as the ERP puts it together, and the way back from it to its texts."""

from hypothesis import given
from hypothesis import strategies as st

from efsync.mail.compose import Composed, Part, compose

TEXT = st.text(alphabet="ab\n", max_size=12)
MAYBE = st.none() | TEXT


def test_a_mail_is_header_message_signature_and_footer_in_that_order() -> None:
    assert compose("H", "M", "S", "F") == "HMSF"


def test_what_is_missing_is_as_if_it_were_empty() -> None:
    assert compose(None, "M", None, None) == "M"


@given(header=MAYBE, message=TEXT, signature=MAYBE, footer=MAYBE)
def test_every_character_is_found_again_in_its_text(
    header: str | None, message: str, signature: str | None, footer: str | None
) -> None:
    mail = Composed(header, message, signature, footer)
    texts = dict(mail.texts)
    read = dict.fromkeys(Part, "")
    for offset, character in enumerate(compose(header, message, signature, footer)):
        place = mail.place(offset)
        assert (texts[place.part] + "\n").split("\n")[place.line - 1][place.column - 1 : place.column] in (
            "" if character == "\n" else character
        )
        read[place.part] += character
    assert read == texts


def test_the_end_of_a_mail_is_the_end_of_its_last_text() -> None:
    place = Composed("H", "M", "one\ntwo", None).place(9)
    assert (place.part, place.line, place.column) == (Part.SIGNATURE, 2, 4)
