"""Packages that only some providers need, installed as extras of efsync-erp."""

import importlib
import sys
import warnings
from typing import Any

from efsync.model.language import message
from efsync.secrets.interface import ProviderDown


def installed(module: str, extra: str) -> Any:
    """The module of a package that `extra` installs, imported now: it is slow. Raises `ProviderDown` without it."""
    if sys.modules.get(module) is not None:
        return sys.modules[module]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a package says of its own next version
            return importlib.import_module(module)
    except ImportError:
        said = message("it needs {package}, which is not installed", package=module.partition(".")[0])
        raise ProviderDown(said, f"pip install 'efsync-erp[{extra}]'") from None
