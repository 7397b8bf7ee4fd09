"""The records of the site: frozen structures of everything under `data/`, with their forms and descriptions.

Scalars arrive as text (see `reading`) and are typed here, so that `no`, `0771` or `12:30` never turn into
something an editor did not write. A record knows nothing of its file; positions are kept beside it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar, dataclass_transform, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import FieldInfo

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
T = TypeVar("T")


class Ref(Struct, frozen=True):
    """Marks a field whose value is the id of a record of this kind."""

    kind: str


def described(description: str, **limits: Any) -> Meta:
    """Describe a field to editors, in Russian. `limits`: others of msgspec's constraints."""
    return Meta(description=description, **limits)


def _form(title: str, rule: str, example: str = "", **limits: Any) -> Meta:
    """Describe what a text must look like, and name the rule that it breaks otherwise, with an example."""
    return Meta(title=title, extra={"rule": rule, "example": example}, **limits)


def read_day(value: object) -> date | None:
    """Return the day that a text names as an ISO 8601 calendar date, or None."""
    try:
        is_text = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
        return date.fromisoformat(str(value)) if is_text else None
    except ValueError:
        return None


class Moment(str):
    """A date as precise as the source is: a year, a month or a day. Raises ValueError on anything else."""

    def __init__(self, value: str) -> None:
        if len(value) not in (4, 7, 10) or read_day(f"{value}-01-01"[:10]) is None:
            raise ValueError(value)


class ZoneName(str):
    """A name in the time zone database of IANA. Raises ValueError on anything else."""

    def __init__(self, value: str) -> None:
        try:
            ZoneInfo(value)
        except (OSError, ZoneInfoNotFoundError):
            raise ValueError(value) from None


