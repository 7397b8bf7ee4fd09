"""Marks for the HTML of macros: blocks replace their paragraph, words stay inside one."""

from markupsafe import Markup

from macros.render.slots import Slots


def test_a_block_takes_the_place_of_its_paragraph_and_words_stay_in_theirs() -> None:
    slots = Slots()
    block, words = slots.put(Markup("<div>1</div>"), is_block=True), slots.put(Markup("two"), is_block=False)

    assert slots.fill(f"<p>{block}</p><p>{words}</p><p>a {words}</p>") == "<div>1</div><p>two</p><p>a two</p>"


def test_words_that_are_missing_leave_no_empty_paragraph() -> None:
    slots = Slots()

    assert slots.fill(f"<p>{slots.put(Markup(), is_block=False)}</p>") == ""
