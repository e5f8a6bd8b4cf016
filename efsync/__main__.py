"""`python -m efsync`."""

from efsync.cli import main

main()
