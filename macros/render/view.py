"""What a page needs to know to say anything: the site, the language, and where the page itself stands."""

import datetime
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, cast, get_args
from urllib.parse import unquote, urlencode

from babel import Locale
from babel.dates import format_date
from markupsafe import Markup, escape

from macros.content.model import (
    Language,
    Localised,
    LongLocalised,
    NewsItem,
    Organisation,
    Plural,
    RoleWords,
    Status,
)
from macros.content.prose import address
from macros.content.short_codes import short_path
from macros.content.site import Site
from macros.render.assets import publish_assets
from macros.render.typography import typeset

LOCALES = {"ru": Locale("ru"), "en": Locale("en", "GB")}
FOLDERS: dict[Language, str] = {"ru": "", "en": "en/"}
"""Where each language stands below the root of the site."""

Kind = Literal["organisation", "news", "page"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What search tells apart."""


@dataclass(frozen=True)
class View:
    """The site seen in one language from one page.

    `path` is the page's directory address inside its language (`news/2024/`, empty for home). `base` is set only
    where a relative address cannot work, as on the 404 page: the absolute path of the site's root, ending in `/`.
    """

    site: Site
    lang: Language
    path: str = ""
    base: str = ""

    def text(self, localised: Localised | LongLocalised) -> str:
        """Return the text in the page's language, typeset."""
        return typeset(localised.in_language(self.lang), self.lang)

    def t(self, string_id: str, **values: object) -> Markup:
        """Return a string of the interface; values are escaped into it. Raises KeyError for an unknown string."""
        wording = self.site.strings[string_id].ru if self.lang == "ru" else self.site.strings[string_id].en
        if isinstance(wording, Plural):
            raise KeyError(f"{string_id} depends on a number: use count()")
        said = _escaped(wording, self.lang)
        return said.format(**values) if values or "{" in said or "}" in said else said

    def count(self, string_id: str, number: int, **values: object) -> Markup:
        """Return the phrase for this number by CLDR plural rules; `{n}` stands for the number."""
        forms = self.plural_forms(string_id)
        form = forms.get(LOCALES[self.lang].plural_form(number), forms["other"])
        return escape(form).format(n=number, **values)

    def plural_forms(self, string_id: str) -> dict[str, str]:
        """Return the forms of a phrase by CLDR plural category, `{n}` for the number. Raises KeyError."""
        phrase = self.site.strings[string_id]
        wording = phrase.ru if self.lang == "ru" else phrase.en
        if not isinstance(wording, Plural):
            raise KeyError(f"{string_id} has no plural forms")
        return {category: typeset(form, self.lang) for category, form in wording if form}

    def date(self, day: datetime.date | str) -> str:
        """Return a day, or a year or month as precise as it was written, in words."""
        if isinstance(day, str):
            parts = [int(part) for part in day.split("-")]
            if len(parts) == 1:
                return day
            full = datetime.date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1)
            return _word_date(full, "d MMMM y" if len(parts) == 3 else "LLLL y", self.lang)
        return _word_date(day, "d MMMM y", self.lang)

    def short_date(self, when: str) -> str:
        """Return a date in figures, as precise as it was written: 10.06.2024, in English 10 Jun 2024."""
        if len(when) < len("2024-06-10"):
            return self.date(when)
        day = datetime.date.fromisoformat(when)
        return _word_date(day, "dd.MM.y" if self.lang == "ru" else "d MMM y", self.lang)

    def url(self, path: str, lang: Language | None = None) -> str:
        """Return the address of a page (`news/2024/`, may end in `#anchor`) as seen from this page."""
        return self._from_here(FOLDERS[lang or self.lang] + path)

    def page_url(self, link: str) -> str:
        """Return the address of a file below the docs folder: of a page, `about.md#status`, or beside the pages."""
        path, hash_mark, anchor = unquote(link).partition("#")
        return self.url((address(path) if path.endswith(".md") else path) + hash_mark + anchor)

    def asset(self, name: str) -> str:
        """Return the address of a file that both languages share: of an asset, `assets/site.css`, by its plain name."""
        asset = publish_assets().get(name)
        return self._from_here(asset.path if asset else name)

    def _from_here(self, target: str) -> str:
        if self.base:
            return self.base + target
        path, hash_mark, anchor = target.partition("#")
        here = (FOLDERS[self.lang] + self.path).split("/")[:-1]
        there = path.split("/")
        shared = next(
            (at for at, (one, other) in enumerate(zip(here, there[:-1], strict=False)) if one != other),
            min(len(here), len(there) - 1),
        )
        relative = "../" * (len(here) - shared) + "/".join(there[shared:])
        return (relative or "./") + hash_mark + anchor

    @property
    def short_path(self) -> str:
        """The short address of this page below the root of its language, or nothing where it has none."""
        folder, _, name = self.path.rstrip("/").rpartition("/")
        kind = {"organisations": "organisation", "news": "news"}.get(folder, "")
        record = self.site.by_id.get((kind, name))
        return short_path(kind, cast(Organisation | NewsItem, record).all_ids[0]) if record else ""

    def at(self, path: str) -> "View":
        """Return the same view from another page."""
        return replace(self, path=path)

    def organisation_url(self, organisation_id: str) -> str:
        """Return the address of an organisation's page."""
        return self.url(f"organisations/{organisation_id}/")

    def directory_url(self, **criteria: str) -> str:
        """Return the address of the list of organisations filtered so; empty where there is none or nobody is so."""
        path = self.site.directory
        if path is None or not self.site.criteria_in_use.issuperset(criteria.items()):
            return ""
        return f"{self.url(path)}?{urlencode(criteria)}"

    def news_url(self, news_id: str) -> str:
        """Return the address of a news item."""
        return self.url(f"news/{news_id}/")

    def term(
        self, kind: Literal["region", "role", "stage", "status", "tag", "group", "material", "market"], key: str
    ) -> str:
        """Return the name of a term. Raises KeyError."""
        return self.text(self.site.term(kind, key).name)

    def status(self, status: Status) -> str:
        """Return the word for a status."""
        return self.text(self.site.term("status", status).name)

    def grade(self, grade: str) -> str:
        """Return the words for a grade of source."""
        return self.text(self.site.term("grade", grade).name)

    def role_phrase(self, organisation: Organisation) -> str:
        """Return the role worded by its status: «станет якорным предприятием», never more than is known."""
        words = cast(RoleWords, self.site.term("role", organisation.role))
        return self.text(words.phrases[organisation.status])


@cache
def _escaped(wording: str, lang: Language) -> Markup:
    return escape(typeset(wording, lang))


@cache
def _word_date(day: datetime.date, form: str, lang: Language) -> str:
    """A day in a form of CLDR. The dates of a site are few, and each stands on many pages."""
    return typeset(format_date(day, form, locale=LOCALES[lang]), lang)
