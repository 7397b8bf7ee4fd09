"""An editor's page as HTML without MkDocs: the preview shows it, and a test compares it with what MkDocs makes."""

import html
import re
from collections.abc import Callable
from functools import cache
from posixpath import dirname, join, normpath

import markdown

from macros.content.anchors import EXTENSION_SETTINGS, EXTENSIONS
from macros.content.macro_signatures import MACROS, Macro
from macros.content.model import Language
from macros.content.prose import ProsePage
from macros.render.macros import CALLS
from macros.render.markdown import SiteExtension
from macros.render.postprocess import Placeholders
from macros.render.sandbox import CallsOnly
from macros.render.view import View

_LINK = re.compile(r'(<(?:a|img) [^>]*?(?:href|src)=")(?![a-z]+:|#|/)([^"]+)"')


def render_prose(view: View, page: ProsePage) -> str:
    """Return the content of a page. Not for several threads at once: converters are kept."""
    kept = Placeholders()

    def bind(macro: Macro) -> Callable[..., str]:
        return lambda *given, **named: kept.put(CALLS[macro.name](view, *given, **named), macro.place == "block")

    def resolve(link: re.Match[str]) -> str:
        path, hash_mark, anchor = html.unescape(link[2]).partition("#")
        target = view.page_url(normpath(join(dirname(page.path), path)) + hash_mark + anchor)
        return f'{link[1]}{html.escape(target)}"'

    text = CallsOnly({macro.name: bind(macro) for macro in MACROS}).from_string(page.body).render()
    return kept.fill(_LINK.sub(resolve, _converter(view.lang).reset().convert(text)))


@cache
def _converter(lang: Language) -> markdown.Markdown:
    return markdown.Markdown(
        extensions=[*EXTENSIONS, SiteExtension(lang, is_page=True)],
        extension_configs=EXTENSION_SETTINGS,
    )
