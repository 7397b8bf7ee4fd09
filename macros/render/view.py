"""`View`: strings, dates and addresses in the language of one page and relative to it."""

import datetime
from collections.abc import Iterable
from functools import cache
from os.path import commonprefix
from typing import Literal, cast
from urllib.parse import unquote, urlencode

from babel import Locale
from babel.dates import format_date
from markupsafe import Markup, escape
from msgspec import Struct

from macros.content.addresses import FOLDERS, address
from macros.content.model import Language, Localised, Organisation, Plural, RoleWords, Source
from macros.content.site import Site
from macros.render.assets import publish_assets
from macros.render.typography import typeset

LOCALES = {"ru": Locale("ru", "RU"), "en": Locale("en", "GB")}

Kind = Literal["organisation", "news", "page"]
"""The kinds of pages that search can filter by."""


class View(Struct, frozen=True):
    """The site seen in one language from one page.

    `path` is the page's directory address inside its language (`news/2024/`, empty for home). `base` is set only
    where a relative address cannot work, as on the 404 page: the absolute path of the site's root, ending in `/`.
    """

    site: Site
    lang: Language
    path: str = ""
    base: str = ""

    def text(self, localised: Localised | None) -> str:
        """Return the text in the page's language, typeset; empty without a text."""
        return typeset(localised.in_language(self.lang), self.lang) if localised else ""

    def t(self, string_id: str, **values: object) -> Markup:
        """Return a string of the interface; values are escaped into it. Raises KeyError for an unknown string."""
        wording = getattr(self.site.strings[string_id], self.lang)
        if isinstance(wording, Plural):
            raise KeyError(f"{string_id} depends on a number: use count()")
        said = _escaped(wording, self.lang)
        return said.format(**values) if values or "{" in said or "}" in said else said

    def count(self, string_id: str, number: int, **values: object) -> Markup:
        """Return the phrase for this number by CLDR plural rules; `{n}` stands for the number."""
        forms = self.plural_forms(string_id, n=number, **values)
        return escape(forms.get(LOCALES[self.lang].plural_form(number), forms["other"]))

    def plural_forms(self, string_id: str, **values: object) -> dict[str, str]:
        """Return the forms of a phrase by CLDR plural category, with its placeholders filled in. Raises KeyError."""
        wording = getattr(self.site.strings[string_id], self.lang)
        if not isinstance(wording, Plural):
            raise KeyError(f"{string_id} has no plural forms")
        return {category: typeset(form, self.lang).format(**values) for category, form in wording if form}

    def date(self, day: datetime.date | str | None) -> str:
        """Return a date with the month as a word, as precise as it was written; empty without a date."""
        if day is None:
            return ""
        year, *rest = str(day).split("-")
        if not rest:
            return year
        full = datetime.date(int(year), int(rest[0]), int(rest[1]) if len(rest) > 1 else 1)
        return _format_date(full, "d MMMM y" if len(rest) > 1 else "LLLL y", self.lang)

    def short_date(self, when: str) -> str:
        """Return a short date, as precise as it was written: 10.06.2024, in English 10 Jun 2024."""
        if len(when) < len("2024-06-10"):
            return self.date(when)
        day = datetime.date.fromisoformat(when)
        return _format_date(day, "dd.MM.y" if self.lang == "ru" else "d MMM y", self.lang)

    def url(self, path: str, lang: Language | None = None) -> str:
        """Return the address of a page (`news/2024/`, may end in `#anchor`) as seen from this page."""
        return self._from_here(FOLDERS[lang or self.lang] + path)

    def page_url(self, link: str) -> str:
        """Return the address of a file of the docs folder: a page (`about.md#status`) or any other file."""
        path, hash_mark, anchor = unquote(link).partition("#")
        return self.url((address(path) if path.endswith(".md") else path) + hash_mark + anchor)

    def asset(self, name: str) -> str:
        """Return the address of a file that both languages share; an asset (`assets/site.css`) gets its hashed name."""
        asset = publish_assets().get(name)
        return self._from_here(asset.path if asset else name)

    def address(self, lang: Language | None = None) -> str:
        """Return the absolute address of this page, or of the same page in another language."""
        return self.site.url + FOLDERS[lang or self.lang] + self.path

    def _from_here(self, target: str) -> str:
        if self.base:
            return self.base + target
        path, hash_mark, anchor = target.partition("#")
        here = (FOLDERS[self.lang] + self.path).split("/")[:-1]
        there = path.split("/")
        shared = len(commonprefix([here, there[:-1]]))
        relative = "../" * (len(here) - shared) + "/".join(there[shared:])
        return (relative or "./") + hash_mark + anchor

    def organisation_url(self, organisation_id: str) -> str:
        """Return the address of an organisation's page."""
        return self.url(f"organisations/{organisation_id}/")

    def directory_url(self, criterion: str, value: str) -> str:
        """Return the address of the directory with this filter; empty without a directory or without a match."""
        path = self.site.directory
        if path is None or (criterion, value) not in self.site.criteria_in_use:
            return ""
        return f"{self.url(path)}?{urlencode({criterion: value})}"

    def question_url(self, unknown_id: str | None) -> str:
        """Return the address of an open question; empty without one, or when no page shows all questions."""
        page = self.site.questions
        return self.url(f"{page}#unknown-{unknown_id}") if unknown_id and page is not None else ""

    def source_url(self, source: Source) -> str:
        """Return the address of a source in the list of all."""
        return self.url(f"{self.site.page_showing('sources')}#source-{source.id}")

    def find_sources(self, ids: Iterable[str]) -> list[Source]:
        """Return the sources with these ids. Raises KeyError."""
        return [self.site.find(Source, source_id) for source_id in ids]

    def page_title(self, path: str) -> str:
        """Return the title of a prose page, by its path in the docs folder. Raises KeyError."""
        return typeset(self.site.page_meta(self.lang, path).title, self.lang)

    def news_url(self, news_id: str) -> str:
        """Return the address of a news item."""
        return self.url(f"news/{news_id}/")

    def term(self, kind: str, key: str) -> str:
        """Return the name of a term; kinds as in `Site.term`. Raises KeyError."""
        return self.text(self.site.term(kind, key).name)

    def role_phrase(self, organisation: Organisation) -> str:
        """Return the role as its status allows to say it: «станет якорным предприятием»."""
        words = cast(RoleWords, self.site.term("role", organisation.role))
        return self.text(words.phrases[organisation.status])


@cache
def _escaped(wording: str, lang: Language) -> Markup:
    return escape(typeset(wording, lang))


@cache
def _format_date(day: datetime.date, form: str, lang: Language) -> str:
    """Format a day by a CLDR pattern; cached, since most dates are on many pages."""
    return typeset(format_date(day, form, locale=LOCALES[lang]), lang)
