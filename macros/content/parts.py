"""One part of the content, a news file or everything but news, examined by itself: what is wrong, what it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from macros.content.addresses import RECORD_FOLDERS
from macros.content.around import Answer, Around, Facts, Question, TermWords
from macros.content.checks import CHECKS, FILE_CHECKS, USE_CHECKS, Check, find_problems
from macros.content.claims import find_claims, find_former
from macros.content.dictionaries import find_files
from macros.content.draft import Draft
from macros.content.languages import LANGUAGES
from macros.content.model import Exemption, Term
from macros.content.problems import Problem
from macros.content.reading import Value
from macros.content.source_checks import find_addresses, find_long_overdue
from macros.content.spelling import find_listed, find_name_stems
from macros.content.uses import Found, Need, Rest, Uses
from macros.content.wording import name_sources


def examine_news(draft: Draft, problems: Iterable[Problem], around: Around) -> tuple[Found, Value]:
    """Return what is found in one news file, and its item as plain values if that is valid.

    `problems` are those of reading it.
    """
    value = draft.written[0].value if "news" in draft.entries else None
    return _examine(draft, problems, around, FILE_CHECKS), value


def examine_rest(draft: Draft, problems: Iterable[Problem], around: Around) -> tuple[Found, Rest]:
    """Return what is found in everything but news, and what of it must be used somewhere.

    What `USE_CHECKS` ask is all about this part itself.
    """
    pages = tuple((page.lang, page.address, page.file) for page in draft.pages)
    found = _examine(draft, problems, around, CHECKS)
    unless = tuple(found for check in USE_CHECKS for found in check(replace(draft, around=around)))
    tags = tuple((f"{RECORD_FOLDERS['tag']}/{named.id}/", named.document.file) for named in draft.names.get("tag", ()))
    return found, Rest(unless, pages, tags)


def _examine(draft: Draft, problems: Iterable[Problem], around: Around, checks: Iterable[Check]) -> Found:
    around.asked.clear()
    own = replace(draft, around=around)
    told = (*problems, *find_problems(own, checks))
    claims = find_claims(own)
    asked = {one: around.answer(one) for one in tuple(around.asked)}
    return Found(told, Uses(frozenset(_needs(own, asked)), claims), asked)


def _needs(draft: Draft, asked: Mapping[Question, Answer]) -> Iterable[Need]:
    """Yield what a part needs; of words.yaml, the words that it was asked for and had."""
    yield from (("source", ref) for _, _, kind, ref in draft.refs if kind == "source")
    yield from (("photo", str(photo["file"])) for record in draft.written if (photo := _photo(record.value)))
    yield from (("http-address", value) for _, _, value in find_addresses(draft))
    yield from (("check-long-overdue", source) for source in find_long_overdue(draft))
    yield from ((f"word-{one[1]}", one[2]) for one, answer in asked.items() if one[0] == "is_listed" and answer)


def _photo(value: Any) -> dict[str, object] | None:
    """The photograph of a record that may be wrong otherwise."""
    photo = value.get("photo") if isinstance(value, dict) else None
    return photo if isinstance(photo, dict) and "file" in photo else None


def gather_facts(draft: Draft, behind: str) -> Facts:
    """Return what news may ask about everything else. `behind` stands for all that the draft was read from."""
    exemptions = (cast(Exemption, entry.record) for entry in draft.of("exemption"))
    terms = (cast(Term, entry.record) for entry in draft.of("term"))
    former = find_former(draft)[::-1]  # the first to name a path counts
    return Facts(
        behind=behind,
        ids={kind: draft.ids(kind) for kind in draft.names},
        unsure=draft.unsure,
        former={one.old: one.new for one in former if one.teller != "move"},
        moved={one.old: one.new for one in former if one.teller == "move"},
        pages={lang: frozenset(page.path for page in draft.pages if page.lang == lang) for lang in LANGUAGES},
        assets=draft.assets,
        photos={name: picture.width if picture else 0 for name, picture in draft.photos.items()},
        exempt=frozenset((exemption.rule, exemption.value) for exemption in exemptions),
        glossary=tuple(TermWords(term.ru, term.en, term.never_ru, term.never_en) for term in terms),
        listed=find_listed(draft),
        names=find_name_stems(draft),
        planned=name_sources(draft, is_team=False),
        team=name_sources(draft, is_team=True),
        has_dictionaries=all(find_files(lang) for lang in LANGUAGES),
    )
