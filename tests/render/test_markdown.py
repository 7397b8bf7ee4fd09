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
