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
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""We use no plugins, and searching for them makes pydantic 2.14 read the metadata of every installed package."""


@dataclass(frozen=True)
class Ref:
    """Marks a field whose value is the id of a record of this kind."""

    kind: str


def read_day(value: object) -> date | None:
    """Return the day that a text names as an ISO 8601 calendar date, or None."""
    try:
        is_text = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
        return date.fromisoformat(str(value)) if is_text else None
    except ValueError:
        return None


def _parse_day(value: object) -> object:
    """A calendar date only: pydantic alone would also take seconds since 1970."""
    day = read_day(value)
    if isinstance(value, str) and day is None:
        raise PydanticCustomError("bad_date", "not an ISO date, or no such day")
    return day or value


def _check_when(value: str) -> str:
    """A date as precise as the source is: a year, a month or a day."""
    if len(value) not in (4, 7, 10) or read_day(f"{value}-01-01"[:10]) is None:
        raise PydanticCustomError("bad_when", "not a year, month or day")
    return value


def _check_zone(value: str) -> str:
    """A name in the time zone database of IANA."""
    try:
        return ZoneInfo(value).key
    except (OSError, ValueError, ZoneInfoNotFoundError):
        raise PydanticCustomError("bad_zone", "no such time zone") from None


Id = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60),
    Field(title="строчная латиница, цифры, дефис"),
]
NewsId = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}-[a-z0-9]+(-[a-z0-9]+)*$", max_length=90),
    Field(title="дата и слова латиницей: 2024-06-10-primer"),
]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$"), Field(title="код: RU-TUL")]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1200), Field(title="текст, до 1200 знаков")
]
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40_000),
    Field(title="текст в Markdown, до 40 000 знаков"),
]
Day = Annotated[date, BeforeValidator(_parse_day), Field(title="день: 2024-06-10")]
When = Annotated[
    str,
    AfterValidator(_check_when),
    WithJsonSchema(
        {
            "title": "день, месяц или год: 2024-06-10, 2024-06, 2024",
            "type": "string",
            "pattern": r"^\d{4}(-\d{2}){0,2}$",
        }
    ),
]
TimeZone = Annotated[
    str, AfterValidator(_check_zone), WithJsonSchema({"title": "имя пояса: Europe/Moscow", "type": "string"})
]
WEB_ADDRESS = re.compile(
    r"https?://(?!(?:10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+(?:[:/?#]|$))"
    r"(?:(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?=\d)|(?![\w.]))){4}"
    r"|(?:(?!-)[\w-]{1,63}(?<!-)\.)+(?!(?:internal|lan|local|localhost)\b)[^\W\d_][\w-]{1,62})"
    r"(?::(?!0)[1-6]?\d{1,4})?(?:[/?#](?:[^\s<>\"\\%]|%[0-9a-f]{2})*(?<![.,;:]))?",
    re.IGNORECASE,
)
"""What everybody's browser can open: a host that is not of one's own network (RFC 1918, 6762), with a port, with
escapes that are right, and without the full stop of the sentence that it was copied from."""


def _check_url(value: str) -> str:
    if not WEB_ADDRESS.fullmatch(value):
        raise PydanticCustomError("bad_url", "not an address that others can open")
    return value


_IN_HOST = r"[^\s/@?#\\<>\"']+"
Url = Annotated[
    str,
    StringConstraints(pattern=rf"^https?://{_IN_HOST}\.{_IN_HOST}([/?#][^\s<>\"\\]*)?$", max_length=1000),
    AfterValidator(_check_url),
    Field(title="адрес с https://"),
]
"""An absolute web address with a host, without a user name or password in it."""
Email = Annotated[
    str,
    StringConstraints(pattern=rf"^{_IN_HOST}@{_IN_HOST}\.{_IN_HOST}$", max_length=200),
    Field(title="адрес почты"),
]

PagePath = Annotated[
    str,
    StringConstraints(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*/)*[a-z0-9]+(-[a-z0-9]+)*\.md$", max_length=200),
    Field(title="путь с .md на конце"),
]
Status = Literal["planned", "confirmed", "past", "disputed", "unknown"]
LinkStatus = Literal[Status, "inferred"]
Role = Literal["anchor", "participant", "specialised", "authority", "organiser", "partner", "team"]
"""In the order of lists by role."""
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
FactId = Annotated[Id, Ref("fact")]


class Record(BaseModel):
    """Base of all records: frozen, and a field that the model does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Localised(Record, title="Оба языка"):
    """One text in both languages; neither is optional."""

    ru: Text = Field(description="русский текст")
    en: Text = Field(description="английский текст с теми же числами, датами и именами")

    def in_language(self, lang: Language) -> str:
        """Return the text in `lang`."""
        return self.ru if lang == "ru" else self.en


