"""What a file may ask about everything around it, and a record of what it asked, so that both can be kept with it.

A news file is examined by itself, with nothing of other files in reach but an `Around`. What the rules ask it and what
it answers is all that the result depends on beside the bytes of the file; while these are the same, the result is.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar, cast

from macros.content.languages import Language
from macros.content.problems import nearest

OTHER_SUBJECTS = frozenset({"cluster", "chain"})
"""What facts can be about beside organisations and topics."""

Question = tuple[str, ...]
"""The name of a question and its arguments."""

Answer = bool | int | str

P = ParamSpec("P")
A = TypeVar("A", bool, int, str)

QUESTIONS: dict[str, Callable[..., Answer]] = {}


class TermWords(NamedTuple):
    """The words of a term of the glossary, by language: its renderings, the first preferred, and what must not be."""

    ru: tuple[str, ...]
    en: tuple[str, ...]
    never_ru: tuple[str, ...]
    never_en: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What is to be known of everything but news: ids, pages, files, and the words that rules about texts look for.

    `listed` and `names` are stems of words by language: those of words.yaml and those in names; `planned` and `team`
    are the sources of patterns for names of organisations, empty when there are none. `photos` are widths in pixels,
    0 for a photo that cannot be read. `former` and `moved` are paths that pages had before, with those that they have
    now: by former ids, and by moved.yaml. `behind` stands for all that these facts were made from.
    """

    behind: str = ""
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    former: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    assets: Mapping[Language, frozenset[str]] = field(default_factory=dict)
    photos: Mapping[str, int] = field(default_factory=dict)
    exempt: frozenset[tuple[str, str]] = frozenset()
    glossary: tuple[TermWords, ...] = ()
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    planned: Mapping[str, str] = field(default_factory=dict)
    team: Mapping[str, str] = field(default_factory=dict)
    has_dictionaries: bool = True


Anchors = Callable[[Language, str], frozenset[str] | None]
FormerNews = Callable[[], Mapping[str, str]]
"""Returns the paths that pages of news had before, with those that they have now."""


def _no_anchors(lang: Language, path: str) -> frozenset[str] | None:
    return frozenset()


def _no_former_news() -> Mapping[str, str]:
    return {}


def question(method: Callable[Concatenate["Around", P], A]) -> Callable[Concatenate["Around", P], A]:
    """Note that something was asked; think of each question once."""
    name = method.__name__

    def ask(self: "Around", /, *arguments: P.args, **named: P.kwargs) -> A:
        asked = cast(Question, (name, *arguments))
        self.asked.add(asked)
        if asked not in self._answers:
            self._answers[asked] = method(self, *arguments, **named)
        return cast(A, self._answers[asked])

    ask.__name__, ask.__doc__ = name, method.__doc__
    QUESTIONS[name] = ask
    return ask


