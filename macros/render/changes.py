"""Changes of the data in words: a sentence for each in either language, the page that lists them by day."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from macros.content.changes import Both, Change, Cited, RecordChange, Thing
from macros.content.chronicle import Day
from macros.content.model import Language
from macros.content.site import Site
from macros.render.components import render_template
from macros.render.feeds import CHANGE_FEEDS
from macros.render.rewording import compare_words
from macros.render.typography import typeset
from macros.render.view import View

_DATES = frozenset({"as_of", "check_by", "checked", "date", "searched", "updated"})
_BARE = frozenset({"link", "url", "website", "id"})
"""Fields whose values stand without quotation marks, like dates."""

_NAMES = frozenset({"name", "question", "text", "title"})
"""Fields by which a part is called: where one of them changes, the part is not called by its new value as well."""

_OWN_PHRASES = frozenset({"as_of", "role", "status"})
"""Fields that have a sentence of their own for a change from one value to another."""

_SHORT, _LONG = 90, 120
"""Letters of the name of a part inside a sentence; letters of two values that fit one."""

_QUOTES: dict[Language, tuple[str, str, str]] = {"ru": ("«", "»", "„“"), "en": ("“", "”", "‘’")}
"""Outer and inner quotation marks."""


def quote(text: str, lang: Language) -> str:
    """Return a text in quotation marks, those inside it turned into inner ones; its full stop goes."""
    first, last, inner = _QUOTES[lang]
    text = text.removesuffix(".").translate(str.maketrans(first + last, inner))
    return f"{first}{text}{last}"


def visible_changes(record: RecordChange, lang: Language) -> list[Change]:
    """Return the changes of a record that a reader of this language sees."""
    return [change for change in record.changes if lang in change.langs]


def visible_days(view: View) -> list[tuple[Day, list[RecordChange]]]:
    """Return the days with changes, newest first, each with the records that a reader of the language sees changed."""
    found = [
        (day, [record for record in day.records if visible_changes(record, view.lang)])
        for day in view.site.changes.days
    ]
    return [(day, records) for day, records in found if records]


def name_record(view: View, record: Thing) -> str:
    """Return what a record is called; the value chain has no name of its own."""
    name = record.name.in_language(view.lang) or str(view.t(f"change_kind_{record.kind}").unescape())
    return typeset(name, view.lang)


def word_change(view: View, change: Change) -> str:
    """Return a change as a sentence without its first capital, its full stop and the name of its record."""
    if not change.field:
        return _word_whole(view, change)
    sentence = _word_field(view, change)
    if change.part is None:
        return sentence
    part = _say(view, f"change_part_{change.part.kind}")
    if change.field in _NAMES:
        return _say(view, "change_of_named_part", part=part, change=sentence)
    name = quote(_shorten(change.part.name.in_language(view.lang)), view.lang)
    return _say(view, "change_of_part", part=part, name=name, change=sentence)


def _word_whole(view: View, change: Change) -> str:
    """A record or a part that was added or removed."""
    if change.part is not None:
        name = quote(change.part.name.in_language(view.lang), view.lang)
        sentence = _say(view, f"change_{change.act}_{change.part.kind}", name=name)
    else:
        sentence = _say(view, f"change_{change.act}")
    if change.new:
        sentence = _say(view, "change_with_role", change=sentence, role=_values(view, change.field, change.new))
    if change.status:
        status = quote(view.status(change.status), view.lang)
        sentence = _say(view, "change_with_status", change=sentence, status=status)
    return sentence


def _word_field(view: View, change: Change) -> str:
    """A field that has another value than before."""
    old, new = (_values(view, change.field, side) for side in (change.old, change.new))
    if change.field == "body":
        return _say(view, "change_body")
    if change.field in _OWN_PHRASES and old and new:
        return _say(view, f"change_{change.field}", old=old, new=new)
    is_list = change.field in ("sources", "regions", "about")
    form = ("came_went" if is_list else "value") if old and new else "came" if new else "went"
    return _say(view, f"change_{form}", field=_say(view, f"change_field_{change.field}"), old=old, new=new)


def _values(view: View, field: str, values: Iterable[Both]) -> str:
    """Values of a field as they stand in a sentence."""
    texts = [value.in_language(view.lang) for value in values]
    if field in _DATES:
        return ", ".join(view.date(text) for text in texts)
    return ", ".join(text if field in _BARE else quote(text, view.lang) for text in texts)


def _say(view: View, string_id: str, /, **values: str) -> str:
    return typeset(str(view.t(string_id, **values).unescape()), view.lang)


def _shorten(text: str) -> str:
    """Cut at a word."""
    return text if len(text) <= _SHORT else text[:_SHORT].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"


def capitalise(sentence: str) -> str:
    """Return a sentence with its first letter capital and a full stop, unless its end says that it is one."""
    return sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith((".", "…", "!", "?")) else ".")


def name_source(view: View, source: Cited) -> str:
    """Return a source as it stands beside a change: publisher and date, or publisher and title where it has none."""
    publisher = source.publisher.in_language(view.lang)
    rest = view.date(source.date) if source.date else quote(source.title.in_language(view.lang), view.lang)
    return typeset(f"{publisher}, {rest}", view.lang)


def word_sources(view: View, record: RecordChange) -> str:
    """Return the sources of a change as a sentence, or nothing where it has none."""
    if not record.sources:
        return ""
    label = view.t("sources") if len(record.sources) > 1 else view.t("source")
    return f"{label}: {'; '.join(name_source(view, source) for source in record.sources)}."


def list_sentences(view: View, record: RecordChange) -> list[str]:
    """Return the changes of a record as lines of plain text: what it is, a sentence for each, its sources."""
    changes = visible_changes(record, view.lang)
    name, kind = name_record(view, record.record), str(view.t(f"change_kind_{record.record.kind}").unescape())
    lines = [
        name if name == kind else f"{kind}: {name}",
        *(capitalise(word_change(view, change)) for change in changes),
        word_sources(view, record),
    ]
    return [line for line in lines if line] if changes else []


def word_nothing(view: View) -> str:
    """Return what is said when nothing changed."""
    return _say(view, "changes_same")


def source_url(view: View, source: Cited) -> str:
    """Return the place of a source on the page of sources, or its own address once it is there no longer."""
    if ("source", source.id) in view.site.by_id:
        return view.url(f"{view.site.page_showing('sources')}#source-{source.id}")
    return source.url


def find_page(site: Site, record: Thing) -> str | None:
    """Return the address of the page that shows a record, with its place there; None when it is on none any more."""
    if record.kind == "cluster":
        return site.page_showing("facts", "cluster")
    if record.kind == "chain":
        return site.page_showing("value_chain")
    if (record.kind, record.id) not in site.by_id:
        return None
    if record.kind == "topic":
        topic = site.topic(record.id)
        return site.page_showing("topics", topic.group) or site.page_showing("topic", topic.id)
    folders = {"organisation": "organisations", "news": "news"}
    if record.kind in folders:
        return f"{folders[record.kind]}/{record.id}/"
    return f"{site.page_showing(f'{record.kind}s')}#{record.kind}-{record.id}"


def anchor(day: Day, record: Thing) -> str:
    """Return the place of a record's changes on the page of changes."""
    return "-".join(["change", day.day.isoformat(), record.kind, *([record.id] if record.id else [])])