class LongLocalised(Localised, title="Текст на обоих языках"):
    """A body in Markdown, in both languages."""

    ru: LongText = Field(description="русский текст в Markdown")
    en: LongText = Field(description="английский текст с теми же числами, датами, ссылками и пунктами")


class Deferrable(Record):
    """A record whose English text may be out of date until a day; its page then shows a note."""

    pending: Day | None = Field(None, description="до какого дня английский текст может отставать; читатель это увидит")


class Fact(Deferrable, title="Факт"):
    """One statement with its sources, its date (as precise as the source) and its status."""

    id: Id = Field(description="номер факта, один на весь сайт")
    text: Localised = Field(description="одно утверждение")
    status: Status = Field(description="насколько это верно")
    sources: tuple[SourceId, ...] = Field(min_length=1, description="id источников")
    as_of: When = Field(description="на какой день, месяц или год это верно, как в источнике")
    stated_by: Localised | None = Field(None, description="кто это сказал")


class Source(Record, title="Источник"):
    """Where a statement can be checked. Grade: A the body concerned or law, B a medium, C weak or undated.

    `check_by`: the day by which somebody must have looked again, where what it says grows old.
    """

    id: Id = Field(description="номер источника, обычно издание и дата")
    publisher: Localised = Field(description="кто опубликовал")
    short: Localised | None = Field(None, description="как назвать его коротко рядом с утверждением")
    title: Localised = Field(description="заголовок, а если он неизвестен, простое описание")
    url: Url = Field(description="адрес целиком")
    date: When | None = Field(None, description="когда опубликовано; если даты нет, поле не пишут")
    checked: Day = Field(description="когда источник открывали в последний раз")
    check_by: Day | None = Field(None, description="до какого дня открыть его снова, если сведения стареют")
    grade: Grade = Field(description="степень надёжности")
    note: Localised | None = Field(None, description="оговорка")


class Organisation(Deferrable, title="Организация"):
    """A participant or any other body; `status` is that of its role in the cluster."""

    id: Id = Field(description="номер организации, он же адрес её страницы")
    former_ids: tuple[Id, ...] = Field((), description="прежние id, от первого к последнему")
    name: Localised = Field(description="название")
    name_note: Localised | None = Field(None, description="пояснение к названию")
    role: Role = Field(description="роль в кластере; anchor и participant — только в participants.yaml")
    status: Status = Field(description="статус этой роли")
    region: RegionId | None = Field(None, description="код региона из словаря")
    stage: StageId | None = Field(None, description="id стадии цепочки из словаря")
    group: Localised | None = Field(None, description="группа компаний")
    website: Url | None = Field(None, description="адрес сайта, если он известен из источника")
    summary: Localised = Field(description="одно-два предложения для карточки")
    sources: tuple[SourceId, ...] = Field(min_length=1, description="id источников, из которых известна роль")
    as_of: When = Field(description="на какой день, месяц или год это верно, как в источнике")
    facts: tuple[Fact, ...] = Field((), description="факты об организации")


class Link(Record, title="Полезная ссылка"):
    """An outside page that visitors are sent to."""

    title: Localised = Field(description="слова ссылки")
    url: Url = Field(description="адрес целиком")
    note: Localised | None = Field(None, description="что там найти")


class Milestone(Deferrable, title="Веха"):
    """A dated step of the cluster's history; `date` is as precise as the source is."""

    id: Id = Field(description="номер вехи, один среди вех")
    date: When = Field(description="когда это произошло или должно произойти")
    date_note: Localised | None = Field(None, description="оговорка о дате")
    title: Localised = Field(description="что произошло")
    text: Localised | None = Field(None, description="подробности")
    status: Status = Field(description="насколько это верно")
    sources: tuple[SourceId, ...] = Field(min_length=1, description="id источников")


class Publisher(Record, title="Издатель сайта"):
    """Who publishes the site; each field may be missing."""

    name: Localised | None = Field(None, description="кто ведёт сайт")
    email: Email | None = Field(None, description="куда писать о самом сайте")
    url: Url | None = Field(None, description="страница издателя")


