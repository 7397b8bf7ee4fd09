"""The same content as the peers want it: Markdown files with front matter, their templates, nothing of our program."""

import json
import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

from tools.bench.content import LANGUAGES, Content, NewsItem, Record
from tools.bench.texts import Pair

FOLDERS = {"ru": "", "en": "en/"}
_LINK = re.compile(r"\]\(((?:\.\./)*[\w/-]+\.md)\)")
_CALL = re.compile(r"\{\{ (?P<name>\w+)\((?P<arguments>[^)]*)\) \}\}")
_TITLE = re.compile(r"^---\n(?P<front>.*?)\n---\n(?P<body>.*)$", re.DOTALL)


class Lists(NamedTuple):
    """How a peer's prose page asks for a list: of the latest news, of all news, of organisations."""

    latest: Callable[[str, int], str]
    news: Callable[[str], str]
    members: Callable[[str], str]


class Page(NamedTuple):
    """A Markdown page: its path below the folder of its language, front matter and body."""

    path: str
    front: Record
    body: str

    def render(self) -> str:
        front = yaml.dump(self.front, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=1000)
        return f"---\n{front}---\n\n{self.body}\n"


# What is common to all


def _prose(content: Content, lang: str, lists: Lists, link: Callable[[str, str], str]) -> Iterator[Page]:
    for path, page in content.pages.items():
        match = _TITLE.match(page[LANGUAGES.index(lang)])
        assert match, path
        front = yaml.load(match["front"], yaml.CBaseLoader)
        body = _link(_replace_calls(match["body"].strip(), content, lang, lists), posixpath.dirname(path), link)
        yield Page(path, {"title": front["title"], "description": front["description"]}, body)


def _replace_calls(text: str, content: Content, lang: str, lists: Lists) -> str:
    """Put a peer's own lists for calls of our macros, words for those in a sentence; leave out what peers do not have.

    A second list of the same kind on one page stays out too.
    """
    names: dict[str, str] = {record["id"]: record["name"][lang] for record in content.organisations}
    seen: set[str] = set()

    def replace(call: re.Match[str]) -> str:
        is_alone = text[: call.start()].endswith("\n") and text[call.end() :].startswith(("\n", ""))
        if not is_alone or call["name"] in ("name", "count", "cluster"):
            return str(names.get(call["arguments"].strip('"'), len(names)))
        kind = {"participants": "members", "organisations": "members", "news": "news"}.get(call["name"], "")
        if not kind or kind in seen:
            return ""
        seen.add(kind)
        if kind == "members":
            return lists.members(lang)
        limit = re.search(r"limit=(\d+)", call["arguments"])
        return lists.latest(lang, int(limit[1])) if limit else lists.news(lang)

    return re.sub(r"\n{3,}", "\n\n", _CALL.sub(replace, text))


def _link(text: str, folder: str, link: Callable[[str, str], str]) -> str:
    """Rewrite links to other pages: `link` takes the target's path and the folder of the page that has the link."""
    return _LINK.sub(lambda found: f"]({link(posixpath.normpath(posixpath.join(folder, found[1])), folder)})", text)


def _to_address(lang: str) -> Callable[[str, str], str]:
    return lambda target, _: f"/{FOLDERS[lang]}{_address(target)}"


def _address(path: str) -> str:
    return re.sub(r"(^|/)index/$", r"\1", path.removesuffix(".md") + "/")


def _to_file(target: str, folder: str) -> str:
    return posixpath.relpath(target, folder or ".")


def _organisation(record: Record, lang: str) -> Page:
    facts = [f"- {fact['text'][lang]}" for fact in record.get("facts", ())]
    body = "\n".join([f"# {record['name'][lang]}", "", record["summary"][lang], "", *facts])
    front = {"title": record["name"][lang], "description": record["summary"][lang]}
    return Page(f"organisations/{record['id']}.md", front, body)


def _body(item: NewsItem, lang: str, link: Callable[[str, str], str]) -> str:
    """A body's links are written from the folder of all pages, as in our own data."""
    return _LINK.sub(lambda found: f"]({link(found[1], 'news')})", item.body[LANGUAGES.index(lang)])


def _front(item: NewsItem, lang: str) -> Record:
    number = LANGUAGES.index(lang)
    return {"title": item.title[number], "date": item.date, "description": item.lead[number]}


def _both(pair: Pair) -> Record:
    return {"ru": pair.ru, "en": pair.en}


def _years(content: Content) -> list[int]:
    return sorted({item.date.year for item in content.news})


# Stock MkDocs with Material and mkdocs-macros

_STOCK = Lists(
    latest=lambda _, limit: f"{{{{ news_list({limit}) }}}}",
    news=lambda _: "{{ news_list() }}",
    members=lambda _: "{{ members_list() }}",
)


