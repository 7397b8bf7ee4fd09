"""Glue to mkdocs-macros: registers the page functions. Nothing else knows that plugin."""

from typing import Any


def define_env(env: Any) -> None:
    """Register every macro of `render.macros`; called by the plugin."""
    # Not at the top: every command of this package would import MkDocs.
    from macros.render.prose import bind_macros
    from macros.site.build import running

    build = running[-1]
    for name, call in bind_macros(build.placeholders, lambda: build.pages[env.page.file.dest_uri].view).items():
        env.macro(call, name)


def on_pre_page_macros(env: Any) -> None:
    """Replace the environment of the plugin (1.5.0), which has no setting for it; called before each page."""
    from macros.render.macros import CALLS
    from macros.render.prose import CallsOnly

    if not isinstance(env.env, CallsOnly):
        env._env = CallsOnly({name: env.macros[name] for name in CALLS})