class Figure(Record, title="Цифра первого экрана"):
    """A figure of the first screen: its source is that of a confirmed fact."""

    fact: FactId = Field(description="id подтверждённого факта, из которого взята цифра")
    value: Localised = Field(description="сама цифра с единицей: 24,8 млрд ₽")
    label: Localised = Field(description="что она значит, в нескольких словах")


class Action(Record, title="Кнопка первого экрана"):
    """What a visitor can do: a page of the site, in words that call to it."""

    page: PagePath = Field(description="путь страницы внутри docs/ru")
    label: Localised = Field(description="слова кнопки")


class Cluster(Record, title="Кластер"):
    """The cluster that the site describes."""

    name: Localised = Field(description="название")
    short_name: Localised = Field(description="короткое название для шапки")
    kind: Localised | None = Field(None, description="что это такое, строкой над названием на главной")
    place: Localised | None = Field(None, description="где это: там же и в заголовке главной в поисковиках")
    name_note: Localised | None = Field(None, description="пояснение к названию")
    tagline: Localised = Field(description="предложение под названием на главной")
    description: Localised = Field(description="описание для поисковиков, лучше до 160 знаков")
    status: Fact = Field(description="на какой ступени кластер")
    open_question: UnknownId | None = Field(None, description="id открытого вопроса, который стоит рядом со статусом")
    figures: tuple[Figure, ...] = Field((), description="цифры первого экрана, от двух до четырёх")
    actions: tuple[Action, ...] = Field((), description="кнопки первого экрана, одна-две; первая — главная")
    contact: OrganisationId = Field(description="id организации, к которой обращаться")
    regions: tuple[RegionId, ...] = Field(min_length=1, description="коды регионов")
    timezone: TimeZone = Field("UTC", description="часовой пояс, по которому наступает новый день")
    facts: tuple[Fact, ...] = Field((), description="факты о кластере")
    milestones: tuple[Milestone, ...] = Field((), description="вехи")
    timeline_end: Localised | None = Field(None, description="чего не известно после последней вехи")
    links: tuple[Link, ...] = Field((), description="полезные ссылки")
    publisher: Publisher = Field(Publisher(), description="кто ведёт сайт")


class Named(Record, title="Слово словаря"):
    """A term of the vocabulary: an id and its words."""

    id: Id = Field(description="номер, один в своём списке")
    name: Localised = Field(description="слово")
    note: Localised | None = Field(None, description="пояснение")


class NewsTag(Named, title="Метка новостей"):
    """A tag of news: unlike other terms it has a page, and so an address."""

    former_ids: tuple[Id, ...] = Field((), description="прежние id метки, от первого к последнему")


class RoleWords(Record, title="Слова роли"):
    """The words for a role: as a label, and as a phrase for each status, so that a plan never reads as done."""

    id: Role = Field(description="роль; набор задан программой")
    name: Localised = Field(description="слово")
    note: Localised | None = Field(None, description="пояснение")
    phrases: dict[Status, Localised] = Field(description="слова на карточке для каждого статуса, на обоих языках")


class StatusWords(Record, title="Слова статуса"):
    """The words for a status."""

    id: LinkStatus = Field(description="статус; набор задан программой, inferred бывает только у звеньев")
    name: Localised = Field(description="слово")
    note: Localised = Field(description="пояснение")


class GradeWords(Record, title="Слова степени надёжности"):
    """The words for a grade of source."""

    id: Grade = Field(description="степень; набор задан программой")
    name: Localised = Field(description="слово")


class Region(Record, title="Регион"):
    """A region by its ISO 3166-2 code."""

    id: RegionCode = Field(description="код по ISO 3166-2")
    name: Localised = Field(description="название")


Word = Named | Region | RoleWords | StatusWords | GradeWords
"""A term of the vocabulary."""


class Vocabulary(Record, title="Словарь"):
    """Every term that records refer to, in both languages."""

    regions: tuple[Region, ...] = Field(description="регионы")
    roles: tuple[RoleWords, ...] = Field(description="роли")
    statuses: tuple[StatusWords, ...] = Field(description="статусы")
    grades: tuple[GradeWords, ...] = Field(description="степени надёжности")
    stages: tuple[Named, ...] = Field(description="стадии цепочки, в порядке схемы")
    tags: tuple[NewsTag, ...] = Field(description="метки новостей")
    groups: tuple[Named, ...] = Field(description="разделы для тем")