def describe_history(view: View) -> list[str]:
    """Return what is to be said of the history itself: since when it is at hand, and whether anything changed."""
    changes = view.site.changes
    if changes.since is None:
        return [str(view.t("changes_unknown").unescape())]
    since = "changes_partial" if changes.is_partial else "changes_since"
    said = [_say(view, since, date=view.date(changes.since))]
    said += [_say(view, "changes_none")] if not visible_days(view) else []
    return said + ([_say(view, "changes_cut")] if changes.is_cut else [])


def render_changes(view: View) -> Markup:
    """The changes of the data, by day, newest first."""
    return render_template(
        "changes",
        view,
        notes=describe_history(view),
        feeds=[{"name": name, "url": view.url(feed.path)} for name, feed in CHANGE_FEEDS.items()],
        days=[
            {
                "iso": day.day.isoformat(),
                "date": view.date(day.day),
                "records": [_record_fields(view, day, record) for record in records],
            }
            for day, records in visible_days(view)
        ],
    )


def _record_fields(view: View, day: Day, record: RecordChange) -> dict[str, object]:
    page = find_page(view.site, record.record)
    return {
        "id": anchor(day, record.record),
        "kind": view.t(f"change_kind_{record.record.kind}") if record.record.name.ru else "",
        "name": name_record(view, record.record),
        "url": None if page is None else view.url(page),
        "changes": [_change_fields(view, change) for change in visible_changes(record, view.lang)],
        "sources": [{"name": name_source(view, one), "url": source_url(view, one)} for one in record.sources],
    }


