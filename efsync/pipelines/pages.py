"""One comment that is kept, and one issue: found by a mark that is not seen."""

from urllib.parse import quote

from efsync.pipelines.interface import Host, PullRequest

MOST_CHARACTERS = 65_500
"""GitHub takes 65,536 in a comment, counted in UTF-16 as efsync counts them; GitLab takes more."""


def keep_comment(host: Host, request: PullRequest, key: str, page: str, *, needed: bool) -> str:
    """Put `page` into the comment with the mark of `key`; what was done.

    Where there is none, one is written if it is `needed`. Should there be several, which two runs at once may have
    written, the oldest stays and the others are deleted.
    """
    if not host.is_head(request):
        return "somebody pushed since: the comment is left to the newer run"
    mark = _mark("plan", key)
    own = [each for each in host.comments(request) if each.body.startswith(mark)]
    body = _body(mark, page, host.run_address)
    if not own:
        if not needed:
            return "nothing differs: no comment"
        host.add_comment(request, body)
        return "comment written"
    for extra in own[1:]:
        host.delete_comment(request, extra.number)
    host.change_comment(request, own[0].number, body)
    return "comment updated"


def keep_issue(host: Host, key: str, title: str, page: str, *, drifted: bool) -> str:
    """Open or change the issue with the mark of `key` where something drifted, close it where nothing did."""
    mark = _mark("drift", key)
    own = [each for each in host.issues() if each.body.startswith(mark)]
    if not drifted:
        for each in own:
            host.close_issue(each.number, _body("", page, host.run_address).lstrip())
        return f"closed {_numbers([each.number for each in own])}" if own else "no issue is open"
    body = _body(mark, page, host.run_address)
    if not own:
        return f"opened issue {host.open_issue(title, body)}"
    oldest = min(own, key=lambda each: each.number)
    host.change_issue(oldest.number, body)
    return f"updated issue {oldest.number}"


def _numbers(numbers: list[int]) -> str:
    return ", ".join(f"issue {number}" for number in sorted(numbers))


def _mark(kind: str, key: str) -> str:
    """A comment of HTML that nothing in `key` can end, and which is no other key's beginning."""
    return f"<!-- efsync {kind}: {quote(key, safe='').replace('-', '%2D')} -->"


def _body(mark: str, page: str, address: str) -> str:
    body = f"{mark}\n{page.strip()}\n"
    more = f"\n[report.html]({address})\n" if address else ""
    return body + more if _length(body + more) <= MOST_CHARACTERS else body


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
