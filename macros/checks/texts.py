"""The rules that every text keeps, wherever it stands: its Markdown, or the signs of it where there is none.

`find_texts` lists the texts of all containers, so no rule can leave one out. The docstring of a check is the rule.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import dirname
from typing import NamedTuple

from macros.content.anchors import find_broken_link
from macros.content.draft import Draft
from macros.content.markup import Found, find_main_headings, find_problems, find_signs
from macros.content.model import LANGUAGES, Language, Localised, LongLocalised, Phrase, Source, wordings
from macros.content.problems import Problem, shorten
from macros.content.reading import Document, Path

_LIMITS = {"title": 150, "description": 250}
_FULL_STOP = re.compile(r"(?:\w{4}|[»”)])\.$")
_BLOCKS = re.compile(r"\n[ ]*\n|^\s*(?:[-*+•|>]|\d+[.)]|#{1,6})\s", re.MULTILINE)

_ON_PAGES = {"link-into-site": "broken-link", "image": "broken-link", "call": ""}
_IN_DATA = {
    **{"link-into-site": "broken-link", "image": "image-in-news"},
    **{"call": "macro-in-data", "macro-syntax": "macro-in-data"},
}
"""What is found, as rules; calls on pages have rules of their own."""


class Text(NamedTuple):
    """A text of one language and where it stands: the body of a page from `line` on, or a value of a YAML document.

    `page` is the page that shows it, and whose links it may hold; without one it is no Markdown.
    """

    file: str
    lang: Language
    text: str
    document: Document
    path: Path = ()
    line: int = 0
    page: str = ""
    record: str = ""

    def problem(self, found: Found, **details: str) -> Problem:
        """Return a problem at what was found."""
        place = self.line + found.row, found.column
        if not self.line:
            place = self.document.place_in_text(self.path, found.row, found.column, found.written)
        details = {"record": self.record, "written": found.written, "remedy": found.remedy, **details}
        return Problem(self.file, *place, found.rule, {name: value for name, value in details.items() if value})


@lru_cache(maxsize=1)
def find_texts(draft: Draft) -> tuple[Text, ...]:
    """Return every text that the site shows, in the order of the files."""
    texts: list[Text] = []
    for entry, path, record in draft.walked:
        if isinstance(record, Localised | Phrase):
            page = f"news/{entry.record.id}.md" if isinstance(record, LongLocalised) else ""
            for lang in LANGUAGES:
                for form, text in wordings(getattr(record, lang)):
                    place = (*entry.path, *path, lang, *form)
                    texts.append(Text(entry.document.file, lang, text, entry.document, place, 0, page, entry.label))
    for prose in draft.pages:
        meta = prose.front_matter.value
        for name, value in meta.items() if isinstance(meta, dict) else ():
            if isinstance(value, str):
                texts.append(Text(prose.file, prose.lang, value, prose.front_matter, (name,)))
        texts.append(Text(prose.file, prose.lang, prose.body, prose.front_matter, (), prose.first_line, prose.path))
    return tuple(texts)


def check_markup(draft: Draft) -> Iterator[Problem]:
    """В тексте нет HTML и знаков, которые читатель увидел бы как есть; ссылки ведут, картинки описаны."""
    for text in find_texts(draft):
        rules, folder = (_ON_PAGES, dirname(text.page)) if text.file.endswith(".md") else (_IN_DATA, "")
        for found in find_problems(text.text) if text.page else find_signs(text.text):
            found = found._replace(rule=rules.get(found.rule, found.rule))
            if found.rule != "broken-link":
                yield from [text.problem(found)] if found.rule else []
            elif details := find_broken_link(draft, text.lang, found.written, text.page, folder):
                yield text.problem(found, **details)


def check_bodies(draft: Draft) -> Iterator[Problem]:
    """Главный заголовок новости — её title; текст в несколько строк начинается с «|», иначе они сольются."""
    for text in (text for text in find_texts(draft) if text.page and not text.line):
        for row in find_main_headings(text.text):
            yield text.problem(Found(row, 1, "second-heading", ""), first=str(text.document.position(("title",))[0]))
        line, column = text.document.position(text.path)
        is_folded = not text.document.lines[line - 1].startswith("|", column - 1)
        if is_folded and _BLOCKS.search("\n".join(text.document.lines_of(text.path)).rstrip()):
            yield text.problem(Found(0, 1, "folded-body", ""))


def check_titles(draft: Draft) -> Iterator[Problem]:
    """Заголовок — без точки; заголовок и описание не слишком длинны. У источников они чужие."""
    sources = {entry.document.file for entry in draft.of(Source)}
    for text in (text for text in find_texts(draft) if text.file not in sources):
        name = next((str(part) for part in reversed(text.path) if part not in LANGUAGES), "")
        if len(text.text) > (limit := _LIMITS.get(name, len(text.text))):
            details = {"field": name, "limit": str(limit), "length": str(len(text.text))}
            yield text.problem(Found(0, 1, "long-text", ""), **details)
        if name == "title" and _FULL_STOP.search(text.text):
            yield text.problem(Found(0, 1, "title-period", shorten(text.text)))
