"""Short addresses: once printed, they hold for ever."""

from pathlib import Path

import pytest

from macros.content.model import NewsItem, Organisation
from macros.content.short_codes import ALPHABET, LENGTH, short_path
from macros.content.site import Site, load_site
from macros.render.view import View
from tests.content.cases import TODAY

PRINTED = {
    ("organisation", "prezent-upakovka"): "s/bhxap/",
    ("organisation", "industrial-development-fund"): "s/4rvpf/",
    ("news", "2024-05-21-announcement"): "s/vxm2f/",
    ("news", "2024-06-10-omsk-defence"): "s/tb4ns/",
}


@pytest.mark.parametrize(("kind", "name"), PRINTED)
def test_what_has_been_printed_stays(kind: str, name: str) -> None:
    assert short_path(kind, name) == PRINTED[kind, name]


def test_a_code_has_five_letters_that_nobody_mistakes() -> None:
    assert not set("01iloOuv") & set(ALPHABET) - {"v"}
    assert len(set(ALPHABET)) == len(ALPHABET) == 30
    assert ALPHABET.lower() == ALPHABET and ALPHABET.isascii()
    for number in range(2000):
        code = short_path("news", f"2024-01-01-{number}").removeprefix("s/").removesuffix("/")
        assert len(code) == LENGTH and set(code) <= set(ALPHABET)


def test_an_organisation_and_a_news_item_of_the_same_id_have_codes_of_their_own() -> None:
    assert short_path("organisation", "2024-05-21-fleet") != short_path("news", "2024-05-21-fleet")


def rename(site: Path, former_ids: str) -> Site:
    """Rename the shipyard everywhere; the content must be right then."""
    for file in (*(site / "data").rglob("*.yaml"), *(site / "docs").rglob("*.md")):
        file.write_text(file.read_text("utf-8").replace("north-yard", "cold-yard"), "utf-8")
    file = site / "data" / "participants.yaml"
    text = file.read_text("utf-8").replace("- id: cold-yard\n", f"- id: cold-yard\n  former_ids: {former_ids}\n", 1)
    file.write_text(text, "utf-8")
    return load_site(site, TODAY)[0]


def test_a_renamed_record_keeps_its_code_and_the_codes_of_all_its_ids_lead_to_it(site: Path) -> None:
    before = View(load_site(site, TODAY)[0], "ru", "organisations/north-yard/").short_path
    after = rename(site, "[north-yard, mild-yard]")

    assert View(after, "ru", "organisations/cold-yard/").short_path == before == "s/grhsc/"
    page = "organisations/cold-yard/"
    assert {old for old, new in after.redirects.items() if new == page} == {
        "organisations/north-yard/",
        "organisations/mild-yard/",
        *(short_path("organisation", name) for name in ("north-yard", "mild-yard", "cold-yard")),
    }


def test_former_ids_in_the_wrong_order_lose_no_code(site: Path) -> None:
    redirects = rename(site, "[mild-yard, north-yard]").redirects

    assert redirects["s/grhsc/"] == "organisations/cold-yard/"


def test_other_pages_have_no_short_address(site: Path) -> None:
    content = load_site(site, TODAY)[0]

    for path in ("", "about/", "news/", "news/2024/", "news/tags/plans/", "organisations/nobody/"):
        assert View(content, "ru", path).short_path == ""


def test_a_page_that_is_gone_keeps_its_short_address(site: Path) -> None:
    (site / "data" / "moved.yaml").write_text("- {from: organisations/south-yard.md, to: about.md}\n")
    redirects = load_site(site, TODAY)[0].redirects

    assert redirects["organisations/south-yard/"] == redirects[short_path("organisation", "south-yard")] == "about/"


def test_nothing_leads_to_a_tag_that_no_news_has(site: Path) -> None:
    file = site / "data" / "vocabulary.yaml"
    text = file.read_text("utf-8")
    assert "tags:\n  - id: plans\n" in text
    file.write_text(text.replace("  - id: plans\n", "  - id: plans\n    former_ids: [ideas]\n"), "utf-8")
    assert load_site(site, TODAY)[0].redirects["news/tags/ideas/"] == "news/tags/plans/"
    news = site / "data" / "news" / "2024-05-01-fleet.yaml"
    news.write_text(news.read_text("utf-8").replace("tags: [plans]\n", ""), "utf-8")
    index = '{{ news(tag="plans") }}'
    for lang in ("ru", "en"):
        page = site / "docs" / lang / "index.md"
        page.write_text(page.read_text("utf-8").replace(index, ""), "utf-8")
    assert "news/tags/ideas/" not in load_site(site, TODAY)[0].redirects


def test_records_name_their_oldest_id_first() -> None:
    assert Organisation.model_construct(id="c", former_ids=("a", "b")).all_ids == ("a", "b", "c")
    assert NewsItem.model_construct(id="c").all_ids == ("c",)
