"""What efsync.toml says."""

from efsync.settings.model import Settings
from efsync.settings.read import read_settings

__all__ = ["Settings", "read_settings"]
