"""The built site checked as files and in a browser: what holds for any content, and whatever has built it.

Not part of `macros`: it needs the packages and the browser of the tests.
"""

import argparse
import gzip
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from playwright.sync_api import sync_playwright
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros.__main__ import add_arguments, append_text, print_problems
from macros.content.addresses import FOLDERS
from macros.content.model import LANGUAGES, Language
from macros.content.problems import (
    Problem,
    format_failure,
    limit_per_file,
    load_messages,
    print_anything,
    render_summary,
    shorten,
)
from macros.outputs.headers import write_cache_control, write_headers_file, write_policy
from macros.publish import list_files, list_losses
from tools.browser import find_chromium, launch, load_axe

MAX_WEIGHT = {True: 20, False: 60}
"""KiB of HTML, style sheet and scripts as gzip sends them: of a news item, and of any other page."""
MAX_MARKS, FEW_MARKS = 0.08, 15
"""So much of the words that a reader sees, dates apart, may be source marks and statuses; and so many on any page."""
MARKS = ".cl-source-mark, .cl-badge"
UNSEEN = "script, style, time, [popover], .cl-hidden, .cl-footnotes, .cl-source-mark__numbers, details > :not(summary)"
MAX_VISITS = 400
"""As many pages are opened in the browser: those that show each component first, then the largest."""
MAX_PER_RULE = 50
WIDTH = 320
"""The narrowest screen that a page must fit (WCAG 2.2, 1.4.10)."""

ANYWHERE = "no/such/page/"
"""Where the page for missing pages is looked at: it must work at any address."""
ADDRESSES = ("href", "src", "data", "poster", "data-bundle")
LINKING = ", ".join(f"[{name}]" for name in (*ADDRESSES, "srcset", "popovertarget"))
LEADING = {"canonical", "alternate", "prev", "next", "license", "help", "author"}
"""Links in the head that a browser does not load."""

AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = """(tags) => axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }).then((found) =>
  found.violations.flatMap(({ id, help, helpUrl, nodes }) => nodes.slice(0, 3).map(({ html, target }) => (
    { text: document.querySelector(target)?.textContent.trim() ?? "", name: id, help, url: helpUrl, value: html }))))"""
OVERHANG = """() => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  const over = document.documentElement.scrollWidth - innerWidth;
  const wide = [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > innerWidth);
  return over > 0 && { over: `${over}`, value: wide.at(-1)?.textContent.trim() ?? "" };
}"""


class NothingToVerify(Exception):
    """There is no site, or no browser. The argument names a message of `failures`."""


@dataclass(frozen=True)
class Page:
    """A document. `path` is its address below the site's root, such as `en/news/` or `404.html`."""

    path: str
    html: str

    @cached_property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.html)

    @cached_property
    def ids(self) -> Counter[str]:
        return Counter(node.attributes["id"] or "" for node in self.tree.css("[id]"))

    @property
    def lang(self) -> Language:
        return "en" if self.path.startswith(FOLDERS["en"]) else "ru"

    @cached_property
    def is_redirect(self) -> bool:
        return self.tree.css_first("meta[http-equiv=refresh i]") is not None

    @property
    def is_missing(self) -> bool:
        return self.path.endswith("404.html")

    def attribute(self, selector: str, name: str) -> str:
        node = self.tree.css_first(selector)
        return (node.attributes.get(name) or "").strip() if node else ""


