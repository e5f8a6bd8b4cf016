"""Asking a host's interface: JSON, pages, files; waiting where it asks for that."""

import http.client
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from efsync.pipelines.interface import HostFailed
from efsync.views.visible import visible

TRIES = 4
TIMEOUT = 30.0
LONGEST_WAIT = 120.0
MOST_PAGES = 200
MOST_BYTES = 1024 * 1024 * 1024

_NOT_NOW = (429, 500, 502, 503, 504)
_LIMITED = (403, 429)


@dataclass(frozen=True)
class _Answer:
    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Web:
    """A host's interface at `address`; `headers` say who asks, and go to no other server."""

    address: str
    headers: Mapping[str, str]
    wait: Callable[[float], None] = time.sleep

    def get(self, path: str, **query: str | int) -> Any:
        """The document at `path`. Raises `HostFailed`."""
        return self._document(self._ask("GET", self._url(path, query)))

    def send(self, method: str, path: str, content: Mapping[str, Any]) -> Any:
        """Send a document to `path`; the answer. Raises `HostFailed`."""
        return self._document(self._ask(method, self._url(path, {}), json.dumps(content).encode()))

    def delete(self, path: str) -> None:
        """Delete what is at `path`. Raises `HostFailed`."""
        self._ask("DELETE", self._url(path, {}))

    def all(self, path: str, inside: str | None = None, **query: str | int) -> Iterator[Any]:
        """What is listed at `path`, page by page; `inside` is the key of the list where it is not the whole document.

        Raises `HostFailed`.
        """
        url: str | None = self._url(path, {"per_page": 100} | query)
        for _ in range(MOST_PAGES):
            if url is None:
                return
            answer = self._ask("GET", url)
            document = self._document(answer)
            yield from document[inside] if inside else document
            url = self._next(answer)
        raise HostFailed(f"{path} has more than {MOST_PAGES} pages")

    def file(self, path: str) -> bytes:
        """The file at `path`, from wherever the host keeps it. Raises `HostFailed`."""
        url, headers = self._url(path, {}), dict(self.headers)
        for _ in range(5):
            answer = self._ask("GET", url, headers=headers)
            if answer.status < 300:
                return answer.body
            url = urllib.parse.urljoin(url, answer.headers.get("location", ""))
            if not _same_server(url, self.address):
                headers = {}
        raise HostFailed(f"{path} leads from one place to the next")

    def _url(self, path: str, query: Mapping[str, str | int]) -> str:
        return f"{self.address.rstrip('/')}/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")

    def _next(self, answer: _Answer) -> str | None:
        """The address of the next page, as RFC 8288 has it; one at another server is not followed."""
        for url, more in re.findall(r"<([^>]*)>([^,<]*)", answer.headers.get("link", "")):
            if re.search(r'rel="?next"?', more):
                if not _same_server(url, self.address):
                    raise HostFailed("the next page is said to be at another server")
                return str(url)
        return None

    def _document(self, answer: _Answer) -> Any:
        if answer.status >= 300:
            raise HostFailed("the interface has moved; name its new address")
        try:
            return json.loads(answer.body) if answer.body.strip() else None
        except ValueError:
            raise HostFailed("the answer is no JSON; is that address the interface's?") from None

    def _ask(
        self, method: str, url: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> _Answer:
        """The answer to one question, asked again where that can do no harm.

        A `POST` that failed may have been carried out all the same, so it is asked again only where the host says
        that it was not.
        """
        asked = f"{method} {urllib.parse.urlsplit(url).path}"
        for attempt in range(1, TRIES + 1):
            answer = self._once(method, url, content, self.headers if headers is None else headers, asked)
            if answer is not None and answer.status < 400:
                return answer
            seconds = _seconds_to_wait(answer, attempt)
            again = answer is not None and _is_limit(answer)
            if method != "POST":
                again = again or answer is None or answer.status in _NOT_NOW
            if not again or attempt == TRIES or seconds > LONGEST_WAIT:
                raise HostFailed(_what_failed(asked, answer))
            self.wait(seconds)
        raise AssertionError

    def _once(
        self, method: str, url: str, content: bytes | None, headers: Mapping[str, str], asked: str
    ) -> _Answer | None:
        """The answer to one question asked once; none where the server can't be reached."""
        if not url.startswith(("https://", "http://")):
            raise HostFailed(f"{asked}: not an address of the web")
        kind = {"Content-Type": "application/json"} if content is not None else {}
        request = urllib.request.Request(url, content, {**headers, **kind}, method=method)  # noqa: S310
        try:
            with _OPENER.open(request, timeout=TIMEOUT) as response:
                return _answer(response)
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error)
        except (OSError, http.client.HTTPException):
            return None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Redirects are followed by `Web.file` alone, since `urllib` would send the token along."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none."""
        return


_OPENER = urllib.request.build_opener(_NoRedirects)


def _answer(response: Any) -> _Answer:
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise HostFailed("the file is larger than a gigabyte")
    headers = {name.lower(): value for name, value in response.headers.items()}
    return _Answer(response.status, response.reason or "", headers, body)


def _same_server(url: str, other: str) -> bool:
    return urllib.parse.urlsplit(url)[:2] == urllib.parse.urlsplit(other)[:2]


def _is_limit(answer: _Answer) -> bool:
    """Whether too much was asked, so that nothing was done: GitHub says so with 403 too."""
    told = "retry-after" in answer.headers or answer.headers.get("x-ratelimit-remaining") == "0"
    return answer.status == 429 or (answer.status in _LIMITED and told)


def _seconds_to_wait(answer: _Answer | None, attempt: int) -> float:
    headers = answer.headers if answer is not None else {}
    try:
        if "retry-after" in headers:
            return max(0.0, float(headers["retry-after"]))
        if headers.get("x-ratelimit-remaining") == "0":
            return max(0.0, float(headers["x-ratelimit-reset"]) - time.time()) + 1
    except (KeyError, ValueError):
        pass
    return float(2 ** (attempt - 1))


def _what_failed(asked: str, answer: _Answer | None) -> str:
    if answer is None:
        return f"{asked}: the server can't be reached"
    said = ""
    try:
        document = json.loads(answer.body)
        said = str(document.get("message") or document.get("error") or "")
    except (ValueError, AttributeError):
        pass
    hint = ""
    if _is_limit(answer):
        hint = "; too much was asked in this hour: run the job again later"
    elif answer.status in (401, 403, 404):
        hint = "; has the token the permissions that docs/pipelines.md names?"
    return visible(f"{asked}: {answer.status} {answer.reason}" + (f": {said}" if said else "") + hint)
