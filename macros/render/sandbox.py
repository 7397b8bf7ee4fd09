"""The environment in which Markdown pages are rendered: nothing in reach but the macros."""

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment


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
