"""Having efsync speak a language for a while."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from efsync.cli.language import OPTION, speak
from efsync.model.language import language_in_use, use_language

_OF_GETTEXT = "LANGUAGE"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Whatever efsync and click say inside is said in `language`; what was spoken before is spoken after."""
    before, of_gettext = language_in_use(), os.environ.get(_OF_GETTEXT)
    os.environ[_OF_GETTEXT] = language
    speak([OPTION, language], for_programs=False)
    try:
        yield
    finally:
        use_language(before)
        os.environ.pop(_OF_GETTEXT)
        if of_gettext is not None:
            os.environ[_OF_GETTEXT] = of_gettext
