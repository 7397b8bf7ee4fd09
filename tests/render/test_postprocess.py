"""HTML of macros replaces its placeholder: blocks with their paragraph, words inside it; headings get their level."""

from markupsafe import Markup

from macros.render.postprocess import Placeholders, keep_whole, shift_headings


def test_a_block_takes_the_place_of_its_paragraph_and_words_stay_in_theirs() -> None:
    placeholders = Placeholders()
    block = placeholders.put(Markup("<div>1</div>"), is_block=True)
    words = placeholders.put(Markup("two"), is_block=False)

    assert placeholders.fill(f"<p>{block}</p><p>{words}</p><p>a {words}</p>") == "<div>1</div><p>two</p><p>a two</p>"


def test_words_that_are_missing_leave_no_empty_paragraph() -> None:
    placeholders = Placeholders()

    assert placeholders.fill(f"<p>{placeholders.put(Markup(), is_block=False)}</p>") == ""


def test_levels_of_headings_follow_the_page() -> None:
    card = '<h3 class="cl-organisation-card__title">a</h3>'
    assert shift_headings(f"<h1>x</h1>{card}{card}") == f"<h1>x</h1>{card}{card}".replace("h3", "h2")
    assert shift_headings(f"<h1>x</h1><h2>y</h2>{card}") == f"<h1>x</h1><h2>y</h2>{card}"
    assert shift_headings(f"<h1>x</h1><h2>y</h2><h3>z</h3>{card}").endswith(
        '<h4 class="cl-organisation-card__title">a</h4>'
    )


def test_short_words_are_not_torn_at_their_hyphen() -> None:
    whole = '<span class="cl-whole">{}</span>'.format
    for text, expected in (
        ("что-то", whole("что-то")),
        ("Aluminium-Foil-Based", f"Aluminium-{whole('Foil-Based')}"),
        ("импортно-экспортный", "импортно-экспортный"),
    ):
        assert keep_whole(f'<p title="{text}">{text}</p>') == f'<p title="{text}">{expected}</p>'
    assert keep_whole("<svg><text>что-то </text></svg>") == "<svg><text>что-то </text></svg>"
