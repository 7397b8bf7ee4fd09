"""What is asked for a new record, and which answers can stand."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from macros.content import model
from macros.content.draft import Draft
from macros.content.problems import Problem, explain, nearest, shorten
from macros.content.records import suggest_url
from macros.content.writing import make_slug
from macros.kinds import FORMS as FORMS
from macros.kinds import LANGUAGE_NAMES as LANGUAGE_NAMES
from macros.kinds import Field as Field
from macros.kinds import Kind as Kind

_TYPES: Mapping[str, TypeAdapter[Any]] = {
    "both": TypeAdapter(model.Text),
    "body": TypeAdapter(model.LongText),
    "day": TypeAdapter(model.Day),
    "id": TypeAdapter(model.Id),
    "url": TypeAdapter(model.Url),
    "when": TypeAdapter(model.When),
}
_RULES = {"bad_date": "bad-date", "bad_when": "bad-when", "bad_url": "bad-url", "string_too_long": "too-long"}
_LISTS = {
    "role": "roles",
    "status": "statuses",
    "grade": "grades",
    "region": "regions",
    "stage": "stages",
    "tag": "tags",
}
"""Kinds of terms, and the list of the vocabulary that holds them."""


class Wrong(Exception):
    """An answer that cannot stand; its text says why, in Russian."""


@dataclass
class Answers:
    """The answers for one record so far, judged against what is there already."""

    draft: Draft
    today: date
    values: dict[str, Any] = dataclass_field(default_factory=dict)

    def default(self, field: Field) -> str:
        """Return what an empty answer means, or nothing."""
        if field.shape == "day":
            return self.today.isoformat()
        return make_slug(self.values["title"]["en"]) if field.name == "slug" and "title" in self.values else ""

    def read(self, field: Field, answer: str) -> Any:
        """Return the value that an answer means. Raises Wrong."""
        text = unicodedata.normalize("NFC", answer.strip())
        if not text:
            raise Wrong("здесь нужен ответ.")
        if field.shape in ("one", "some"):
            return self._choose(field, text)
        try:
            _TYPES[field.shape].validate_python(text)
        except ValidationError as error:
            detail: Any = error.errors()[0]
            limit = str(detail.get("ctx", {}).get("max_length", ""))
            details = {"field": field.name, "value": shorten(text), "limit": limit, "length": str(len(text))}
            rule = _RULES.get(detail["type"], "bad-id")
            what, _, fix = explain(Problem("", 0, 0, rule, {**details, "suggested": suggest_url(text)}), "ru")
            raise Wrong(f"{what}; {fix}") from None
        if field.shape == "day" and text > self.today.isoformat():
            raise Wrong("этот день ещё не наступил.")
        taken = self.draft.ids(field.kind) | (self.draft.ids("topic") if field.kind == "organisation" else set())
        if field.shape == "id" and field.kind and text in taken:
            raise Wrong(f"номер «{text}» уже занят.")
        return text + "\n" if field.shape == "body" else text

    def _choose(self, field: Field, answer: str) -> Any:
        options = self.options(field)
        wanted = [part.strip() for part in answer.split(",") if part.strip()]
        for part in wanted:
            if part not in options:
                hint = f"; возможно, вы имели в виду «{near}»" if (near := nearest(part, options)) else ""
                raise Wrong(f"«{part}» здесь нет{hint}. Есть: {shorten(', '.join(options), 300) or '—'}.")
        if field.shape == "some":
            return list(dict.fromkeys(wanted))
        if len(wanted) != 1:
            raise Wrong("нужно что-то одно.")
        return wanted[0]

    def options(self, field: Field) -> Mapping[str, str]:
        """Return what may be chosen, with its Russian words; nothing for a field that takes any text."""
        if field.shape not in ("one", "some"):
            return {}
        vocabulary = next((cast(model.Vocabulary, entry.record) for entry in self.draft.of("vocabulary")), None)
        if field.kind in _LISTS:
            terms = getattr(vocabulary, _LISTS[field.kind], ())
            role = next((role for role in getattr(vocabulary, "roles", ()) if role.id == self.values.get("role")), None)
            said = role.phrases if role and field.kind == "status" else None
            return {term.id: term.name.ru for term in terms if said is None or term.id in said}
        names = {str(getattr(entry.record, "id", "")): _title(entry.record) for entry in self.draft.of(field.kind)}
        return {key: names.get(key, "") for key in sorted(self.draft.ids(field.kind))}


def _title(record: model.Record) -> str:
    """What a record is called in Russian."""
    named = getattr(record, "name", None) or getattr(record, "title", None)
    return shorten(named.ru) if isinstance(named, model.Localised) else ""
