"""What is only planned may not read as done, and whoever is on the project team may not be called a participant."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, Protocol, cast

from macros.content.draft import Draft
from macros.content.model import (
    LANGUAGES,
    Cluster,
    Fact,
    Language,
    Localised,
    Milestone,
    Organisation,
    Role,
    Translated,
    walk_records,
)
from macros.content.problems import Problem, shorten
from macros.content.twins import find_twins

_CLUSTER_ROLES: frozenset[Role] = frozenset({"anchor", "participant", "specialised"})

_PHRASES_OF_DONE: dict[Language, tuple[str, ...]] = {
    "ru": (
        r"явля\w+ (?:участни|якорн|специализированн)\w+",
        r"(?:входит|входят|состоит|состоят|вошел|вошла|вошло|вошли) в (?:состав )?кластер\w*",
        r"(?:вступил|принят)\w* в (?:состав )?кластер\w*",
        r"(?:стал|стала|стало|стали) (?:участни|якорн|специализированн)\w+",
        r"кластер (?:уже )?(?:создан|зарегистрирован|действует|работает|заработал|начал работу)",
        r"(?:создан|зарегистрирован|действует|заработал|работает) (?:\w+ ){0,2}кластер",
        r"включен\w* в реестр",
    ),
    "en": (
        r"(?:is|are) (?:now )?(?:a |an |the )?(?:members?|participants?) (?:of|in) the cluster",
        r"(?:has|have) joined",
        r"joined the cluster",
        r"(?:is|are) (?:now )?part of the cluster",
        r"(?:has become|became|is|serves as) (?:an?|the)(?: cluster’s)? (?:anchor enterprise|specialised organisation)",
        r"the cluster (?:now |already )?(?:operates|works|is operating|is registered)",
        r"the cluster (?:was|has been) (?:created|registered|launched)",
        r"(?:is|was|has been) (?:entered|included) in the register",
    ),
}
_PHRASES_OF_PARTICIPANTS: dict[Language, tuple[str, ...]] = {
    "ru": (
        r"участник\w* кластера",
        r"явля\w+ участник\w+",
        r"член\w* кластера",
        r"(?:входит|входят|вошел|вошла|вошли|войдет|войдут) в (?:состав )?кластер\w*",
    ),
    "en": (
        r"participants? (?:in|of) the cluster",
        r"cluster (?:member|participant)s?",
        r"members? of the cluster",
        r"(?:has|have) joined the cluster",
        r"(?:is|are) to join the cluster",
        r"(?:is|are) part of the cluster",
    ),
}


@cache
def _done(lang: Language) -> re.Pattern[str]:
    return re.compile(_any_of(_PHRASES_OF_DONE[lang]), re.IGNORECASE)


@cache
def _called_participant(lang: Language) -> re.Pattern[str]:
    return re.compile(_any_of(_PHRASES_OF_PARTICIPANTS[lang]), re.IGNORECASE)


@cache
def _any_phrase(lang: Language) -> re.Pattern[str]:
    """Return what finds any of the phrases in small letters: to find them without regard to case takes far longer."""
    return re.compile(_any_of((*_PHRASES_OF_DONE[lang], *_PHRASES_OF_PARTICIPANTS[lang])))


def _any_of(phrases: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(phrases)})\b"


_ODD_CASES = str.maketrans("\N{LATIN SMALL LETTER DOTLESS I}\u0345", "i\u0301")
"""A letter that a pattern without regard to case takes for i, and a mark whose small form would be a letter."""

_HINTS: dict[Language, tuple[str, ...]] = {
    "ru": ("кластер", "участни", "якорн", "специализированн", "реестр"),
    "en": ("cluster", "jo", "enterpr", "organ", "reg"),
}
"""Each phrase holds one of these, which are found sooner. No i: without regard to case, a pattern takes ı for one."""

_DOUBT: dict[Language, str] = {
    "ru": r"\b(?:не|нет|ни|ли|если|когда|чтобы|бы|неизвестно|только)\b|\?",
    "en": r"\b(?:not|no|nor|never|whether|if|when|once|would|unknown|only)\b|n’t\b|\?",
}
_SENTENCE = r"[^.!?…\n]+(?:[.!?…](?!\s|$)[^.!?…\n]+)*[.!?…]?"
_LEGAL_FORMS = re.compile(r"^(?:ООО|АО|ПАО|ЗАО|ОАО|НАО|ИП|ФГУП|АНО(?: ДПО)?|OOO|LLC|AO|PAO|JSC)\s+")
_ENDING = 2
"""Letters at the end of a Russian word that its forms may change."""


class Searching(Protocol):
    """Finds the names of some organisations, in any of their forms, in a sentence."""

    def search(self, sentence: str, /) -> object:
        """Return something true when one of them is there."""


Names = Mapping[Language, Searching | None]


class _Asked(NamedTuple):
    """Asks those who know all organisations."""

    says: Callable[[Language, str], bool]
    lang: Language

    def search(self, sentence: str, /) -> bool:
        return self.says(self.lang, sentence)


def check_wording(draft: Draft) -> Iterator[Problem]:
    """О том, что только планируется, не говорят как о свершившемся, а команду проекта не называют участниками."""
    planned: Names = {lang: _Asked(draft.around.says_planned, lang) for lang in LANGUAGES}
    team: Names = {lang: _Asked(draft.around.says_team, lang) for lang in LANGUAGES}
    of_plans = _places_of_plans(draft)
    for twin in find_twins(draft):
        for lang in LANGUAGES:
            for rule, phrase in judge(twin.text(lang), lang, planned, team, is_plan=twin.place(lang) in of_plans):
                yield twin.problem(rule, lang, written=shorten(phrase))


def judge(text: str, lang: Language, planned: Names, team: Names, is_plan: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (rule, phrase) for each sentence that says too much; one that denies, doubts or asks says nothing as done.

    `planned` and `team` match the names of organisations; `is_plan` tells that the whole text is about a plan.
    """
    text = _plain("\n".join(_find_hinted(text, lang)))
    if not _may_say(text, lang):
        return
    for found in re.finditer(_SENTENCE, text):
        sentence = found.group()
        if re.search(_DOUBT[lang], sentence, re.IGNORECASE):
            continue
        ours, theirs = planned[lang], team[lang]
        if theirs and theirs.search(sentence) and (called := _called_participant(lang).search(sentence)):
            yield "team-as-participant", called.group()
        elif (is_plan or (ours and ours.search(sentence))) and (done := _done(lang).search(sentence)):
            yield "plan-as-done", done.group()


