"""The kinds of records that `new` adds, and what it asks for each: words only, so that the command line starts soon."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["news", "organisation", "source"]


@dataclass(frozen=True)
class Field:
    """A field of a new record: what is asked for it, and which answers there are.

    `shape`: `both` languages, a `body` in both, `one` of the options, `some` of them, or a text of a type of `_TYPES`.
    """

    name: str
    question: str
    shape: str
    required: bool = True
    kind: str = ""


SOURCES = Field("sources", "Источники, номера через запятую", "some", kind="source")
FORMS: Mapping[Kind, tuple[Field, ...]] = {
    "news": (
        Field("date", "День, когда новость вышла в источнике", "day"),
        Field("title", "Заголовок без точки", "both"),
        Field("slug", "Слова для адреса, латиницей через дефис", "id"),
        Field("lead", "Главное в одном-двух предложениях", "both"),
        Field("body", "Первый абзац текста; остальные допишете в файле", "body"),
        Field("tags", "Метки, через запятую", "some", required=False, kind="tag"),
        Field(
            "organisations", "Организации, о которых речь, через запятую", "some", required=False, kind="organisation"
        ),
        SOURCES,
    ),
    "organisation": (
        Field("id", "Номер (id): латиница через дефис, он же адрес страницы", "id", kind="organisation"),
        Field("name", "Название", "both"),
        Field("role", "Роль", "one", kind="role"),
        Field("status", "Статус этой роли", "one", kind="status"),
        Field("region", "Регион", "one", required=False, kind="region"),
        Field("stage", "Стадия цепочки", "one", required=False, kind="stage"),
        Field("group", "Группа компаний", "both", required=False),
        Field("website", "Сайт, если он известен из источника", "url", required=False),
        Field("summary", "Одно-два предложения для карточки", "both"),
        SOURCES,
        Field("as_of", "На какой день, месяц или год это верно, как в источнике", "when"),
    ),
    "source": (
        Field("id", "Номер (id), обычно издание и дата: myslo-2024-05-21", "id", kind="source"),
        Field("publisher", "Кто опубликовал", "both"),
        Field("title", "Заголовок, а если он неизвестен, простое описание", "both"),
        Field("url", "Адрес целиком, вместе с https://", "url"),
        Field("date", "Когда опубликовано, с той точностью, какая известна", "when", required=False),
        Field("checked", "День, когда источник открывали в последний раз", "day"),
        Field("grade", "Надёжность", "one", kind="grade"),
    ),
}

LANGUAGE_NAMES = {"ru": "по-русски", "en": "по-английски"}


def options_of(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield name and help of each option of the command line."""
    for field in FORMS[kind]:
        if field.shape in ("both", "body"):
            for lang, word in LANGUAGE_NAMES.items():
                yield f"{field.name}_{lang}", f"{field.question}, {word}"
        else:
            yield field.name, field.question
