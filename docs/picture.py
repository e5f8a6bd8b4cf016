"""Draws docs/plan.svg, the README's picture of a plan: what efsync says of the demo after a few changes.

`make picture` runs it. Every line in the picture is what efsync wrote; the changes are made as people make them.
"""

import io
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from efsync.model.outcomes import ApplyStatus
from efsync.model.plans import Overrides, Plan
from efsync.settings.read import read_settings
from efsync.views.plan_text import plan_text
from efsync.views.text import problem_text
from efsync.workflows.apply import apply
from efsync.workflows.demo import demo
from efsync.workflows.plan import plan

PICTURE = Path(__file__).with_name("plan.svg")
TITLE = "efsync plan"
DESCRIPTION = "A terminal: efsync plan lists, by department and account, every field that would change, and why"
WIDTH = 100

THEME = TerminalTheme(
    background=(13, 17, 23),
    foreground=(201, 209, 217),
    normal=[
        (72, 79, 88),
        (255, 141, 133),
        (126, 231, 135),
        (240, 200, 100),
        (121, 192, 255),
        (210, 168, 255),
        (86, 212, 221),
        (201, 209, 217),
    ],
)

FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="plan-title">
<title id="plan-title">DESCRIPTION</title>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-family: system-ui, sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    """Make the demo in a temporary folder, apply it, change a few things, plan, draw."""
    with tempfile.TemporaryDirectory() as folder:
        plan = _plan_after_changes(Path(folder))
    lines = [*plan_text(plan), *(problem_text(problem) for problem in plan.problems)]
    PICTURE.write_text(_draw(lines), encoding="utf-8")
    print(f"Drew {PICTURE.name}: {len(lines)} lines.")


def _plan_after_changes(folder: Path) -> Plan:
    demo(folder / "efsync.toml")
    settings = read_settings(folder / "efsync.toml")
    applied = apply(settings, plan(settings), overrides=Overrides(changed=True))
    assert applied.status is ApplyStatus.APPLIED, applied.problems

    accounts = folder / "accounts"
    _edit(accounts / "almacen.yaml", "users:\n", "users:\n" + _account("KMEDINA", "'309'"))
    _edit(accounts / "ventas.yaml", _account("LSUAREZ", "'107'"), "")
    _edit(accounts / "sistemas.yaml", "domain: soporte.acme.example", "domain: ayuda.acme.example")
    _edit(accounts / "sistemas.yaml", "de 8:00 a 17:00, ext. 555", "de 7:00 a 19:00, ext. 555")
    (folder / ".efsync" / "demo-secrets" / "SOPORTE").write_text("Demo-renewed\n", encoding="utf-8")
    _change_erp(folder, "JPEREZ", server="mail.hosting-viejo.example", port=25)
    return plan(settings)


def _account(code: str, extension: str) -> str:
    return (
        f"  {code}:\n    address: {code.lower()}@acme.example\n"
        f"    password: {{file: .efsync/demo-secrets/{code}}}\n    vars: {{extension: {extension}}}\n"
    )


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, after), encoding="utf-8")


def _change_erp(folder: Path, code: str, server: str, port: int) -> None:
    """Type another server and port into the ERP's own screen."""
    statement = "UPDATE Usuarios SET Ser_Cor = ?, Pue_Cor = ? WHERE rtrim(Cod_Usu) = ? AND rtrim(Cod_Cli) = 'ACME'"
    with closing(sqlite3.connect(folder / ".efsync" / "demo-erp.db")) as connection, connection:
        assert connection.execute(statement, (server, port, code)).rowcount == 1


def _draw(lines: list[Text]) -> str:
    console = Console(
        file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="truecolor", highlight=False
    )
    for line in [Text.assemble(("$ ", "green"), ("efsync plan", "bold")), *lines]:
        assert all(cell_len(part) <= WIDTH for part in line.plain.split("\n")), line.plain
        console.print(line, soft_wrap=True)
    code_format = FORMAT.replace("DESCRIPTION", DESCRIPTION)
    drawn = console.export_svg(title=TITLE, theme=THEME, code_format=code_format, unique_id="plan")
    return "\n".join(line.strip() for line in drawn.splitlines() if line.strip()) + "\n"


if __name__ == "__main__":
    main()