class Around:
    """Answers what a rule may ask about other files. `asked` holds every question since it was last emptied.

    `news` has, for the id of each news item, what stands for the bytes of its file.
    """

    def __init__(
        self,
        facts: Facts,
        today: str,
        news: Mapping[str, str],
        anchors: Anchors = _no_anchors,
        former_news: FormerNews = _no_former_news,
    ) -> None:
        self.asked: set[Question] = set()
        self.facts = facts
        self._today = today
        self._news = news
        self._years = frozenset(item[:4] for item in news)
        self._find_anchors = anchors
        self._find_former_news = former_news
        self._answers: dict[Question, Answer] = {}
        self._patterns: dict[tuple[str, str], re.Pattern[str] | None] = {}

    def answer(self, asked: Question) -> Answer:
        """Return the answer to a question that was asked in an earlier run. Raises KeyError when there is none such."""
        name, *arguments = asked
        return QUESTIONS[name](self, *arguments)

    # Days

    @question
    def day(self) -> str:
        """Today's date, ISO 8601."""
        return self._today

    @question
    def is_ahead(self, day: str) -> bool:
        """Whether a day, a month or a year is still to come."""
        return day > self._today

    @question
    def is_over(self, day: str) -> bool:
        """Whether a day has gone by."""
        return day < self._today

    # Records

    @question
    def is_known(self, kind: str, ref: str) -> bool:
        """Whether a record of this kind has this id, or may have it for all that can be read."""
        unsure = {"organisation", "topic"} if kind == "subject" else {kind}
        return ref in self._ids(kind) or bool(unsure & self.facts.unsure)

    @question
    def nearest_id(self, kind: str, ref: str) -> str:
        """The id of this kind that was probably meant, or nothing."""
        return nearest(ref, self._ids(kind))

    def _ids(self, kind: str) -> Iterable[str]:
        ids = self.facts.ids
        if kind == "subject":
            return OTHER_SUBJECTS | ids.get("organisation", frozenset()) | ids.get("topic", frozenset())
        return self._news.keys() if kind == "news" else ids.get(kind, frozenset())

    @question
    def is_unsure(self) -> bool:
        """Whether some file cannot be read, so that nobody knows all there is."""
        return bool(self.facts.unsure)

    @question
    def is_exempt(self, rule: str, value: str) -> bool:
        """Whether an address or a record need not keep a rule."""
        return (rule, value) in self.facts.exempt

    # Photographs

    @question
    def has_photo(self, name: str) -> bool:
        """Whether there is a photograph of this name."""
        return name in self.facts.photos

    @question
    def photo_width(self, name: str) -> int:
        """Its width in pixels, 0 when it is not there or cannot be read."""
        return self.facts.photos.get(name, 0)

    @question
    def nearest_photo(self, name: str) -> str:
        """The photograph that was probably meant, or nothing."""
        return nearest(name, self.facts.photos)

    # Pages

    @question
    def has_page(self, lang: Language, path: str) -> bool:
        """Whether `path`, such as `about.md` or `organisations/alfa.md`, is a page, written or made from data."""
        folder, _, name = path.rpartition("/")
        stem = name.removesuffix(".md")
        if path in self.facts.pages.get(lang, ()) or stem == name:
            return path in self.facts.pages.get(lang, ())
        if folder == "organisations":
            return self.is_known("organisation", stem)
        if folder == "news":
            return self.is_known("news", stem) or stem in self._years
        return folder == "news/tags" and self.is_known("tag", stem)

    @question
    def has_asset(self, lang: Language, path: str) -> bool:
        """Whether a picture or document lies there among the pages of a language."""
        return path in self.facts.assets.get(lang, ())

    @question
    def nearest_page(self, lang: Language, path: str) -> str:
        """The written page that was probably meant, or nothing."""
        return nearest(path, self.facts.pages.get(lang, ()))

    @question
    def new_path(self, path: str) -> str:
        """The path of the page that had this one before, or nothing."""
        facts = self.facts
        news = self._find_former_news() if news_at(path) else {}
        return facts.former.get(path) or news.get(path) or facts.moved.get(path, "")

    def anchors(self, lang: Language, path: str) -> frozenset[str] | None:
        """The anchors of a page, or None when it is too heavy to be looked through."""
        self.behind(lang, path)
        return self._find_anchors(lang, path)

    @question
    def behind(self, lang: Language, path: str) -> str:
        """What stands for all that a page is made from: the bytes of a news file, or everything but news."""
        news = None if path in self.facts.pages.get(lang, ()) else self._news.get(news_at(path))
        return self.facts.behind if news is None else news

    # Words

    def glossary(self) -> tuple[TermWords, ...]:
        """The terms of the glossary."""
        self.glossary_as_text()
        return self.facts.glossary

    @question
    def glossary_as_text(self) -> str:
        """What stands for all of the glossary."""
        return repr(self.facts.glossary)

    @question
    def has_dictionaries(self) -> bool:
        """Whether the dictionaries of both languages are there."""
        return self.facts.has_dictionaries

    @question
    def is_listed(self, lang: Language, stem: str) -> bool:
        """Whether words.yaml has a word with this stem."""
        return stem in self.facts.listed.get(lang, ())

    @question
    def is_name(self, lang: Language, stem: str) -> bool:
        """Whether a name of the data has a word with this stem."""
        return stem in self.facts.names.get(lang, ())

    @question
    def says_planned(self, lang: Language, sentence: str) -> bool:
        """Whether a sentence names an organisation whose role in the cluster is only planned."""
        return self._says("planned", self.facts.planned, lang, sentence)

    @question
    def says_team(self, lang: Language, sentence: str) -> bool:
        """Whether a sentence names an organisation of the project team."""
        return self._says("team", self.facts.team, lang, sentence)

    def _says(self, who: str, sources: Mapping[str, str], lang: Language, sentence: str) -> bool:
        if (who, lang) not in self._patterns:
            source = sources.get(lang)
            self._patterns[who, lang] = re.compile(source, re.IGNORECASE) if source else None
        pattern = self._patterns[who, lang]
        return bool(pattern and pattern.search(sentence))


def news_at(path: str) -> str:
    """Return the id of the news item whose page is at a path such as `news/2024-05-01-fleet.md`; else nothing."""
    folder, _, name = path.rpartition("/")
    return name.removesuffix(".md") if folder == "news" else ""


NOTHING_AROUND = Around(Facts(), "", {})


def facts_to_plain(facts: Facts) -> dict[str, Any]:
    """Return facts as values that JSON has."""
    return {
        "behind": facts.behind,
        "ids": _sorted(facts.ids),
        "unsure": sorted(facts.unsure),
        "former": dict(facts.former),
        "moved": dict(facts.moved),
        "pages": _sorted(facts.pages),
        "assets": {lang: sorted(paths) for lang, paths in facts.assets.items()},
        "photos": dict(facts.photos),
        "exempt": sorted(facts.exempt),
        "glossary": [[term.ru, term.en, term.never_ru, term.never_en] for term in facts.glossary],
        "listed": _sorted(facts.listed),
        "names": _sorted(facts.names),
        "planned": dict(facts.planned),
        "team": dict(facts.team),
        "has_dictionaries": facts.has_dictionaries,
    }


def facts_from_plain(plain: Mapping[str, Any]) -> Facts:
    """Return facts from what `facts_to_plain` made."""
    return Facts(
        behind=plain["behind"],
        ids=_frozen(plain["ids"]),
        unsure=frozenset(plain["unsure"]),
        former=plain["former"],
        moved=plain["moved"],
        pages=_frozen(plain["pages"]),
        assets={lang: frozenset(paths) for lang, paths in plain["assets"].items()},
        photos=plain["photos"],
        exempt=frozenset((rule, value) for rule, value in plain["exempt"]),
        glossary=tuple(TermWords(*map(tuple, words)) for words in plain["glossary"]),
        listed=_frozen(plain["listed"]),
        names=_frozen(plain["names"]),
        planned=plain["planned"],
        team=plain["team"],
        has_dictionaries=plain["has_dictionaries"],
    )


def _sorted(sets: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {key: sorted(values) for key, values in sets.items()}


def _frozen(lists: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in lists.items()}
