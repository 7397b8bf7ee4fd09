"""Editors' pages: the macros that they call, with nothing else in reach, and their HTML without MkDocs."""

from collections.abc import Callable, Mapping
from posixpath import dirname, join, normpath
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from macros.content.macro_signatures import MACROS, Macro
from macros.content.prose import ProsePage
from macros.render.macros import CALLS
from macros.render.markdown import render_markdown
from macros.render.postprocess import Placeholders
from macros.render.view import View


def bind_macros(placeholders: Placeholders, find_view: Callable[[], View]) -> dict[str, Callable[..., str]]:
    """Return the macros for the page whose view is found at each call; a placeholder stands for their HTML."""

    def bind(macro: Macro) -> Callable[..., str]:
        render, is_block = CALLS[macro.name], macro.place == "block"
        return lambda *given, **named: placeholders.put(render(find_view(), *given, **named), is_block)

    return {macro.name: bind(macro) for macro in MACROS}


class _Page(Template):
    """A page as a template that ignores the variables of the plugin (settings, files, Git, itself)."""

    def render(self, *_: Any, **__: Any) -> str:
        return super().render()


class CallsOnly(ImmutableSandboxedEnvironment):
    """Renders pages with nothing in reach but the macros: no filters, no tests, no functions of Jinja.

    The checks refuse everything else before; this is for what they might miss.
    """

    template_class = _Page

    def __init__(self, macros: Mapping[str, Any]) -> None:
        super().__init__(undefined=StrictUndefined)
        self.globals = dict(macros)
        self.filters = {}
        self.tests = {}


def render_prose(view: View, page: ProsePage) -> str:
    """Return the content of a page as MkDocs makes it: the preview shows it, and a test compares the two."""

    def address_of(link: str) -> str:
        path, hash_mark, anchor = link.partition("#")
        return view.page_url(normpath(join(dirname(page.path), path)) + hash_mark + anchor)

    placeholders = Placeholders()
    text = CallsOnly(bind_macros(placeholders, lambda: view)).from_string(page.body).render()
    return placeholders.fill(render_markdown(text, view.lang, address_of, is_page=True))
