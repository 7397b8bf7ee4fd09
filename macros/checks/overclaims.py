"""What is only planned may not read as done, and whoever is on the project team may not be called a participant.

phrases.yaml says what reads so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from macros.checks.bilingual import find_twins, without_calls
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
)
from macros.content.problems import Problem, shorten

_CLUSTER_ROLES: frozenset[Role] = frozenset({"anchor", "participant", "specialised"})

_PHRASES: Mapping[str, Mapping[Language, Sequence[str]]] = yaml.load(
    Path(__file__).with_name("phrases.yaml").read_text("utf-8"), yaml.CSafeLoader
)
_END_OF_SENTENCE = re.compile(r"[.!?…](?=[\s.!?…])|\n")
_REST_OF_SENTENCE = r"[^.!?…\n]*(?:[.!?…](?!\s|$)[^.!?…\n]+)*[.!?…]?"


def _any_of(phrases: Iterable[str], before: str = r"\b") -> str:
    return rf"{before}(?:{'|'.join(phrases)})\b".replace(" ", " +")


_CLAIMS = {
    lang: re.compile(_any_of([*_PHRASES["done"][lang], *_PHRASES["participant"][lang]], r"\W") + _REST_OF_SENTENCE)
    for lang in LANGUAGES
}
"""What a sentence says too much with, from the sign before it to its end, in small letters."""
_DOUBT = {lang: re.compile("|".join(_PHRASES["doubt"][lang]), re.IGNORECASE) for lang in LANGUAGES}
_LEGAL_FORMS = re.compile(r"^(?:ООО|АО|ПАО|ЗАО|ОАО|НАО|ИП|ФГУП|АНО(?: ДПО)?|OOO|LLC|AO|PAO|JSC)\s+")
_ENDING = 2
"""Letters at the end of a Russian word that its forms may change."""


Names = Mapping[Language, re.Pattern[str] | None]
"""What finds the names of some organisations, in any of their forms; None when there are none."""


def check_wording(draft: Draft) -> Iterator[Problem]:
    """О том, что только планируется, не говорят как о свершившемся, а команду проекта не называют участниками."""
    organisations = [entry.record for entry in draft.of(Organisation)]
    planned = name_patterns(one.name for one in organisations if one.role in _CLUSTER_ROLES and one.status == "planned")
    team = name_patterns(one.name for one in organisations if one.role == "team")
    of_plans = _places_of_plans(draft)
    for twin in find_twins(draft):
        for lang in LANGUAGES:
            is_plan = twin.place(lang) in of_plans
            for rule, phrase in find_overclaims(twin.text(lang), lang, planned, team, is_plan):
                yield twin.problem(rule, lang, written=shorten(phrase))


def find_overclaims(
    text: str, lang: Language, planned: Names, team: Names, is_plan: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield (rule, phrase) for each sentence that claims too much; negations, doubts and questions claim nothing.

    `planned` and `team` match the names of organisations; `is_plan` tells that the whole text is about a plan.
    """
    ours, theirs = planned[lang], team[lang]
    plain = _plain(text)
    for claim in _CLAIMS[lang].finditer(f" {plain.lower()}"):
        start = claim.start()
        line = plain[plain.rfind("\n", 0, start) + 1 : start]
        sentence = _END_OF_SENTENCE.split(line)[-1] + plain[start : claim.end() - 1]
        if _DOUBT[lang].search(sentence):
            continue
        called = re.search(_any_of(_PHRASES["participant"][lang]), sentence, re.IGNORECASE)
        done = re.search(_any_of(_PHRASES["done"][lang]), sentence, re.IGNORECASE)
        if called and theirs and theirs.search(sentence):
            yield "team-as-participant", called.group()
        elif done and (is_plan or (ours and ours.search(sentence))):
            yield "plan-as-done", done.group()


def _plain(text: str) -> str:
    """A text without calls, addresses and marks of Markdown, ё as е, so that phrases can be found in it."""
    text = re.sub("[\u00a0\u2009\u202f]", " ", without_calls(text))
    return re.sub(r"[*_\[\]]", "", text).replace("ё", "е").replace("Ё", "Е")


def _places_of_plans(draft: Draft) -> frozenset[tuple[str, int, int]]:
    """Return where the texts of records stand that are only planned."""
    found = set()
    for entry, path, record in draft.walked:
        is_plan = isinstance(record, Fact | Milestone | Organisation) and record.status == "planned"
        is_plan = is_plan or (isinstance(record, Cluster) and record.status.status == "planned")
        for name in ("text", "title", "summary", "tagline", "description") if is_plan else ():
            for lang in LANGUAGES:
                place = (*entry.path, *path, name, lang)
                if place in entry.document.values:
                    found.add((entry.document.file, *entry.document.position(place)))
    return frozenset(found)


def name_patterns(names: Iterable[Localised]) -> Names:
    """Return patterns for names without legal form and quotation marks, each Russian word in any of its forms."""
    listed = list(names)
    patterns = {lang: [_name_pattern(name.in_language(lang), lang) for name in listed] for lang in LANGUAGES}
    return {lang: re.compile("|".join(own), re.IGNORECASE) if own else None for lang, own in patterns.items()}


def _name_pattern(name: str, lang: Language) -> str:
    words = re.findall(r"\w+", _plain(_LEGAL_FORMS.sub("", name)))
    if len("".join(words)) < 3:
        return "(?!)"  # a name like A would be found in every article
    if lang == "ru":
        stems = [word if len(word) <= _ENDING + 2 else word[:-_ENDING] for word in words]
        return r"\b" + r"\W+".join(rf"{re.escape(stem)}\w{{0,4}}" for stem in stems)
    return r"\b" + r"\W+".join(map(re.escape, words)) + r"\b"
