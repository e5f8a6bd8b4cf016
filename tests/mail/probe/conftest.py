"""What every test of a conversation may ask for."""

from collections.abc import Callable

import pytest
import trustme

from efsync.mail.probe import conversation
from efsync.mail.probe.answers import Answers
from efsync.mail.probe.conversation import Conversation, Endpoint, converse
from efsync.mail.probe.login import Credentials
from efsync.mail.probe.outcome import Outcome
from efsync.model.secrets import Secret
from tests.mail.mail_servers import ACCOUNT, PASSWORD, Authority

Probe = Callable[..., Outcome]


@pytest.fixture(scope="session")
def authority() -> Authority:
    """The company's own CA."""
    return Authority(trustme.CA())


@pytest.fixture
def probe(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Probe:
    """Holds one conversation, with a server on this machine where no other is named."""
    context = authority.client

    def hold(
        port: int, *, ssl: bool = True, implicit: bool = False, login: bool = False, password: str = PASSWORD,
        host: str = "localhost", timeout: float = 5, needs_auth: bool = True,
    ) -> Outcome:  # fmt: skip
        if implicit:
            monkeypatch.setattr(conversation, "IMPLICIT_TLS_PORT", port)
        credentials = Credentials(ACCOUNT, Secret(password)) if login else None
        answers = Answers.without([Secret(password)])
        return converse(Conversation(Endpoint(host, port, ssl), credentials, needs_auth), context, answers, timeout)

    return hold
