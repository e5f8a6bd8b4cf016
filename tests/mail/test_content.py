"""What must not stand in a mail, and what mail programs drop or block."""

import pytest

from efsync.mail.lint import lint
from efsync.mail.mail import Mail
from tests.mail.linted import FOOTER, HEADER, codes_in, found_in


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<script>alert(1)</script>", "html-script"),
        ("<SCRIPT src='https://x.example/x.js'></SCRIPT>", "html-script"),
        ("<svg><script>1</script></svg>", "html-script"),
        ("<!--[if mso]><script>1</script><![endif]-->", "html-script"),
        ("<!--[if mso]><!--[if gte mso 9]><script>1</script><![endif]<![endif]-->", "html-script"),
        ("<form></form>", "html-form"),
        ("<input name=x>", "html-form"),
        ("<button>x</button>", "html-form"),
        ("<select><option>x</option></select>", "html-form"),
        ("<textarea>x</textarea>", "html-form"),
        ("<iframe src='https://x.example'></iframe>", "html-frame"),
        ("<object></object>", "html-object"),
        ("<embed src='https://x.example'>", "html-object"),
        ("<applet></applet>", "html-object"),
        ("<base href='https://x.example'>", "html-base"),
        ("<meta http-equiv='Refresh' content='0; url=https://x.example'>", "html-refresh"),
        ("<p onclick='x()'>x</p>", "html-event-handler"),
        ("<b oNMouseOver=x>x</b>", "html-event-handler"),
        ("<svg onload=x></svg>", "html-event-handler"),
    ],
)
def test_what_acts_is_an_error(html: str, code: str) -> None:
    assert codes_in(html) == [code]


@pytest.mark.parametrize("name", ["frame", "frameset"])
def test_frames_that_html_drops_are_errors_all_the_same(name: str) -> None:
    assert "html-frame" in codes_in(f"<{name}>")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "JavaScript:x",
        " javascript:x",
        "java\tscript:x",
        "java\nscript:x",
        "java&#115;cript:x",
        "&#x6A;avascript&colon;x",
        "\x01javascript:x",
        "java\u200bscript:x",
        "vbscript:x",
        "&NewLine;vbscript:x",
        "java&Tab;script:x",
        "livescript:x",
    ],
)
@pytest.mark.parametrize(
    "element",
    [
        '<a href="ADDRESS">x</a>',
        '<table background="ADDRESS"><tr><td>x</td></tr></table>',
        '<svg><a xlink:href="ADDRESS"></a></svg>',
        '<q cite="ADDRESS">x</q>',
        '<svg><animate attributeName="href" to="ADDRESS"></animate></svg>',
        '<img src="ADDRESS" alt="" width="1" height="1">',
    ],
)
def test_an_address_that_is_a_script_is_found_however_it_is_disguised(element: str, address: str) -> None:
    assert "html-script-url" in codes_in(element.replace("ADDRESS", address))


def test_every_address_of_a_srcset_is_looked_at() -> None:
    image = "<img src='https://x.example/x.png' alt='' width=1 height=1 srcset='https://x.example/x.png 1x, OTHER 2x'>"
    assert codes_in(image.replace("OTHER", "java&#115;cript:x")) == ["html-script-url"]
    assert codes_in(image.replace("OTHER", "http://x.example/y.png")) == ["mail-image-http"]


@pytest.mark.parametrize(
    "style",
    [
        "background:url(javascript:x)",
        "background: URL( ' java\\73 cript:x' )",
        "background:url(&quot;vbscript:x&quot;)",
        "width: expression(x)",
        "behavior: url(https://x.example/x.htc)",
        "-moz-binding: url(https://x.example/x.xml)",
    ],
)
def test_a_style_that_runs_a_script_is_an_error(style: str) -> None:
    assert "html-script-url" in codes_in(f'<p style="{style}">x</p>')
    sheet = style.replace("&quot;", '"')
    assert "html-script-url" in codes_in(f"<style>p {{ {sheet} }}</style>")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<link rel='stylesheet' href='https://x.example/x.css'>", [("mail-stylesheet", 1, 1)]),
        ("<style>\n @import url(https://x.example/x.css);</style>", [("mail-import", 2, 2)]),
        ("<img alt='' width=1 height=1\n src='http://x.example/x.png'>", [("mail-image-http", 2, 2)]),
        ("<img alt='' width=1 height=1 src='logo.png'>", [("mail-image-http", 1, 30)]),
        ("<img alt='' width=1 height=1>", [("mail-image-http", 1, 1)]),
        ("<img alt='' width=1 height=1 src=//x.example/x.png>", [("mail-image-http", 1, 30)]),
        ("<p style='background:url(http://x.example/x.png)'>x</p>", [("mail-image-http", 1, 4)]),
        ("<img src='https://x.example/x.png' width=1 height=1>", [("mail-image-alt", 1, 1)]),
        ("<img src='https://x.example/x.png' alt='' width=1>", [("mail-image-size", 1, 1)]),
        ("<p>x</p><p style='position: fixed'>x</p>", [("mail-position", 1, 12)]),
        ("<style>\np { color: red;\n  position: absolute }</style>", [("mail-position", 3, 3)]),
        ("<style>@media (x) { p { position: fixed } }</style>", [("mail-position", 1, 25)]),
        ("<a href='file:///c:/x'>x</a>", [("mail-url", 1, 4)]),
        ("<img src='data:image/png;base64,AA' alt='' width=1 height=1>", [("mail-url", 1, 6)]),
        ("<p class='firma'>x</p>", [("mail-class", 1, 4)]),
        ("<p class='a b'>x</p><style>.a{color:red}</style>", [("mail-class", 1, 4)]),
    ],
)
def test_what_mail_programs_drop_is_a_warning_where_it_stands(html: str, expected: list[tuple[str, int, int]]) -> None:
    assert found_in(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<a href='https://x.example/?a=javascript:x'>x</a>",
        "<a href='mailto:x@x.example'>x</a>",
        "<p title='onclick='>x</p>",
        "<img src='cid:logo' alt='ACME' style='width:10px; height:auto'>",
        "<p style='position: static'>x</p>",
        "<img src='https://x.example/a.png' alt='' width=1 height=1 "
        "srcset='https://x.example/a.png 1x, https://x.example/b,c.png 2x'>",
        "<style>td.banda, p:not(.otra) {color:red}</style><p class='banda otra'>x</p>",
        "<a href='#x'>x</a>",
        "<!-- <script> -->",
        "<p>&lt;script&gt;</p>",
    ],
)
def test_what_is_harmless_is_fine(html: str) -> None:
    assert codes_in(html) == []


def test_a_class_may_be_defined_in_another_text() -> None:
    header = f"{HEADER}<style>@media screen {{ td.firma {{ color: red }} }}</style>"
    assert lint(Mail(header, "<p class='firma'>x</p>", FOOTER)) == ()
