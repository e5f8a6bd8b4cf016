"""What views show to whoever reads Spanish: fields by the words of the ERP's own screen, values as they are."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from efsync.model.accounts import AppliedAccount, OnRemoval
from efsync.model.checks import CheckStatus, Examination, Topic, doubtful, fine, wrong
from efsync.model.drift import Drift
from efsync.model.fields import FIELDS, Value
from efsync.model.language import message, plural, use_language
from efsync.model.outcomes import Applied, ApplyStatus, Failed, Validation
from efsync.model.plans import Summary
from efsync.model.probe import Probed, ProbeResult, ProbeStatus
from efsync.model.problems import Location, Problem
from efsync.views.all_targets import apply_all_text, drift_all_text, plan_all_text, shared_problems
from efsync.views.all_targets_markdown import plan_all_markdown
from efsync.views.annotations import annotations
from efsync.views.doctor_text import doctor_text
from efsync.views.documents import as_json, doctor_document, drift_document, plan_document, probe_document
from efsync.views.drift_markdown import drift_markdown
from efsync.views.labels import field_label, label_width
from efsync.views.plan_markdown import plan_markdown
from efsync.views.plan_text import plan_text
from efsync.views.probe_text import probe_text
from efsync.views.state_text import account_text, drift_text
from efsync.views.text import problem_text
from tests.views.shown import hostile_plan, mixed_drift, mixed_plan
from tests.views.test_plan_text import printed

FAILED = Failed(
    "otra", (Problem("unknown-user", message("{user} was applied, and is no longer a user of the ERP", user="GONE")),)
)


@pytest.fixture(autouse=True)
def spanish() -> Iterator[None]:
    """Everything is said in Spanish."""
    use_language("es")
    yield
    use_language("en")


def test_a_field_is_called_as_on_the_screen_of_the_erp() -> None:
    assert [field_label(field) for field in FIELDS] == [
        "Dirección de correo", "Contraseña", "Servidor saliente", "Puerto", "Uso de SSL", "Dominio", "Encabezado",
        "Firma", "Pie",
    ]  # fmt: skip
    assert field_label("something new") == "something new"


def test_values_stand_below_each_other_though_labels_are_longer() -> None:
    lines = [
        line for line in printed(plan_text(mixed_plan())).splitlines() if "(confidencial" in line or "Puerto" in line
    ]
    starts = {line.index(next(word for word in line[8 + label_width() :].split())) for line in lines}
    assert len(lines) > 5
    assert starts == {8 + label_width() + 2}


@pytest.mark.parametrize("view", [plan_text, plan_markdown], ids=["text", "markdown"])
def test_a_plan_of_every_kind(view: object, snapshot: SnapshotAssertion) -> None:
    assert (plan_markdown(mixed_plan()) if view is plan_markdown else printed(plan_text(mixed_plan()))) == snapshot


@pytest.mark.parametrize("view", [drift_text, drift_markdown], ids=["text", "markdown"])
def test_drift_of_every_kind(view: object, snapshot: SnapshotAssertion) -> None:
    assert (drift_markdown(mixed_drift()) if view is drift_markdown else printed(drift_text(mixed_drift()))) == snapshot


def test_nothing_but_words_of_efsync_is_translated() -> None:
    shown = printed(plan_text(replace(hostile_plan(), target="server", tenant="error")))
    assert shown.startswith("Destino server, empresa error\n")


def test_one_account_as_applied(snapshot: SnapshotAssertion) -> None:
    fields: dict[str, Value] = {
        "address": "j@acme.example",
        "port": 587,
        "ssl": True,
        "domain": None,
        "footer": "<p>\n</p>\n",
    }
    account = AppliedAccount(
        "JPEREZ", "VENTAS", OnRemoval.CLEAR, fields, None, "2026-01-02T03:04:05Z", "20260102-030405-abc"
    )
    assert printed(account_text(account)) == snapshot


def test_all_targets(snapshot: SnapshotAssertion) -> None:
    plan = replace(mixed_plan(), changes=mixed_plan().changes[:1])
    never = Drift("nueva", (), (Problem("nothing-applied", message("apply first")),))
    applies = [
        Applied(ApplyStatus.APPLIED, "erp", "p", "r", Summary(changed=2)),
        Applied(ApplyStatus.NOTHING, "nada", "p"),
        Applied(ApplyStatus.REFUSED, "no", "p"),
        Applied(ApplyStatus.FAILED, "mal", "p"),
    ]
    assert (
        "\n---\n".join(
            [
                printed(plan_all_text([plan, FAILED])),
                printed(drift_all_text([replace(mixed_drift(), accounts=mixed_drift().accounts[1:2]), never, FAILED])),
                printed(apply_all_text(applies)),
                plan_all_markdown([plan, FAILED]),
            ]
        )
        == snapshot
    )


def test_what_is_wrong_for_many_targets_is_said_once_and_in_spanish() -> None:
    (problem,) = shared_problems((name, FAILED.problems[0]) for name in ("a", "b", "c", "d", "e"))
    assert problem.message == "a, b, c and 2 more: GONE was applied, and is no longer a user of the ERP"
    assert problem_text(problem).plain == (
        "error: a, b, c y 2 más: GONE se había aplicado, y ya no es usuario del ERP [unknown-user]"
    )


def test_doctor_and_probe(snapshot: SnapshotAssertion) -> None:
    found = Examination(
        (
            fine(Topic.SETTINGS, message("{files} with {accounts}", files="dos", accounts=plural("{count:,} account",
                 "{count:,} accounts", 2))),
            doubtful(Topic.SERVER, message("the server is {server}", server="X"), message("upgrade the server"), "erp"),
            wrong(Topic.COLUMN, message("{column} is {meaning}: {kind}, {null}", column="a", meaning="server",
                  kind="INTEGER", null=message("may be NULL")), None, "erp"),
        )
    )  # fmt: skip
    results = tuple(
        ProbeResult("smtp.acme.example", 587, number % 2 == 0, (f"U{number}",), status, "as it is", 0.25)
        for number, status in enumerate(ProbeStatus)
    )
    probed = Probed(results, left_out=1)
    shown = [*printed(doctor_text(found)).splitlines(), *printed(probe_text(probed)).splitlines()]
    assert "\n".join(shown[1:]) == snapshot  # the first has efsync's version


@pytest.mark.parametrize("name", ["github", "gitlab", "junit", "sarif"])
def test_annotations_are_read_by_people(name: str) -> None:
    place = Location("accounts/ventas.yaml", 3, 5)
    validation = Validation(
        1, 1, (Problem("unknown-user", FAILED.problems[0].message, place, message("make a new plan")),)
    )
    in_spanish = annotations(name, validation, "", "efsync.toml")
    use_language("en")
    in_english = annotations(name, validation, "", "efsync.toml")
    assert "GONE was applied" in in_english
    assert "GONE was applied" not in in_spanish
    assert "GONE se hab" in in_spanish
    assert "unknown-user" in in_spanish


def test_what_identifies_a_finding_does_not_depend_on_the_language() -> None:
    validation = Validation(1, 1, FAILED.problems)
    reports = []
    for language in ("es", "en"):
        use_language(language)
        reports.append(annotations("gitlab", validation, "", "efsync.toml"))
    told = [[line for line in report.splitlines() if '"description"' not in line] for report in reports]
    assert told[0] == told[1]


def test_documents_for_programs_are_the_same_in_any_language() -> None:
    def documents() -> str:
        found = Examination((fine(Topic.KEY, message("the connection is encrypted")),))
        probed = Probed(
            (ProbeResult("s", 25, False, ("U",), ProbeStatus.REFUSED, message("nothing was written"), 0.1),)
        )
        made = (
            plan_document(mixed_plan()),
            drift_document(mixed_drift()),
            doctor_document(found),
            probe_document(probed),
        )
        return as_json(made)

    in_spanish = documents()
    assert found_in(in_spanish, CheckStatus.OK, ProbeStatus.REFUSED)
    use_language("en")
    assert documents() == in_spanish


def found_in(text: str, *words: str) -> bool:
    """Whether all `words` stand in quotes in a text."""
    return all(f'"{word}"' in text for word in words)