class End(Record, title="Конец звена"):
    """One end of a link: a named organisation, a market, or a stage whose supplier no source names."""

    organisation: OrganisationId | None = Field(None, description="ровно одно из трёх полей: id организации")
    market: MarketId | None = Field(None, description="ровно одно из трёх полей: id рынка, только в to")
    stage: StageId | None = Field(None, description="ровно одно из трёх полей: id стадии, только в from")

    @model_validator(mode="after")
    def _exactly_one(self) -> "End":
        if sum(value is not None for value in (self.organisation, self.market, self.stage)) != 1:
            raise PydanticCustomError("bad_end", "exactly one of organisation, market, stage")
        return self


class SupplyLink(Record, title="Звено"):
    """A material going from one end to another: as sources say, or as the site infers from facts."""

    id: Id = Field(description="номер звена, один среди звеньев")
    material: MaterialId = Field(description="id материала")
    source_end: End = Field(alias="from", description="откуда")
    target_end: End = Field(alias="to", description="куда")
    status: LinkStatus = Field(description="насколько это верно; inferred — предположение сайта, источники молчат")
    sources: tuple[SourceId, ...] = Field((), description="id источников; у inferred их нет, у прочих хотя бы один")
    based_on: tuple[FactId, ...] = Field((), description="id фактов, на которых стоит предположение; только у inferred")
    as_of: When = Field(description="на какой день, месяц или год это верно, как в источнике")


class ValueChain(Record, title="Цепочка"):
    """Materials, markets and the links between them; stages stand in the vocabulary, in order."""

    materials: tuple[Named, ...] = Field(description="что поставляют")
    markets: tuple[Named, ...] = Field(description="кому идёт готовое")
    links: tuple[SupplyLink, ...] = Field(description="звенья")
    facts: tuple[Fact, ...] = Field((), description="факты о цепочке")


PhotoName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.(avif|jpeg|jpg|png|webp)$", max_length=90),
    Field(title="имя латиницей с .avif, .jpg, .png или .webp"),
]


class Photo(Record, title="Снимок"):
    """A photograph: the name of its file in `data/photos/`, its alternative text and its credit."""

    file: PhotoName = Field(description="имя файла в data/photos/")
    alt: Localised = Field(description="что на снимке, для тех, кто его не видит")
    credit: Localised = Field(description="чей снимок")


class NewsItem(Deferrable, title="Новость"):
    """One news item; its id is the name of its file."""

    id: NewsId = Field(description="имя файла без .yaml")
    former_ids: tuple[NewsId, ...] = Field((), description="прежние имена файла без .yaml, от первого к последнему")
    date: Day = Field(description="день публикации в источнике, тот же, что в имени файла")
    updated: Day | None = Field(None, description="день, когда новость исправили или дополнили; читатель его увидит")
    title: Localised = Field(description="заголовок без точки")
    lead: Localised = Field(description="главное в одном-двух предложениях")
    body: LongLocalised = Field(description="текст новости")
    photo: Photo | None = Field(None, description="снимок")
    tags: tuple[TagId, ...] = Field((), description="id меток из словаря")
    organisations: tuple[OrganisationId, ...] = Field((), description="id организаций, о которых речь")
    sources: tuple[SourceId, ...] = Field(min_length=1, description="id источников")


class Topic(Deferrable, title="Тема"):
    """Anything else that has a title and facts: a programme, a law, a support measure, another cluster."""

    id: Id = Field(description="номер темы, один среди тем и организаций")
    group: GroupId = Field(description="id раздела из словаря")
    title: Localised = Field(description="название")
    title_note: Localised | None = Field(None, description="пояснение к названию")
    link: Url | None = Field(None, description="где посмотреть самому")
    facts: tuple[Fact, ...] = Field(min_length=1, description="факты")


class Answer(Record, title="Ответ"):
    """One of several answers that sources give to the same question."""

    text: Localised = Field(description="ответ")
    sources: tuple[SourceId, ...] = Field(min_length=1, description="id источников")


class Unknown(Deferrable, title="Открытый вопрос"):
    """What was searched for and not found, or what sources disagree about."""

    id: Id = Field(description="номер вопроса, один среди вопросов")
    group: GroupId | None = Field(None, description="id раздела из словаря, под заголовком которого стоит вопрос")
    question: Localised = Field(description="вопрос одним предложением")
    kind: Literal["not_found", "disputed"] = Field(description="not_found — не нашли, disputed — источники расходятся")
    searched: Day = Field(description="день, когда искали")
    about: tuple[OrganisationId, ...] = Field((), description="id организаций, которых вопрос касается")
    answers: tuple[Answer, ...] = Field((), description="что говорят источники; для disputed два ответа или больше")
    how_to_check: Localised | None = Field(None, description="как проверить самому")
    links: tuple[Url, ...] = Field((), description="адреса сайтов, где это можно проверить")


