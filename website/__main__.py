"""`python -m website [FOLDER]` builds the documentation site, into `site` where no folder is named."""

import shlex
import sys
from pathlib import Path

from website.build import Broken, build
from website.sources import ROOT


def main(arguments: list[str]) -> int:
    """Build, and say where; 1 where a page or a link is wrong."""
    site = Path(arguments[0]) if arguments else ROOT / "site"
    try:
        build(site)
    except Broken as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Wrote {site}. To read and search it: python -m http.server -d {shlex.quote(str(site))}")
    print("and open http://localhost:8000 in a browser.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
