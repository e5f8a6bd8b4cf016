"""All providers behind one door, plug-ins too."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret, SecretReference
from efsync.schema.kinds import GROUP
from efsync.secrets.interface import SecretError
from efsync.secrets.store import SecretStore

SAFE = SecretReference("safe", "mail/jperez")


class SafeProvider:
    """A plug-in that counts how often it is asked."""

    made: list[tuple[Mapping[str, Any], Path]] = []  # noqa: RUF012
    reads: list[str] = []  # noqa: RUF012

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self.made.append((settings, folder))

    def check_allowed(self, argument: str) -> None:
        if not argument.startswith("mail/"):
            raise SecretError(f"{argument} may not be read", "allow it: [secrets.safe]")

    def read(self, argument: str) -> Secret:
        self.reads.append(argument)
        if argument == "mail/shut":
            raise SecretError("the safe is shut", "open it")
        return Secret(f"clave of {argument}")


@pytest.fixture(autouse=True)
def _plug_in(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the plug-in as a distribution would, beside one whose package is gone."""
    monkeypatch.setattr(SafeProvider, "made", [])
    monkeypatch.setattr(SafeProvider, "reads", [])
    site = tmp_path_factory.mktemp("site")
    installed = site / "efsync_safe-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: efsync-safe\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(
        f"[{GROUP}]\nsafe = {__name__}:SafeProvider\ngone = a_package_that_is_gone:Provider\n"
        f"renamed = {__name__}:NoSuchProvider\n"
    )
    monkeypatch.syspath_prepend(site)


def store(folder: Path = Path(), **settings: Mapping[str, Any]) -> SecretStore:
    """A store with these tables of `[secrets]`."""
    return SecretStore({"env": {"allow": ["MAIL_*"]}, **settings}, folder)


def problem(call: Callable[[], object]) -> Problem:
    """The one problem of a call that is refused."""
    with pytest.raises(Refused) as raised:
        call()
    (found,) = raised.value.problems
    assert found.location is None
    assert found.is_error
    return found


def test_a_plug_in_is_found_by_its_entry_point_and_gets_its_own_settings(tmp_path: Path) -> None:
    reading = store(tmp_path, safe={"address": "https://safe.example"})
    assert reading.read(SAFE).reveal() == "clave of mail/jperez"
    assert SafeProvider.made == [({"address": "https://safe.example"}, tmp_path)]


def test_each_distinct_secret_is_read_once_and_each_provider_made_once() -> None:
    reading = store()
    other = SecretReference("safe", "mail/mrojas")
    secrets = [reading.read(each) for each in (SAFE, other, SAFE, other, SAFE)]
    assert SafeProvider.reads == ["mail/jperez", "mail/mrojas"]
    assert len(SafeProvider.made) == 1
    assert secrets[0] == secrets[2] == secrets[4] != secrets[1]


def test_what_is_at_hand_is_read_each_time_and_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "jperez"
    file.parent.mkdir()
    reading, reference = store(tmp_path, file={"roots": ["secrets"]}), SecretReference("file", "secrets/jperez")
    found = []
    for password in ("una", "otra"):
        file.write_text(password)
        reading.read_ahead([reference])
        found.append(reading.read(reference).reveal())
    assert found == ["una", "otra"]


def test_a_file_that_may_not_be_read_is_not_allowed_rather_than_missing(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("ajena")
    reading = store(tmp_path, file={"roots": ["secrets"]})
    for _ in range(2):
        assert problem(lambda: reading.read(SecretReference("file", "elsewhere"))).code == "secret-not-allowed"


@pytest.mark.parametrize("kinds", [{"file": {}}, {"env": {}, "file": {}}, {"age": {}}, {"safe": {}, "env": {}}, {}])
def test_only_secrets_that_may_not_be_at_hand_take_time(tmp_path: Path, kinds: dict[str, Any]) -> None:
    assert store(tmp_path, **kinds).takes_time == bool(kinds.keys() - {"env", "file"})


def test_what_is_not_allowed_is_not_read() -> None:
    found = problem(lambda: store().read(SecretReference("safe", "aws/root")))
    assert (found.code, found.message, found.hint) == (
        "secret-not-allowed", "password: aws/root may not be read", "allow it: [secrets.safe]",
    )  # fmt: skip
    assert SafeProvider.reads == []


def test_checking_what_is_allowed_reads_nothing() -> None:
    store().check_allowed(SAFE)
    assert SafeProvider.reads == []


def test_what_can_not_be_had_is_missing_with_the_providers_own_words() -> None:
    found = problem(lambda: store().read(SecretReference("safe", "mail/shut")))
    assert (found.code, found.message, found.hint) == ("secret-missing", "password: the safe is shut", "open it")


@pytest.mark.parametrize("kind", ["gone", "renamed", "nothing-of-that-kind", "ENV", ""])
def test_a_kind_without_a_provider_is_refused(kind: str) -> None:
    found = problem(lambda: store().read(SecretReference(kind, "x")))
    assert found.code == "secret-not-allowed"
    assert f"of kind {kind}" in found.message
    assert found.hint is not None
    assert "install" in found.hint


def test_a_provider_without_settings_allows_nothing(tmp_path: Path) -> None:
    (tmp_path / "jperez").write_text("clave")
    reading = SecretStore({}, tmp_path)
    env, file = SecretReference("env", "MAIL_JPEREZ"), SecretReference("file", "jperez")
    assert problem(lambda: reading.read(env)).code == "secret-not-allowed"
    assert problem(lambda: reading.read(file)).code == "secret-not-allowed"


UNUSABLE = {
    "empty": ("", "secret-missing"),
    "blank": ("   ", "secret-missing"),
    "shown_in_its_place": ("(sensitive, changed)", "secret-value"),
    "fingerprint": ("hmac-sha256:" + "a" * 64, "secret-value"),
    "stars": ("********", "secret-value"),
    "blank_at_the_end": ("clave ", "secret-value"),
    "blank_at_the_beginning": (" clave", "secret-value"),
    "line_break": ("clave\notra", "secret-value"),
    "line_end": ("clave\n", "secret-value"),
    "tab": ("cla\tve", "secret-value"),
    "escape": ("cla\x1b[2Jve", "secret-value"),
    "not_utf_8": ("cla\udce9ve", "secret-value"),
}


@pytest.mark.parametrize(("text", "code"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_can_not_be_a_password_is_refused_without_showing_it(
    text: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_JPEREZ", text)
    found = problem(lambda: store().read(SecretReference("env", "MAIL_JPEREZ")))
    assert found.code == code
    assert "{env: MAIL_JPEREZ}" in found.message
    assert not text.strip() or text not in f"{found.message} {found.hint}"


def test_every_reader_of_an_unusable_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_JPEREZ", "***")
    reading = store()
    for _ in range(2):
        assert problem(lambda: reading.read(SecretReference("env", "MAIL_JPEREZ"))).code == "secret-value"


@pytest.mark.parametrize("text", ["clave", "contraseña", "con blanco dentro", "p@ss:w/ö%", "🔑"])
def test_any_other_text_is_a_password(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_JPEREZ", text)
    assert store().read(SecretReference("env", "MAIL_JPEREZ")).reveal() == text
