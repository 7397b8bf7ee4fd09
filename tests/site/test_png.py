"""PNG files put together from bands: Pillow and a browser see the pixels that were put in."""

import base64
import hashlib
import io
import zlib

from PIL import Image
from playwright.sync_api import Page

from macros.outputs.cards import HEIGHT, WIDTH, Card, draw_card
from macros.outputs.png import join_bands, pack_band

PALETTE = bytes(value for grey in range(16) for value in (255 - grey * 17, grey * 17, grey * 10))
DECODE = """async (address) => {
  const picture = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const pixels = context.getImageData(0, 0, picture.width, picture.height).data;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", pixels));
  return [picture.width, picture.height, [...digest]];
}"""


def pattern(width: int, rows: int, seed: int) -> Image.Image:
    entries = ((x * x * seed + y * 7) % 16 for y in range(rows) for x in range(width))
    return Image.frombytes("P", (width, rows), bytes(entries))


def pillow_pixels(raw: bytes) -> tuple[tuple[int, int], bytes]:
    with Image.open(io.BytesIO(raw)) as image:
        image.verify()
    with Image.open(io.BytesIO(raw)) as image:
        return image.size, image.convert("RGBA").tobytes()


def test_bands_of_any_height_stand_one_below_the_other() -> None:
    images = [pattern(40, rows, seed) for seed, rows in enumerate((1, 300, 17, 2000), 1)]
    raw = join_bands([pack_band(image, level) for level, image in zip((1, 2, 6, 9), images, strict=True)], 40, PALETTE)
    size, pixels = pillow_pixels(raw)
    assert size == (40, 2318)
    colours = [PALETTE[entry * 3 : entry * 3 + 3] + b"\xff" for image in images for entry in image.tobytes()]
    assert pixels == b"".join(colours)


def test_the_stream_has_the_checksum_of_its_rows() -> None:
    """Pillow does not look at it, other decoders do."""
    raw = join_bands([pack_band(pattern(1200, rows, rows), 2) for rows in (3, 500, 127)], 1200, PALETTE)
    start = raw.index(b"IDAT")
    length = int.from_bytes(raw[start - 4 : start])
    stream = zlib.decompressobj()
    assert len(stream.decompress(raw[start + 4 : start + 4 + length])) == 630 * 601
    assert stream.eof and not stream.unused_data


def test_a_browser_sees_the_card_that_pillow_sees(page: Page) -> None:
    raw = draw_card(Card("Кластер", "Запуск «линии» — ½ срока", "Джем, fjord & quiz", "planned"))
    page.route("**/*", lambda route: route.fulfill(body=""))
    page.goto("http://127.0.0.1/")
    width, height, digest = page.evaluate(DECODE, f"data:image/png;base64,{base64.b64encode(raw).decode()}")
    size, pixels = pillow_pixels(raw)
    assert (width, height) == size == (WIDTH, HEIGHT)
    assert bytes(digest) == hashlib.sha256(pixels).digest()
