"""How many of something there are, in words."""

from efsync.model.language import _, _n


def accounts(number: int) -> str:
    """A number of accounts."""
    return _n("{count:,} account", "{count:,} accounts", number)


def targets(number: int) -> str:
    """A number of targets."""
    return _n("{count:,} target", "{count:,} targets", number)


def fields(number: int) -> str:
    """A number of fields."""
    return _n("{count:,} field", "{count:,} fields", number)


def files(number: int) -> str:
    """A number of files."""
    return _n("{count:,} file", "{count:,} files", number)


def servers(number: int) -> str:
    """A number of servers."""
    return _n("{count:,} server", "{count:,} servers", number)


def errors(number: int) -> str:
    """A number of errors."""
    return _n("{count:,} error", "{count:,} errors", number)


def warnings(number: int) -> str:
    """A number of warnings."""
    return _n("{count:,} warning", "{count:,} warnings", number)


def percent(part: int, whole: int) -> str:
    """How much of `whole` a part is; neither nothing nor all where it is not quite that."""
    share = 100 * part / whole if whole else 0
    if 0 < share < 1:
        return "<1%"
    if 99 < share < 100:
        return ">99%"
    return f"{share:.0f}%"


def and_more(names: str, number: int) -> str:
    """Some names, and a number of others that are not named."""
    return _("{names} and {count:,} more", names=names, count=number) if number > 0 else names
