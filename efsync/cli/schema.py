"""`efsync schema`."""

import click


@click.command("schema")
@click.argument("name", type=click.Choice(["department", "plan", "configuration", "probe"]))
def command(name: str) -> None:
    """Print the JSON Schema of department files, plans, efsync.toml or what probe prints."""
    from efsync.schema.shipped import schema_text

    click.echo(schema_text(name), nl=False)
