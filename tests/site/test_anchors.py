"""What the check holds for the anchors of a page are those that a reader's browser finds there."""

from datetime import date

from macros.content.addresses import address
from macros.content.anchors import find_anchors
from macros.content.loading import load_draft
from macros.content.model import LANGUAGES
from tests.built import Built

MADE_BY_MACROS = ("fact-", "source-", "topic-", "unknown-")


def test_check_knows_the_anchors_of_every_page(built: Built) -> None:
    draft, problems = load_draft(built.root, date.today())
    made = [f"organisations/{name}.md" for name in draft.ids("organisation")]
    made += [f"news/{name}.md" for name in draft.ids("news")]
    assert problems == ()
    seen = 0
    for lang in LANGUAGES:
        for path in (*(page.path for page in draft.pages if page.lang == lang), *made):
            tree = built.pages[("en/" if lang == "en" else "") + address(path)].tree
            headings = {node.attributes["id"] for node in tree.css("h1[id], h2[id], h3[id], h4[id]")}
            cards = {str(node.attributes["id"]) for node in tree.css("main [id]")}
            cards = {anchor for anchor in cards if anchor.startswith(MADE_BY_MACROS)}
            seen += len(headings | cards)

            assert find_anchors(draft, lang, path) == headings | cards, (lang, path)
    assert seen > 300
