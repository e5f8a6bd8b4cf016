"""JUnit's XML, as Jenkins, Azure and GitLab read it: a suite for each file, a test for each problem in it."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from efsync.model.language import _
from efsync.views.annotations.findings import Finding, path_from_top
from efsync.views.annotations.report import Report
from efsync.views.text import problem_text
from efsync.views.visible import said, visible


def junit(report: Report) -> str:
    """The suites of all files, one without problems with a test that passes."""
    files: dict[str, list[Finding]] = {path_from_top(report.folder, name): [] for name in report.validation.names}
    for finding in report.findings:
        files.setdefault(finding.file, []).append(finding)
    suites = [_suite(file, findings) for file, findings in files.items()]
    root = Element("testsuites", {"name": "efsync validate", **_counts(suites)})
    root.extend(suites)
    indent(root)
    written = tostring(root, encoding="us-ascii", xml_declaration=False).decode()  # whatever the terminal's encoding is
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _suite(file: str, findings: Iterable[Finding]) -> Element:
    suite = Element("testsuite", {"name": visible(file)})
    suite.extend([_test(finding) for finding in findings] or [_named_test(file, _("valid"))])
    suite.attrib |= {
        "tests": str(len(suite)),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": str(len(suite.findall("testcase/error"))),
    }
    return suite


def _counts(suites: Iterable[Element]) -> dict[str, str]:
    suites = tuple(suites)
    return {name: str(sum(int(suite.attrib[name]) for suite in suites)) for name in ("tests", "failures", "errors")}


def _test(finding: Finding) -> Element:
    """A test that fails for an error in a file, has an error for one without a place, and passes with a warning."""
    problem = finding.problem
    message = said(problem.message)
    test = _named_test(finding.file, f"{message} [{visible(problem.code)}]")
    if problem.is_error:
        attributes = {"type": visible(problem.code), "message": message}
        outcome = SubElement(test, "failure" if problem.location else "error", attributes)
    else:
        outcome = SubElement(test, "system-out")
    outcome.text = problem_text(problem).plain
    return test


def _named_test(file: str, name: str) -> Element:
    return Element("testcase", {"classname": visible(file), "name": name})
