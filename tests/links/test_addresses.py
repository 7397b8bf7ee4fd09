"""Which addresses are found, and that each place is where it is said to be."""

import shutil
from datetime import date
from pathlib import Path

from macros.content.loading import load_draft
from macros.content.markup import find_outside
from macros.links.addresses import find_addresses

PROJECT = Path(__file__).parents[2]
BASE = PROJECT / "tests" / "content" / "base"
TODAY = date(2026, 11, 23)


def targets(text: str) -> list[str]:
    return [link.target for link in find_outside(text.split("\n"))]


def test_every_form_of_a_markdown_link_is_found() -> None:
    text = """
[one](https://a.example/1), [two](<https://a.example/2> "title") and <https://a.example/3>
![photo](https://a.example/4.jpg) and [[five]](http://a.example/5)

[six]: https://a.example/6
"""
    assert targets(text) == [
        "https://a.example/1",
        "https://a.example/2",
        "https://a.example/3",
        "https://a.example/4.jpg",
        "http://a.example/5",
        "https://a.example/6",
    ]


def test_brackets_that_belong_to_an_address_stay_with_it() -> None:
    assert targets("([Фольга](https://ru.example/Фольга_(материал)), см.)") == ["https://ru.example/Фольга_(материал)"]
    assert targets("[a](https://ru.example/a) и (в скобках)") == ["https://ru.example/a"]
    assert targets("[a](https://ru.example/?x=1&amp;y=2)") == ["https://ru.example/?x=1&y=2"]


def test_code_and_links_inside_the_site_are_left_out() -> None:
    assert (
        targets("`[a](https://a.example/)`\n\n```\n<https://b.example/>\n```\n\n[b](../about.md) [c](mailto:a@b.c)")
        == []
    )


def content(root: Path) -> Path:
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    return root


def test_addresses_of_data_news_and_pages_are_found_where_they_stand(tmp_path: Path) -> None:
    root = content(tmp_path)
    page = root / "docs" / "ru" / "about.md"
    page.write_text(page.read_text("utf-8") + "\n[Новость](https://harbour.example/fleet#part)\n", "utf-8")
    news = root / "data" / "news" / "2024-05-01-fleet.yaml"
    text = news.read_text("utf-8")
    news.write_text(text.replace("Флот сложат из бумаги.", "Есть [статья](https://пример.рф/статья)."), "utf-8")
    people = root / "data" / "participants.yaml"
    people.write_text(people.read_text("utf-8").replace("  role: ", "  website: https://yard.example/\n  role: ", 1))
    found = find_addresses(load_draft(root, TODAY)[0])
    assert set(found) >= {"https://harbour.example/fleet", "https://yard.example/", "https://пример.рф/статья"}
    assert {file for file, _, _ in found["https://harbour.example/fleet"]} == {
        "data/sources.yaml",
        "docs/ru/about.md",
    }
    for address, places in found.items():
        for file, line, column in places:
            written = (root / file).read_text("utf-8").split("\n")[line - 1]
            assert written[column - 1 :].startswith(address), (address, file, line, column)


def test_an_impossible_address_is_an_address_too(tmp_path: Path) -> None:
    root = content(tmp_path)
    page = root / "docs" / "ru" / "about.md"
    page.write_text(page.read_text("utf-8") + "\n[a](https://[x) [b](https://)\n", "utf-8")
    assert {"https://[x", "https://"} <= set(find_addresses(load_draft(root, TODAY)[0]))


def test_of_the_real_content_every_address_written_in_data_is_found() -> None:
    found = find_addresses(load_draft(PROJECT, TODAY)[0])
    written = [
        line.split("url: ")[1].strip()
        for line in (PROJECT / "data" / "sources.yaml").read_text("utf-8").split("\n")
        if line.startswith("  url: ")
    ]
    assert len(written) > 10
    assert {address.partition("#")[0] for address in written} <= set(found)
