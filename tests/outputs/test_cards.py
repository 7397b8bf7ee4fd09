"""Social cards: one for each page, in the site's font, the same words the same picture."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageFont

from macros.content.files import EXTRAORDINARY
from macros.outputs.cards import HEIGHT, WIDTH, Card, draw_card
from macros.render.text_wrap import FONTS
from tests.built import SITE_URL, Built, BuiltPage


def meta(page: BuiltPage, name: str) -> str | None:
    node = page.tree.css_first(f"meta[property='{name}'], meta[name='{name}']")
    return node.attributes["content"] if node else None


def test_every_page_has_a_card_of_the_size_it_names(built: Built) -> None:
    seen = set()
    for page in built.pages.values():
        address = meta(page, "og:image")
        assert (address is None) == page.is_missing_page, page.path
        if address is None:
            continue
        assert address.startswith(f"{SITE_URL}assets/cards/")
        seen.add(address)
        with Image.open(built.folder / address.removeprefix(SITE_URL)) as card:
            assert (card.format, card.size) == ("PNG", (WIDTH, HEIGHT))
        assert (meta(page, "og:image:width"), meta(page, "og:image:height")) == (str(WIDTH), str(HEIGHT))
    files = {f"{SITE_URL}assets/cards/{path.name}" for path in (built.folder / "assets" / "cards").iterdir()}
    assert files == seen, "no card without a page"
    assert len(seen) > 0.6 * len(built.pages), "pages have cards of their own"


def test_pages_tell_other_sites_what_they_are(built: Built) -> None:
    for page in built.pages.values():
        if page.is_missing_page:
            continue
        assert meta(page, "og:url") == SITE_URL + page.path
        assert meta(page, "og:locale") == ("en_GB" if page.lang == "en" else "ru_RU")
        assert meta(page, "og:description") == meta(page, "description")
        assert meta(page, "og:title")
        name = page.path.removeprefix("en/").removeprefix("news/").rstrip("/")
        is_news = name in built.news
        assert meta(page, "og:type") == ("article" if is_news else "website"), page.path
        assert meta(page, "article:published_time") == (built.news[name]["date"] if is_news else None)


@pytest.mark.parametrize("weight", [400, 700])
def test_letters_that_are_not_told_of_are_drawn(weight: int) -> None:
    font = ImageFont.truetype(FONTS / f"golos-text-{weight}.woff2", 30)
    missing = bytes(font.getmask("\uffff"))
    ordinary = {letter for letter in map(chr, range(0x2500)) if not EXTRAORDINARY.match(letter)}
    letters = [letter for letter in ordinary | set("қғәңөүұһіӘҢ‰→ßé") if letter.isprintable() and not letter.isspace()]
    assert [letter for letter in letters if bytes(font.getmask(letter)) == missing] == []


@pytest.mark.parametrize("title", ["x", "слово " * 200, "ю" * 500, "", "مرحبا 👋"])
def test_any_title_is_drawn_inside_its_card(title: str) -> None:
    raw = draw_card(Card("Cluster", title, "слово " * 60, "planned"))
    with Image.open(io.BytesIO(raw)) as card:
        edge = 40
        grey = card.convert("L")
        background = grey.getpixel((1, 1))
        for box in ((0, 0, edge, HEIGHT), (WIDTH - edge, 0, WIDTH, HEIGHT), (0, HEIGHT - 10, WIDTH, HEIGHT)):
            assert grey.crop(box).getextrema() == (background, background)


def test_a_sentence_is_set_smaller_before_it_is_cut() -> None:
    long = "Кластер объединит предприятия четырёх регионов — от рулонного алюминия, лаков, красок и смол до упаковки"
    one, other = (
        draw_card(Card("a", "b", f"{long} для продуктов, косметики и {end}.")) for end in ("лекарств", "сладостей")
    )
    assert one != other
    one, other = (draw_card(Card("a", "b", f"{long * 3} {end}.")) for end in ("лекарств", "сладостей"))
    assert one == other, "more than fits in the smallest size"


def test_statuses_are_drawn_differently_and_the_same_words_alike() -> None:
    cards = {status: Card("a", "b", "c", status) for status in ("confirmed", "planned", "unknown", "disputed", "past")}  # type: ignore[arg-type]
    assert len({draw_card(card) for card in cards.values()}) == len({card.path for card in cards.values()}) == 5
    assert draw_card(cards["planned"]) == draw_card(Card("a", "b", "c", "planned"))


def test_a_card_is_light() -> None:
    title = "Комиссия рассмотрела заявку на включение кластера в реестр и рекомендовала доработать программу развития"
    note = "12 марта 2025 · Заявитель дополнит сведения об участниках, мощностях и сроках, после чего её рассмотрят"
    assert len(draw_card(Card("Кластер полимеров", title, note, "planned"))) < 25_000


def test_cards_are_the_same_in_any_order_and_thread() -> None:
    cards = [Card("Кластер", f"Новость {number} о деле", "слово " * number, "unknown") for number in range(40)]
    alone = [draw_card(card) for card in cards]
    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(draw_card, reversed(cards))] == alone[::-1]


def test_a_changed_drawing_has_another_name() -> None:
    """What stands under a name is kept for a year: whoever changes the drawing raises `_DESIGN`, then these two."""
    card = Card("Кластер", "Запуск «линии» — ½ срока", "Джем, fjord & quiz", "planned")
    with Image.open(io.BytesIO(draw_card(card))) as image:
        pixels = hashlib.sha256(image.convert("RGB").tobytes()).hexdigest()[:16]
    assert (card.path, pixels) == ("assets/cards/8f5abb8c035e531e.png", "884dfe8423143d9b")
