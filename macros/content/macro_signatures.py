"""The macros that pages may call: their names, arguments and where they may stand.

Prose is checked against this table before anything is rendered; `render.macros` implements exactly these.
"""

from typing import Literal, NamedTuple

from msgspec import Struct, field

CLUSTER_WORDS = ("name", "short_name", "name_note", "tagline", "status", "regions")


class Parameter(NamedTuple):
    """One argument: `kind` is a kind of record, or `number`, `year`, or a tuple of the allowed words."""

    kind: str | tuple[str, ...]
    required: bool = False


class Macro(Struct, frozen=True):
    """A macro: `block` ones stand alone on a line at column 0, `inline` ones inside a sentence.

    A page calls a block once with the same arguments, unless it `is_repeatable`.
    """

    name: str
    place: Literal["block", "inline"]
    parameters: dict[str, Parameter] = field(default_factory=dict)
    is_repeatable: bool = False


_FILTERS = {criterion: Parameter(criterion) for criterion in ("role", "region", "stage", "status")}

MACROS: tuple[Macro, ...] = (
    Macro("cluster", "inline", {"word": Parameter(CLUSTER_WORDS, required=True)}),
    Macro("name", "inline", {"id": Parameter("organisation", required=True)}),
    Macro("count", "inline", {"of": Parameter(("participants", "news", "sources"), required=True), **_FILTERS}),
    Macro("hero", "block"),
    Macro("fact", "block", {"id": Parameter("fact", required=True)}),
    Macro("facts", "block", {"about": Parameter("subject", required=True)}),
    Macro("participants", "block", _FILTERS),
    Macro("organisations", "block", _FILTERS),
    Macro("statistics", "block", {"of": Parameter(("participants", "organisations"), required=True)}),
    Macro("organisation", "block", {"id": Parameter("organisation", required=True)}),
    Macro("news", "block", {"limit": Parameter("number"), "year": Parameter("year"), "tag": Parameter("tag")}),
    Macro("news_archive", "block"),
    Macro("news_item", "block", {"id": Parameter("news", required=True)}),
    Macro("value_chain", "block", {"limit": Parameter("number")}),
    Macro("diagram_files", "block"),
    Macro("timeline", "block"),
    Macro("topics", "block", {"group": Parameter("group", required=True)}),
    Macro("topic", "block", {"id": Parameter("topic", required=True)}),
    Macro("sources", "block"),
    Macro("unknowns", "block", {"about": Parameter("organisation")}),
    Macro("links", "block"),
    Macro("contact", "block"),
    Macro("publisher", "block"),
    Macro("feeds", "block"),
    Macro("copy_button", "block", is_repeatable=True),
    Macro("print_button", "block"),
    Macro("open_data", "block"),
    Macro("search", "block"),
)
