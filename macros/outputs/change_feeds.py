"""Feeds of the changes of the data in a language: an entry for each record that changed on a day."""

from collections.abc import Iterable, Iterator
from itertools import islice

from markupsafe import Markup, escape

from macros.content.changes import Both, Change, RecordChange
from macros.content.chronicle import Day
from macros.outputs.feed_forms import NEVER, Channel, Entry, name_urn, write_atom, write_json
from macros.render.changes import (
    anchor,
    capitalise,
    describe_history,
    find_page,
    name_record,
    name_source,
    source_url,
    visible_changes,
    visible_days,
    word_change,
    word_sources,
)
from macros.render.feeds import CHANGE_FEEDS
from macros.render.view import FOLDERS, View

_ENDS = (".", "?", "!", "…")
ENTRIES = 100
"""The newest entries that a feed holds."""


def export_change_feeds(view: View) -> dict[str, bytes]:
    """Return the feeds of a language by address. The view's `base` is the absolute address of the site's root."""
    writers = {"Atom": write_atom, "JSON Feed": write_json}
    found = (_entry(view, day, record) for day, records in visible_days(view) for record in records)
    entries = list(islice(found, ENTRIES))
    cluster = view.text(view.site.cluster.name)
    files = {}
    for form, write in writers.items():
        feed = CHANGE_FEEDS[form]
        channel = Channel(
            id=name_urn(f"{view.lang}/changes"),
            lang=view.lang,
            title=f"{view.t('changes').unescape()} — {cluster}",
            subtitle=" ".join(describe_history(view)),
            author=cluster,
            home=view.url(view.site.page_showing("changes")),
            url=view.url(feed.path),
            feed=feed,
            entries=entries,
            updated=max((entry.updated for entry in entries), default=view.site.changes.since or NEVER),
        )
        files[FOLDERS[view.lang] + feed.path] = write(channel)
    return files


def _entry(view: View, day: Day, record: RecordChange) -> Entry:
    name = name_record(view, record.record)
    sentences = [word_change(view, change) for change in visible_changes(record, view.lang)]
    more = f" {view.t('and_more', n=len(sentences) - 1)}" if len(sentences) > 1 else ""
    return Entry(
        id=name_urn(f"{view.lang}/changes/{anchor(day, record.record)}"),
        url=view.url(f"{view.site.page_showing('changes')}#{anchor(day, record.record)}"),
        title=f"{name}{' —' if name.endswith(_ENDS) else ':'} {sentences[0]}{more}",
        summary=" ".join([*map(capitalise, sentences), word_sources(view, record)]).strip(),
        html=str(_body(view, record, sentences)),
        published=day.day,
        updated=day.day,
        tags=[(record.record.kind, str(view.t(f"change_kind_{record.record.kind}").unescape()))],
        more={"_change": _describe(view, day, record)},
    )


def _body(view: View, record: RecordChange, sentences: Iterable[str]) -> Markup:
    """The changes as HTML with absolute links: the page that shows the record, sentences, sources."""
    page, name = find_page(view.site, record.record), name_record(view, record.record)
    head = escape(name) if page is None else Markup('<a href="{}">{}</a>').format(view.url(page), name)
    items = Markup("").join(Markup("<li>{}</li>").format(capitalise(sentence)) for sentence in sentences)
    html = Markup("<p>{}</p>\n<ul>{}</ul>").format(head, items)
    if not record.sources:
        return html
    links = Markup("").join(
        Markup('<li><a href="{}">{}</a></li>').format(source_url(view, source), name_source(view, source))
        for source in record.sources
    )
    return html + Markup("\n<p>{}:</p>\n<ul>{}</ul>").format(view.t("sources"), links)


def _describe(view: View, day: Day, record: RecordChange) -> dict[str, object]:
    """The same for programs: JSON Feed lets names that begin with `_` carry anything."""
    return {
        "about": view.url(view.site.page_showing("open_data")),
        "day": day.day.isoformat(),
        "kind": record.record.kind,
        "id": record.record.id,
        "changes": list(_list_changes(view, visible_changes(record, view.lang))),
        "sources": [source.id for source in record.sources],
    }


def _list_changes(view: View, changes: Iterable[Change]) -> Iterator[dict[str, object]]:
    def words(values: Iterable[Both]) -> list[str]:
        return [value.in_language(view.lang) for value in values]

    for change in changes:
        part = change.part
        yield {
            "act": change.act,
            "part": {"kind": part.kind, "id": part.id, "name": part.name.in_language(view.lang)} if part else None,
            "field": change.field,
            "status": change.status,
            "old": words(change.old),
            "new": words(change.new),
            "sentence": capitalise(word_change(view, change)),
        }
