"""Every page of the built site: which there are, their headings, languages and files."""

import re
from collections import Counter

from tests.built import Built, BuiltPage, resolve
from tools import verify


def content_pages(built: Built) -> list[BuiltPage]:
    return [page for page in built.pages.values() if not page.is_missing_page]


def test_verify_finds_nothing_in_it(built: Built) -> None:
    """Links, twins, titles, weight, policy, feeds; test_axe.py and test_browser.py look at it in a browser."""
    site = verify.BuiltSite(built.root, built.folder)
    rules = [rule for rule in verify.CHECKS if rule is not verify.check_in_browser]
    assert [problem for rule in rules for problem in rule(site)] == []


def test_every_prose_page_organisation_news_item_year_and_tag_has_a_page(built: Built) -> None:
    prose = {
        path.relative_to(built.root / "docs" / "ru").as_posix().removesuffix(".md")
        for path in (built.root / "docs" / "ru").rglob("*.md")
    }
    expected = {(stem.removesuffix("index") if stem.endswith("index") else f"{stem}/") for stem in prose}
    expected |= {f"organisations/{item['id']}/" for item in built.organisations}
    expected |= {f"news/{name}/" for name in built.news}
    expected |= {f"news/{name[:4]}/" for name in built.news}
    lists = Counter(["news/"] * len(built.news) + [f"news/{name[:4]}/" for name in built.news])
    lists.update(f"news/tags/{tag}/" for item in built.news.values() for tag in item.get("tags", []))
    expected |= {f"{base}page/{n}/" for base, total in lists.items() for n in range(2, (total + 19) // 20 + 1)}
    expected |= {f"news/tags/{tag}/" for item in built.news.values() for tag in item.get("tags", [])}
    assert {page.path for page in content_pages(built) if page.lang == "ru"} == expected


def test_a_russian_page_is_written_in_cyrillic_and_an_english_one_in_latin_letters(built: Built) -> None:
    for page in content_pages(built):
        main = page.tree.css_first("main").text(separator=" ")
        cyrillic, latin = len(re.findall("[а-яё]", main, re.I)), len(re.findall("[a-z]", main, re.I))
        assert (cyrillic > latin) == (page.lang == "ru"), page.path


def test_each_page_has_one_main_heading_and_no_level_is_skipped(built: Built) -> None:
    for page in content_pages(built):
        levels = [int(node.tag[1]) for node in page.tree.css("h1, h2, h3, h4, h5, h6")]
        assert levels.count(1) == 1, page.path
        assert levels[0] == 1, page.path
        skipped = [(a, b) for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
        assert skipped == [], page.path


def test_the_language_switch_leads_to_the_same_page(built: Built) -> None:
    for page in content_pages(built):
        other = "ru" if page.lang == "en" else "en"
        switch = page.tree.css_first(f"header a[hreflang={other}]")
        expected = page.path.removeprefix("en/") if other == "ru" else f"en/{page.path}"
        assert resolve(page, switch.attributes["href"]) == expected
        assert switch.attributes["lang"] == other


def test_what_follows_a_rule_is_the_closing_box_of_its_page(built: Built) -> None:
    for prefix in ("", "en/"):
        prose = built.pages[f"{prefix}contacts/"].tree.css_first(".cl-prose")
        assert prose.css("hr") == []
        (box,) = prose.css(".cl-prose > .cl-section + .cl-next-step")
        assert [link.attributes["href"] for link in box.css("a")] == ["../join/"]


def test_no_text_stands_outside_of_a_paragraph(built: Built) -> None:
    boxes = "main > .cl-prose, .cl-section__body, .cl-news-page__body"
    loose = [
        (page.path, node.text_content)
        for page in built.pages.values()
        for box in page.tree.css(boxes)
        for node in box.iter(include_text=True)
        if node.is_text_node and (node.text_content or "").strip()
    ]
    assert loose == []


def test_no_template_syntax_and_no_unset_value_is_left(built: Built) -> None:
    for page in built.pages.values():
        assert not re.search(r"\{\{|\}\}|\{%|%\}|\bUndefined\b", page.text), page.path
        assert not re.search(r">\s*None\s*<|=\"None\"", page.html), page.path
        assert "<!--" not in page.html, page.path


NEWS_FEEDS = ("feed.xml", "rss.xml")


def test_the_site_holds_only_what_it_needs(built: Built) -> None:
    files = {file.relative_to(built.folder).as_posix() for file in built.folder.rglob("*") if file.is_file()}
    other = {name for name in files if not name.endswith(".html") and not name.startswith(("assets/", "pagefind/"))}
    names = (*NEWS_FEEDS, "diagram.svg", "diagram.png", "words.json")
    of_languages = {f"{prefix}{name}" for prefix in ("", "en/") for name in names}
    tables = ("organisations", "facts", "links", "news", "sources")
    data = {f"data/v1/{name}.{form}" for name in tables for form in ("csv", "json")}
    once = {"_headers", "_redirects", *data, "favicon.ico", "robots.txt", "sitemap.xml"}
    assert other == of_languages | once
    kinds = {name.rsplit(".", 1)[-1] for name in files if name.startswith("assets/")}
    assert kinds <= {"avif", "css", "js", "png", "svg", "txt", "webp", "woff2"}
    assert not [name for name in files if name.startswith("en/assets")], "assets exist once, at the root"


def test_the_missing_page_speaks_both_languages_at_the_root(built: Built) -> None:
    root, english = built.pages["404.html"], built.pages["en/404.html"]
    assert [node.attributes["lang"] for node in root.tree.css("main [lang]")] == ["ru", "en"]
    assert [node.attributes["lang"] for node in english.tree.css("main [lang]")] == ["en"]
    for page in (root, english):
        links = [
            node.attributes["href"] or "" for node in page.tree.css("a[href], link[rel=stylesheet], link[rel=icon]")
        ]
        assert [link for link in links if not link.startswith(("/", "#", "https://", "mailto:"))] == [], (
            "it is served anywhere"
        )


def test_the_menu_marks_the_current_page_and_the_section_above_it(built: Built) -> None:
    for page in content_pages(built):
        current = page.tree.css("header nav [aria-current]")
        assert len(current) <= 1, page.path
    news = built.pages[f"news/{next(iter(built.news))}/"]
    assert news.tree.css_first("header nav [aria-current=true]") is not None
    assert built.pages["news/"].tree.css_first("header nav [aria-current=page]") is not None
