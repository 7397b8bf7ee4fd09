"""Glue to mkdocs-macros: registers the page functions. Nothing else knows that plugin."""

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment


class _Page(Template):
    """A page as a template: what the plugin would pass (settings, files, Git, itself) stays outside."""

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


def define_env(env: Any) -> None:
    """Register every macro of `render.calls`; called by the plugin once for each build."""
    from macros.content.calls import MACROS
    from macros.render.calls import CALLS
    from macros.site.build import keep, view_of

    for macro in MACROS:

        def call(*arguments: Any, _macro: Any = macro, **named: Any) -> str:
            html = CALLS[_macro.name](view_of(env.page, env.conf), *arguments, **named)
            return keep(html, is_block=_macro.place == "block")

        env.macro(call, macro.name)


def on_pre_page_macros(env: Any) -> None:
    """Replace the environment of the plugin (1.5.0), which has no setting for it; called before each page."""
    from macros.render.calls import CALLS

    if not isinstance(env.env, CallsOnly):
        env._env = CallsOnly({name: env.macros[name] for name in CALLS})
