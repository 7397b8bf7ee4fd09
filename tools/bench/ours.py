"""Our own site with the content of the benchmark: a folder in which plain `mkdocs build` works."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from macros.content.prose import read_page
from macros.content.translations import fingerprint
from tools.bench.content import DEMO, LANGUAGES, PROJECT, Content, NewsItem, Record
from tools.bench.texts import Pair

SETTINGS = ("mkdocs.yml", "mkdocs.en.yml")
FOLDERS = ("macros", "overrides")

INDEX_ALONE = """
from pathlib import Path
from macros.site.search import index_pages

index_pages(Path("site"))
"""
"""A program for the folder of a site that has been built: only the search index, as in a build."""


def list_files(content: Content) -> dict[str, str]:
    """Return every file of content by its path; the program itself (`SETTINGS`, `FOLDERS`) is not among them."""
    data = {**content.data, "participants": [_mark_summary(record) for record in content.participants]}
    files = {f"data/{name}.yaml": _dump(records) for name, records in data.items()}
    files["data/strings.yaml"] = _strings()
    files |= {f"data/news/{item.id}.yaml": _dump(_describe(item)) for item in content.news}
    for path, page in content.pages.items():
        files |= {f"docs/{lang}/{path}": text for lang, text in zip(LANGUAGES, _mark_page(path, page), strict=True)}
    return files | {"data/words.yaml": _dump(_choose_words("\n".join(files.values())))}


@cache
def _strings() -> str:
    return (PROJECT / "data" / "strings.yaml").read_text("utf-8")


class _Dumper(yaml.CSafeDumper):
    """Writes a text of several lines as an editor does, line by line, and the same record twice without an anchor."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def _dump(records: Any) -> str:
    return yaml.dump(records, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def _describe(item: NewsItem) -> Record:
    texts = {name: getattr(item, name) for name in ("title", "lead", "body")}
    return {
        "date": item.date.isoformat(),
        **{name: {"ru": text.ru, "en": text.en} for name, text in texts.items()},
        "reviewed": " ".join(fingerprint(name, text.ru) for name, text in texts.items()),
        "tags": list(item.tags),
        "organisations": list(item.organisations),
        "sources": [item.source],
    }


def _mark_summary(record: Record) -> Record:
    """Write the fingerprints of an organisation anew: an edit changes its summary."""
    names = [name for name in ("name", "name_note", "group", "summary") if name in record]
    return record | {"reviewed": " ".join(fingerprint(name, record[name]["ru"]) for name in names)}


def _mark_page(path: str, page: Pair) -> Pair:
    """Write the fingerprints of a page anew into the front matter of the English one."""
    sections = read_page(path, "ru", path, page.ru).sections()
    marks = " ".join(fingerprint("", section.text) for section in sections)
    return Pair(page.ru, re.sub(r"^reviewed: .*$", f"reviewed: {marks}", page.en, count=1, flags=re.MULTILINE))


def _choose_words(text: str) -> Mapping[str, list[str]]:
    """Keep those words of the demo's list that the content still has, a Russian one in any of its forms."""
    words = yaml.load((DEMO / "data" / "words.yaml").read_text("utf-8"), yaml.CBaseLoader)
    forms = {"ru": lambda word: rf"\b{word[:-2]}\w{{0,4}}\b", "en": lambda word: rf"\b{word}\b"}
    return {lang: [word for word in words[lang] if re.search(forms[lang](word), text, re.IGNORECASE)] for lang in words}