_ID = "[a-z0-9]+(-[a-z0-9]+)*"
_DATED = rf"^\d{{4}}-\d{{2}}-\d{{2}}-{_ID}$"
Id = Annotated[str, _form("строчная латиница, цифры, дефис", "bad-id", "primer", pattern=f"^{_ID}$", max_length=60)]
NewsId = Annotated[
    str,
    _form(
        "дата и слова латиницей: 2024-06-10-primer", "bad-news-id", "2024-06-10-primer", pattern=_DATED, max_length=90
    ),
]
RegionCode = Annotated[str, _form("код: RU-TUL", "bad-region-code", "RU-TUL", pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
Text = Annotated[str, Meta(title="текст, до 1200 знаков", min_length=1, max_length=1200)]
LongText = Annotated[str, Meta(title="текст в Markdown, до 40 000 знаков", min_length=1, max_length=40_000)]
Day = Annotated[date, _form("день: 2024-06-10", "bad-date")]
When = Annotated[
    Moment,
    _form(
        "день, месяц или год: 2024-06-10, 2024-06, 2024",
        "bad-when",
        extra_json_schema={"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}$"},
    ),
]
TimeZone = Annotated[ZoneName, _form("имя пояса: Europe/Moscow", "bad-zone", extra_json_schema={"type": "string"})]
WEB_ADDRESS = re.compile(
    r"https?://(?!(?:10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+(?:[:/?#]|$))"
    r"(?:(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?=\d)|(?![\w.]))){4}"
    r"|(?:(?!-)[\w-]{1,63}(?<!-)\.)+(?!(?:internal|lan|local|localhost)\b)[^\W\d_][\w-]{1,62})"
    r"(?::(?!0)[1-6]?\d{1,4})?(?:[/?#](?:[^\s<>\"\\%]|%[0-9a-f]{2})*(?<![.,;:]))?",
    re.IGNORECASE,
)
"""What everybody's browser can open: a host that is not of one's own network (RFC 1918, 6762), with a port, with
escapes that are right, and without the full stop of the sentence that it was copied from."""


_IN_HOST = r"[^\s/@?#\\<>\"']+"
Url = Annotated[
    str,
    _form(
        "адрес с https://",
        "bad-url",
        pattern=rf"^(?i:{WEB_ADDRESS.pattern})$",
        extra_json_schema={"pattern": rf"^https?://{_IN_HOST}\.{_IN_HOST}([/?#][^\s<>\"\\]*)?$"},
        max_length=1000,
    ),
]
"""An absolute web address; for other programs, which lack a part of our syntax, a simpler pattern."""
_MAIL = rf"^{_IN_HOST}@{_IN_HOST}\.{_IN_HOST}$"
Email = Annotated[str, _form("адрес почты", "bad-email", "info@example.com", pattern=_MAIL, max_length=200)]
_PATH = rf"^({_ID}/)*{_ID}\.md$"
PagePath = Annotated[str, _form("путь с .md на конце", "bad-path", "news/index.md", pattern=_PATH, max_length=200)]
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


class _Kind(msgspec.StructMeta):
    """Makes every type of record frozen, with named fields only, none unknown, and gives it a title in Russian."""

    def __new__(cls, name: str, bases: tuple[type, ...], names: dict[str, Any], title: str = "") -> "_Kind":
        names["TITLE"] = title
        return super().__new__(cls, name, bases, names, frozen=True, kw_only=True, forbid_unknown_fields=True)


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class Record(Struct, metaclass=_Kind):
    """Base of all records."""

    TITLE: ClassVar[str]

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield name and value of each field."""
        return iter(msgspec.structs.asdict(self).items())


class Localised(Record, title="Оба языка"):
    """One text in both languages; neither is optional."""

    ru: Annotated[Text, described("русский текст")]
    en: Annotated[Text, described("английский текст с теми же числами, датами и именами")]

    def in_language(self, lang: Language) -> str:
        """Return the text in `lang`."""
        return self.ru if lang == "ru" else self.en


class LongLocalised(Localised, title="Текст на обоих языках"):
    """A body in Markdown, in both languages."""

    ru: Annotated[LongText, described("русский текст в Markdown")]
    en: Annotated[LongText, described("английский текст с теми же числами, датами, ссылками и пунктами")]


class Deferrable(Record):
    """A record whose English text may be out of date until a day; its page then shows a note."""

    pending: Annotated[Day | None, described("до какого дня английский текст может отставать; читатель это увидит")] = (
        None
    )


class Fact(Deferrable, title="Факт"):
    """One statement with its sources, its date (as precise as the source) and its status."""

    id: Annotated[Id, described("номер факта, один на весь сайт")]
    text: Annotated[Localised, described("одно утверждение")]
    status: Annotated[Status, described("насколько это верно")]
    sources: Annotated[tuple[SourceId, ...], described("id источников", min_length=1)]
    as_of: Annotated[When, described("на какой день, месяц или год это верно, как в источнике")]
    stated_by: Annotated[Localised | None, described("кто это сказал")] = None


class Source(Record, title="Источник"):
    """Where a statement can be checked. Grade: A the body concerned or law, B a medium, C weak or undated.

    `check_by`: the day by which somebody must have looked again, where what it says grows old.
    """

    id: Annotated[Id, described("номер источника, обычно издание и дата")]
    publisher: Annotated[Localised, described("кто опубликовал")]
    short: Annotated[Localised | None, described("как назвать его коротко рядом с утверждением")] = None
    title: Annotated[Localised, described("заголовок, а если он неизвестен, простое описание")]
    url: Annotated[Url, described("адрес целиком")]
    date: Annotated[When | None, described("когда опубликовано; если даты нет, поле не пишут")] = None
    checked: Annotated[Day, described("когда источник открывали в последний раз")]
    check_by: Annotated[Day | None, described("до какого дня открыть его снова, если сведения стареют")] = None
    grade: Annotated[Grade, described("степень надёжности")]
    note: Annotated[Localised | None, described("оговорка")] = None


class Organisation(Deferrable, title="Организация"):
    """A participant or any other body; `status` is that of its role in the cluster."""

    id: Annotated[Id, described("номер организации, он же адрес её страницы")]
    former_ids: Annotated[tuple[Id, ...], described("прежние id, от первого к последнему")] = ()
    name: Annotated[Localised, described("название")]
    name_note: Annotated[Localised | None, described("пояснение к названию")] = None
    role: Annotated[Role, described("роль в кластере; anchor и participant — только в participants.yaml")]
    status: Annotated[Status, described("статус этой роли")]
    region: Annotated[RegionId | None, described("код региона из словаря")] = None
    stage: Annotated[StageId | None, described("id стадии цепочки из словаря")] = None
    group: Annotated[Localised | None, described("группа компаний")] = None
    website: Annotated[Url | None, described("адрес сайта, если он известен из источника")] = None
    summary: Annotated[Localised, described("одно-два предложения для карточки")]
    sources: Annotated[tuple[SourceId, ...], described("id источников, из которых известна роль", min_length=1)]
    as_of: Annotated[When, described("на какой день, месяц или год это верно, как в источнике")]
    facts: Annotated[tuple[Fact, ...], described("факты об организации")] = ()


class Link(Record, title="Полезная ссылка"):
    """An outside page that visitors are sent to."""

    title: Annotated[Localised, described("слова ссылки")]
    url: Annotated[Url, described("адрес целиком")]
    note: Annotated[Localised | None, described("что там найти")] = None


class Milestone(Deferrable, title="Веха"):
    """A dated step of the cluster's history; `date` is as precise as the source is."""

    id: Annotated[Id, described("номер вехи, один среди вех")]
    date: Annotated[When, described("когда это произошло или должно произойти")]
    date_note: Annotated[Localised | None, described("оговорка о дате")] = None
    title: Annotated[Localised, described("что произошло")]
    text: Annotated[Localised | None, described("подробности")] = None
    status: Annotated[Status, described("насколько это верно")]
    sources: Annotated[tuple[SourceId, ...], described("id источников", min_length=1)]


class Publisher(Record, title="Издатель сайта"):
    """Who publishes the site; each field may be missing."""

    name: Annotated[Localised | None, described("кто ведёт сайт")] = None
    email: Annotated[Email | None, described("куда писать о самом сайте")] = None
    url: Annotated[Url | None, described("страница издателя")] = None


class Figure(Record, title="Цифра первого экрана"):
    """A figure of the first screen: its source is that of a confirmed fact."""

    fact: Annotated[FactId, described("id подтверждённого факта, из которого взята цифра")]
    value: Annotated[Localised, described("сама цифра с единицей: 24,8 млрд ₽")]
    label: Annotated[Localised, described("что она значит, в нескольких словах")]


class Action(Record, title="Кнопка первого экрана"):
    """What a visitor can do: a page of the site, in words that call to it."""

    page: Annotated[PagePath, described("путь страницы внутри docs/ru")]
    label: Annotated[Localised, described("слова кнопки")]


class Cluster(Record, title="Кластер"):
    """The cluster that the site describes."""

    name: Annotated[Localised, described("название")]
    short_name: Annotated[Localised, described("короткое название для шапки")]
    kind: Annotated[Localised | None, described("что это такое, строкой над названием на главной")] = None
    place: Annotated[Localised | None, described("где это: там же и в заголовке главной в поисковиках")] = None
    name_note: Annotated[Localised | None, described("пояснение к названию")] = None
    tagline: Annotated[Localised, described("предложение под названием на главной")]
    description: Annotated[Localised, described("описание для поисковиков, лучше до 160 знаков")]
    status: Annotated[Fact, described("на какой ступени кластер")]
    open_question: Annotated[UnknownId | None, described("id открытого вопроса, который стоит рядом со статусом")] = (
        None
    )
    figures: Annotated[tuple[Figure, ...], described("цифры первого экрана, от двух до четырёх")] = ()
    actions: Annotated[tuple[Action, ...], described("кнопки первого экрана, одна-две; первая — главная")] = ()
    contact: Annotated[OrganisationId, described("id организации, к которой обращаться")]
    regions: Annotated[tuple[RegionId, ...], described("коды регионов", min_length=1)]
    timezone: Annotated[TimeZone, described("часовой пояс, по которому наступает новый день")] = field(
        default_factory=lambda: ZoneName("UTC")
    )
    facts: Annotated[tuple[Fact, ...], described("факты о кластере")] = ()
    milestones: Annotated[tuple[Milestone, ...], described("вехи")] = ()
    timeline_end: Annotated[Localised | None, described("чего не известно после последней вехи")] = None
    links: Annotated[tuple[Link, ...], described("полезные ссылки")] = ()
    publisher: Annotated[Publisher, described("кто ведёт сайт")] = Publisher()


class Named(Record, title="Слово словаря"):
    """A term of the vocabulary: an id and its words."""

    id: Annotated[Id, described("номер, один в своём списке")]
    name: Annotated[Localised, described("слово")]
    note: Annotated[Localised | None, described("пояснение")] = None


class NewsTag(Named, title="Метка новостей"):
    """A tag of news: unlike other terms it has a page, and so an address."""

    former_ids: Annotated[tuple[Id, ...], described("прежние id метки, от первого к последнему")] = ()


class RoleWords(Record, title="Слова роли"):
    """The words for a role: as a label, and as a phrase for each status, so that a plan never reads as done."""

    id: Annotated[Role, described("роль; набор задан программой")]
    name: Annotated[Localised, described("слово")]
    note: Annotated[Localised | None, described("пояснение")] = None
    phrases: Annotated[dict[Status, Localised], described("слова на карточке для каждого статуса, на обоих языках")]


class StatusWords(Record, title="Слова статуса"):
    """The words for a status."""

    id: Annotated[LinkStatus, described("статус; набор задан программой, inferred бывает только у звеньев")]
    name: Annotated[Localised, described("слово")]
    note: Annotated[Localised, described("пояснение")]


class GradeWords(Record, title="Слова степени надёжности"):
    """The words for a grade of source."""

    id: Annotated[Grade, described("степень; набор задан программой")]
    name: Annotated[Localised, described("слово")]


class Region(Record, title="Регион"):
    """A region by its ISO 3166-2 code."""

    id: Annotated[RegionCode, described("код по ISO 3166-2")]
    name: Annotated[Localised, described("название")]


Word = Named | Region | RoleWords | StatusWords | GradeWords
"""A term of the vocabulary."""


class Vocabulary(Record, title="Словарь"):
    """Every term that records refer to, in both languages."""

    regions: Annotated[tuple[Region, ...], described("регионы")]
    roles: Annotated[tuple[RoleWords, ...], described("роли")]
    statuses: Annotated[tuple[StatusWords, ...], described("статусы")]
    grades: Annotated[tuple[GradeWords, ...], described("степени надёжности")]
    stages: Annotated[tuple[Named, ...], described("стадии цепочки, в порядке схемы")]
    tags: Annotated[tuple[NewsTag, ...], described("метки новостей")]
    groups: Annotated[tuple[Named, ...], described("разделы для тем")]


class End(Record, title="Конец звена"):
    """One end of a link: a named organisation, a market, or a stage whose supplier no source names."""

    organisation: Annotated[OrganisationId | None, described("ровно одно из трёх полей: id организации")] = None
    market: Annotated[MarketId | None, described("ровно одно из трёх полей: id рынка, только в to")] = None
    stage: Annotated[StageId | None, described("ровно одно из трёх полей: id стадии, только в from")] = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.organisation, self.market, self.stage)) != 1:
            raise ValueError("exactly one of organisation, market, stage")


