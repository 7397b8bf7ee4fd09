"""The finished `Site`: everything checked, frozen, and easy to look up. The only thing that pages are made from."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import cast

from macros.content.addresses import address
from macros.content.draft import Draft
from macros.content.media import Picture
from macros.content.model import (
    PARTICIPANT_ROLES,
    Cluster,
    Fact,
    GradeWords,
    Menu,
    Named,
    NewsItem,
    Organisation,
    Phrase,
    Record,
    Region,
    RoleWords,
    Source,
    StatusWords,
    SupplyLink,
    Topic,
    Unknown,
    ValueChain,
    Vocabulary,
)
from macros.content.prose import PageMeta, ProsePage

ARCHIVE_YEARS = 3

Term = Named | Region | RoleWords | StatusWords | GradeWords


@dataclass(frozen=True)
class Use:
    """A place where a source is relied on: a fact or a record, with the address of a page that shows it."""

    what: Record
    path: str


@dataclass(frozen=True)
class Site:
    """All content. Paths of pages are site-relative directory addresses such as `organisations/alfa/`."""

    cluster: Cluster
    organisations: tuple[Organisation, ...]
    sources: tuple[Source, ...]
    chain: ValueChain
    news: tuple[NewsItem, ...]
    topics: tuple[Topic, ...]
    unknowns: tuple[Unknown, ...]
    vocabulary: Vocabulary
    menu: Menu
    strings: Mapping[str, Phrase]
    pages: tuple[ProsePage, ...]
    by_id: Mapping[tuple[str, str], object] = field(repr=False, default_factory=dict)
    photos: Mapping[str, Picture] = field(default_factory=dict)
    """The originals of photographs, by the names of their files."""
    archived: frozenset[str] = frozenset()
    """News older than three years: shown as such, since what they say may have changed."""
    overdue: frozenset[str] = frozenset()
    """Sources that should have been checked again by now: what rests on them is shown with its date."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Former addresses, each with that of the page to go to."""

    def organisation(self, organisation_id: str) -> Organisation:
        """Return the organisation with this id. Raises KeyError."""
        return cast(Organisation, self.by_id["organisation", organisation_id])

    def source(self, source_id: str) -> Source:
        """Return the source with this id. Raises KeyError."""
        return cast(Source, self.by_id["source", source_id])

    def fact(self, fact_id: str) -> Fact:
        """Return the fact with this id, wherever it stands. Raises KeyError."""
        return cast(Fact, self.by_id["fact", fact_id])

    def news_item(self, news_id: str) -> NewsItem:
        """Return the news item with this id. Raises KeyError."""
        return cast(NewsItem, self.by_id["news", news_id])

    def topic(self, topic_id: str) -> Topic:
        """Return the topic with this id. Raises KeyError."""
        return cast(Topic, self.by_id["topic", topic_id])

    def facts_about(self, subject: str) -> tuple[Fact, ...]:
        """Return the facts of `cluster`, `chain`, an organisation or a topic. Raises KeyError."""
        if subject == "cluster":
            return self.cluster.facts
        if subject == "chain":
            return self.chain.facts
        record = self.by_id.get(("organisation", subject)) or self.by_id["topic", subject]
        return cast(Organisation | Topic, record).facts

    def participants(self) -> tuple[Organisation, ...]:
        """Return those that are or are to be participants; the project team is never among them."""
        return tuple(item for item in self.organisations if item.role in PARTICIPANT_ROLES)

    def find_organisations(
        self,
        among: Iterable[Organisation],
        role: str | None = None,
        region: str | None = None,
        stage: str | None = None,
        status: str | None = None,
    ) -> tuple[Organisation, ...]:
        """Return those of `among` that match every criterion given, in the order of the data."""
        wanted = {"role": role, "region": region, "stage": stage, "status": status}
        criteria = {name: value for name, value in wanted.items() if value is not None}
        return tuple(item for item in among if all(getattr(item, name) == value for name, value in criteria.items()))

    @cached_property
    def directory(self) -> str | None:
        """The address of the first page that lists all organisations, or None."""
        path = self._page_listing_all("organisations")
        return None if path is None else address(path)

    @cached_property
    def news_list(self) -> str | None:
        """The path of the first page that lists all news, such as `news/index.md`, or None."""
        return self._page_listing_all("news")

    def _page_listing_all(self, macro: str) -> str | None:
        for page in self.pages:
            if any(call.name == macro and not call.named and not call.positional for call in page.calls):
                return page.path
        return None

    @cached_property
    def criteria_in_use(self) -> frozenset[tuple[str, str]]:
        """What organisations can be found by: every role, region, stage and status that one of them has."""
        return frozenset(
            (name, value)
            for item in self.organisations
            for name in ("role", "region", "stage", "status")
            if (value := getattr(item, name))
        )

    def find_news(
        self, year: int | None = None, tag: str | None = None, organisation: str | None = None
    ) -> tuple[NewsItem, ...]:
        """Return the news that match every criterion given, newest first."""
        found = self.news
        for criterion in (("year", year), ("tag", tag), ("organisation", organisation)):
            if criterion[1] is not None:
                members = self._news_by.get(criterion, ())
                found = members if found is self.news else _common(found, members)
        return found

    @cached_property
    def _news_by(self) -> Mapping[tuple[str, object], tuple[NewsItem, ...]]:
        """The news of each year, tag and organisation, newest first."""
        found: defaultdict[tuple[str, object], list[NewsItem]] = defaultdict(list)
        for item in self.news:
            found["year", item.date.year].append(item)
            for name, values in (("tag", item.tags), ("organisation", item.organisations)):
                for value in dict.fromkeys(values):
                    found[name, value].append(item)
        return {criterion: tuple(items) for criterion, items in found.items()}

    def neighbours(self, news_id: str) -> tuple[NewsItem | None, NewsItem | None]:
        """Return the news item after this one, and that before it, by date. Raises KeyError."""
        place = self._news_places[news_id]
        newer = self.news[place - 1] if place else None
        return newer, self.news[place + 1] if place + 1 < len(self.news) else None

    @cached_property
    def _news_places(self) -> Mapping[str, int]:
        return {item.id: place for place, item in enumerate(self.news)}

    def years(self) -> tuple[int, ...]:
        """Return the years that have news, latest first."""
        return tuple(sorted({item.date.year for item in self.news}, reverse=True))

    def tags_in_use(self) -> tuple[str, ...]:
        """Return the ids of tags that news carry, in the order of the vocabulary."""
        used = {tag for item in self.news for tag in item.tags}
        return tuple(tag.id for tag in self.vocabulary.tags if tag.id in used)

    def unknowns_about(self, organisation_id: str) -> tuple[Unknown, ...]:
        """Return what is not known about an organisation."""
        return tuple(item for item in self.unknowns if organisation_id in item.about)

    def links_of(self, organisation_id: str) -> tuple[SupplyLink, ...]:
        """Return the supply links that begin or end at an organisation."""
        return tuple(
            link
            for link in self.chain.links
            if organisation_id in (link.source_end.organisation, link.target_end.organisation)
        )

    def term(self, kind: str, key: str) -> Term:
        """Return the words for a region, role, status, stage, tag, group, grade, material or market.

        Raises KeyError.
        """
        return cast(Term, self.by_id[kind, key])

    def uses_of_sources(self) -> Mapping[str, tuple[Use, ...]]:
        """Return for each source what rests on it, with the page that shows it."""
        uses: defaultdict[str, list[Use]] = defaultdict(list)

        def note(what: Record, ids: Iterable[str], path: str) -> None:
            for source_id in dict.fromkeys(ids):
                uses[source_id].append(Use(what, path))

        for fact in (self.cluster.status, *self.cluster.facts):
            note(fact, fact.sources, self.page_showing("facts", "cluster"))
        for organisation in self.organisations:
            path = f"organisations/{organisation.id}/"
            note(organisation, organisation.sources, path)
            for fact in organisation.facts:
                note(fact, fact.sources, path)
        for milestone in self.cluster.milestones:
            note(milestone, milestone.sources, self.page_showing("timeline"))
        for fact in self.chain.facts:
            note(fact, fact.sources, self.page_showing("facts", "chain"))
        for link in self.chain.links:
            note(link, link.sources, self.page_showing("value_chain"))
        for topic in self.topics:
            path = self.page_showing("topics", topic.group) or self.page_showing("topic", topic.id)
            for fact in topic.facts:
                note(fact, fact.sources, path)
        for item in self.news:
            note(item, item.sources, f"news/{item.id}/")
        for unknown in self.unknowns:
            ids = (source for answer in unknown.answers for source in answer.sources)
            note(unknown, ids, self.page_showing("unknowns"))
        return {source: tuple(places) for source, places in uses.items()}

    def page_showing(self, macro: str, argument: str = "") -> str:
        """Return the address of the first prose page that calls this macro with this argument, or of home.

        Without an argument, a call that has none either comes first, then any call of the macro.
        """
        calls = self._places_of_calls.get(macro, ())
        exact = [path for path, given in calls if (argument in given if argument else not given)]
        found = exact or ([] if argument else [path for path, _ in calls])
        return address(found[0]) if found else ""

    @cached_property
    def _places_of_calls(self) -> Mapping[str, Sequence[tuple[str, Sequence[object]]]]:
        """For each macro, the pages that call it, in order, and with which arguments."""
        places: defaultdict[str, list[tuple[str, Sequence[object]]]] = defaultdict(list)
        for page in self.pages:
            for call in page.calls:
                places[call.name].append((page.path, [*call.positional, *(value for _, value in call.named)]))
        return places

    def page_meta(self, lang: str, path: str) -> PageMeta:
        """Return title and description of a prose page. Raises KeyError."""
        return cast(PageMeta, self.by_id[f"page:{lang}", path])


