"""Frames that show HTML of others: they run nothing and fetch nothing.

Whatever the HTML says, nothing of it runs, leaves its frame, or asks anybody for anything. A page with such frames
begins its head with `head()`. Four things see to it, most of which would do alone:

- the frame is a sandbox without any permission: no script, form, new window, download, plug-in, nor a reload by itself;
- the page's policy, which its frames inherit, lets nothing be loaded and no frame be led elsewhere;
- the framed document begins with a policy of its own, for a page that forgets its, or lets a script run;
- what connects before a policy is asked is disarmed in the text: `<link rel="preconnect">`, a frame in the frame, and
  a link that a mouse is pressed on.
"""

import re
from base64 import b64encode
from hashlib import sha256
from types import MappingProxyType

from markupsafe import Markup

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'none'; form-action 'none'; "
    "base-uri 'none'"
)
"""The Content-Security-Policy of a page with frames: inline styles, images that are in the page, and nothing else."""

_HEAD = Markup(
    '<meta http-equiv="Content-Security-Policy" content="{}">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
    '<meta name="referrer" content="no-referrer">'
)
_STYLE = (  # colours on paper too, and remote images as large as they shall be, though a text is in their place
    "<style>:root{print-color-adjust:exact}:where(img:not([src^='data:' i]))"
    "{display:inline-block;outline:1px dashed #888;outline-offset:-1px;background:#8883}</style>"
)
_DISARMED = MappingProxyType(
    {
        "a": "href=about:blank target=_blank",  # new windows are not allowed, so that a click does nothing
        "area": "href=about:blank target=_blank",
        "frame": "src=about:blank",
        "iframe": "srcdoc=&nbsp;",
        "link": "rel=none",
    }
)
"""What comes first in a start tag of that name: of two attributes of one name the first one counts."""

_NO_LINK = r"""(?!(?:\s+(?!href[\s=>])[\w-]+(?:=(?:"[^"<>]*"|'[^'<>]*'|[\w-]+))?)*\s*>)"""
"""Attributes that are surely none of a link, such as `name="top"`; it would look like one."""

_START_TAG = re.compile(rf"<(a{_NO_LINK}|area|frame|iframe|link)(?=[\s/>])", re.IGNORECASE | re.ASCII)


def head(script: Markup | None = None) -> Markup:
    """What the head of a page with frames begins with. Where the page has a `script`, just that text may run in it."""
    if script is None:
        return _HEAD.format(POLICY)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = f"{POLICY}; script-src 'sha256-{digest}'"
    return _HEAD.format(policy) + Markup("<script>{}</script>").format(script)


def frame(html: str, title: str, kind: str = "") -> Markup:
    """An `<iframe>` that shows the document or fragment `html`; `title` says to a screen reader what it is.

    `kind` is its class. A remote image is not fetched: it shows as its text, or as nothing, in a dashed line.
    """
    return Markup(
        '<iframe class="{}" title="{}" sandbox="" referrerpolicy="no-referrer" loading="lazy" srcdoc="{}"></iframe>'
    ).format(kind, title, framed(html))


def framed(html: str) -> str:
    """The document that a frame shows for `html`: the same one, behind a head that lets it do nothing.

    Its doctype comes too late to count, and would not if it came first: such a frame is in standards mode always, as
    web mail is.
    """
    return f"{head()}{_STYLE}{_disarmed(html)}"


def _disarmed(html: str) -> str:
    """The same with an attribute more in the start tags that could connect or navigate.

    There is no other way to write such a tag than these letters after `<`, so that no parser is needed to find them
    all; where the same letters stand in a comment or in a text, no harm is done.
    """
    return _START_TAG.sub(lambda found: f"<{found[1]} {_DISARMED[found[1].lower()]} ", html)
