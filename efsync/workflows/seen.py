"""Which accounts a plan saw to be as they shall be, kept beside the state for the next plan.

It is only ever a shortcut: it may be deleted, it is not read where others could have written it, and a file that is
not to the byte what efsync wrote counts as none. It holds digests and references, and no secret.
"""

import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hmac import compare_digest
from io import BytesIO
from itertools import chain
from pathlib import Path
from secrets import token_hex

import efsync
from efsync.accounts.department import DepartmentFile
from efsync.model.normal import comparable
from efsync.model.secrets import SecretReference
from efsync.secrets.fingerprints import FingerprintKey, seal_all

_SEAL = 16
PROOF = 16
"""The bytes of a proof."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A department file: its `digest`, its department as the database compares it, and the texts that it names.

    One of which there was something to say has no digest: it is never the same again, and always looked at.

    `former` has the codes that its users had before. For each account there is the reference of its password. All codes
    are comparable ones.
    """

    digest: str
    department: str
    included: tuple[str, ...]
    former: tuple[str, ...]
    references: dict[str, SecretReference | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in one `context`: department files, by their names in messages, and the texts `included` by any.

    `proofs` stand for the accounts that were as they shall be; where it `differs`, there are others in the files or in
    what is remembered.
    """

    context: str
    differs: bool
    included: tuple[str, ...]
    files: dict[str, SeenFile]
    proofs: frozenset[bytes]


def seen_file(file: DepartmentFile, digest: str) -> SeenFile:
    """A department file that was read, in short."""
    former = (account.renamed_from for account in file.accounts)
    return SeenFile(
        digest,
        file.head.key,
        tuple(sorted(file.included)),
        tuple(comparable(code) for code in former if code is not None),
        {account.key: account.reference for account in file.accounts},
    )


def read_seen(path: Path, key: FingerprintKey) -> Seen | None:
    """What this efsync wrote to `path` with `key`; `None` where there is nothing that can be trusted."""
    try:
        if not (_is_own(path.parent, stat.S_ISDIR) and _is_own(path, stat.S_ISREG)):
            return None
        data = path.read_bytes()
        if not compare_digest(_sealed([memoryview(data)[_SEAL:]], key), data[:_SEAL]):
            return None
        body = BytesIO(data)
        body.seek(_SEAL)
        context, differs, included = json.loads(body.readline())
        files = {name: _file(*written) for name, *written in map(json.loads, iter(body.readline, b"\n"))}
    except (OSError, ValueError):
        return None
    return Seen(context, differs, tuple(included), files, frozenset(iter(partial(body.read, PROOF), b"")))


def write_seen(path: Path, seen: Seen, key: FingerprintKey) -> None:
    """Keep `seen` at `path`; where that can't be, the next plan just takes longer."""
    waiting = path.with_name(f"{path.name}.{token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_sealed(_parts(seen), key))
            file.writelines(_parts(seen))
        os.replace(waiting, path)
    except OSError:
        pass
    finally:
        with suppress(OSError):
            waiting.unlink()


def _parts(seen: Seen) -> Iterator[bytes]:
    """What is written, a bit at a time: a line about all, one for each file, an empty one, and the proofs."""
    yield _line([seen.context, seen.differs, seen.included])
    for name, file in seen.files.items():
        references = file.references.values()
        kinds = [each and each.kind for each in references]
        arguments = [each and each.argument for each in references]
        about = [name, file.digest, file.department, file.included, file.former]
        yield _line([*about, [*file.references], kinds, arguments])
    yield b"\n"
    yield from seen.proofs


def _line(document: list[object]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def _file(digest: str, department: str, included: list[str], former: list[str], *accounts: list[str]) -> SeenFile:
    """A file as `_parts` has it, without its name."""
    references = {
        code: SecretReference(sys.intern(kind), argument) if kind else None
        for code, kind, argument in zip(*accounts, strict=True)
    }
    return SeenFile(digest, department, tuple(included), tuple(former), references)


def _sealed(parts: Iterable[bytes | memoryview], key: FingerprintKey) -> bytes:
    """Tells whether a file is whole, of this efsync, and of somebody who has the key: not of a pull request."""
    return seal_all(key, chain([f"{efsync.__version__}\0".encode()], parts))


def _is_own(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Whether `path` is of a kind, and ours alone to write, where the system knows whose it is."""
    status = os.lstat(path)
    if not is_kind(status.st_mode):
        return False
    return os.name != "posix" or (status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o022)
