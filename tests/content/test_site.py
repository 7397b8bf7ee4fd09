"""The finished site answers every question that pages ask of it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from macros.checks import load_site
from macros.content.model import Fact, NewsItem, Organisation, Source, Topic
from macros.content.site import Site, today
from tests.built import copy_content
from tests.checks.cases import TODAY, copy_base


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return load_site(copy_base(tmp_path_factory.mktemp("base") / "site"), TODAY)[0]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return load_site(copy_content(tmp_path_factory.mktemp("demo")), TODAY)[0]


def test_records_are_found_by_their_ids(base: Site) -> None:
    assert base.find(Organisation, "north-yard").name.en == "North Yard"
    assert base.find(Source, "harbour-news").grade == "B"
    assert base.find(Topic, "boat-code").group == "law"
    assert base.find(NewsItem, "2024-05-01-fleet").date.isoformat() == "2024-05-01"
    for name in ("cluster-status", "cluster-aim", "north-yard-role", "boat-code-name"):
        assert base.find(Fact, name).id == name
    with pytest.raises(KeyError):
        base.find(Organisation, "nobody")


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        *(("region", "XX-NOR"), ("role", "anchor"), ("status", "planned"), ("grade", "B"), ("stage", "milling")),
        *(("tag", "plans"), ("group", "law"), ("material", "paper"), ("market", "ponds")),
    ],
)
def test_terms_are_found_by_kind_and_id(base: Site, kind: str, key: str) -> None:
    assert base.term(kind, key).id == key


def test_facts_are_found_by_what_they_are_about(base: Site) -> None:
    about = {
        name: [fact.id for fact in base.facts_about(name)] for name in ("cluster", "chain", "north-yard", "boat-code")
    }

    assert about == {
        "cluster": ["cluster-aim"],
        "chain": [],
        "north-yard": ["north-yard-role"],
        "boat-code": ["boat-code-name"],
    }


def test_organisations_are_found_by_every_criterion_together(demo: Site) -> None:
    participants = demo.participants()
    region, stage = participants[0].region, participants[0].stage

    found = demo.find_organisations(participants, region=region, stage=stage)

    assert found and len(found) < len(participants)
    assert [item for item in participants if (item.region, item.stage) == (region, stage)] == list(found)
    assert {item.role for item in participants} == {"anchor", "participant"}
    assert demo.find_organisations(demo.organisations, role="anchor", status="unknown") == ()


def test_news_are_newest_first_and_found_by_year_tag_and_organisation(demo: Site) -> None:
    assert [item.id for item in demo.news] == sorted((item.id for item in demo.news), reverse=True)
    assert len(demo.find_news()) == len(demo.news) == 60
    for year in demo.years:
        assert {item.date.year for item in demo.find_news(year=year)} == {year}
    assert sum(len(demo.find_news(year=year)) for year in demo.years) == 60
    assert list(demo.years) == sorted(demo.years, reverse=True)
    for tag in demo.tags_in_use:
        assert all(tag in item.tags for item in demo.find_news(tag=tag)) and demo.find_news(tag=tag)
    named = next(item for item in demo.news if item.organisations).organisations[0]
    assert all(named in item.organisations for item in demo.find_news(organisation=named))
    assert demo.find_news(year=1999) == ()


def test_tags_stand_in_the_order_of_the_vocabulary(demo: Site) -> None:
    order = [tag.id for tag in demo.vocabulary.tags]
    assert list(demo.tags_in_use) == [tag for tag in order if tag in {t for item in demo.news for t in item.tags}]


def test_links_and_open_questions_of_an_organisation(base: Site, demo: Site) -> None:
    assert [link.id for link in base.links_of("north-yard")] == ["paper-to-yard"]
    assert base.links_of("harbour-office") == ()
    assert [item.id for item in base.unknowns_about("north-yard")] == ["who-folds"]
    supplier = next(link.source_end.organisation for link in demo.chain.links if link.source_end.organisation)
    assert any(link.source_end.organisation == supplier for link in demo.links_of(supplier))


def test_sources_know_what_rests_on_them_and_where_it_is_shown(base: Site) -> None:
    uses = {(type(use.what).__name__, use.path) for use in base.uses_of_sources()["harbour-news"]}

    assert uses == {
        ("Fact", "about/"),
        ("Organisation", "organisations/north-yard/"),
        ("Organisation", "organisations/harbour-office/"),
        ("Fact", "organisations/north-yard/"),
        ("Milestone", ""),
        ("SupplyLink", ""),
        ("Fact", ""),
        ("NewsItem", "news/2024-05-01-fleet/"),
    }


def test_sources_of_milestones_links_and_questions_name_the_page_that_shows_them(demo: Site) -> None:
    paths = {(type(use.what).__name__, use.path) for uses in demo.uses_of_sources().values() for use in uses}

    assert ("Milestone", demo.page_showing("timeline")) in paths
    assert ("SupplyLink", demo.page_showing("value_chain")) in paths
    assert ("Unknown", demo.page_showing("unknowns")) in paths
    assert "" not in {path for kind, path in paths if kind in ("Milestone", "Unknown")}


def test_page_is_found_by_the_macro_it_calls(demo: Site) -> None:
    assert demo.page_showing("facts", "cluster") == "about/"
    assert demo.page_showing("sources") == "sources/"
    assert demo.page_showing("no-such-macro") == ""
    assert demo.page_showing("facts", "nobody") == ""
    assert demo.page_meta("en", "about.md").title != demo.page_meta("ru", "about.md").title


def test_the_directory_is_the_page_that_lists_everybody(demo: Site, base: Site) -> None:
    assert demo.directory == "organisations/"
    assert base.directory is None, "no page of it lists all organisations"


def test_organisations_can_be_found_by_what_they_have(demo: Site) -> None:
    assert {("role", "team"), ("status", "disputed"), ("region", "XA-7"), ("stage", "rig")} <= demo.criteria_in_use
    assert {name for name, _ in demo.criteria_in_use} == {"role", "region", "stage", "status"}
    assert not any(value is None for _, value in demo.criteria_in_use)


def rename_yard(root: Path, former_ids: str) -> Site:
    """Rename the shipyard of the base cluster everywhere; the content must be right then."""
    for file in (*(root / "data").rglob("*.yaml"), *(root / "docs").rglob("*.md")):
        file.write_text(file.read_text("utf-8").replace("north-yard", "cold-yard"), "utf-8")
    file = root / "data" / "participants.yaml"
    text = file.read_text("utf-8").replace("- id: cold-yard\n", f"- id: cold-yard\n  former_ids: {former_ids}\n", 1)
    file.write_text(text, "utf-8")
    return load_site(root, TODAY)[0]


def test_all_former_ids_of_a_record_lead_to_it(tmp_path: Path) -> None:
    site = rename_yard(copy_base(tmp_path / "site"), "[north-yard, mild-yard]")
    page = "organisations/cold-yard/"
    assert {old for old, new in site.redirects.items() if new == page} == {
        "organisations/north-yard/", "organisations/mild-yard/",
    }  # fmt: skip


def test_a_page_that_is_gone_leads_where_moved_yaml_says(tmp_path: Path) -> None:
    root = copy_base(tmp_path / "site")
    (root / "data" / "moved.yaml").write_text("- {from: organisations/south-yard.md, to: about.md}\n")
    assert load_site(root, TODAY)[0].redirects == {"organisations/south-yard/": "about/"}


def test_nothing_leads_to_a_tag_that_no_news_has(tmp_path: Path) -> None:
    root = copy_base(tmp_path / "site")
    file = root / "data" / "vocabulary.yaml"
    text = file.read_text("utf-8")
    assert "tags:\n  - id: plans\n" in text
    file.write_text(text.replace("  - id: plans\n", "  - id: plans\n    former_ids: [ideas]\n"), "utf-8")
    assert load_site(root, TODAY)[0].redirects["news/tags/ideas/"] == "news/tags/plans/"
    news = root / "data" / "news" / "2024-05-01-fleet.yaml"
    news.write_text(news.read_text("utf-8").replace("tags: [plans]\n", ""), "utf-8")
    for lang in ("ru", "en"):
        page = root / "docs" / lang / "index.md"
        page.write_text(page.read_text("utf-8").replace('{{ news(tag="plans") }}', ""), "utf-8")
    assert "news/tags/ideas/" not in load_site(root, TODAY)[0].redirects


@pytest.mark.parametrize(
    ("line", "day"),
    [("", 29), ("timezone: Europe/Moscow\n", 30), ("timezone: Nowhere\n", 29), ('timezone: "Asia/Tokyo"\n', 30)],
)
def test_a_day_begins_in_the_time_zone_of_the_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, day: int
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2026, 11, 29, 22, tzinfo=UTC).timestamp())))
    root = copy_base(tmp_path / "site")
    with (root / "data" / "cluster.yaml").open("a", encoding="utf-8") as file:
        file.write(line)
    assert today(root) == date(2026, 11, day)