class Menu(Record, title="Меню"):
    """Which prose pages the header and the footer name, as paths below `docs/<language>/`."""

    header: tuple[str, ...] = Field(description="пути страниц верхнего меню внутри docs/ru")
    footer: tuple[str, ...] = Field(description="пути страниц нижнего меню внутри docs/ru")


class Move(Record, title="Переехавшая страница"):
    """The path that a page had before it was renamed or removed, and that of the page to go to now."""

    old: PagePath = Field(alias="from", description="прежний путь внутри docs/ru; такой страницы больше нет")
    new: PagePath = Field(alias="to", description="путь страницы, на которую отправить читателя")


class Words(Record, title="Слова вне словаря"):
    """Words of both languages that the dictionaries lack, each for all its forms."""

    ru: tuple[Text, ...] = Field((), description="русские слова, каждое в любой форме")
    en: tuple[Text, ...] = Field((), description="английские слова")


class Plural(Record, title="Формы при числе"):
    """A phrase that depends on a number, by CLDR plural category."""

    one: Text = Field(description="1, 21, 31 новость; 1 news item")
    few: Text | None = Field(None, description="2, 3, 4 новости; по-английски не нужно")
    many: Text | None = Field(None, description="5, 11, 20 новостей; по-английски не нужно")
    other: Text = Field(description="1,5 новости; 2 news items")


def _wording_shape(value: object) -> str:
    return "plural" if isinstance(value, dict | Plural) else "text"


Wording = Annotated[Annotated[Text, Tag("text")] | Annotated[Plural, Tag("plural")], Discriminator(_wording_shape)]


class Phrase(Record, title="Слово интерфейса"):
    """A string of the interface in both languages, plain or by plural category."""

    ru: Wording = Field(description="русские слова или их формы при числе")
    en: Wording = Field(description="английские")


def wordings(wording: str | Plural) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each form of a phrase in one language, with its path."""
    if isinstance(wording, str):
        yield (), wording
    else:
        yield from (((form,), text) for form, text in wording if text)


Parity = Literal["calls-differ", "headings-differ", "links-differ", "lists-differ", "numbers-differ", "term-missing"]
"""What both languages must have alike, unless an exception says why not."""


class Exemption(Record, title="Исключение"):
    """A rule that one record, page or address need not keep, and why. `value` is the one concerned."""

    rule: Literal["check-long-overdue", "http-address", Parity] = Field(
        description="http-address — нет https, check-long-overdue — источник уже не проверить, прочие — о двух языках"
    )
    value: Text = Field(alias="for", description="адрес целиком, id записи, путь страницы (about.md) или имя файла")
    reason: Text = Field(description="почему иначе нельзя; на сайт это не попадёт")


class Term(Record, title="Термин"):
    """A term of the glossary: its renderings in each language, the first preferred, and those that must not be used."""

    id: Id = Field(description="номер термина")
    ru: tuple[Text, ...] = Field(min_length=1, description="русские варианты, первый — главный")
    en: tuple[Text, ...] = Field(min_length=1, description="английские варианты, первый — главный")
    never_ru: tuple[Text, ...] = Field((), description="как нельзя по-русски")
    never_en: tuple[Text, ...] = Field((), description="как нельзя по-английски")


def walk_records(record: Record, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Record]]:
    """Yield a record and every record inside it, each with its path as the file has it."""
    yield path, record
    for name, model_field in type(record).model_fields.items():
        key, value = model_field.alias or name, getattr(record, name)
        if isinstance(value, Record):
            yield from walk_records(value, (*path, key))
        elif isinstance(value, tuple | dict):
            for index, item in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(item, Record):
                    yield from walk_records(item, (*path, key, index))


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
        field = value.get(key)
        items = enumerate(field) if isinstance(field, list) else [(None, field)]
        for index, item in items:
            path = (key,) if index is None else (key, index)
            if inner:
                yield from (((*path, *tail), inner_kind, ref) for tail, inner_kind, ref in walk_refs(inner, item))
            elif kind and isinstance(item, str):
                yield path, kind, item


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
