"""Markdown of editors: what it may become, and what it may not."""

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from macros.content.markup import MarkupProblem, find_problems
from macros.content.prose import MAX_PAGE_BYTES
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
    html = render_markdown(text, "ru", russian.at("news/2024-06-10-x/").page_url)
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


TOO_HEAVY = {"heavy-paragraph", "long-paragraph", "unclosed-fence"}
SECONDS = 5
"""A guard against hanging; what passes takes half a second at most."""
PIECES = (
    *("[", "![", "*", "**", "_", "`", "``", "*a ", "**a ", "[a](", "[a]", "[a][", "![a](", "&", "&#", "\\", "\\["),
    *(
        "<",
        "<a",
        "<https://",
        "(",
        ")",
        "](",
        '](a "',
        "a*b",
        "* ",
        "- ",
        "> ",
        ">",
        "1. ",
        "#",
        "|",
        "a|b",
        "\t",
        "  ",
    ),
    *("[^", "[a]: b", "~~~", "```", "*_", "[[a]](b)", "--", "...", "«", '"a', "!", "  \n", "\n\n", "a\n", "\n## a\n"),
    *("\na\n===\n", "\na\n---\n", "\n- a\n", "\n    - a", "\n1. a\n", "\n> a\n", "\n```\na\n```\n", "\n|a|b|\n|-|-|\n"),
)


@settings(max_examples=int(os.environ.get("FUZZ", "100")), deadline=None, derandomize=True, database=None)
@given(
    pieces=st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from((1, 5, 20, 100))), min_size=1, max_size=4),
    separator=st.sampled_from(("", "\n", "\n\n", "\n\n## x\n\n")),
    size=st.sampled_from((1_000, 20_000, MAX_PAGE_BYTES)),
)
def test_text_that_passes_the_check_is_rendered_soon(pieces: list[tuple[str, int]], separator: str, size: int) -> None:
    unit = "".join(piece * number for piece, number in pieces) + separator
    text = unit * max(1, size // len(unit))
    is_heavy = any(
        isinstance(found, MarkupProblem) and found.rule in TOO_HEAVY for found in find_problems(text.split("\n"))
    )
    started = time.perf_counter()

    if not is_heavy:
        render_markdown(text, "ru")

    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "1. " * 1_600,
        "[" * 4_900,
        "![\\[" * 1_000,
        "]" * 300 + "![\\[" * 90,
        "[" * 90 + "]" * 90,
        "a\n===\n" * 900,
        "|" * 2_000 + "\n" + "|-" * 1_400,
    ],
)
def test_text_that_markdown_would_choke_on_is_too_heavy(text: str) -> None:
    found = {found.rule for found in find_problems(text.split("\n")) if isinstance(found, MarkupProblem)}

    assert found & TOO_HEAVY
