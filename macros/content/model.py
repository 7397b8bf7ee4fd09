"""The records of the site: frozen pydantic models of everything under `data/`.

Scalars arrive as text (see `reading`) and are typed here, so that `no`, `0771` or `12:30` never turn into
something an editor did not write. A record knows nothing of its file; positions are kept beside it.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from macros.content.languages import LANGUAGES as LANGUAGES
from macros.content.languages import Language as Language

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""There are none, and to look for them pydantic 2.14 reads the metadata of all that is installed."""


@dataclass(frozen=True)
class Ref:
    """Marks a field whose value is the id of a record of this kind."""

    kind: str


def _parse_day(value: object) -> object:
    """ISO 8601 calendar date only: pydantic alone would also take seconds since 1970."""
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise PydanticCustomError("bad_date", "not an ISO date")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("bad_date", "no such day") from None
    return value


def _check_when(value: str) -> str:
    """A date as precise as the source is: a year, a month or a day."""
    parts = value.split("-")
    padded = "-".join(parts + ["01"] * (3 - len(parts)))
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", value):
        raise PydanticCustomError("bad_when", "not a year, month or day")
    try:
        date.fromisoformat(padded)
    except ValueError:
        raise PydanticCustomError("bad_when", "no such day") from None
    return value


def _check_url(value: str) -> str:
    """An absolute web address with a host, without a user name or password in it."""
    if not re.fullmatch(r"https?://[^\s/@?#\\<>\"']+\.[^\s/@?#\\<>\"']+(?:[/?#][^\s<>\"'\\]*)?", value):
        raise PydanticCustomError("bad_url", "not a web address")
    return value


def _check_path(value: str) -> str:
    """The path of a page below `docs/<language>/`, as links have it."""
    if not re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*/)*[a-z0-9]+(-[a-z0-9]+)*\.md", value):
        raise PydanticCustomError("bad_path", "not the path of a page")
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
NewsId = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}-[a-z0-9]+(-[a-z0-9]+)*$", max_length=90)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40_000)]
Day = Annotated[date, BeforeValidator(_parse_day)]
When = Annotated[
    str,
    AfterValidator(_check_when),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}$"}),
]
Url = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_check_url)]
PagePath = Annotated[
    str,
    StringConstraints(max_length=200),
    AfterValidator(_check_path),
    WithJsonSchema({"type": "string", "pattern": r"^[a-z0-9/-]+\.md$"}),
]

Status = Literal["planned", "confirmed", "past", "disputed", "unknown"]
Role = Literal["anchor", "participant", "specialised", "team", "authority", "organiser", "partner"]
Grade = Literal["A", "B", "C"]

PARTICIPANT_ROLES: frozenset[Role] = frozenset({"anchor", "participant"})
"""Who may be listed and counted as a participant; `team` never is."""

SourceId = Annotated[Id, Ref("source")]
OrganisationId = Annotated[Id, Ref("organisation")]
RegionId = Annotated[RegionCode, Ref("region")]
StageId = Annotated[Id, Ref("stage")]
TagId = Annotated[Id, Ref("tag")]
MaterialId = Annotated[Id, Ref("material")]
MarketId = Annotated[Id, Ref("market")]
GroupId = Annotated[Id, Ref("group")]
UnknownId = Annotated[Id, Ref("unknown")]


class Record(BaseModel):
    """Base of all records: frozen, and a field that the model does not know is an error."""

    # A check of one changed file needs few of the models: the others are never built.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Localised(Record):
    """One text in both languages; neither is optional."""

    ru: Text
    en: Text

    def in_language(self, lang: Language) -> str:
        """Return the text in `lang`."""
        return self.ru if lang == "ru" else self.en


class LongLocalised(Record):
    """A body in Markdown, in both languages."""

    ru: LongText
    en: LongText

    def in_language(self, lang: Language) -> str:
        """Return the Markdown in `lang`."""
        return self.ru if lang == "ru" else self.en


class Translated(Record):
    """A record with texts in both languages. `reviewed`: fingerprints of the Russian texts that the English match."""

    reviewed: Text | None = None


class Deferrable(Translated):
    """A record whose English text may lag behind the Russian one until a day; its reader is told so."""

    pending: Day | None = None


class Fact(Deferrable):
    """One statement: what is said, by which sources, as of when (as precise as the source is), and how certain."""

    id: Id
    text: Localised
    status: Status
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    as_of: When
    stated_by: Localised | None = None


class Source(Translated):
    """Where a statement can be checked. Grade: A the body concerned or law, B a medium, C weak or undated.

    `check_by`: the day by which somebody must have looked again, where what it says grows old.
    """

    id: Id
    publisher: Localised
    title: Localised
    url: Url
    date: When | None = None
    checked: Day
    check_by: Day | None = None
    grade: Grade
    note: Localised | None = None


