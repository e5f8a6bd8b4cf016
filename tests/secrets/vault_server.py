"""A stand-in for HashiCorp Vault: its documented HTTP API of tokens, AppRoles and the key-value store, version 2.

The real server can't be had where the tests run. What stands here follows
https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2, …/auth/approle and …/auth/token.
"""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import trustme

TOKEN = "hvs.token-of-the-tests"
ROLE, ROLE_SECRET = "the-role", "the-secret-of-the-role"


@dataclass
class StandIn:
    """What the server holds and does, and what it was asked."""

    address: str = ""
    ca: str = ""
    secrets: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Fields by MOUNT/PATH."""
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    forbidden: set[str] = field(default_factory=set)
    """The paths that the token's policy does not let read."""
    status: int | None = None
    """Answers everything so, where it is not well."""
    body: bytes = b""
    delay: float = 0
    requests: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    namespaces: set[str | None] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, path: str, namespace: str | None) -> None:
        with self._lock:
            self.requests.append(path)
            self.namespaces.add(namespace)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)

    def end(self) -> None:
        with self._lock:
            self.at_once -= 1

    def answer(self, path: str, token: str | None, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and document, as Vault answers them."""
        if path == "auth/approle/login":
            if sent == {"role_id": ROLE, "secret_id": ROLE_SECRET}:
                return 200, {"auth": {"client_token": TOKEN, "policies": ["default"], "lease_duration": 60}}
            return 400, {"errors": ["invalid role or secret ID"]}
        if token not in self.tokens:
            return 403, {"errors": ["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]}
        if path == "auth/token/lookup-self":
            return 200, {"data": {"id": token, "policies": ["default"]}}
        mount, _, rest = path.partition("/data/")
        name = f"{mount}/{rest}"
        if name in self.forbidden:
            return 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
        if name not in self.secrets:
            return 404, {"errors": []}
        data = self.secrets[name]
        metadata = {"created_time": "2026-01-02T03:04:05.678Z", "deletion_time": "", "destroyed": False, "version": 3}
        return 200, {"request_id": "1", "lease_id": "", "data": {"data": data, "metadata": metadata}}


@contextmanager
def vault(folder: Path, *, tls: bool = True) -> Iterator[StandIn]:
    """A server on loopback whose certificate an authority of its own signed."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(self.path.removeprefix("/v1/"))
            stand_in.begin(path, self.headers.get("X-Vault-Namespace"))
            try:
                length = int(self.headers.get("Content-Length") or 0)
                sent = json.loads(self.rfile.read(length) or b"{}")
                time.sleep(stand_in.delay)
                status, document = stand_in.answer(path, self.headers.get("X-Vault-Token"), sent)
                body = json.dumps(document).encode()
                if stand_in.status is not None:
                    status, body = stand_in.status, stand_in.body
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"https://elsewhere.example/v1/{path}")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # who asked is gone
            finally:
                stand_in.end()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scheme = "http"
    if tls:
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        stand_in.ca = str(folder / "vault-ca.pem")
        authority.cert_pem.write_to_path(stand_in.ca)
        scheme = "https"
    stand_in.address = f"{scheme}://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
