"""One language of the site: which of its pages have to be made, and making them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from macros.content.addresses import address
from macros.content.model import Language
from macros.content.site import Site
from macros.outputs.cards import Card, make_card
from macros.render.view import FOLDERS, View
from macros.site.chrome import Identity, Setting, assemble, dress, finish_content, identify
from macros.site.kept import Kept, KeptPage, Stamp, pack, remember_kept, stamp_of, take_kept
from macros.site.pages import PagePlan, plan_pages
from macros.site.reads import Reads, Records
from macros.site.search import SearchFolder


@dataclass(frozen=True)
class Place:
    """Where a build works: the content's root, the finished site, the folder that becomes it, and what is kept."""

    root: Path
    target: Path
    staging: Path
    cache: Path

    @property
    def pages(self) -> Path:
        """The folder that keeps what pages were made from."""
        return self.cache / "pages"


@dataclass(frozen=True)
class LanguageResult:
    """What a language has brought: the titles of all its pages by address, and how many were made now.

    `files` are those of all its pages, `unchanged` the files that stay as they are, cards among them; `searched` are
    the pages that search may find, by address, with the stamps of what it reads of them.
    """

    pages: Mapping[str, str]
    made: int
    files: frozenset[str]
    unchanged: frozenset[str]
    searched: Mapping[str, Stamp]


@dataclass
class _Made:
    """A page made in this build: what it says of itself, its card, and what search reads of it once that is written."""

    identity: Identity
    card: Card | None
    found: Stamp | None = None


