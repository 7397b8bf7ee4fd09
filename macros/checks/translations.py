"""The rules of translations: an English text changes with the Russian one. Git supplies the old texts."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import SequenceMatcher
from os.path import commonprefix
from pathlib import Path as FilePath
from pathlib import PurePath

from macros.checks.bilingual import Twin, find_all_twins, find_twins
from macros.checks.spelling import find_unknown
from macros.content.addresses import path_of
from macros.content.draft import Draft
from macros.content.git_history import History, HistoryError, read_history
from macros.content.loading import load_draft
from macros.content.model import LANGUAGES, Deferrable
from macros.content.problems import Problem, shorten
from macros.content.reading import Document, Path

LAG_RULES = frozenset({"translation-lags", "pending-over"})
"""Problems of English texts that are out of date."""

_CONTEXT = 3
"""Words shown on either side of a change."""

_KINDS: dict[str | int, str] = {"Organisation": "organisation", "NewsItem": "news", "tags": "tag"}
"""What keys call records that may have had other ids, and their kind."""

_MAX_DISTANCE = 2


def check_pending(draft: Draft) -> Iterator[Problem]:
    """Перевод отложен не дольше, чем до дня, названного в pending."""
    found: list[tuple[date, Document, Path, dict[str, str]]] = []
    for entry, path, record in draft.walked:
        if isinstance(record, Deferrable) and record.pending:
            name = str(getattr(record, "id", "")) or entry.label
            found.append((record.pending, entry.document, (*entry.path, *path, "pending"), {"record": name}))
    for page in draft.pages:
        if page.lang == "en" and page.pending:
            found.append((page.pending, page.front_matter, ("pending",), {}))
    for day, document, path, details in found:
        rule = "pending-over" if day < draft.today else "translation-pending"
        yield document.problem(rule, path, details, value=day.isoformat())


def check_translations(draft: Draft) -> Iterator[Problem]:
    """Если русский текст изменён по существу, изменён и английский — или правка говорит, что перевод сверен."""
    rule = "translation-lagged" if os.environ.get("CHECK_DRIFT") == "warn" else "translation-lags"
    try:
        history = read_history(draft.root)
        old = _read_old_texts(history, draft.today) if history.changed else ()
    except HistoryError as error:
        details = {"reason": error.reason, "remedy": f"{error.reason}-remedy", "value": shorten(error.value, 200)}
        yield Problem("data", 0, 0, "no-history-in-ci" if os.environ.get("CI") else "no-history", details)
        return
    if not old:
        return
    find_old = _Finder(draft, history, old)
    for twin in find_twins(draft):
        before = find_old(twin)
        if before and before.en == twin.en and not twin.is_pending(draft.today) and is_changed(before.ru, twin.ru):
            was, now = mark_change(before.ru, twin.ru)
            yield twin.problem(rule, was=was, now=now)


def _read_old_texts(history: History, today: date) -> tuple[Twin, ...]:
    """Return the texts that the files changed since the base had there, valid or not by the rules of today."""
    from tempfile import TemporaryDirectory  # most checks find nothing changed

    names = [old for old, _ in history.changed]
    pages = {name.split("/", 2)[2] for name in names if re.match(r"docs/(?:ru|en)/", name)}
    names += [f"docs/{lang}/{page}" for page in sorted(pages) for lang in LANGUAGES]
    with TemporaryDirectory() as folder:
        root = FilePath(folder)
        for name, raw in history.read(names).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(raw)
        return tuple(find_all_twins(load_draft(root, today)[0]))


class _Finder:
    """Finds what a text was at the base: records by their id, sections of a page by heading, both also when renamed."""

    def __init__(self, draft: Draft, history: History, old: tuple[Twin, ...]) -> None:
        self._old = {twin.key: twin for twin in old}
        self._sections = _list_sections(old)
        self._new_sections = _list_sections(find_twins(draft))
        self._former: defaultdict[str, list[str]] = defaultdict(list)
        for one in draft.former:
            self._former[one.new].append(one.old)
        for before, now in history.changed:
            if now and now != before and (new := _path_of_file(now)):
                self._former[new].append(_path_of_file(before))

    def __call__(self, twin: Twin) -> Twin | None:
        kind, name, *rest = twin.key
        if kind == "page":
            paths = [str(name), *self._former[str(name)]]
            return next((found for path in paths if (found := self._find_section(twin, path))), None)
        former = self._former[path_of(_KINDS[kind], str(name))] if kind in _KINDS else []
        keys = ((kind, each, *rest) for each in (name, *(PurePath(path).stem for path in former)))
        return next((self._old[key] for key in keys if key in self._old), None)

    def _find_section(self, twin: Twin, path: str) -> Twin | None:
        """A section by its number; by its heading where the page has more or fewer than it had."""
        old, new = self._sections[path], self._new_sections[str(twin.key[1])]
        if len(old) == len(new):
            return self._old["page", path, twin.key[2]]
        return next((one for one in old if _heading(one) == _heading(twin)), None)


def _list_sections(twins: Iterable[Twin]) -> defaultdict[str, list[Twin]]:
    sections: defaultdict[str, list[Twin]] = defaultdict(list)
    for twin in twins:
        if twin.key[0] == "page":
            sections[str(twin.key[1])].append(twin)
    return sections


def _heading(twin: Twin) -> str:
    return twin.ru.split("\n")[0] if twin.key[2] else ""


def _path_of_file(file: str) -> str:
    """Return the path of the page that a file makes, as links have it, or nothing."""
    found = re.fullmatch(r"docs/\w+/(.+\.md)|data/(news/.+)\.yaml", file)
    return (found[1] or f"{found[2]}.md") if found else ""


def is_changed(was: str, now: str) -> bool:
    """Whether a text was changed in substance.

    Punctuation, case, spaces, ё for е do not count, nor does a typing error put right: at most two letters of a word
    without digits, unless both are words of the dictionary.
    """
    old, new = _words(was), _words(now)
    if len(old) != len(new):
        return old != new
    return any(a != b and not _is_typing_error(a, b) for a, b in zip(old, new, strict=True))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower().replace("ё", "е"))


def _is_typing_error(was: str, now: str) -> bool:
    edits = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    changed = sum(max(a2 - a1, b2 - b1) for kind, a1, a2, b1, b2 in edits if kind != "equal")
    if not (was + now).isalpha() or changed > _MAX_DISTANCE:
        return False
    try:
        return bool(find_unknown([was, now], "ru"))
    except LookupError:
        return False


def mark_change(was: str, now: str) -> tuple[str, str]:
    """Return what differs between two texts, from the first word changed to the last, with a few words around it."""
    old, new = was.split(), now.split()
    same = len(commonprefix([old, new]))
    tail = len(commonprefix([old[same:][::-1], new[same:][::-1]]))
    start, rest = max(same - _CONTEXT, 0), max(tail - _CONTEXT, 0)

    def excerpt(words: list[str]) -> str:
        middle = shorten(" ".join(words[start : len(words) - rest]), 120)
        return ("… " if start else "") + middle + (" …" if rest else "")

    return excerpt(old), excerpt(new)
