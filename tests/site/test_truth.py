"""What the built pages claim: nothing planned reads as done, the team is no participant, sources stand by."""

import re
from collections import Counter
from typing import Any

import yaml
from selectolax.lexbor import LexborNode

from tests.built import DEMO, Built

PARTICIPANT_ROLES = {"anchor", "participant"}


def linked_id(link: LexborNode) -> str:
    """The id of the organisation whose page a link leads to."""
    return (link.attributes["href"] or "").strip("/").split("/")[-1]


def plain(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_a_planned_organisation_is_worded_as_planned_wherever_its_status_is_shown(built: Built) -> None:
    words = {role["id"]: role["phrases"] for role in built.data("vocabulary.yaml")["roles"]}
    seen = 0
    for lang, prefix in (("ru", ""), ("en", "en/")):
        for item in built.organisations:
            page = built.pages[f"{prefix}organisations/{item['id']}/"]
            expected = words[item["role"]][item["status"]][lang]
            assert expected in page.text, page.path
            seen += item["status"] == "planned"
    assert seen


def test_each_card_shows_the_phrase_of_its_own_role_and_status(built: Built) -> None:
    words = {role["id"]: role["phrases"] for role in built.data("vocabulary.yaml")["roles"]}
    by_id = {item["id"]: item for item in built.organisations}
    cards = [
        card
        for page in built.pages.values()
        if page.lang == "ru"
        for card in page.tree.css("article.cl-organisation-card")
    ]
    for card in cards:
        item = by_id[linked_id(card.css_first(".cl-organisation-card__title a"))]
        phrase = plain(card.css_first(".cl-organisation-card__phrase").text())
        assert phrase == words[item["role"]][item["status"]]["ru"]
        assert f"cl-organisation-card--{item['status']}" in (card.attributes["class"] or "")
    assert len(cards) >= len(built.organisations)


def test_the_participants_page_lists_every_participant_and_nobody_else(built: Built) -> None:
    expected = {item["id"] for item in built.organisations if item["role"] in PARTICIPANT_ROLES}
    for prefix in ("", "en/"):
        page = built.pages[f"{prefix}participants/"]
        cards = page.tree.css("main article.cl-organisation-card .cl-organisation-card__title a")
        assert {linked_id(card) for card in cards} == expected


def test_the_team_is_never_among_participants(built: Built) -> None:
    team = {item["id"] for item in built.organisations if item["role"] == "team"}
    assert team
    for prefix in ("", "en/"):
        participants = built.pages[f"{prefix}participants/"].tree.css("main .cl-organisation-card__title a")
        assert not team & {linked_id(link) for link in participants}
    chain = built.pages["chain/"].tree.css("main .cl-value-chain__stages a")
    assert not team & {linked_id(node) for node in chain}


def test_a_team_members_page_says_that_it_is_no_participant(built: Built) -> None:
    for item in built.organisations:
        if item["role"] == "team":
            assert "Участником кластера источники её не называют" in built.pages[f"organisations/{item['id']}/"].text
            assert "No source calls it a participant" in built.pages[f"en/organisations/{item['id']}/"].text


def facts_of(built: Built) -> dict[str, dict[str, Any]]:
    cluster, chain = built.data("cluster.yaml"), built.data("value_chain.yaml")
    owners = [cluster, chain, *built.organisations, *built.data("topics.yaml")]
    return {fact["id"]: fact for owner in owners for fact in owner.get("facts", [])}


def test_every_fact_is_on_some_page_in_both_languages_with_its_sources(built: Built) -> None:
    sources = {source["id"]: source for source in built.data("sources.yaml")}
    facts = facts_of(built)
    for lang in ("ru", "en"):
        shown: dict[str, tuple[LexborNode, set[str | None]]] = {}
        for page in built.pages.values():
            if page.lang == lang:
                shared: set[str | None] = set()
                for node in page.tree.css(".cl-source-mark--shared, .cl-fact[id]"):
                    links = {link.attributes["href"] for link in node.css(".cl-source-mark__list li > a")}
                    if not node.id:
                        shared = links
                    else:
                        shown.setdefault(node.id.removeprefix("fact-"), (node, links or shared))
        for name, fact in facts.items():
            assert name in shown, f"{name} is on no {lang} page"
            node, links = shown[name]
            assert plain(node.css_first(".cl-fact__text").text()) == plain(fact["text"][lang])
            assert f"cl-line--{fact['status']}" in (node.attributes["class"] or "")
            assert links >= {sources[name]["url"] for name in fact["sources"]}
            if node.css_first(".cl-source-mark"):
                assert len(links) == len(fact["sources"])


def test_every_fact_that_is_not_confirmed_says_so_in_words(built: Built) -> None:
    words = {status["id"]: status["name"] for status in built.data("vocabulary.yaml")["statuses"]}
    english = {
        plain(fact["text"][lang]): fact["text"]["en"] for fact in facts_of(built).values() for lang in ("ru", "en")
    }
    telling = {"planned": " to ", "unknown": "not?\\b", "past": "\\d{4}", "disputed": "never"}
    seen = Counter[str]()
    for page in built.pages.values():
        for node in page.tree.css(".cl-fact[id]"):
            status = re.search(r"cl-line--(\w+)", node.attributes["class"] or "")
            assert status is not None
            badge = node.css_first(".cl-badge")
            seen[status[1]] += 1
            if status[1] == "confirmed":
                assert badge is None
            elif badge is None:
                assert re.search(telling[status[1]], english[plain(node.css_first(".cl-fact__text").text())])
            else:
                assert plain(badge.text()) == plain(words[status[1]][page.lang])
    assert seen["planned"] and seen["confirmed"]


def test_every_news_item_names_its_sources_and_keeps_its_date(built: Built) -> None:
    sources = {source["id"]: source for source in built.data("sources.yaml")}
    for name, item in built.news.items():
        for prefix in ("", "en/"):
            page = built.pages[f"{prefix}news/{name}/"]
            assert page.tree.css_first("main time").attributes["datetime"] == item["date"]
            links = {
                link.attributes["href"] for link in page.tree.css(".cl-news-page__head .cl-source-mark__list li > a")
            }
            assert links == {sources[source]["url"] for source in item["sources"]}


def test_the_sources_page_shows_every_source_with_what_rests_on_it(built: Built) -> None:
    expected = {f"source-{source['id']}" for source in built.data("sources.yaml")}
    for prefix in ("", "en/"):
        items = built.pages[f"{prefix}sources/"].tree.css(".cl-sources__item")
        assert {item.attributes["id"] for item in items} == expected
        assert all(item.css(".cl-sources__uses li a") for item in items), "an unused source"


def test_unnamed_suppliers_are_said_to_be_unnamed(built: Built) -> None:
    links = built.data("value_chain.yaml")["links"]
    unnamed = sum("stage" in link["from"] for link in links)
    table = built.pages["chain/"].tree.css_first("main .cl-value-chain .cl-table")
    cells = [plain(cell.text()) for cell in table.css("td:nth-child(2)")]
    assert cells.count("поставщик не назван") == unnamed
    assert len(cells) == len(links)


def test_what_the_site_infers_is_explained_beneath_each_diagram_and_table_and_cites_facts(built: Built) -> None:
    links = [link for link in built.data("value_chain.yaml")["links"] if link["status"] == "inferred"]
    facts = facts_of(built)
    words = next(words for words in built.data("vocabulary.yaml")["statuses"] if words["id"] == "inferred")
    ends = {link["to"]["organisation"] for link in links}
    for prefix, lang in (("", "ru"), ("en/", "en")):
        shown = [built.pages[f"{prefix}organisations/{name}/"].tree for name in sorted(ends)]
        for tree, note in [
            *((tree, ".cl-supply-table > .cl-supply-table__inferred") for tree in shown),
            (built.pages[f"{prefix}chain/"].tree, ".cl-value-chain__diagram ~ .cl-value-chain__inferred"),
        ]:
            (said,) = tree.css(note)
            assert plain(said.text()) == f"{words['name'][lang]} {words['note'][lang]}"
        tree = built.pages[f"{prefix}chain/"].tree
        for link in links:
            row = tree.css_first(f"#link-{link['id']}")
            texts = [plain(node.text()) for node in row.css(".cl-supply-table__basis > p")]
            assert texts == [plain(facts[name]["text"][lang]) for name in link["based_on"]]
            assert row.css("td > .cl-source-mark") == []
    quiet = built.pages["organisations/sinyaya-kaplya/"].tree
    assert quiet.css(".cl-supply-table") and not quiet.css(".cl-supply-table__inferred")


def test_sections_by_role_hold_the_organisations_of_that_role(built: Built) -> None:
    expected: dict[str, set[str]] = {}
    for item in built.organisations:
        expected.setdefault(item["role"], set()).add(item["id"])
    sections = {
        section.attributes["data-role"] or "": {
            linked_id(link) for link in section.css(".cl-organisation-card__title a")
        }
        for section in built.pages["organisations/"].tree.css("main section[data-role]")
    }
    assert sections == expected


def counts() -> dict[str, Any]:
    return dict(yaml.safe_load((DEMO / "counts.yaml").read_text("utf-8")))


def test_the_demo_clusters_news_are_counted_by_year_and_tag_as_enumerated(built: Built) -> None:
    page = built.pages["news/"]
    shown = {
        (item.css_first("a").attributes["href"] or "").strip("/").split("/")[-1]: int(
            item.css_first(".cl-news-archive__count").text()
        )
        for item in page.tree.css(".cl-news-archive li")
    }
    expected = {str(name): number for part in ("year", "tag") for name, number in counts()["news"][part].items()}
    assert shown == expected
    for year, number in counts()["news"]["year"].items():
        pages = [page for path, page in built.pages.items() if path.startswith(f"news/{year}/")]
        assert sum(len(page.tree.css("article.cl-news-card")) for page in pages) == number


def test_russian_plurals_follow_the_number(built: Built) -> None:
    forms = {1: "1 новость", 2: "2 новости", 5: "5 новостей", 11: "11 новостей", 21: "21 новость", 25: "25 новостей"}
    for year, number in counts()["news"]["year"].items():
        word = next((form for known, form in forms.items() if known == number), None)
        total = plain(built.pages[f"news/{year}/"].tree.css_first(".cl-news-section__total").text())
        assert re.fullmatch(rf"{number} новост(ь|и|ей)", total)
        assert word is None or total == word


def test_news_are_linked_in_order_of_time(built: Built) -> None:
    names = sorted(built.news)
    for older, newer in zip(names, names[1:], strict=False):
        page = built.pages[f"news/{older}/"]
        link = page.tree.css_first("a[rel=next]")
        assert (link.attributes["href"] or "").strip("./") == newer
    assert built.pages[f"news/{names[-1]}/"].tree.css_first("a[rel=next]") is None
