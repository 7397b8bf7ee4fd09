"""The checked content as one frozen `Site`, with its queries. Pages are made from nothing else."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, field

from macros.content.addresses import FOLDERS, address
from macros.content.draft import Draft, R
from macros.content.media import Picture, read_picture
from macros.content.model import (
    PARTICIPANT_ROLES,
    Cluster,
    Fact,
    Menu,
    Milestone,
    NewsItem,
    Organisation,
    Phrase,
    Record,
    Source,
    SupplyLink,
    Topic,
    Unknown,
    ValueChain,
    Vocabulary,
    Word,
)
from macros.content.problems import CommandFailed, format_failure
from macros.content.prose import PageMeta, ProsePage

ARCHIVE_YEARS = 3


class Use(Struct, frozen=True):
    """A fact or record that cites a source, with the address of a page that shows it."""

    what: Record
    path: str


class Site(Struct, frozen=True, eq=False, dict=True):
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
    by_id: Mapping[tuple[type[Record] | str, str], object] = field(default_factory=dict)
    photos: Mapping[str, Picture] = field(default_factory=dict)
    """The originals of photographs, by the names of their files."""
    pictures: Mapping[str, Picture | None] = field(default_factory=dict)
    """What lies beside the editors' pages, by address."""
    archived: frozenset[str] = frozenset()
    """News older than three years, which pages mark as old."""
    overdue: frozenset[str] = frozenset()
    """Sources past their `check_by`: statements that cite them are shown with their date."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Former addresses, each with that of the page to go to."""
    url: str = ""
    """The absolute address of its root, ending in `/`: for whoever builds it to set."""

    def find(self, record_type: type[R], record_id: str) -> R:
        """Return the record of this type with this id. Raises KeyError."""
        return cast(R, self.by_id[record_type, record_id])

    def facts_about(self, subject: str) -> tuple[Fact, ...]:
        """Return the facts of `cluster`, `chain`, an organisation or a topic. Raises KeyError."""
        return cast(Cluster | ValueChain | Organisation | Topic, self.by_id["subject", subject]).facts

    def participants(self) -> tuple[Organisation, ...]:
        """Return those that are or are to be participants; the project team is never among them."""
        return tuple(item for item in self.organisations if item.role in PARTICIPANT_ROLES)

    def find_organisations(self, among: Iterable[Organisation], **criteria: str) -> tuple[Organisation, ...]:
        """Return those of `among` whose role, region, stage and status are the given ones, in the order of the data."""
        return tuple(item for item in among if all(getattr(item, name) == value for name, value in criteria.items()))

    @cached_property
    def directory(self) -> str | None:
        """The address of the first page that lists all organisations, or None."""
        path = self._find_call("organisations")
        return None if path is None else address(path)

    @cached_property
    def questions(self) -> str | None:
        """The address of the first page that shows all open questions, or None."""
        path = self._find_call("unknowns")
        return None if path is None else address(path)

    @cached_property
    def news_list(self) -> str | None:
        """The path of the first page that lists all news, such as `news/index.md`, or None."""
        return self._find_call("news")

    def _find_call(self, macro: str, argument: str = "") -> str | None:
        """Return the path of the first page that calls a macro with this argument, or with none, or None."""
        return next(
            (path for path, given in self._calls[macro] if (argument in given if argument else not given)), None
        )

    @cached_property
    def _calls(self) -> Mapping[str, Sequence[tuple[str, Sequence[object]]]]:
        """For each macro, the pages that call it, in order, and with which arguments."""
        calls: defaultdict[str, list[tuple[str, Sequence[object]]]] = defaultdict(list)
        for page in self.pages:
            for call in page.calls:
                calls[call.name].append((page.path, [*call.positional, *(value for _, value in call.named)]))
        return calls

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
        given = [one for one in (("year", year), ("tag", tag), ("organisation", organisation)) if one[1] is not None]
        found, *others = [self._news_by[criterion] for criterion in given] or [self.news]
        return tuple(item for item in found if all(item in other for other in others)) if others else tuple(found)

    @cached_property
    def _news_by(self) -> Mapping[tuple[str, object], Sequence[NewsItem]]:
        """The news of each year, tag and organisation, newest first."""
        found: defaultdict[tuple[str, object], list[NewsItem]] = defaultdict(list)
        for item in self.news:
            found["year", item.date.year].append(item)
            for name, values in (("tag", item.tags), ("organisation", item.organisations)):
                for value in dict.fromkeys(values):
                    found[name, value].append(item)
        return found

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[NewsItem | None, NewsItem | None]]:
        """The news item after each one, and that before it, by date."""
        newer, older = (None, *self.news), (*self.news[1:], None)
        return {item.id: (after, before) for item, after, before in zip(self.news, newer, older, strict=False)}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that have news, latest first."""
        return tuple(sorted({item.date.year for item in self.news}, reverse=True))

    @cached_property
    def tags_in_use(self) -> tuple[str, ...]:
        """The ids of tags that news carry, in the order of the vocabulary."""
        used = {tag for item in self.news for tag in item.tags}
        return tuple(tag.id for tag in self.vocabulary.tags if tag.id in used)

    def unknowns_about(self, organisation_id: str) -> tuple[Unknown, ...]:
        """Return the open questions about an organisation, or all of them with an empty id."""
        return tuple(item for item in self.unknowns if organisation_id in ("", *item.about))

    def links_of(self, organisation_id: str) -> tuple[SupplyLink, ...]:
        """Return the supply links that begin or end at an organisation."""
        return tuple(
            link
            for link in self.chain.links
            if organisation_id in (link.source_end.organisation, link.target_end.organisation)
        )

    def term(self, kind: str, key: str) -> Word:
        """Return the words for a region, role, status, stage, tag, group, grade, material or market.

        Raises KeyError.
        """
        return cast(Word, self.by_id[kind, key])

    def uses_of_sources(self) -> Mapping[str, Sequence[Use]]:
        """Return for each source the facts and records that cite it, each with the page that shows it."""
        uses: defaultdict[str, list[Use]] = defaultdict(list)

        def note(path: str, *records: Fact | Organisation | Milestone | SupplyLink | NewsItem) -> None:
            for record in records:
                for source_id in dict.fromkeys(record.sources):
                    uses[source_id].append(Use(record, path))

        note(self.page_showing("facts", "cluster"), self.cluster.status, *self.cluster.facts)
        for organisation in self.organisations:
            note(f"organisations/{organisation.id}/", organisation, *organisation.facts)
        note(self.page_showing("timeline"), *self.cluster.milestones)
        note(self.page_showing("facts", "chain"), *self.chain.facts)
        note(self.page_showing("value_chain"), *self.chain.links)
        for topic in self.topics:
            note(self.page_showing("topics", topic.group) or self.page_showing("topic", topic.id), *topic.facts)
        for item in self.news:
            note(f"news/{item.id}/", item)
        for unknown in self.unknowns:
            for source_id in dict.fromkeys(source for answer in unknown.answers for source in answer.sources):
                uses[source_id].append(Use(unknown, self.page_showing("unknowns")))
        return uses

    def page_showing(self, macro: str, argument: str = "") -> str:
        """Return the address of the first prose page that calls this macro with this argument, or of home.

        Without an argument, a call that has none either comes first, then any call of the macro.
        """
        path = self._find_call(macro, argument)
        if path is None and not argument and self._calls[macro]:
            path = self._calls[macro][0][0]
        return address(path) if path else ""

    def page_meta(self, lang: str, path: str) -> PageMeta:
        """Return title and description of a prose page. Raises KeyError."""
        return cast(PageMeta, self.by_id[f"page:{lang}", path])


_ZONE = re.compile(r"""^timezone: *["']?([\w/+-]+)""", re.MULTILINE)


