"""Every finding about a mail that efsync knows: its code, how bad it is, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from efsync.model.language import message
from efsync.model.problems import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """How bad a finding is, and the remedy that holds wherever it turns up."""

    severity: Severity
    hint: str


_ERRORS = {
    "html-syntax": message("write it as HTML: a quote and a > that are missing swallow what follows"),
    "html-unclosed": message("close it in the same text; what is left open swallows what follows"),
    "html-unopened": message("take the end tag out, or open the element before it, in the same text"),
    "html-order": message("close elements in the reverse order in which they were opened"),
    "html-misplaced": message(
        "put it where HTML allows it: rows and cells in a table, one html, head and body in a mail"
    ),
    "html-header": message("a header opens the mail: <!DOCTYPE html><html><body>, and leaves nothing else open"),
    "html-footer": message("a footer closes the mail: </body></html>, and nothing stands after them"),
    "html-script": message("take it out: no mail program runs scripts, and many refuse the whole mail"),
    "html-form": message("take it out; link to a page that has the form"),
    "html-frame": message("take it out; mail programs show no frames"),
    "html-object": message("take it out; mail programs load no objects"),
    "html-base": message("take it out, and write every address in full"),
    "html-refresh": message("take it out; a mail that leads elsewhere by itself is taken for fraud"),
    "html-event-handler": message("take the attribute out: no mail program runs scripts"),
    "html-script-url": message("link to a page with https: instead"),
}
_WARNINGS = {
    "mail-stylesheet": message("write the rules into <style> or style attributes; mail programs load no style sheets"),
    "mail-import": message("write the rules into the <style> itself; mail programs load no style sheets"),
    "mail-image-http": message("give the picture an address with https:, or attach it (cid:)"),
    "mail-image-alt": message('write alt="…" for those who see no pictures, alt="" for a mere ornament'),
    "mail-image-size": message(
        "write width and height, so that nothing jumps and Outlook does not show it in its own size"
    ),
    "mail-position": message("lay it out with tables; mail programs drop position"),
    "mail-url": message("use https:, mailto: or tel:; mail programs block file: and data:"),
    "mail-size": message("make it shorter: Gmail clips a mail at 102 KB, and the message comes on top"),
    "mail-class": message("define the class in a <style> of the header, or take it out"),
    "smtp-ssl-off": message("set ssl: true, or use port 587"),
    "smtp-ssl-on": message("use port 587, where users send; on 25 servers talk to each other, mostly without SSL"),
    "smtp-implicit-tls": message("port 587 with ssl: true is safe for all; efsync probe shows what the server speaks"),
    "smtp-server-ip": message("write the server's name: a certificate is for a name"),
    "smtp-server-suffix": message("write the whole name of the server, such as smtp.acme.example"),
    "smtp-server-domain": message(
        "correct it; if the server does send mail of that domain: [lint] mail_hosts in efsync.toml"
    ),
    "smtp-address-twice": message("give each user an address of their own"),
    "smtp-domain": message("write the domain of the address, or leave the field out"),
}

RULES: Mapping[str, Rule] = MappingProxyType(
    {code: Rule(Severity.ERROR, hint) for code, hint in _ERRORS.items()}
    | {code: Rule(Severity.WARNING, hint) for code, hint in _WARNINGS.items()}
)
"""Every code; docs/problems.md has the same."""