class SupplyLink(Record, title="Звено"):
    """A material going from one end to another: as sources say, or as the site infers from facts."""

    id: Annotated[Id, described("номер звена, один среди звеньев")]
    material: Annotated[MaterialId, described("id материала")]
    source_end: Annotated[End, described("откуда")] = field(name="from")
    target_end: Annotated[End, described("куда")] = field(name="to")
    status: Annotated[LinkStatus, described("насколько это верно; inferred — предположение сайта, источники молчат")]
    sources: Annotated[tuple[SourceId, ...], described("id источников; у inferred их нет, у прочих хотя бы один")] = ()
    based_on: Annotated[
        tuple[FactId, ...], described("id фактов, на которых стоит предположение; только у inferred")
    ] = ()
    as_of: Annotated[When, described("на какой день, месяц или год это верно, как в источнике")]


class ValueChain(Record, title="Цепочка"):
    """Materials, markets and the links between them; stages stand in the vocabulary, in order."""

    materials: Annotated[tuple[Named, ...], described("что поставляют")]
    markets: Annotated[tuple[Named, ...], described("кому идёт готовое")]
    links: Annotated[tuple[SupplyLink, ...], described("звенья")]
    facts: Annotated[tuple[Fact, ...], described("факты о цепочке")] = ()


_PHOTO = rf"^{_ID}\.(avif|jpeg|jpg|png|webp)$"
PhotoName = Annotated[
    str,
    _form("имя латиницей с .avif, .jpg, .png или .webp", "bad-photo-name", "primer.jpg", pattern=_PHOTO, max_length=90),
]


