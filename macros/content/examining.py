"""Everything examined: each news file by itself, and all else together; what has not changed is remembered.

The rules are run anew on a news file when its bytes have changed, or an answer to anything that they asked about other
files. Only what is needed is imported: when nothing has changed, that is no rule and no model.
"""

import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from macros.content.addresses import Former, check_all, list_redirects
from macros.content.around import Around, news_at
from macros.content.files import TextFile, read_text, shown_name, unreadable
from macros.content.items import key_of, read_items, write_items
from macros.content.languages import Language
from macros.content.memory import Memory, Remembered, read_memory, remember, write_memory
from macros.content.problems import Problem, limit_per_file
from macros.content.snapshot import NewsFile, digest_code, digest_rest, take_snapshot
from macros.content.uses import Found, Rest, Uses, find_unused

if TYPE_CHECKING:
    from macros.content.draft import Draft
    from macros.content.folders import Folders
    from macros.content.model import NewsItem

MAX_PROCESSES = 4
FEW = 50
"""So many news files are examined sooner than processes are started."""

SHARES = 4
"""Shares of the news for each process: whoever has less to do than another takes one more."""


Later = list[Callable[[], None]]


class Examination:
    """A run over everything below `root`. `problems` are sorted; draft and records are read when asked for.

    `memory` is the folder that keeps what was found for the next run; None: nothing is kept. With `later`, only this
    process remembers at first, and what writes it down for others is put there.
    """

    def __init__(self, root: Path, today: date, memory: Path | None = None, later: Later | None = None) -> None:
        self.root, self.today, self._memory = root, today, memory
        self._code = digest_code() if memory else ""
        old = read_memory(memory, self._code, root) if memory else Memory()
        self._old = old
        self._snapshot = take_snapshot(root, old.stamps)
        self._has_moved = False
        self._items: dict[str, bytes] = {}
        self._words: Mapping[str, Iterable[str]] = old.words
        facts = old.facts
        if facts.behind != self._snapshot.rest:
            from macros.content.parts import gather_facts

            facts = gather_facts(self.draft, self._snapshot.rest)
        ids: dict[str, str] = {}
        for file in self._snapshot.news:
            ids[file.id] = ids.get(file.id, "") + file.digest
        self._around = Around(facts, today.isoformat(), ids, cache(self._find_anchors), self._former_news)
        self._news = self._examine_all_news()
        rest, stock = self._examined_rest
        uses = [rest.found.uses, *(part.found.uses for part in self._news.values())]
        self._claims = [part.claims for part in uses]
        self._pages = stock.pages
        self.problems = tuple(
            limit_per_file(
                [
                    *self._folders.problems,
                    *rest.found.problems,
                    *(problem for part in self._news.values() for problem in part.found.problems),
                    *find_unused(stock.unless, uses),
                    *check_all(self._claims, stock.pages, stock.tags),
                ]
            )
        )
        kept = {name: part for name, part in self._news.items() if part.digest}
        stamps = self._snapshot.stamps
        new = Memory(kept, rest, stock, facts, self._folders, self._snapshot.folders, self._words, stamps)
        if memory and new != old and self._is_still_so():
            self._keep_items(memory)
            if later is None:
                write_memory(memory, self._code, root, new)
            else:
                remember(memory, self._code, root, new)
                later.append(partial(write_memory, memory, self._code, root, new))

    @cached_property
    def draft(self) -> "Draft":
        """Everything but news, as read."""
        return self._rest[0]

    @cached_property
    def news(self) -> tuple["NewsItem", ...]:
        """The records of all news that are valid, in the order of their files."""
        valid = {file: key for file in self._snapshot.news if (key := self._news[file.name].key)}
        kept = read_items(self._memory, valid.values()) if self._memory else {}
        lost = [file for file, key in valid.items() if key not in self._items and key not in kept]
        for file in lost:
            self._examine_one(file)
        if lost and self._memory and not self._has_moved:
            self._keep_items(self._memory)
        return tuple(_read_item(self._items.get(key) or kept[key]) for key in valid.values())

    @property
    def redirects(self) -> Mapping[str, str]:
        """The address to go to for each former one: see `addresses.list_redirects`."""
        return list_redirects(self._claims, self._pages)

    @cached_property
    def _folders(self) -> "Folders":
        if self._old.folders_digest == self._snapshot.folders:
            return self._old.folders
        from macros.content.folders import look_into_folders
        from macros.content.loading import DATA_NAMES

        return look_into_folders(self.root, DATA_NAMES)

    @cached_property
    def _rest(self) -> tuple["Draft", tuple[Problem, ...]]:
        key = self.root, self.today, self._snapshot.rest
        if key not in _latest_rest:
            from macros.content.loading import load_rest

            loaded = load_rest(self.root, self.today, self._folders)
            if not self._is_still_so():
                return loaded
            _latest_rest.clear()
            _latest_rest[key] = loaded
        return _latest_rest[key]

    def _find_anchors(self, lang: Language, path: str) -> frozenset[str] | None:
        from macros.content.anchors import find_anchors
        from macros.content.loading import load_news

        files = [file for file in self._snapshot.news if file.id == news_at(path)]
        if path in self._around.facts.pages[lang] or not files:
            return find_anchors(self.draft, lang, path)
        drafts = (load_news(self.root, self.today, file.name, self._text(file))[0] for file in files)
        valid = (draft for draft in drafts if "news" in draft.entries)
        return next((find_anchors(draft, lang, path) for draft in valid), frozenset())

    def _former_news(self) -> Mapping[str, str]:
        """The paths that news had before, each with the path of now; the first file to name one counts."""
        return self._former_of_news

    @cached_property
    def _former_of_news(self) -> Mapping[str, str]:
        return {one.old: one.new for file in reversed(self._snapshot.news) for one in reversed(self._former_of(file))}

    def _former_of(self, file: NewsFile) -> Sequence[Former]:
        """What a news file says of former paths. That depends on nothing else, so it is remembered with the bytes."""
        old = self._old.news.get(file.name)
        if old and old.digest == file.digest:
            return old.found.uses.claims.former
        text = self._text(file).text or ""
        if "former_ids" not in text and "\\" not in text:  # YAML may write a name with backslashes
            return ()
        from macros.content.claims import find_former
        from macros.content.loading import load_news

        return find_former(load_news(self.root, self.today, file.name, self._text(file))[0])

    def _text(self, file: NewsFile) -> TextFile:
        name, raw = shown_name(Path("data/news", file.name)), file.raw
        if raw is None:
            self._has_moved |= bool(file.digest)
            return unreadable(name)
        self._has_moved |= file.bytes_read is None and hashlib.sha256(raw).hexdigest() != file.digest
        return read_text(name, raw)

    @cached_property
    def _examined_rest(self) -> tuple[Remembered, Rest]:
        digest = f"{self._snapshot.rest} {self.today}"
        if self._old.rest.digest == digest and self._holds(self._old.rest):
            return self._old.rest, self._old.stock
        from macros.content.parts import examine_rest

        self._recall_words()
        found, stock = examine_rest(*self._rest, self._around)
        return Remembered(digest, found), stock

    def _examine_all_news(self) -> Mapping[str, Remembered]:
        """Return what is found in each news file, by its name, in the order of the files."""
        same = {
            file.name: old
            for file in self._snapshot.news
            if (old := self._old.news.get(file.name)) and old.digest == file.digest and self._holds(old)
        }
        changed = [file for file in self._snapshot.news if file.name not in same]
        found = dict(zip((file.name for file in changed), self._examine_news(changed), strict=True))
        return {file.name: same.get(file.name) or found[file.name] for file in self._snapshot.news}

    def _holds(self, part: Remembered) -> bool:
        """Whether all answers that a part was given are still the same."""
        return not self._outdated or self._outdated.isdisjoint(part.found.asked)

    @cached_property
    def _outdated(self) -> frozenset[tuple[str, ...]]:
        """The questions whose answers have changed."""
        answers = self._old.answers
        return frozenset(one for one, answer in answers.items() if self._around.answer(one) != answer)

    def _examine_news(self, files: Sequence[NewsFile]) -> Iterable[Remembered]:
        """Examine these news files, many of them in several processes."""
        if not files:
            return []
        from macros.content.spelling import WORDS

        self._recall_words()
        processes = min(len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1, MAX_PROCESSES)
        if len(files) <= FEW or processes == 1 or threading.active_count() > 1:
            return [self._examine_one(file) for file in files]
        number = processes * SHARES
        parts: list[Remembered] = [_NONE] * len(files)
        shares = _in_processes(self, processes, [files[start::number] for start in range(number)])
        for start, (share, items, has_moved, known) in enumerate(shares):
            parts[start::number] = share
            self._items |= items
            self._has_moved |= has_moved
            for name, words in WORDS.items():
                words.update(known[name])
        return parts

    def _recall_words(self) -> None:
        from macros.content.spelling import WORDS

        for name, words in WORDS.items():
            words.update(self._old.words.get(name, ()))
        self._words = WORDS

    def _is_still_so(self) -> bool:
        """Whether the files are as they were when this run began: it reads some of them twice."""
        stands = digest_rest(self.root, self._snapshot.stamps)
        return not self._has_moved and stands == (self._snapshot.folders, self._snapshot.rest)

    def _keep_items(self, memory: Path) -> None:
        if self._items:
            write_items(memory, self._items, [part.key for part in self._news.values() if part.key])

    def _examine_one(self, file: NewsFile) -> Remembered:
        from macros.content.loading import load_news
        from macros.content.parts import examine_news

        draft, problems = load_news(self.root, self.today, file.name, self._text(file))
        found, value = examine_news(draft, problems, self._around)
        if value is None:
            return Remembered(file.digest, found)
        key = key_of(self._code, file.name, file.digest)
        self._items[key] = json.dumps(value, ensure_ascii=False).encode()
        return Remembered(file.digest, found, key)


