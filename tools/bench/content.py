"""What is built by all: the demo cluster of the tests with as many organisations and news as asked for, seeded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tools.bench.texts import Pair, compose_body, compose_lead, compose_note, compose_title

PROJECT = Path(__file__).parents[2]
DEMO = PROJECT / "tests" / "clusters" / "demo"
LANGUAGES = ("ru", "en")
SUBJECTS = ("news", "organisation", "page")
"""What an edit changes: one news item, one organisation, one prose page."""

SEED = 20240521
FIRST_DAY, LAST_DAY = date(2005, 1, 1), date(2025, 2, 10)
INDISPENSABLE = "kontora-nigde"
"""A participant that the prose pages name."""

EDITED_ORGANISATION = "zvonkiy-bereg"
EDITED_PAGE = "privacy.md"
Record = dict[str, Any]


@dataclass(frozen=True)
class NewsItem:
    """A news item in both languages. `id` begins with the date."""

    id: str
    date: date
    title: Pair
    lead: Pair
    body: Pair
    tags: tuple[str, ...]
    organisations: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Content:
    """All that a site is made from. `data` are the demo's other files of records; `pages` Markdown by path."""

    news: tuple[NewsItem, ...]
    participants: tuple[Record, ...]
    data: Mapping[str, Any]
    pages: Mapping[str, Pair]

    @property
    def organisations(self) -> tuple[Record, ...]:
        return (*self.participants, *self.data["organisations"])

    @property
    def tags(self) -> dict[str, Pair]:
        """The names of the tags."""
        return {tag["id"]: Pair(tag["name"]["ru"], tag["name"]["en"]) for tag in self.data["vocabulary"]["tags"]}


def make_content(news: int, organisations: int, marks: Mapping[str, int] | None = None) -> Content:
    """Return the content with so many news items and organisations; the same for the same arguments.

    `marks` holds the number that the last edit of a subject has put into its text, in both languages.
    """
    marks = {subject: 1 for subject in SUBJECTS} | dict(marks or {})
    data = {name: _read(f"{name}.yaml") for name in _names() if name != "participants"}
    participants = list(_choose_participants(organisations - len(data["organisations"]), marks["organisation"]))
    known = {record["id"] for record in [*participants, *data["organisations"]]}
    data["value_chain"]["links"] = [link for link in data["value_chain"]["links"] if _ends(link) <= known]
    data["unknowns"] = [record for record in data["unknowns"] if {*record.get("about", ())} <= known | _topics(data)]
    items = tuple(_compose_news(news, sorted(known), data, marks["news"]))
    pages = {path: _adapt(path, text, items[-1].id, marks["page"]) for path, text in _read_pages().items()}
    return Content(items, tuple(participants), data, pages)


def _names() -> list[str]:
    return sorted(path.stem for path in (DEMO / "data").glob("*.yaml") if path.stem != "words")


@cache
def _text(name: str) -> str:
    return (DEMO / "data" / name).read_text("utf-8")


def _read(name: str) -> Any:
    return yaml.load(_text(name), yaml.CBaseLoader)


def _topics(data: Mapping[str, Any]) -> set[str]:
    return {topic["id"] for topic in data["topics"]}


def _ends(link: Record) -> set[str]:
    return {end["organisation"] for end in (link["from"], link["to"]) if "organisation" in end}


def _choose_participants(wanted: int, mark: int) -> Iterator[Record]:
    """Yield the first of the demo, those that are indispensable, and then the same ones with a number in their ids."""
    records = _read("participants.yaml")
    records.sort(key=lambda record: record["id"] != INDISPENSABLE and record["id"] != EDITED_ORGANISATION)
    for number in range(wanted):
        record = _read("participants.yaml")[0] if not records else records[number % len(records)]
        if number >= len(records):
            record = _with_number(record, number)
        yield _with_mark(record, mark) if record["id"] == EDITED_ORGANISATION else record


def _with_number(record: Record, number: int) -> Record:
    """A copy with ids of its own; former ones belong to one record only."""
    record = {name: value for name, value in record.items() if name != "former_ids"}
    facts = [fact | {"id": f"{fact['id']}-{number}"} for fact in record.get("facts", ())]
    return record | {"id": f"{record['id']}-{number}"} | ({"facts": facts} if facts else {})


def _with_mark(record: Record, mark: int) -> Record:
    note, summary = compose_note(mark), record["summary"]
    return record | {"summary": {"ru": f"{summary['ru']} {note.ru}", "en": f"{summary['en']} {note.en}"}}


def _compose_news(wanted: int, organisations: list[str], data: Mapping[str, Any], mark: int) -> Iterator[NewsItem]:
    """Yield the items, the oldest first; the mark stands in the one in the middle."""
    tags = [tag["id"] for tag in data["vocabulary"]["tags"]]
    sources = [source["id"] for source in data["sources"]]
    days = (LAST_DAY - FIRST_DAY).days
    for number in range(wanted):
        chance = Random(SEED + number)
        day = FIRST_DAY + timedelta(days=days * number // wanted)
        yield NewsItem(
            id=f"{day.isoformat()}-item-{number}",
            date=day,
            title=compose_title(number + 1, chance),
            lead=compose_lead(chance),
            body=compose_body(chance, mark if number == wanted // 2 else 1),
            tags=tuple(sorted(chance.sample(tags, 2))),
            organisations=tuple(sorted(chance.sample(organisations, 2))),
            source=sources[number % len(sources)],
        )


@cache
def _read_pages() -> dict[str, Pair]:
    folder = DEMO / "docs"
    paths = sorted(path.relative_to(folder / "ru").as_posix() for path in (folder / "ru").rglob("*.md"))
    return {path: Pair(*((folder / lang / path).read_text("utf-8") for lang in LANGUAGES)) for path in paths}


def _adapt(path: str, page: Pair, latest: str, mark: int) -> Pair:
    """Name a news item that is there, keep lists of a year short, and put the mark into the page that is edited."""
    note = compose_note(mark)
    texts = []
    for text, words in zip(page, note, strict=True):
        adapted = text.replace("2023-09-25-third-furnace", latest).replace("news(year=", "news(limit=3, year=")
        texts.append(f"{adapted.rstrip()}\n\n{words}\n" if path == EDITED_PAGE else adapted)
    return Pair(*texts)