class Organisation(Deferrable):
    """A participant or any other body; `status` is that of its role in the cluster."""

    id: Id
    former_ids: tuple[Id, ...] = ()
    name: Localised
    name_note: Localised | None = None
    role: Role
    status: Status
    region: RegionId | None = None
    stage: StageId | None = None
    group: Localised | None = None
    website: Url | None = None
    summary: Localised
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    as_of: When
    facts: tuple[Fact, ...] = ()

    @property
    def all_ids(self) -> tuple[str, ...]:
        """Every id that it has had, the oldest first."""
        return (*self.former_ids, self.id)


class Link(Translated):
    """An outside page that visitors are sent to."""

    title: Localised
    url: Url
    note: Localised | None = None


class Milestone(Deferrable):
    """A dated step of the cluster's history; `date` is as precise as the source is."""

    id: Id
    date: When
    date_note: Localised | None = None
    title: Localised
    text: Localised | None = None
    status: Status
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class Cluster(Translated):
    """What the site is about."""

    name: Localised
    short_name: Localised
    name_note: Localised | None = None
    tagline: Localised
    description: Localised
    status: Fact
    open_question: UnknownId | None = None
    contact: OrganisationId
    regions: Annotated[tuple[RegionId, ...], Field(min_length=1)]
    facts: tuple[Fact, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    links: tuple[Link, ...] = ()


class Named(Translated):
    """A term of the vocabulary: an id and its words."""

    id: Id
    name: Localised
    note: Localised | None = None


class NewsTag(Named):
    """A tag of news: unlike other terms it has a page, and so an address."""

    former_ids: tuple[Id, ...] = ()


class RoleWords(Translated):
    """The words for a role: as a label, and as a phrase for each status, so that a plan never reads as done."""

    id: Role
    name: Localised
    note: Localised | None = None
    phrases: dict[Status, Localised]


class StatusWords(Translated):
    """The words for a status."""

    id: Status
    name: Localised
    note: Localised


class GradeWords(Translated):
    """The words for a grade of source."""

    id: Grade
    name: Localised


class Region(Translated):
    """A region by its ISO 3166-2 code."""

    id: RegionCode
    name: Localised


class Vocabulary(Record):
    """Every term that records refer to, in both languages."""

    regions: tuple[Region, ...]
    roles: tuple[RoleWords, ...]
    statuses: tuple[StatusWords, ...]
    grades: tuple[GradeWords, ...]
    stages: tuple[Named, ...]
    tags: tuple[NewsTag, ...]
    groups: tuple[Named, ...]


class End(Record):
    """One end of a link: a named organisation, a market, or a stage whose supplier no source names."""

    organisation: OrganisationId | None = None
    market: MarketId | None = None
    stage: StageId | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "End":
        if sum(value is not None for value in (self.organisation, self.market, self.stage)) != 1:
            raise PydanticCustomError("bad_end", "exactly one of organisation, market, stage")
        return self


class SupplyLink(Record):
    """A material going from one end to another."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: Id
    material: MaterialId
    source_end: End = Field(alias="from")
    target_end: End = Field(alias="to")
    status: Status
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    as_of: When


class ValueChain(Record):
    """Materials, markets and the links between them; stages stand in the vocabulary, in order."""

    materials: tuple[Named, ...]
    markets: tuple[Named, ...]
    links: tuple[SupplyLink, ...]
    facts: tuple[Fact, ...] = ()


PhotoName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.(avif|jpeg|jpg|png|webp)$", max_length=90)
]


class Photo(Translated):
    """A photograph: the name of its file in `data/photos/`, its words for who cannot see it, and whose it is."""

    file: PhotoName
    alt: Localised
    credit: Localised


class NewsItem(Deferrable):
    """One news item; its id is the name of its file."""

    id: NewsId
    former_ids: tuple[NewsId, ...] = ()
    date: Day
    updated: Day | None = None
    title: Localised
    lead: Localised
    body: LongLocalised
    photo: Photo | None = None
    tags: tuple[TagId, ...] = ()
    organisations: tuple[OrganisationId, ...] = ()
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]

    @property
    def all_ids(self) -> tuple[str, ...]:
        """Every id that it has had, the oldest first."""
        return (*self.former_ids, self.id)


class Topic(Deferrable):
    """Anything else that has a title and facts: a programme, a law, a support measure, another cluster."""

    id: Id
    group: GroupId
    title: Localised
    title_note: Localised | None = None
    link: Url | None = None
    facts: Annotated[tuple[Fact, ...], Field(min_length=1)]


class Answer(Translated):
    """One of several answers that sources give to the same question."""

    text: Localised
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class Unknown(Deferrable):
    """What was searched for and not found, or what sources disagree about."""

    id: Id
    question: Localised
    kind: Literal["not_found", "disputed"]
    searched: Day
    about: tuple[OrganisationId, ...] = ()
    answers: tuple[Answer, ...] = ()
    how_to_check: Localised | None = None


class Menu(Record):
    """Which prose pages the header and the footer name, as paths below `docs/<language>/`."""

    header: tuple[str, ...]
    footer: tuple[str, ...]


class Move(Record):
    """The path that a page had before it was renamed or removed, and that of the page to go to now."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    old: PagePath = Field(alias="from")
    new: PagePath = Field(alias="to")


class Words(Record):
    """Words of both languages that the dictionaries lack, each for all its forms."""

    ru: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()


class Plural(Record):
    """A phrase that depends on a number, by CLDR plural category."""

    one: Text
    few: Text | None = None
    many: Text | None = None
    other: Text


def _wording_shape(value: object) -> str:
    return "plural" if isinstance(value, dict | Plural) else "text"


Wording = Annotated[Annotated[Text, Tag("text")] | Annotated[Plural, Tag("plural")], Discriminator(_wording_shape)]


class Phrase(Translated):
    """A string of the interface in both languages, plain or by plural category."""

    ru: Wording
    en: Wording


class Exemption(Record):
    """A rule that one record or address need not keep, and why. `value` is the id or address concerned."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    rule: Literal["check-long-overdue", "http-address"]
    value: Text = Field(alias="for")
    reason: Text


class Term(Record):
    """A term of the glossary: its renderings in each language, the first preferred, and those that must not be used."""

    id: Id
    ru: Annotated[tuple[Text, ...], Field(min_length=1)]
    en: Annotated[tuple[Text, ...], Field(min_length=1)]
    never_ru: tuple[Text, ...] = ()
    never_en: tuple[Text, ...] = ()


def walk_records(record: Record, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Record]]:
    """Yield a record and every record inside it, each with its path as the file has it."""
    yield path, record
    for name, key in _fields_with_records(type(record)):
        value = getattr(record, name)
        if isinstance(value, Record):
            yield from walk_records(value, (*path, key))
        elif isinstance(value, tuple | dict):
            for index, item in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(item, Record):
                    yield from walk_records(item, (*path, key, index))


@cache
def _fields_with_records(record_type: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """The fields that may hold records, each with its name in the file."""
    fields = record_type.model_fields.items()
    return tuple((name, field.alias or name) for name, field in fields if record_in(field.annotation))


@cache
def _fields_with_refs(record_type: type[BaseModel]) -> tuple[tuple[str, str | None, type[BaseModel] | None], ...]:
    """The fields that may hold references, or records that do: name in the file, kind referred to, type of record."""
    fields = [
        (field.alias or name, _ref_kind(field.annotation, field.metadata), record_in(field.annotation))
        for name, field in record_type.model_fields.items()
    ]
    return tuple(field for field in fields if field[1] or (field[2] and _fields_with_refs(field[2])))


def walk_refs(record_type: type[BaseModel], value: Any) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield every reference in a record as written, valid or not: its path, the kind it refers to, the id it names."""
    if not isinstance(value, dict):
        return
    for key, kind, inner in _fields_with_refs(record_type):
        if key in value:
            yield from _walk_value((key,), value[key], inner, kind)


def _walk_value(
    path: tuple[str | int, ...], value: Any, inner: type[BaseModel] | None, kind: str | None
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk_value((*path, index), item, inner, kind)
    elif isinstance(value, dict) and inner:
        for tail, inner_kind, ref in walk_refs(inner, value):
            yield (*path, *tail), inner_kind, ref
    elif isinstance(value, str) and kind is not None:
        yield path, kind, value


def _ref_kind(annotation: Any, metadata: Sequence[Any] = ()) -> str | None:
    """The kind a field refers to, found in its own or in nested `Annotated` metadata."""
    for mark in (*metadata, *getattr(annotation, "__metadata__", ())):
        if isinstance(mark, Ref):
            return mark.kind
    return next((kind for part in get_args(annotation) if (kind := _ref_kind(part))), None)


def record_in(annotation: Any) -> type[BaseModel] | None:
    """Return the record type inside an annotation such as `tuple[Fact, ...]` or `Localised | None`."""
    if isinstance(annotation, type) and not get_origin(annotation):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((found for part in get_args(annotation) if (found := record_in(part))), None)