def _may_say(text: str, lang: Language) -> bool:
    """Whether a plain text holds a phrase; yes as well where small letters are more than those that they stand for."""
    folded = text.translate(_ODD_CASES).casefold()
    return len(folded) != len(text) or bool(_any_phrase(lang).search(folded))


def _find_hinted(text: str, lang: Language) -> Iterator[str]:
    """Yield the lines that may hold a phrase: none goes on in the next line."""
    folded = text.casefold().replace("ё", "е")
    hints = [hint for hint in _HINTS[lang] if hint in folded]
    for line, plain in zip(text.split("\n"), folded.split("\n"), strict=True) if hints else ():
        for hint in hints:
            if hint in plain:
                yield line
                break


def _plain(text: str) -> str:
    """A text without calls, addresses and marks of Markdown, ё as е, so that phrases can be found in it."""
    text = re.sub(r"\{\{[^{}\n]{0,500}\}\}|\]\([^()\s]{0,500}\)", " ", text).replace("ё", "е").replace("Ё", "Е")
    return re.sub(r"[\u00a0\u2009\u202f *_\[\]]+", " ", text)


def _places_of_plans(draft: Draft) -> frozenset[tuple[str, int, int]]:
    """Where the texts of records stand that are only planned."""
    found = set()
    for entry in draft.of("cluster", "organisation", "topic", "chain"):
        for path, record in walk_records(entry.record):
            is_plan = isinstance(record, Fact | Milestone | Organisation) and record.status == "planned"
            is_plan = is_plan or (isinstance(record, Cluster) and record.status.status == "planned")
            if is_plan and isinstance(record, Translated):
                for name in ("text", "title", "summary", "tagline", "description"):
                    for lang in LANGUAGES:
                        place = (*entry.path, *path, name, lang)
                        if place in entry.document.values:
                            found.add((entry.document.file, *entry.document.position(place)))
    return frozenset(found)


def name_sources(draft: Draft, is_team: bool) -> dict[str, str]:
    """Return what finds the names of the project team, or of those with a planned role in the cluster, by language."""
    records = [cast(Organisation, entry.record) for entry in draft.of("organisation")]
    chosen = [
        record.name
        for record in records
        if (record.role == "team" if is_team else record.role in _CLUSTER_ROLES and record.status == "planned")
    ]
    return _sources(chosen)


def _sources(names: Iterable[Localised]) -> dict[str, str]:
    listed = list(names)
    return {lang: "|".join(_name_pattern(name.in_language(lang), lang) for name in listed) for lang in LANGUAGES}


def name_patterns(names: Iterable[Localised]) -> Names:
    """Return patterns for names without legal form and quotation marks, each Russian word in any of its forms."""
    sources = _sources(names)
    return {lang: re.compile(sources[lang], re.IGNORECASE) if sources[lang] else None for lang in LANGUAGES}


def _name_pattern(name: str, lang: Language) -> str:
    words = re.findall(r"\w+", _plain(_LEGAL_FORMS.sub("", name)))
    if lang == "ru":
        stems = [word if len(word) <= _ENDING + 2 else word[:-_ENDING] for word in words]
        return r"\b" + r"\W+".join(rf"{re.escape(stem)}\w{{0,4}}" for stem in stems)
    return r"\b" + r"\W+".join(map(re.escape, words)) + r"\b"
