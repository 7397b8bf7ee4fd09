"""Markdown of editors: what it may become, and what it may not."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from macros.render.markdown import render_markdown
from macros.render.view import View

ACTIVE = "script, img, iframe, object, embed, form, input, svg, style, link, meta, base, video, audio, [style], [class]"

PAYLOADS = [
    "<script>alert(1)</script>",
    "text <img src=x onerror=alert(1)> text",
    "<svg onload=alert(1)>",
    "<iframe src=//evil.example></iframe>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<details open ontoggle=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java\tscript:alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](&#x6A;avascript&colon;alert(1))",
    "[click](\x01javascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](vbscript:msgbox)",
    "[click][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '![x](x "onerror=alert(1)")',
    '[a](https://a.example "x\\" onclick=alert(1)")',
    "# heading {onclick=alert(1)}",
    "text\n{: onclick=alert(1) }",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "<!-- comment --><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<div markdown=1><script>alert(1)</script></div>",
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload[:40])
def test_nothing_in_a_body_becomes_active(payload: str) -> None:
    tree = LexborHTMLParser(f"<article>{render_markdown(payload, 'ru')}</article>")
    article = tree.css_first("article")
    found = [node.html for node in article.css(ACTIVE) if node.attributes.get("class") != "language-html"]
    assert found == []
    for node in article.css("*"):
        assert [name for name in node.attributes if name.startswith("on")] == []
        address = (node.attributes.get("href") or "").lower()
        assert address == "" or address.startswith(("https:", "http:", "mailto:", "tel:"))


def test_a_link_to_a_page_gets_the_address_of_that_page(russian: View) -> None:
    text = "[status](about.md#status), [firm](organisations/alfa.md), [site](https://example.org/a.md)"
    html = render_markdown(text, "ru", View(russian.site, "ru", "news/2024-06-10-x/").page_url)
    links = [link.attributes["href"] for link in LexborHTMLParser(html).css("a")]
    assert links == ["../../about/#status", "../../organisations/alfa/", "https://example.org/a.md"]


@pytest.mark.parametrize("payload", [text for text in PAYLOADS if text.startswith("<") and "javascript" not in text])
def test_raw_html_is_shown_as_the_text_it_is(payload: str) -> None:
    assert (
        LexborHTMLParser(f"<article>{render_markdown(payload, 'en')}</article>").css_first("article").text() == payload
    )


@pytest.mark.parametrize("is_page", [False, True])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Here:\n- a;\n- b.", "<p>Here:</p><ul><li>a;</li><li>b.</li></ul>"),
        ("Here:\n1. a\n2. b", "<p>Here:</p><ol><li>a</li><li>b</li></ol>"),
        ("In\n2024. Then", "<p>In2024. Then</p>"),
        ("Then:\n4. a\n5. b", '<p>Then:</p><ol start="4"><li>a</li><li>b</li></ol>'),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("• a\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("+ a\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n\t- b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("- a\n\n  b\n- c", "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>"),
        ("1. a\n- b", "<ol><li>a</li></ol><ul><li>b</li></ul>"),
        ("> Here:\n> - a\n- b", "<blockquote><p>Here:</p><ul><li>a</li></ul></blockquote><ul><li>b</li></ul>"),
        ("a\n\n    b", "<p>a</p><p>b</p>"),
        ("a\n***", "<p>a</p><hr />"),
        ("a\\\nb", "<p>a<br />b</p>"),
        ("\\~a\\~ \\*b\\*", "<p>~a~ *b*</p>"),
        ("[TOC]", "<p>[TOC]</p>"),
        ("https://a.example/x_(y)_z.", '<p><a href="https://a.example/x_(y)_z">https://a.example/x_(y)_z</a>.</p>'),
        ("(**www.a.example**)", '<p>(<strong><a href="https://www.a.example">www.a.example</a></strong>)</p>'),
        ("a@b.example, <c@d.example>", '<a href="mailto:a@b.example">a@b.example</a>, <a href="mailto:c@d.example">'),
        ("[https://a.example](about.md)", '<p><a href="about.md">https://a.example</a></p>'),
        ("`https://a.example`", "<p><code>https://a.example</code></p>"),
        ('He said "**yes**", "no".', "<p>He said “<strong>yes</strong>”, “no”.</p>"),
    ],
)
def test_what_editors_mean_is_shown_on_pages_and_in_news(text: str, expected: str, is_page: bool) -> None:
    html = str(render_markdown(text, "en", is_page=is_page)).replace("\n", "").replace("\u00a0", " ")
    assert expected in html.replace('<div class="cl-next-step"></div>', "<hr />")


def test_a_table_needs_no_empty_line_above() -> None:
    tree = LexborHTMLParser(render_markdown("Here:\n| a | b |\n| --- | --- |\n| `|` | \\| |", "en"))
    assert [cell.text() for cell in tree.css("td")] == ["|", "|"]


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("**bold** and *italic*", "strong"),
        ("## Heading", "h2[id=heading]"),
        ("- one\n- two", "ul > li"),
        ("[site](https://example.org)", 'a[href="https://example.org"]'),
        ("[post](mailto:a@example.org)", 'a[href="mailto:a@example.org"]'),
        ("[here](#heading)", 'a[href="#heading"]'),
        ("a | b\n--- | ---\n1 | 2", "table td"),
        ("a | b\n--- | --:\n1 | 2", "div.cl-table[tabindex] > table td.cl-right"),
        ("> quoted", "blockquote"),
    ],
)
def test_what_editors_need_works(text: str, selector: str) -> None:
    assert LexborHTMLParser(render_markdown(text, "en")).css_first(selector) is not None
