"""The settings in efsync.toml, read and checked once."""
