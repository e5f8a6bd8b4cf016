"""SARIF 2.1.0, the Static Analysis Results Interchange Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/"""

from urllib.parse import quote

import efsync
from efsync.model.language import _
from efsync.schema.explanations import explanations
from efsync.views.annotations.findings import Finding
from efsync.views.annotations.report import Report
from efsync.views.documents import as_json
from efsync.views.visible import said

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TOP = "%SRCROOT%"


def sarif(report: Report) -> str:
    """A log of one run, with a rule for each problem code that was found."""
    codes = list(dict.fromkeys(finding.problem.code for finding in report.findings))
    run = {
        "tool": {
            "driver": {
                "name": "efsync",
                "version": efsync.__version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_TOP: {"description": {"text": _("The top of the repository.")}}},
        "results": [_result(finding, codes.index(finding.problem.code)) for finding in report.findings],
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> dict[str, object]:
    rule: dict[str, object] = {"id": code}
    explained = explanations().get(code)
    if explained:
        meaning, remedy = explained.meaning, explained.remedy
        rule |= {
            "shortDescription": {"text": _plain(meaning).split(". ")[0]},
            "fullDescription": {"text": _plain(meaning), "markdown": meaning},
            "help": {"text": _plain(remedy), "markdown": remedy},
        }
    return rule


def _result(finding: Finding, rule: int) -> dict[str, object]:
    problem = finding.problem
    region = {"startLine": finding.line or 1} | ({"startColumn": finding.column} if finding.column else {})
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity.value,
        "message": {"text": _message("\n".join(said(text) for text in (problem.message, problem.hint) if text))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.file), "uriBaseId": _TOP},
                    "region": region,
                }
            }
        ],
        "partialFingerprints": {"problem/v1": finding.fingerprint},
    }


def _plain(markdown: str) -> str:
    return markdown.replace("`", "")


def _message(text: str) -> str:
    """`text` where SARIF takes `[words](address)` for a link."""
    return text.replace("](", "] (")


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "surrogatepass"))
