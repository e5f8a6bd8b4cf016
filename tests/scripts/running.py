"""Runs scripts as a database administrator does: with the real clients, by the commands that efsync prints."""

import os
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.cli.inside import call_json, saved_plan
from tests.world import Result, World

CLIENTS = {"sqlite": "sqlite3", "postgresql": "psql", "mysql": "mysql", "mariadb": "mysql"}


def client_of(world: World) -> str:
    return CLIENTS[make_url(world.url).get_backend_name()]


def scripted(world: World, *arguments: str) -> Any:
    """A script of what a new plan says, in `script.sql`; the document that tells of it."""
    saved_plan(world)
    result = call_json(world, "script", "plan.json", "--out", "script.sql", *arguments)
    assert result.status == 0, (result.out, result.err)
    return result.json


def script_of(world: World) -> str:
    return (world.folder / "script.sql").read_text()


def passwords(world: World, made: Any) -> dict[str, str]:
    """What the variables of a script have to be, with the passwords from the company's variables."""
    values = {each["name"]: world.environment[each["reference"]["env"]] for each in made["variables"]}
    return values | ({"check_key": made["check_key"]} if made["check_key"] else {})


def run(world: World, made: Any, variables: dict[str, str] | None = None, script: str | None = None) -> Result:
    """Run the script by its own commands."""
    values = passwords(world, made) if variables is None else variables
    (world.folder / "passwords.sql").write_text("".join(assignments(client_of(world), values)))
    if script is not None:
        (world.folder / "script.sql").write_text(script)
    done = subprocess.run(
        ["bash", "-c", "set -eo pipefail\n" + "\n".join(made["commands"])],
        cwd=world.folder,
        env=environment(world),
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def environment(world: World) -> dict[str, str]:
    """Who connects, which a script does not know."""
    url = make_url(world.url)
    home = world.folder / "home"
    home.mkdir(exist_ok=True)
    login = {"user": url.username, "password": url.password}
    lines = [f'{name} = "{value}"' for name, value in login.items() if value]
    Path(home / ".my.cnf").write_text("\n".join(["[client]", *lines]) + "\n")
    postgres = {"PGUSER": url.username or "", "PGPASSWORD": url.password or ""}
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8"} | postgres


def assignments(client: str, values: dict[str, str]) -> list[str]:
    """What sets variables in a client."""
    doubled = {name: value.replace("'", "''") for name, value in values.items()}
    if client == "sqlite3":
        rows = [f"INSERT INTO sqlite_parameters VALUES (':{name}', '{value}');\n" for name, value in doubled.items()]
        return [".parameter init\n", *rows]
    escaped = {name: value.replace("\\", "\\\\") for name, value in doubled.items()}
    if client == "psql":
        return [f"\\set {name} '{value}'\n" for name, value in escaped.items()]
    return [f"SET @{name} = '{value}';\n" for name, value in escaped.items()]