def list_stock_files(content: Content) -> dict[str, str]:
    """Return the files of stock MkDocs: a page each, and what the lists show as YAML."""
    files: dict[str, str] = {}
    for lang in LANGUAGES:
        pages = [*_prose(content, lang, _STOCK, _to_file), *(_organisation(r, lang) for r in content.organisations)]
        pages += [_stock_page(item, content, lang) for item in content.news]
        pages += [_stock_list(f"news/{year}.md", str(year), f"year={year}") for year in _years(content)]
        for tag, name in content.tags.items():
            pages.append(_stock_list(f"news/tags/{tag}.md", name[LANGUAGES.index(lang)], f'tag="{tag}"'))
        files |= {f"docs/{lang}/{page.path}": page.render() for page in pages}
    news = [_stock_item(item) for item in reversed(content.news)]
    members = [{name: record[name] for name in ("id", "name", "summary")} for record in content.organisations]
    return files | {"data/news.yaml": _dump(news), "data/organisations.yaml": _dump(members)}


def _stock_page(item: NewsItem, content: Content, lang: str) -> Page:
    number = LANGUAGES.index(lang)
    links = [f"[{content.tags[tag][number]}](tags/{tag}.md)" for tag in item.tags]
    links += [f"[{name}](../organisations/{name}.md)" for name in item.organisations]
    body = [f"# {item.title[number]}", str(item.date), item.lead[number], _body(item, lang, _to_file), ", ".join(links)]
    front = {"title": item.title[number], "description": item.lead[number]}
    return Page(f"news/{item.id}.md", front, "\n\n".join(body))


def _stock_list(path: str, title: str, chosen: str) -> Page:
    return Page(path, {"title": title}, f"# {title}\n\n{{{{ news_list({chosen}) }}}}")


def _stock_item(item: NewsItem) -> Record:
    texts = {"title": _both(item.title), "lead": _both(item.lead)}
    return {"id": item.id, "date": item.date, "year": item.date.year, **texts, "tags": list(item.tags)}


def _dump(data: Any) -> str:
    return yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=1000)


# Hugo

_HUGO = Lists(
    latest=lambda _, limit: f'{{{{< news limit="{limit}" >}}}}',
    news=lambda _: "",
    members=lambda _: "{{< members >}}",
)


def list_hugo_files(content: Content) -> dict[str, str]:
    """Return the files of Hugo; sections are `_index.md`, tags and years taxonomies."""
    files: dict[str, str] = {}
    for lang in LANGUAGES:
        link = _to_address(lang)
        pages = [*_prose(content, lang, _HUGO, link), *(_organisation(r, lang) for r in content.organisations)]
        for item in content.news:
            front = _front(item, lang) | {
                "tags": list(item.tags),
                "years": [str(item.date.year)],
                "organisations": list(item.organisations),
            }
            pages.append(Page(f"news/{item.id}.md", front, _body(item, lang, link)))
        for tag, name in content.tags.items():
            pages.append(Page(f"tags/{tag}/index.md", {"title": name[LANGUAGES.index(lang)]}, ""))
        for page in pages:
            files[f"content/{lang}/{re.sub(r'(^|/)index.md$', r'/_index.md', page.path).lstrip('/')}"] = page.render()
    return files


# Eleventy

_ELEVENTY = Lists(
    latest=lambda lang, limit: f'{{% set items = collections.news_{lang} | upTo({limit}) %}}{{% include "list.njk" %}}',
    news=lambda _: "",
    members=lambda lang: f'{{% set members = collections.members_{lang} %}}{{% include "members.njk" %}}',
)
_ELEVENTY_WORDS = {
    "site": {"ru": "Кластер", "en": "Cluster"},
    "news": {"ru": "Новости", "en": "News"},
    "language": {"ru": "English", "en": "Русский"},
}


def list_eleventy_files(content: Content) -> dict[str, str]:
    """Return the files of Eleventy; names of tags and organisations stand in its global data."""
    files = {"src/_data/names.json": json.dumps(_eleventy_names(content), ensure_ascii=False, indent=1)}
    for lang in LANGUAGES:
        link = _to_address(lang)
        pages = [
            Page(page.path, page.front | {"templateEngineOverride": "njk,md"}, page.body)
            for page in _prose(content, lang, _ELEVENTY, link)
            if page.path != "news/index.md"
        ]
        pages += [_organisation(record, lang) for record in content.organisations]
        for item in content.news:
            front = _front(item, lang) | {"labels": list(item.tags), "organisations": list(item.organisations)}
            pages.append(Page(f"news/{item.id}.md", front, _body(item, lang, link)))
        for page in pages:
            whole = page._replace(front=page.front | {"own": _address(page.path)})
            files[f"src/{lang}/{page.path}"] = whole.render()
    return files


def _eleventy_names(content: Content) -> Record:
    pages = {path: {lang: _title(text) for lang, text in _both(page).items()} for path, page in content.pages.items()}
    menu = ("about.md", "participants/index.md", "chain.md", "news/index.md", "join.md")
    return _ELEVENTY_WORDS | {
        "menu": [{"path": _address(path), **pages[path]} for path in menu],
        "tags": {tag: _both(name) for tag, name in content.tags.items()},
        "organisations": {record["id"]: record["name"] for record in content.organisations},
    }


def _title(text: str) -> str:
    match = _TITLE.match(text)
    assert match
    return str(yaml.load(match["front"], yaml.CBaseLoader)["title"])
