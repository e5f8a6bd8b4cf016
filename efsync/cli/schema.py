"""`efsync schema`."""

import click


@click.command("schema")
@click.argument("name", type=click.Choice(["department", "plan", "configuration"]))
def command(name: str) -> None:
    """Print the JSON Schema of department files, plans or efsync.toml."""
    from efsync import workflows

    click.echo(workflows.schema(name), nl=False)
