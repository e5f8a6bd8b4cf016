"""`efsync import`: department files from the live database, and live values into standing files."""

from efsync.workflows.import_.story import import_accounts

__all__ = ["import_accounts"]