def _common(some: Iterable[NewsItem], others: Iterable[NewsItem]) -> tuple[NewsItem, ...]:
    ids = {item.id for item in others}
    return tuple(item for item in some if item.id in ids)


def today() -> date:
    """Return today's date in UTC; `SOURCE_DATE_EPOCH` sets it, so that a build can be repeated."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date()


def _years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; of 29 February, 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def assemble_site(draft: Draft) -> Site:
    """Return the site of a draft without problems."""

    def records(kind: str) -> tuple[object, ...]:
        return tuple(entry.record for entry in draft.of(kind))

    news = cast(tuple[NewsItem, ...], records("news"))
    organisations = cast(tuple[Organisation, ...], records("organisation"))
    topics = cast(tuple[Topic, ...], records("topic"))
    cluster = cast(Cluster, records("cluster")[0])
    chain = cast(ValueChain, records("chain")[0])
    sources = cast(tuple[Source, ...], records("source"))
    owners: tuple[Cluster | ValueChain | Organisation | Topic, ...] = (
        cluster,
        chain,
        *organisations,
        *topics,
    )
    by_id: dict[tuple[str, str], object] = {("fact", cluster.status.id): cluster.status}
    by_id |= {("fact", fact.id): fact for owner in owners for fact in owner.facts}
    for kind in ("organisation", "source", "topic", "unknown"):
        by_id |= {(kind, str(getattr(record, "id", ""))): record for record in records(kind)}
    by_id |= {("news", item.id): item for item in news}
    vocabulary = cast(Vocabulary, records("vocabulary")[0])
    terms: dict[str, tuple[Term, ...]] = {
        "region": vocabulary.regions,
        "role": vocabulary.roles,
        "status": vocabulary.statuses,
        "grade": vocabulary.grades,
        "stage": vocabulary.stages,
        "tag": vocabulary.tags,
        "group": vocabulary.groups,
        "material": chain.materials,
        "market": chain.markets,
    }
    by_id |= {(kind, term.id): term for kind, items in terms.items() for term in items}
    by_id |= {(f"page:{page.lang}", page.path): page.meta for page in draft.pages}
    return Site(
        cluster=cluster,
        organisations=organisations,
        sources=sources,
        chain=chain,
        news=tuple(sorted(news, key=lambda item: item.id, reverse=True)),
        topics=topics,
        unknowns=cast(tuple[Unknown, ...], records("unknown")),
        vocabulary=vocabulary,
        menu=cast(Menu, records("menu")[0]),
        strings={str(entry.path[0]): cast(Phrase, entry.record) for entry in draft.of("string")},
        pages=draft.pages,
        by_id=by_id,
        photos={name: picture for name, picture in draft.photos.items() if picture},
        archived=frozenset(item.id for item in news if item.date < _years_before(draft.today, ARCHIVE_YEARS)),
        overdue=frozenset(source.id for source in sources if source.check_by and source.check_by < draft.today),
        redirects=draft.redirects,
    )
