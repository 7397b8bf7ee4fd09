"""Glue to mkdocs-macros: registers the page functions. Nothing else knows that plugin."""

from typing import Any


def __getattr__(name: str) -> Any:
    """Offer the environment of pages without importing Jinja for a command that renders nothing."""
    if name != "CallsOnly":
        raise AttributeError(name)
    from macros.sandbox import CallsOnly

    return CallsOnly


def define_env(env: Any) -> None:
    """Register every macro of `render.macros`; called by the plugin once for each build."""
    from macros.content.macro_signatures import MACROS
    from macros.render.macros import CALLS
    from macros.site.build import keep, view_of

    for macro in MACROS:

        def call(*arguments: Any, _macro: Any = macro, **named: Any) -> str:
            html = CALLS[_macro.name](view_of(env.page, env.conf), *arguments, **named)
            return keep(html, is_block=_macro.place == "block")

        env.macro(call, macro.name)


def on_pre_page_macros(env: Any) -> None:
    """Replace the environment of the plugin (1.5.0), which has no setting for it; called before each page."""
    from macros.render.macros import CALLS
    from macros.sandbox import CallsOnly

    if not isinstance(env.env, CallsOnly):
        env._env = CallsOnly({name: env.macros[name] for name in CALLS})
