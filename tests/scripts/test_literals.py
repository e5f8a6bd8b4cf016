"""Laws of quoting: a literal, read by the real client, is the text that it was made of."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from efsync.erp.script import Client, find_client
from tests.scripts.running import client_of, environment
from tests.world import World

TRICKS = st.sampled_from(
    [
        "'", "''", "\\", "\\'", "\n", "\r\n", "\r", "\t", "$(", "$", "(", ":x", ":'x'", "%", "%s", ";", "--", "/*",
        "*/", "\nGO\n", "\n.quit\n", "\n\\q\n", "\nDELIMITER //\n", "@x", "`", '"', "$$", "?", "#", "ñ", "🙂",
        "\u200d", "{",
    ]
)  # fmt: skip
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.lists(TRICKS | st.text(LETTERS, max_size=30), max_size=80).map("".join)


@pytest.fixture
def world(tmp_path: Path, url: str) -> World:
    """One company a server is enough here."""
    return World(tmp_path, url)


def read_back(world: World, client: Client, texts: list[str]) -> list[str]:
    """The bytes of each literal as the server sees it."""
    as_hex = {
        "sqlite3": "hex({})", "mysql": "HEX(CONVERT({} USING utf8mb4))",
        "psql": "upper(encode(convert_to({}, 'UTF8'), 'hex'))",
    }[client.name]  # fmt: skip
    lines = [f"SELECT CONCAT('[', {as_hex.format(client.text(each))}, ']');" for each in texts]
    if client.name == "sqlite3":
        lines = [f"SELECT '[' || {as_hex.format(client.text(each))} || ']';" for each in texts]
    database = "erp.db" if client.name == "sqlite3" else world.url.rpartition("/")[2].partition("?")[0]
    command = {
        "sqlite3": ["sqlite3", "-batch", "-bail", database],
        "mysql": ["mysql", "-h", "127.0.0.1", "--default-character-set=utf8mb4", "--skip-column-names", database],
        "psql": ["psql", "-X", "-qAt", "-h", "127.0.0.1", "-d", database, "-v", "x=replaced"],
    }[client.name]
    script = "\n".join([*client.opening([]), *lines]) + "\n"
    done = subprocess.run(
        command, input=script.encode(), capture_output=True, env=environment(world), cwd=world.folder, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [bytes.fromhex(found).decode() for found in re.findall(r"\[([0-9A-F]*)\]", done.stdout.decode())]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(TEXTS, min_size=20, max_size=60))
def test_a_literal_is_read_as_the_text_that_it_was_made_of(world: World, texts: list[str]) -> None:
    client = find_client(world.engine.dialect.name, 30)
    assert client.name == client_of(world)
    assert read_back(world, client, texts) == texts


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", "ANSI,NO_BACKSLASH_ESCAPES"])
def test_a_literal_of_mysql_means_the_same_in_every_mode(world: World, mode: str) -> None:
    client = find_client("mysql", 30)
    texts = ["a\\b", "it's", '"', "\\'", "a\\\\n", "\n\\\n"]
    before = f"SET SESSION sql_mode = '{mode}';"
    literals = ", ".join(f"HEX({client.text(each)})" for each in texts)
    done = subprocess.run(
        ["mysql", "-h", "127.0.0.1", "--default-character-set=utf8mb4", "--skip-column-names"],
        input=f"{before}\nSELECT {literals};\n", capture_output=True, text=True, env=environment(world), timeout=60,
    )  # fmt: skip
    assert [bytes.fromhex(each).decode() for each in done.stdout.split()] == texts