class Photo(Record, title="Снимок"):
    """A photograph: the name of its file in `data/photos/`, its alternative text and its credit."""

    file: Annotated[PhotoName, described("имя файла в data/photos/")]
    alt: Annotated[Localised, described("что на снимке, для тех, кто его не видит")]
    credit: Annotated[Localised, described("чей снимок")]


class NewsItem(Deferrable, title="Новость"):
    """One news item; its id is the name of its file."""

    id: Annotated[NewsId, described("имя файла без .yaml")]
    former_ids: Annotated[tuple[NewsId, ...], described("прежние имена файла без .yaml, от первого к последнему")] = ()
    date: Annotated[Day, described("день публикации в источнике, тот же, что в имени файла")]
    updated: Annotated[Day | None, described("день, когда новость исправили или дополнили; читатель его увидит")] = None
    title: Annotated[Localised, described("заголовок без точки")]
    lead: Annotated[Localised, described("главное в одном-двух предложениях")]
    body: Annotated[LongLocalised, described("текст новости")]
    photo: Annotated[Photo | None, described("снимок")] = None
    tags: Annotated[tuple[TagId, ...], described("id меток из словаря")] = ()
    organisations: Annotated[tuple[OrganisationId, ...], described("id организаций, о которых речь")] = ()
    sources: Annotated[tuple[SourceId, ...], described("id источников", min_length=1)]