def _change_fields(view: View, change: Change) -> dict[str, object]:
    """A change for the template: a sentence, or for a long text what it is about and both wordings."""
    line = "removed" if change.act == "removed" else change.status or "none"
    sides = [" ".join(value.in_language(view.lang) for value in side) for side in (change.old, change.new)]
    is_long = change.act == "changed" and all(sides) and sum(map(len, sides)) > _LONG
    if not is_long or change.field in ("sources", "about"):
        return {"line": line, "text": capitalise(word_change(view, change)), "old": (), "new": ()}
    runs = compare_words(*(typeset(side, view.lang) for side in sides))
    about = _say(view, f"change_field_{change.field}")
    if change.part is not None:
        part = _say(view, f"change_part_{change.part.kind}")
        about = _say(view, "change_of_named_part", part=part, change=about)
    return {"line": line, "text": about[:1].upper() + about[1:], "old": _side(runs, "ins"), "new": _side(runs, "del")}


def _side(runs: Sequence[tuple[str, str]], other: str) -> list[tuple[str, str]]:
    """The runs of one wording: those of both and its own, which are marked without the space behind them."""
    found = []
    for mark, text in runs:
        if mark != other:
            bare = text if mark == "same" else text.rstrip()
            found += [(mark, bare), ("same", text[len(bare) :])]
    return [(mark, text) for mark, text in found if text]


# The names that are put together above, for `content.strings`:
# t("change_added") t("change_added_answer", name=) t("change_added_fact", name=) t("change_added_link", name=)
# t("change_added_market", name=) t("change_added_material", name=) t("change_added_milestone", name=)
# t("change_added_page_link", name=) t("change_as_of", new=, old=) t("change_body") t("change_came", field=, new=)
# t("change_came_went", field=, new=, old=) t("change_field_about") t("change_field_check_by")
# t("change_field_checked") t("change_field_contact") t("change_field_date") t("change_field_date_note")
# t("change_field_description") t("change_field_grade") t("change_field_group") t("change_field_home")
# t("change_field_how_to_check") t("change_field_id") t("change_field_kind") t("change_field_lead")
# t("change_field_link") t("change_field_material") t("change_field_name") t("change_field_name_note")
# t("change_field_note") t("change_field_open_question") t("change_field_publisher") t("change_field_question")
# t("change_field_region") t("change_field_regions") t("change_field_searched") t("change_field_short_name")
# t("change_field_source_end") t("change_field_sources") t("change_field_stage") t("change_field_stated_by")
# t("change_field_summary") t("change_field_tagline") t("change_field_target_end") t("change_field_text")
# t("change_field_title") t("change_field_title_note") t("change_field_updated") t("change_field_url")
# t("change_field_website") t("change_kind_chain") t("change_kind_cluster") t("change_kind_news")
# t("change_kind_organisation") t("change_kind_source") t("change_kind_topic") t("change_kind_unknown")
# t("change_of_named_part", change=, part=) t("change_of_part", change=, name=, part=) t("change_part_answer")
# t("change_part_fact") t("change_part_link") t("change_part_market") t("change_part_material")
# t("change_part_milestone") t("change_part_page_link") t("change_removed") t("change_removed_answer", name=)
# t("change_removed_fact", name=) t("change_removed_link", name=) t("change_removed_market", name=)
# t("change_removed_material", name=) t("change_removed_milestone", name=) t("change_removed_page_link", name=)
# t("change_role", new=, old=) t("change_status", new=, old=) t("change_value", field=, new=, old=)
# t("change_went", field=, old=) t("change_with_role", change=, role=) t("change_with_status", change=, status=)
# t("changes_cut") t("changes_none") t("changes_partial", date=) t("changes_same") t("changes_since", date=)
