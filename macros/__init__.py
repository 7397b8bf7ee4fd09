"""Glue to mkdocs-macros: registers the page functions. Nothing else knows that plugin."""

from typing import Any


def define_env(env: Any) -> None:
    """Register every macro of `render.calls`; called by the plugin once for each build."""
    from macros.render.calls import CALLS
    from macros.site.build import keep, view_of

    for name, function in CALLS.items():

        def call(*arguments: Any, _function: Any = function, **named: Any) -> str:
            return keep(_function(view_of(env.page, env.conf), *arguments, **named))

        env.macro(call, name)