class Topic(Deferrable, title="Тема"):
    """Anything else that has a title and facts: a programme, a law, a support measure, another cluster."""

    id: Annotated[Id, described("номер темы, один среди тем и организаций")]
    group: Annotated[GroupId, described("id раздела из словаря")]
    title: Annotated[Localised, described("название")]
    title_note: Annotated[Localised | None, described("пояснение к названию")] = None
    link: Annotated[Url | None, described("где посмотреть самому")] = None
    facts: Annotated[tuple[Fact, ...], described("факты", min_length=1)]


class Answer(Record, title="Ответ"):
    """One of several answers that sources give to the same question."""

    text: Annotated[Localised, described("ответ")]
    sources: Annotated[tuple[SourceId, ...], described("id источников", min_length=1)]


class Unknown(Deferrable, title="Открытый вопрос"):
    """What was searched for and not found, or what sources disagree about."""

    id: Annotated[Id, described("номер вопроса, один среди вопросов")]
    group: Annotated[GroupId | None, described("id раздела из словаря, под заголовком которого стоит вопрос")] = None
    question: Annotated[Localised, described("вопрос одним предложением")]
    kind: Annotated[
        Literal["not_found", "disputed"], described("not_found — не нашли, disputed — источники расходятся")
    ]
    searched: Annotated[Day, described("день, когда искали")]
    about: Annotated[tuple[OrganisationId, ...], described("id организаций, которых вопрос касается")] = ()
    answers: Annotated[tuple[Answer, ...], described("что говорят источники; для disputed два ответа или больше")] = ()
    how_to_check: Annotated[Localised | None, described("как проверить самому")] = None
    links: Annotated[tuple[Url, ...], described("адреса сайтов, где это можно проверить")] = ()


class Menu(Record, title="Меню"):
    """Which prose pages the header and the footer name, as paths below `docs/<language>/`."""

    header: Annotated[tuple[str, ...], described("пути страниц верхнего меню внутри docs/ru")]
    footer: Annotated[tuple[str, ...], described("пути страниц нижнего меню внутри docs/ru")]


class Move(Record, title="Переехавшая страница"):
    """The path that a page had before it was renamed or removed, and that of the page to go to now."""

    old: Annotated[PagePath, described("прежний путь внутри docs/ru; такой страницы больше нет")] = field(name="from")
    new: Annotated[PagePath, described("путь страницы, на которую отправить читателя")] = field(name="to")


