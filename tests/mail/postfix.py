"""A Postfix of a test's own: its configuration, queue and passwords in one folder, on a free port of loopback."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import trustme

from tests.mail.mail_servers import free_port

NEEDS = ("postfix", "postconf", "saslpasswd2", "postlog")

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mail.test
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = {folder}/server.pem
smtpd_sasl_auth_enable = yes
cyrus_sasl_config_path = {folder}/sasl
smtpd_client_connection_rate_limit = {rate}
smtpd_client_event_limit_exceptions =
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
proxymap  unix  - - n -     - proxymap
anvil     unix  - - n -     1 anvil
error     unix  - - n -     - error
postlog   unix-dgram n - n - 1 postlogd
"""

SASL = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/sasldb2
mech_list: PLAIN LOGIN CRAM-MD5
"""


class Postfix:
    """Where it listens: `port` speaks STARTTLS, `tls_port` TLS from the first byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()

    @property
    def log(self) -> str:
        """All that it logged."""
        return (self.folder / "log").read_text(errors="replace")

    @property
    def queue(self) -> list[Path]:
        """The mails that it has."""
        folders = ("maildrop", "incoming", "active", "deferred", "hold")
        return [each for name in folders for each in (self.folder / "queue" / name).rglob("*") if each.is_file()]


def is_there() -> bool:
    """Whether Postfix can be started here."""
    return os.geteuid() == 0 and all(map(shutil.which, NEEDS))


@contextmanager
def postfix(certificate: trustme.LeafCert, passwords: Mapping[str, str], rate: int = 0) -> Iterator[Postfix]:
    """A Postfix that knows these addresses and passwords; with a `rate`, no more connections a minute than that."""
    # the folder has to be one that Postfix's own user may enter
    folder = Path(tempfile.mkdtemp(prefix="efsync-postfix-"))
    folder.chmod(0o755)
    server = Postfix(folder)
    try:
        _configure(server, certificate, passwords, rate)
        _run("postfix", "-c", str(folder), "start")
        _wait(server.port)
        yield server
    finally:
        with contextlib.suppress(subprocess.SubprocessError):
            _run("postfix", "-c", str(folder), "stop")
        shutil.rmtree(folder)


def _configure(server: Postfix, certificate: trustme.LeafCert, passwords: Mapping[str, str], rate: int) -> None:
    folder = server.folder
    for name in ("queue", "data", "sasl"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "main.cf").write_text(MAIN.format(folder=folder, rate=rate))
    (folder / "master.cf").write_text(MASTER.format(port=server.port, tls_port=server.tls_port))
    (folder / "sasl" / "smtpd.conf").write_text(SASL.format(folder=folder))
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    for address, password in passwords.items():
        name, _, realm = address.partition("@")
        _run("saslpasswd2", "-p", "-c", "-f", str(folder / "sasldb2"), "-u", realm, name, typed=password)
    shutil.chown(folder / "sasldb2", "postfix")


def _run(*command: str, typed: str = "") -> None:
    done = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise subprocess.SubprocessError(f"{command[0]}: {done.stdout}{done.stderr}")


def _wait(port: int) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < ends
            time.sleep(0.1)
        else:
            return
