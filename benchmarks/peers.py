"""Peers that do alike work: octoDNS compares YAML with YAML, one TXT record for each user."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.people import Person
from benchmarks.processes import Run, Step, Unexpected, run

OCTODNS = "octoDNS, YAML to YAML, nothing differs"
OCTODNS_MOST = 10_000
"""So many accounts take it five seconds and more."""

LEFT_OUT = "Left out: Terraform and decK, which PyPI does not have"
_ZONE = "acme.example."
_CONFIG = """\
providers:
  desired: {class: octodns.provider.yaml.YamlProvider, directory: desired, enforce_order: false}
  live: {class: octodns.provider.yaml.YamlProvider, directory: live, enforce_order: false}
zones:
  acme.example.: {sources: [desired], targets: [live]}
"""


@dataclass(frozen=True)
class OctoDns:
    """An octoDNS that the interpreter at `python` imports."""

    python: str
    version: str

    def step(self, folder: Path, people: Sequence[Person]) -> Step:
        """A plan over a zone with `people`, which is written to `folder`."""
        zone = "".join(_record(person) for person in people)
        for side in ("desired", "live"):
            (folder / side).mkdir(parents=True)
            (folder / side / f"{_ZONE}yaml").write_text(f"---\n{zone}", encoding="utf-8")
        (folder / "config.yaml").write_text(_CONFIG, encoding="utf-8")
        return Step(OCTODNS, lambda: self._plan(folder, len(people)))

    def _plan(self, folder: Path, records: int) -> Run:
        command = [self.python, "-m", "octodns.cmds.sync", "--log-stream-stdout", "--config-file", "config.yaml"]
        out, done = run(command, dict(os.environ), folder)
        if "No changes were planned" not in out or out.count(f"found {records} records") != 2:
            raise Unexpected(f"octoDNS did not compare {records} records, or found changes:\n{out[-2000:]}")
        return done


def find_octodns(python: str) -> OctoDns | None:
    """The octoDNS that this interpreter imports, if any."""
    asked = [python, "-c", "import octodns; print(octodns.__version__)"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return OctoDns(python, done.stdout.strip())


def _record(person: Person) -> str:
    server, port = ("correo", 465) if person.has_own_server else ("smtp", 587)
    value = f"address={person.address}, server={server}.acme.example, port={port}, ssl=true, domain=acme.example"
    return f"{person.code.lower()}:\n  type: TXT\n  ttl: 300\n  value: '{value}'\n"