class Words(Record, title="Слова вне словаря"):
    """Words of both languages that the dictionaries lack, each for all its forms."""

    ru: Annotated[tuple[Text, ...], described("русские слова, каждое в любой форме")] = ()
    en: Annotated[tuple[Text, ...], described("английские слова")] = ()


class Plural(Record, title="Формы при числе"):
    """A phrase that depends on a number, by CLDR plural category."""

    one: Annotated[Text, described("1, 21, 31 новость; 1 news item")]
    few: Annotated[Text | None, described("2, 3, 4 новости; по-английски не нужно")] = None
    many: Annotated[Text | None, described("5, 11, 20 новостей; по-английски не нужно")] = None
    other: Annotated[Text, described("1,5 новости; 2 news items")]


Wording = Text | Plural


class Phrase(Record, title="Слово интерфейса"):
    """A string of the interface in both languages, plain or by plural category."""

    ru: Annotated[Wording, described("русские слова или их формы при числе")]
    en: Annotated[Wording, described("английские")]


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

    rule: Annotated[
        Literal["check-long-overdue", "http-address", Parity],
        described("http-address — нет https, check-long-overdue — источник уже не проверить, прочие — о двух языках"),
    ]
    value: Annotated[Text, described("адрес целиком, id записи, путь страницы (about.md) или имя файла")] = field(
        name="for"
    )
    reason: Annotated[Text, described("почему иначе нельзя; на сайт это не попадёт")]


class Term(Record, title="Термин"):
    """A term of the glossary: its renderings in each language, the first preferred, and those that must not be used."""

    id: Annotated[Id, described("номер термина")]
    ru: Annotated[tuple[Text, ...], described("русские варианты, первый — главный", min_length=1)]
    en: Annotated[tuple[Text, ...], described("английские варианты, первый — главный", min_length=1)]
    never_ru: Annotated[tuple[Text, ...], described("как нельзя по-русски")] = ()
    never_en: Annotated[tuple[Text, ...], described("как нельзя по-английски")] = ()


def read_as(kind: type[T], value: object) -> T:
    """Return plain values as a record or another type of this module. Raises msgspec.ValidationError."""
    return msgspec.convert(value, kind, dec_hook=lambda kind, value: kind(value))


@cache
def fields_of(record_type: type[Record]) -> Mapping[str, FieldInfo]:
    """Return the fields of a type of record by their names in the file."""
    return {info.encode_name: info for info in msgspec.structs.fields(record_type)}


def walk_records(record: Record, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Record]]:
    """Yield a record and every record inside it, each with its path as the file has it."""
    yield path, record
    for key, name in zip(record.__struct_encode_fields__, record.__struct_fields__, strict=True):
        value = getattr(record, name)
        if isinstance(value, Record):
            yield from walk_records(value, (*path, key))
        elif isinstance(value, tuple | dict):
            for index, item in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(item, Record):
                    yield from walk_records(item, (*path, key, index))


@cache
def _fields_with_refs(record_type: type[Record]) -> tuple[tuple[str, str | None, type[Record] | None], ...]:
    """The fields that may hold references, or records that do: name in the file, kind referred to, type of record."""
    fields = [(name, _ref_kind(info.type), record_in(info.type)) for name, info in fields_of(record_type).items()]
    return tuple(one for one in fields if one[1] or (one[2] and _fields_with_refs(one[2])))


def walk_refs(record_type: type[Record], value: Any) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
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


def _ref_kind(annotation: Any) -> str | None:
    """The kind a field refers to, found in its own or in nested `Annotated` metadata."""
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, Ref):
            return mark.kind
    return next((kind for part in get_args(annotation) if (kind := _ref_kind(part))), None)


def record_in(annotation: Any) -> type[Record] | None:
    """Return the record type inside an annotation such as `tuple[Fact, ...]` or `Localised | None`."""
    if isinstance(annotation, type) and not get_origin(annotation):
        return annotation if issubclass(annotation, Record) else None
    return next((found for part in get_args(annotation) if (found := record_in(part))), None)