def today(root: Path) -> date:
    """Return today's date in the time zone that `data/cluster.yaml` below `root` names, or UTC.

    `SOURCE_DATE_EPOCH` sets the moment, in seconds (reproducible-builds.org). Raises CommandFailed for other words.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
        return now.astimezone(_find_zone(root)).date()
    except (ValueError, OverflowError, OSError):
        raise CommandFailed(format_failure("bad-epoch", written=epoch or "")) from None


def _find_zone(root: Path) -> tzinfo:
    """Read the time zone before all else is read; what is wrong there is told by the check, by the day in UTC."""
    try:
        written = _ZONE.search((root / "data" / "cluster.yaml").read_text("utf-8"))
        return ZoneInfo(written[1]) if written else UTC
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return UTC


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; of 29 February, 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def assemble_site(draft: Draft) -> Site:
    """Return the site of a draft without problems."""

    def records(record_type: type[R]) -> tuple[R, ...]:
        return tuple(entry.record for entry in draft.of(record_type))

    cluster, chain, vocabulary = records(Cluster)[0], records(ValueChain)[0], records(Vocabulary)[0]
    organisations, topics, news, sources = records(Organisation), records(Topic), records(NewsItem), records(Source)
    owners: tuple[Organisation | Topic, ...] = (*organisations, *topics)
    subjects = {"cluster": cluster, "chain": chain, **{owner.id: owner for owner in owners}}
    by_id: dict[tuple[type[Record] | str, str], object] = {(Fact, cluster.status.id): cluster.status}
    by_id |= {(Fact, fact.id): fact for owner in subjects.values() for fact in owner.facts}
    by_id |= {("subject", name): owner for name, owner in subjects.items()}
    found: tuple[Organisation | Topic | NewsItem | Source | Unknown, ...]
    found = (*owners, *news, *sources, *records(Unknown))
    by_id |= {(type(record), record.id): record for record in found}
    terms: dict[str, Iterable[Word]] = {
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
    by_id |= {(kind, term.id): term for kind, terms_of_kind in terms.items() for term in terms_of_kind}
    by_id |= {(f"page:{page.lang}", page.path): page.meta for page in draft.pages}
    return Site(
        cluster=cluster,
        organisations=organisations,
        sources=sources,
        chain=chain,
        news=tuple(sorted(news, key=lambda item: item.id, reverse=True)),
        topics=topics,
        unknowns=records(Unknown),
        vocabulary=vocabulary,
        menu=records(Menu)[0],
        strings={str(entry.path[0]): entry.record for entry in draft.of(Phrase)},
        pages=draft.pages,
        by_id=by_id,
        photos={name: picture for name, picture in draft.photos.items() if picture},
        pictures={
            FOLDERS[lang] + path: read_picture(draft.root / "docs" / lang / path)
            for lang, paths in draft.assets.items()
            for path in paths
        },
        archived=frozenset(item.id for item in news if item.date < years_before(draft.today, ARCHIVE_YEARS)),
        overdue=frozenset(source.id for source in sources if source.check_by and source.check_by < draft.today),
        redirects=draft.redirects,
    )