@lru_cache(maxsize=20_000)
def _read_item(value: bytes) -> "NewsItem":
    """Return a news item as it is remembered, in JSON. A process that goes on has most of them already."""
    from macros.content.model import NewsItem

    return NewsItem.model_validate(json.loads(value), by_alias=True, by_name=False)


_latest_rest: dict[tuple[Path, date, str], tuple["Draft", tuple[Problem, ...]]] = {}
"""Everything but news as this process has read it last, by what stands for it."""

_NONE = Remembered("", Found((), Uses(), {}))
_Shares = Sequence[Sequence[NewsFile]]
_Share = tuple[list[Remembered], Mapping[str, bytes], bool, Mapping[str, set[str]]]
"""What is found in the files of a share, its items, whether a file has changed since, and the words now known."""

_work: list[tuple[Examination, _Shares]] = []
"""What processes forked from this one find in it."""


def _in_processes(examination: Examination, processes: int, shares: _Shares) -> list[_Share]:
    """Examine shares of the news in other processes, and all else meanwhile in this one.

    An exception in one of them is raised here, with its traceback.
    """
    import multiprocessing  # here, since most runs examine few files

    _work.append((examination, shares))
    try:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            found = pool.map_async(_examine_share, range(len(shares)), chunksize=1)
            _ = examination._examined_rest
            return found.get()
    finally:
        _work.pop()


def _examine_share(number: int) -> _Share:
    from macros.content.spelling import WORDS

    examination, shares = _work[-1]
    examination._items.clear()
    parts = [examination._examine_one(file) for file in shares[number]]
    return parts, examination._items, examination._has_moved, WORDS