class LanguageBuild:
    """The pages of one language. MkDocs makes those of editors; `finish` makes the rest and what belongs to them."""

    def __init__(
        self, site: Site, records: Records, lang: Language, place: Place, setting: Setting, epoch: str
    ) -> None:
        self.lang = lang
        self.place = place
        self.setting = setting
        self.epoch = epoch
        self._kept = take_kept(place.pages, lang, epoch)
        self._records = records
        same = {key for key, digest in self._kept.records.items() if records.get(key) == digest}
        self._reads = self._kept.live or Reads(site, self._kept.reads, self._kept.digests)
        self._reads.renew(site, same)
        self.plans: dict[str, PagePlan] = {plan.path: plan for plan in plan_pages(site, lang)}
        self.texts = {
            page.path: (place.root / page.file).read_text("utf-8-sig") for page in site.pages if page.lang == lang
        }
        self._search = search_folder(place, lang)
        self.stale = frozenset(path for path in (*self.texts, *self.plans) if not self._is_kept(path))
        self._traces: dict[str, set[int]] = {path: set() for path in self.stale}
        self._made: dict[str, _Made] = {}

    def _is_kept(self, path: str) -> bool:
        """Whether the last build made this page of the same, and it is still there."""
        page = self._kept.pages.get(path)
        return (
            page is not None
            and page.text == self._digest_text(path)
            and not self._reads.has_changed(page.reads)
            and page.stamp == stamp_of(f"{self.place.target}/{self._file(path)}")
        )

    def _digest_text(self, path: str) -> str:
        return hashlib.sha256(self.texts[path].encode()).hexdigest() if path in self.texts else ""

    def _file(self, path: str) -> str:
        """The file of a page below the site's root."""
        return f"{FOLDERS[self.lang]}{address(path)}index.html"

    def view(self, path: str) -> View:
        """Return the view from a page that is being made: what is read from now on is read by it."""
        self._reads.current = self._traces[path]
        return View(self._reads.root, self.lang, address(path))

    def fill(self, path: str, html: str) -> str:
        """Return the content of an editor's page as it is published."""
        return finish_content(self.view(path), html)

    def dress(self, path: str) -> SimpleNamespace:
        """Return the rest of an editor's page."""
        view = self.view(path)
        return self._dress(path, view, identify(view.site.page_meta(self.lang, path)))

    def _dress(self, path: str, view: View, identity: Identity) -> SimpleNamespace:
        chrome, card = dress(view, identity, self.setting)
        self._made[path] = _Made(identity, card)
        return chrome

    def finish(self, tell: Callable[[int, int], None]) -> LanguageResult:
        """Make what MkDocs has not made: pages from data, and cards. `tell`: pages done, and all."""
        todo = [plan for path, plan in self.plans.items() if path in self.stale]
        for number, plan in enumerate(todo, start=1):
            self._make(plan)
            tell(number, len(todo))
        pages = dict(self._keep_pages())
        unchanged = {self._file(path) for path in pages if path not in self.stale}
        unchanged |= self._place_cards({page.card for page in pages.values() if page.card})
        self._reads.settle()
        full = self._kept.full or len(self._reads.reads)
        kept = Kept(self._reads.reads, self._reads.digests, self._records, pages, full, self._reads)
        remember_kept(self.place.pages, self.lang, self.epoch, kept)
        titles = {address(path): page.title for path, page in pages.items()}
        searched = {address(path): page.search_stamp for path, page in pages.items() if page.search_stamp}
        return LanguageResult(
            titles, len(self.stale), frozenset(map(self._file, pages)), frozenset(unchanged), searched
        )

    def _make(self, plan: PagePlan) -> None:
        view = self.view(plan.path)
        page = plan.make(view)
        content = finish_content(view, str(page.html))
        html = assemble(self._dress(plan.path, view, identify(page)), content)
        file = self.place.staging / self._file(plan.path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html, "utf-8")
        self._made[plan.path].found = self._write_search(plan.path, html)

    def _write_search(self, path: str, html: str) -> Stamp | None:
        """Keep what search reads of a page that was made, unless it leaves such pages out."""
        is_found = self._made[path].identity.kind is not None
        return self._search.write(address(path), html) if is_found else None

    def _keep_pages(self) -> Iterator[tuple[str, KeptPage]]:
        """Yield every page of the language as it is now, in the order of pages, editors' first."""
        for path in (*self.texts, *self.plans):
            made = self._made.get(path)
            if made is None:
                yield path, self._renew_search(path, self._kept.pages[path])
                continue
            file = self.place.staging / self._file(path)
            stamp = stamp_of(file)
            assert stamp is not None, f"{file} was written"
            found = made.found if path in self.plans else self._write_search(path, file.read_text("utf-8"))
            title, description = made.identity.title, made.identity.description
            reads, text = pack(self._traces[path]), self._digest_text(path)
            yield path, KeptPage(reads, text, title, description, made.card, stamp, found)

    def _renew_search(self, path: str, page: KeptPage) -> KeptPage:
        """A page that stays, with what search reads of it made again where that has been deleted."""
        if page.search_stamp is None or self._search.has(address(path), page.search_stamp):
            return page
        stamp = self._search.write(address(path), (self.place.target / self._file(path)).read_text("utf-8"))
        return KeptPage(page.reads, page.text, page.title, page.description, page.card, page.stamp, stamp)

    def _place_cards(self, cards: set[Card]) -> set[str]:
        """Place the cards that the last build of this epoch did not place; return the addresses of all others."""
        there = set()
        placed = {page.card for page in self._kept.pages.values()}
        for card in cards:
            if card in placed and (self.place.target / card.path).is_file():
                there.add(card.path)
                continue
            file = self.place.staging / card.path
            if not file.parent.is_dir():
                file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(make_card(card, self.place.root / ".cache" / "cards"))
        return there


def search_folder(place: Place, lang: Language) -> SearchFolder:
    """Return what is kept for the search of a language."""
    return SearchFolder(place.cache / "search" / lang, lang)


def make_search(place: Place, lang: Language, searched: Mapping[str, Stamp]) -> frozenset[str]:
    """Make the search index of a language, of its pages as in `LanguageResult`; return the addresses of its files."""
    folder = FOLDERS[lang]
    names = search_folder(place, lang).publish(searched, place.staging / folder, place.target / folder)
    return frozenset(folder + name for name in names)
