"""A server on loopback that stands in for a host's interface, and remembers what it was asked."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Route = tuple[str, str, str, Callable[..., Any]]
"""Method, pattern of the path, the permission that it needs, and what answers."""


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: Any = None


@dataclass(frozen=True)
class Reply:
    """An answer that is not just a document."""

    status: int = 200
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass
class StandIn:
    """Answers by its routes; `page_size` makes even short lists come in pages."""

    routes: list[Route] = field(default_factory=list)
    page_size: int = 2
    asked: list[Asked] = field(default_factory=list)
    failures: list[tuple[str, Reply]] = field(default_factory=list)
    address: str = ""
    prefix: str = ""

    def fail(self, pattern: str, *replies: Reply) -> None:
        """Answer the next requests whose method and path match with these instead."""
        self.failures += [(pattern, reply) for reply in replies]

    def permission(self, asked: Asked) -> Mapping[str, str] | None:
        """What the token of a request may do; none where it is nobody's."""
        raise NotImplementedError

    def reply(self, asked: Asked) -> Reply:
        """The answer to one request."""
        self.asked.append(asked)
        for failure in self.failures:
            if re.search(failure[0], f"{asked.method} {asked.path}"):
                self.failures.remove(failure)
                return failure[1]
        permissions = self.permission(asked)
        if permissions is None:
            return Reply(401, {"message": "Bad credentials"})
        for method, pattern, permission, answer in self.routes:
            found = re.fullmatch(self.prefix + pattern, asked.path)
            if found and asked.method == method:
                if not _allowed(permission, permissions):
                    return Reply(403, {"message": "Resource not accessible by integration"})
                made = answer(asked, *found.groups())
                return made if isinstance(made, Reply) else Reply(201 if method == "POST" else 200, made)
        return Reply(404, {"message": "Not Found"})

    def page(self, asked: Asked, items: list[Any], inside: str | None = None) -> Reply:
        """One page of a list, with the address of the next in `Link`."""
        size, number = min(self.page_size, int(asked.query.get("per_page", 30))), int(asked.query.get("page", 1))
        shown = items[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(items):
            query = {**asked.query, "page": str(number + 1)}
            words = "&".join(f"{name}={value}" for name, value in query.items())
            first = f'<{self.address}{asked.path}?page=1>; rel="first"'
            headers["Link"] = f'{first}, <{self.address}{asked.path}?{words}>; rel="next"'
        return Reply(document={inside: shown, "total_count": len(items)} if inside else shown, headers=headers)


def _allowed(needed: str, granted: Mapping[str, str]) -> bool:
    """Whether one of `issues:write|pull-requests:write` is granted; to write is to read too."""
    for each in needed.split("|") if needed else []:
        name, _, level = each.partition(":")
        if granted.get(name) == "write" or granted.get(name) == level:
            return True
    return not needed


@contextmanager
def served(stand_in: StandIn) -> Iterator[StandIn]:
    """The stand-in on a port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            content = json.loads(self.rfile.read(length)) if length else None
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, content)
            reply = stand_in.reply(asked)
            nothing = b"" if reply.document is None else json.dumps(reply.document).encode()
            body = reply.body if reply.body is not None else nothing
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
