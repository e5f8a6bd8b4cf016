"""Problems in the forms in which hosts show them beside lines."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml

from efsync.model.outcomes import Validation
from efsync.model.problems import Location, Problem, Severity
from efsync.schema.explanations import explanations
from efsync.views.annotations import annotations
from efsync.views.annotations.findings import findings_of
from efsync.views.visible import visible
from tests.views.hosts import Command, assert_is_sarif, commands, junit_of

ERROR = Problem("schema", "port: 70000 is greater than 65535", Location("accounts/ventas.yaml", 12, 11), "write a port")
WARNING = Problem("inactive-user", "JPEREZ is not active", Location("accounts/ventas.yaml", 5),
                  severity=Severity.WARNING)  # fmt: skip
UNPLACED = Problem("config", "there is no target x", hint="name one")
NAMES = ("accounts/almacen.yaml", "accounts/ventas.yaml")

HOSTILE = [
    "a\n::error::b", "\r\n::set-output name=x::y", "::error::b", "##[error]b", "::stop-commands::x", "%0A::error::x",
    "a%b%25", "a:b,c=d", "]]>", "<failure/>", "\"'&<>", "\x00\x01\x1b[2J\x7f", "\ufffe\uffff", "\ud83d", "😀:é",
    "[click](http:evil.example)", "{0} {env: NAME}", "@team", "\u2028::error::x", "  ", "",
]  # fmt: skip

any_text = st.text(alphabet=st.characters(exclude_categories=())) | st.sampled_from(HOSTILE)
problems = st.builds(
    Problem,
    any_text,
    any_text,
    st.none()
    | st.builds(Location, any_text.filter(bool), st.none() | st.integers(1, 9999), st.none() | st.integers(1, 200)),
    any_text | st.none(),
    st.sampled_from(list(Severity)),
)


def made(form: str, *found: Problem, folder: str = ".", names: tuple[str, ...] = NAMES) -> str:
    """A validation with these problems."""
    return annotations(form, Validation(len(names), 3, found, names), folder, "efsync.toml")


def sarif(*found: Problem, folder: str = ".") -> Any:
    """The one run of a valid log."""
    log = json.loads(made("sarif", *found, folder=folder))
    assert_is_sarif(log)
    (run,) = log["runs"]
    return run


class TestGitHub:
    def test_each_problem_is_a_command_at_its_place(self) -> None:
        out = made("github", ERROR, WARNING, UNPLACED, folder="erp")
        assert out.splitlines()[0] == (
            "::error file=erp/accounts/ventas.yaml,line=12,col=11,title=efsync%3A schema"
            "::port: 70000 is greater than 65535%0Awrite a port"
        )
        assert commands(out)[1:] == [
            Command(
                "warning",
                {"file": "erp/accounts/ventas.yaml", "line": "5", "title": "efsync: inactive-user"},
                "JPEREZ is not active",
            ),
            Command("error", {"title": "efsync: config"}, "there is no target x\nname one"),
        ]
        assert out.splitlines()[3] == "Not valid: 2 errors; 3 accounts in 2 files."

    def test_a_valid_folder_is_said_in_a_line_that_is_no_command(self) -> None:
        assert made("github") == "Valid: 3 accounts in 2 files."

    def test_more_than_github_shows_is_said(self) -> None:
        assert "GitHub shows the first 10" not in made("github", *[ERROR] * 10, *[WARNING] * 10)
        assert "GitHub shows the first 10 errors" in made("github", *[ERROR] * 11)

    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_text_begins_a_command_of_its_own(self, text: str) -> None:
        problem = Problem(text, f"{text} x", Location(f"{text}.yaml", 1, 2), f"x{text}")
        (command,) = commands(made("github", problem))
        assert command.name == "error"
        assert command.properties == {
            "file": visible(f"{text}.yaml"), "line": "1", "col": "2", "title": f"efsync: {visible(text)}"
        }  # fmt: skip
        assert command.data == f"{visible(text)} x\nx{visible(text)}"

    @given(st.lists(problems, max_size=4))
    def test_any_problems_are_as_many_commands(self, found: list[Problem]) -> None:
        out = made("github", *found)
        assert [command.name for command in commands(out)] == [problem.severity.value for problem in found]
        assert out.replace("\n", "").replace("\t", "").isprintable()


class TestSarif:
    def test_each_problem_is_a_result_at_its_place_with_a_rule(self) -> None:
        run = sarif(ERROR, WARNING, ERROR, folder="erp")
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["schema", "inactive-user"]
        first, second, third = run["results"]
        assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("schema", 0, "error")
        assert first["message"]["text"] == "port: 70000 is greater than 65535\nwrite a port"
        assert first["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "erp/accounts/ventas.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 12, "startColumn": 11},
        }
        assert (second["ruleIndex"], second["level"]) == (1, "warning")
        assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 5}
        assert first["partialFingerprints"] != third["partialFingerprints"]
        assert run["columnKind"] == "unicodeCodePoints"

    def test_a_rule_says_what_its_code_means_and_what_to_do(self) -> None:
        (rule,) = sarif(ERROR)["tool"]["driver"]["rules"]
        explained = explanations()["schema"]
        assert rule["fullDescription"]["markdown"] == explained.meaning
        assert rule["help"]["markdown"] == explained.remedy
        assert rule["help"]["text"].startswith("Write what the message says. efsync schema department")

    def test_every_explained_code_makes_a_valid_rule(self) -> None:
        run = sarif(*(Problem(code, "x", Location("a.yaml", 1)) for code in explanations()))
        assert len(run["tool"]["driver"]["rules"]) == len(explanations()) > 40
        assert all(rule["help"]["text"] and "`" not in rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])

    def test_a_problem_without_a_place_is_at_the_settings(self) -> None:
        (result,) = sarif(UNPLACED, folder="erp")["results"]
        place = result["locations"][0]["physicalLocation"]
        assert (place["artifactLocation"]["uri"], place["region"]) == ("erp/efsync.toml", {"startLine": 1})

    def test_no_problems_are_a_run_without_results(self) -> None:
        assert sarif()["results"] == []

    def test_a_path_is_a_uri(self) -> None:
        (result,) = sarif(Problem("schema", "x", Location("accounts/año 1#a?b:c%.yaml", 1)))["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "accounts/a%C3%B1o%201%23a%3Fb%3Ac%25.yaml"

    def test_a_message_has_no_link(self) -> None:
        (result,) = sarif(Problem("schema", "see [here](http:evil.example)"))["results"]
        assert "](" not in result["message"]["text"]

    @given(st.lists(problems, max_size=4))
    def test_any_problems_are_valid(self, found: list[Problem]) -> None:
        assert len(sarif(*found)["results"]) == len(found)


class TestGitLab:
    def test_each_problem_is_an_entry_at_its_line(self) -> None:
        first, second, third = json.loads(made("gitlab", ERROR, WARNING, UNPLACED, folder="erp"))
        assert first | {"fingerprint": ""} == {
            "description": "port: 70000 is greater than 65535; write a port",
            "check_name": "schema",
            "fingerprint": "",
            "severity": "critical",
            "location": {"path": "erp/accounts/ventas.yaml", "lines": {"begin": 12}},
        }
        assert (second["severity"], second["location"]["lines"]) == ("minor", {"begin": 5})
        assert third["location"] == {"path": "erp/efsync.toml", "lines": {"begin": 1}}

    def test_no_problems_are_an_empty_list(self) -> None:
        assert json.loads(made("gitlab")) == []

    @given(st.lists(problems, max_size=6))
    def test_any_problems_have_names_of_their_own(self, found: list[Problem]) -> None:
        entries = json.loads(made("gitlab", *found))
        assert len({entry["fingerprint"] for entry in entries}) == len(entries) == len(found)
        for entry in entries:
            assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
            assert entry["location"]["lines"]["begin"] >= 1


class TestJUnit:
    def test_a_suite_for_each_file_has_a_test_for_each_problem(self) -> None:
        root = junit_of(made("junit", ERROR, WARNING, UNPLACED, folder="erp"))
        assert dict(root.attrib) == {"name": "efsync validate", "tests": "4", "failures": "1", "errors": "1"}
        fine, bad, settings = root
        assert (fine.get("name"), fine.get("tests"), fine[0].get("name"), list(fine[0])) == (
            "erp/accounts/almacen.yaml", "1", "valid", []
        )  # fmt: skip
        assert (bad.get("name"), bad.get("tests"), bad.get("failures")) == ("erp/accounts/ventas.yaml", "2", "1")
        failure = bad.find("testcase/failure")
        assert failure is not None
        assert failure.get("type") == "schema"
        assert failure.text == (
            "erp/accounts/ventas.yaml:12:11: error: port: 70000 is greater than 65535 [schema]\n    write a port"
        )
        assert bad.findtext("testcase/system-out") == (
            "erp/accounts/ventas.yaml:5: warning: JPEREZ is not active [inactive-user]"
        )
        assert settings.get("name") == "erp/efsync.toml"
        assert settings.find("testcase/error") is not None

    def test_files_without_problems_pass(self) -> None:
        root = junit_of(made("junit"))
        assert [suite.get("name") for suite in root] == list(NAMES)
        assert root.get("failures") == root.get("errors") == "0"

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_comes_out_as_it_is(self, text: str) -> None:
        problem = Problem("schema", f"x{text}", Location(f"a{text}.yaml", 1), f"y{text}")
        root = junit_of(made("junit", problem, names=()))
        failure = root.find("testsuite/testcase/failure")
        assert failure is not None
        assert failure.get("message") == f"x{visible(text)}".replace("\t", " ")
        assert failure.text is not None
        assert failure.text.split("\n    ")[1] == f"y{visible(text)}"
        assert root[0].get("name") == visible(f"a{text}.yaml")

    @given(st.lists(problems, max_size=4))
    def test_any_problems_are_valid_and_read_by_a_reader(self, found: list[Problem]) -> None:
        out = made("junit", *found)
        junit_of(out)
        assert out.isascii()
        read = JUnitXml.fromstring(out.encode())
        failed = sum(not case.is_passed for suite in read for case in suite)
        assert failed == sum(problem.is_error for problem in found) == read.failures + read.errors


@pytest.mark.parametrize(
    ("message", "moved"),
    [
        ("the user X stands here twice; first at a.yaml:3:4", "the user X stands here twice; first at a.yaml:9:4"),
        ("a flow (it begins at 3:1)", "a flow (it begins at 7:1)"),
        ("is not UTF-8 text: byte 0xe9 in line 3", "is not UTF-8 text: byte 0xe9 in line 30"),
    ],
)  # fmt: skip
def test_a_problem_keeps_its_name_when_lines_move(message: str, moved: str) -> None:
    (one,) = findings_of([Problem("schema", message, Location("a.yaml", 3, 1))], ".", "efsync.toml")
    (two,) = findings_of([Problem("schema", moved, Location("a.yaml", 30, 5))], ".", "efsync.toml")
    assert one.fingerprint == two.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        Problem("schema", "y", Location("a.yaml", 3)),
        Problem("config", "x", Location("a.yaml", 3)),
        Problem("schema", "x", Location("b.yaml", 3)),
        Problem("schema", "x 0013", Location("a.yaml", 3)),
    ],
)
def test_another_problem_has_another_name(other: Problem) -> None:
    one, two = findings_of([Problem("schema", "x", Location("a.yaml", 3)), other], ".", "efsync.toml")
    assert one.fingerprint != two.fingerprint


@pytest.mark.parametrize(
    ("folder", "file", "path"),
    [
        (".", "accounts/a.yaml", "accounts/a.yaml"),
        ("erp/mail", "accounts/a.yaml", "erp/mail/accounts/a.yaml"),
        ("erp/mail", "../shared/a.yaml", "erp/shared/a.yaml"),
        ("..", "accounts/a.yaml", "../accounts/a.yaml"),
        ("erp", "/srv/accounts/a.yaml", "/srv/accounts/a.yaml"),
    ],
)
def test_paths_are_told_from_the_top_of_the_repository(folder: str, file: str, path: str) -> None:
    (found,) = findings_of([Problem("schema", "x", Location(file, 1))], folder, "efsync.toml")
    assert found.file == path