@dataclass(frozen=True)
class BuiltSite:
    """A site in `folder`, built from the content in `root`."""

    root: Path
    folder: Path

    @cached_property
    def files(self) -> set[str]:
        return list_files(self.folder)

    @cached_property
    def pages(self) -> dict[str, Page]:
        names = sorted(name for name in self.files if name.endswith(".html"))
        paths = {re.sub(r"(^|/)index\.html$", r"\1", name): name for name in names}
        return {path: Page(path, self.read(name)) for path, name in paths.items()}

    @cached_property
    def content_pages(self) -> list[Page]:
        return [page for page in self.pages.values() if not page.is_redirect and not page.is_missing]

    @cached_property
    def url(self) -> str:
        """The address that the site gives as its own."""
        return self.pages[""].attribute("link[rel=canonical]", "href") or "http://127.0.0.1/"

    def list_endings(self, ending: str) -> list[str]:
        return sorted(name for name in self.files if name.endswith(ending))

    def read(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def url_of(self, page: Page) -> str:
        return self.url + page.path.replace("404.html", ANYWHERE)

    def path_of(self, url: str) -> str | None:
        """Return the address below the root, or None for one that is not below it."""
        path, root = (unquote(urlsplit(one).path) for one in (url, self.url))
        return path.removeprefix(root).replace(ANYWHERE, "404.html") if path.startswith(root) else None

    def is_foreign(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.url).netloc

    def find_fault(self, url: str, is_loaded: bool) -> str:
        """Return the rule that an address breaks, or nothing."""
        if self.is_foreign(url) or urlsplit(url).scheme not in ("http", "https"):
            return "built-foreign" if is_loaded and self.is_foreign(url) else ""
        path, anchor = self.path_of(url), unquote(urlsplit(url).fragment)
        if path not in self.pages and path not in self.files:
            return "built-link"
        return "built-anchor" if anchor and path in self.pages and anchor not in self.pages[path].ids else ""

    def problem(self, rule: str, path: str, *needles: str, **details: str) -> Problem:
        """Return a problem at the place in the content that makes it: the first line with one of the needles."""
        file, line = self.find_source(path, needles)
        shown = {name: shorten(value, 200) for name, value in details.items()}
        return Problem(file, line, min(line, 1), rule, {"page": f"/{path}", **shown})

    def find_source(self, path: str, needles: tuple[str, ...]) -> tuple[str, int]:
        """Return file and line; the built file itself, if no file of the content makes this page alone."""
        lang: Language = "en" if path.startswith(FOLDERS["en"]) else "ru"
        stem = path.removeprefix(FOLDERS[lang]).rstrip("/")
        folder, _, name = stem.rpartition("/")
        places = [f"docs/{lang}/{stem}.md", f"docs/{lang}/{stem}/index.md".replace("//", "/"), f"data/{stem}.yaml"]
        lists = {"organisations": ("participants", "organisations"), "news/tags": ("vocabulary",)}.get(folder, ())
        record = rf"(?m)^ *-? *\{{?id: *{re.escape(name)}\b"
        for file, start in [*((one, "") for one in places), *((f"data/{one}.yaml", record) for one in lists)]:
            text = (self.root / file).read_text("utf-8") if (self.root / file).is_file() else ""
            if text and (begin := re.search(start, text)):
                found = (text.find(needle, begin.start()) for needle in needles if needle)
                at = next((place for place in found if place >= 0), begin.start() if start else None)
                return file, 0 if at is None else text.count("\n", 0, at) + 1
        return f"{self.folder.name}/{path}" + ("" if path in self.files else "index.html"), 0


def addresses_in(node: LexborNode) -> list[str]:
    """Return every address that an element has."""
    given = node.attributes
    pictures = [part.split()[0] for part in (given.get("srcset") or "").split(",") if part.strip()]
    opened = [f"#{given['popovertarget']}"] if "popovertarget" in given else []
    return [*(value for name in ADDRESSES if (value := given.get(name)) is not None), *pictures, *opened]


def check_links(site: BuiltSite) -> Iterator[Problem]:
    """Каждая ссылка ведёт на страницу, файл или место сайта, на каждую страницу ведёт ссылка, чужого не загружается."""
    reached: set[tuple[str, str | None]] = set()
    own = re.compile(rf"[\"'>]({re.escape(site.url)}[^\"'<\s]*)")
    for page in site.pages.values():
        told = {(unescape(address), False): "" for address in own.findall(page.html)}
        for node in page.tree.css(LINKING):
            is_loaded = node.tag not in ("a", "form") and (node.attributes.get("rel") or "") not in LEADING
            told |= {(address, is_loaded): node.text().strip() for address in addresses_in(node)}
        led = {site.path_of(urljoin(site.url_of(page), address)) for address, _ in told if not page.is_redirect}
        reached |= {(page.lang, path) for path in led - {page.path}}
        for (address, is_loaded), text in told.items():
            if rule := site.find_fault(urljoin(site.url_of(page), address), is_loaded):
                needles = (urlsplit(address).fragment, Path(urlsplit(address).path).name, text)
                yield site.problem(rule, page.path, *needles, value=address)
    for page in site.content_pages:
        if (page.lang, page.path) not in reached:
            yield site.problem("built-alone", page.path)
    for file in [*site.list_endings(".xml"), *site.list_endings(".css")]:
        found = own.findall(site.read(file))
        if file.endswith(".css"):
            found = re.findall(r"(?:url\(\s*|@import\s+)[\"']?([^\"')\s]+)", site.read(file))
        for address in dict.fromkeys(map(unescape, found)):
            if rule := site.find_fault(urljoin(site.url + file, address), is_loaded=True):
                yield site.problem(rule, file, value=address)


def check_twins(site: BuiltSite) -> Iterator[Problem]:
    """У каждой страницы есть пара на другом языке; обе называют свой язык, себя и друг друга."""
    for page in site.content_pages:
        plain = page.path.removeprefix(FOLDERS[page.lang])
        wanted = {lang: site.url + FOLDERS[lang] + plain for lang in LANGUAGES} | {"x-default": site.url + plain}
        links = page.tree.css("head link[rel=alternate][hreflang]")
        named = {link.attributes["hreflang"]: link.attributes.get("href") for link in links}
        own = page.attribute("link[rel=canonical]", "href"), page.attribute("html", "lang")
        if lost := [f"/{FOLDERS[lang]}{plain}" for lang in LANGUAGES if FOLDERS[lang] + plain not in site.pages]:
            yield site.problem("built-twin", page.path, value=lost[0])
        elif named != wanted or own != (site.url + page.path, page.lang):
            yield site.problem("built-hreflang", page.path, value=f"{', '.join(own)}; {named}")


def check_titles(site: BuiltSite) -> Iterator[Problem]:
    """У каждой страницы своё название и описание; имена мест (id) на странице не повторяются."""
    known: dict[tuple[str, str, str], str] = {}
    for page in site.content_pages:
        title = page.tree.css_first("title")
        texts = {"title": title.text().strip() if title else ""}
        texts["description"] = page.attribute("meta[name=description]", "content")
        for kind, text in texts.items():
            first = known.setdefault((page.lang, kind, text), page.path)
            if not text or first != page.path:
                rule = "built-same" if text else "built-untitled"
                yield site.problem(rule, page.path, f"{kind}:", field=kind, value=text, other=f"/{first}")
    for page in site.pages.values():
        for name in (name for name, count in page.ids.items() if count > 1):
            yield site.problem("built-twice", page.path, name, value=name)


def check_weight(site: BuiltSite) -> Iterator[Problem]:
    """Новость весит не больше 20 КиБ без шрифтов и картинок, любая другая страница — не больше 60."""
    weights = {
        file: len(gzip.compress((site.folder / file).read_bytes())) / 1024
        for file in [*site.list_endings(".css"), *site.list_endings(".js")]
    }
    for page in site.content_pages:
        loaded = [address for node in page.tree.css("script, link[rel=stylesheet]") for address in addresses_in(node)]
        paths = [site.path_of(urljoin(site.url_of(page), address)) for address in loaded]
        parts = {"HTML": len(gzip.compress(page.html.encode())) / 1024}
        parts |= {Path(path).name: weights[path] for path in paths if path in weights}
        limit = MAX_WEIGHT[re.search(r"(^|/)news/\d{4}-\d\d-\d\d-", page.path) is not None]
        if (weight := sum(parts.values())) > limit:
            told = ", ".join(f"{name} {size:.1f}" for name, size in parts.items())
            yield site.problem("built-heavy", page.path, value=told, weight=f"{weight:.1f}", limit=str(limit))


def check_marks(site: BuiltSite) -> Iterator[Problem]:
    """Пометки об источнике и статусе — не больше 8 % слов страницы; на короткой — не больше 15 слов."""
    for page in site.content_pages:
        tree = LexborHTMLParser(page.html)
        for node in tree.css(UNSEEN):
            node.decompose()
        total, marked = (sum(count_words(node) for node in tree.css(selector)) for selector in ("body", MARKS))
        if marked > max(FEW_MARKS, MAX_MARKS * total):
            yield site.problem("built-marked", page.path, value=str(marked), total=str(total), limit=f"{MAX_MARKS:.0%}")


def count_words(node: LexborNode) -> int:
    """Return the number of words in an element; numbers are none."""
    return len(re.findall(r"\w*[^\W\d_]\S*", node.text(separator=" ")))


def check_policy(site: BuiltSite) -> Iterator[Problem]:
    """Каждая страница прежде всего называет политику сайта, и в ней нет скриптов и стилей, что та запретит."""
    inline = "script:not([src]):not([type='application/ld+json']), style, [style], [href^='javascript:' i]"
    for page in site.pages.values():
        policy = page.attribute("meta[http-equiv='Content-Security-Policy']", "content")
        first = page.tree.css_first("meta[http-equiv], link, script, style")
        if policy != write_policy(in_page=True) or first is None or first.tag != "meta":
            yield site.problem("built-policy", page.path, value=policy)
        handled = [node for node in page.tree.css("*") if any(name.startswith("on") for name in node.attributes)]
        for node in [*page.tree.css(inline), *handled]:
            yield site.problem("built-inline", page.path, value=node.html or "")
    if "_headers" not in site.files or site.read("_headers") != write_headers_file():
        yield site.problem("built-policy", "_headers", value="_headers")


def check_feeds(site: BuiltSite) -> Iterator[Problem]:
    """Ленты и карта сайта читаются; у каждой записи ленты свой id; в карте все страницы, и только они."""
    for file in site.list_endings(".xml"):
        try:
            tree = ElementTree.parse(site.folder / file)
        except ElementTree.ParseError as error:
            yield site.problem("built-xml", file, value=str(error))
            continue
        items = [*tree.iterfind("channel/item"), *tree.iterfind("{*}entry")]
        ids = Counter(item.findtext("guid") or item.findtext("{*}id") or "" for item in items)
        for name in (name for name, count in ids.items() if count > 1 or not name):
            yield site.problem("built-feed", file, value=name)
        if tree.getroot().tag.endswith("urlset"):
            listed = {place.text or "" for place in tree.iterfind("{*}url/{*}loc")}
            for url in sorted({site.url + page.path for page in site.content_pages} ^ listed):
                yield site.problem("built-sitemap", file, value=url)


def check_in_browser(site: BuiltSite) -> Iterator[Problem]:
    """Страница не шире 320 точек, браузер ни на что не жалуется; страница каждого вида доступна всем (axe)."""
    kinds = find_kinds(site)
    rest = sorted((page for page in site.content_pages if page not in kinds), key=lambda page: -len(page.html))
    if not (program := find_chromium()):
        raise NothingToVerify("no-browser")
    said: list[str] = []
    with serve(site) as url, sync_playwright() as playwright:
        browser = launch(playwright, program)
        context = browser.new_context(viewport={"width": WIDTH, "height": 800}, service_workers="block")
        context.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
        context.on("weberror", lambda one: said.append(str(one.error)))
        tab = context.new_page()
        for page in [*kinds, *rest][:MAX_VISITS]:
            tab.goto(site.url_of(page).replace(site.url, url))
            if wide := tab.evaluate(OVERHANG):
                yield site.problem("built-wide", page.path, wide["value"], **wide)
            if page in kinds:
                tab.evaluate(load_axe())
                for found in tab.evaluate(AXE, AXE_RULES):
                    yield site.problem("built-axe", page.path, found.pop("text"), **found)
            yield from (site.problem("built-console", page.path, value=value) for value in dict.fromkeys(said))
            said.clear()
        browser.close()


@contextmanager
def serve(site: BuiltSite) -> Iterator[str]:
    """Serve the site below the path that it has been built for; gives the address of its root."""

    class Handler(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            return str(site.folder / (site.path_of(path) or ""))

        def end_headers(self) -> None:
            self.send_header("Cache-Control", write_cache_control(site.path_of(self.path) or ""))
            super().end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what is missing, the browser says."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{urlsplit(site.url).path}"
    server.shutdown()
    server.server_close()


def find_kinds(site: BuiltSite) -> list[Page]:
    """Return few pages that together show every component, in each language."""
    found: list[Page] = []
    for lang in LANGUAGES:
        pages = [page for page in site.pages.values() if page.lang == lang and not page.is_redirect]
        left = {page.path: set(re.findall(r"\bcl-[a-z]+(?:-[a-z]+)*", page.html)) for page in pages}
        while any(left.values()):
            path = max(left, key=lambda one: len(left[one]))
            shown = left.pop(path)
            left = {one: names - shown for one, names in left.items()}
            found.append(site.pages[path])
    return found


CHECKS = (
    check_links,
    check_twins,
    check_titles,
    check_weight,
    check_marks,
    check_policy,
    check_feeds,
    check_in_browser,
)


def verify(root: Path, folder: Path, before: Path | None, lang: Language) -> tuple[list[Problem], str]:
    """Check the site in `folder`, built from the content in `root`, and compare it with one built `before`.

    Returns the problems, and as Markdown which pages are new, changed and gone. Raises NothingToVerify.
    """
    site = BuiltSite(root, folder)
    if "index.html" not in site.files:
        raise NothingToVerify("no-site")
    problems = [problem for rule in CHECKS for problem in islice(rule(site), MAX_PER_RULE)]
    changes = ""
    if before is not None and (before / "index.html").is_file():
        found, changes = compare(BuiltSite(root, before), site, lang)
        problems += found
    return limit_per_file(problems), changes


def compare(before: BuiltSite, site: BuiltSite, lang: Language) -> tuple[list[Problem], str]:
    """Return what is lost, and the pages as Markdown. That a style sheet has another hash changes no page."""
    old, new = (
        {page.path: re.sub(r"\b[0-9a-f]{10,}\b", "", page.html) for page in one.content_pages} for one in (before, site)
    )
    gone = sorted(old.keys() - site.pages.keys())
    changed = sorted(path for path in old.keys() & new.keys() if old[path] != new[path])
    lines = []
    for word, paths in (("new", sorted(new.keys() - old.keys())), ("changed", changed), ("gone", gone)):
        some = [f"`/{path}`" for path in paths[:MAX_PER_RULE]] + ["…"] * (len(paths) > MAX_PER_RULE)
        lines.append(f"- {load_messages(lang)['words'][f'pages_{word}']}: {len(paths)}. {' '.join(some)}".rstrip())
    problems = []
    for path in (path for path in gone if not path.startswith(FOLDERS["en"])):
        is_record = re.match(r"(organisations|news|news/tags)/[^/]+/$", path)
        file, rule = ("data", "built-gone-record") if is_record else ("data/moved.yaml", "built-gone-page")
        problems.append(Problem(file, 0, 0, rule, {"page": f"/{path}"}))
    losses, is_refused = list_losses(before.files, site.files, lang)
    if is_refused:
        problems.append(Problem(site.folder.name, 0, 0, "built-shrinks", {"value": "; ".join(losses)}))
    return problems, "\n".join(lines) + "\n\n"


def main() -> None:
    """Check the built site. Exit code 0: clean or warnings only, 1: problems, 2: wrong usage, or nothing to check."""
    print_anything()
    parser = argparse.ArgumentParser(description=main.__doc__)
    add_arguments(parser, "--root --site --lang --format --strict --summary")
    parser.add_argument("--against", type=Path, help="A site built before, to tell new and lost pages.")
    given = parser.parse_args()
    try:
        found, changes = verify(given.root, given.site, given.against, given.lang)
    except NothingToVerify as error:
        print(format_failure(str(error), given.lang, path=str(given.site)), file=sys.stderr)
        sys.exit(2)
    if given.summary is not None:
        append_text(given.summary, render_summary(found, given.lang, "report_site", changes))
    print_problems(found, given)


if __name__ == "__main__":
    main()
