"""Photographs: copies in sizes and formats, words for those who do not see them, no jumps, nothing of the camera's."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image, ImageCms
from playwright.sync_api import Page, expect

from macros.content.media import Picture
from macros.content.site import Site
from macros.outputs.photos import make_copy, plan_photos
from macros.render.photos import Copy
from tests.built import SITE_URL, Built, resolve

Open = Callable[..., Page]
Serve = Callable[[Path], str]


def illustrated(built: Built) -> dict[str, dict[str, object]]:
    return {name: item["photo"] for name, item in built.news.items() if "photo" in item}


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_every_photo_is_offered_in_two_formats_and_several_sizes(built: Built, prefix: str) -> None:
    assert len(illustrated(built)) >= 2
    for name, photo in illustrated(built).items():
        page = built.pages[f"{prefix}news/{name}/"]
        figure = page.tree.css_first(".cl-photo")
        image = figure.css_first("img")
        with Image.open(built.root / "data" / "photos" / str(photo["file"])) as original:
            upright = original.size[::-1] if original.getexif().get(0x0112) == 6 else original.size
        assert (image.attributes["alt"] or "").replace("\N{NO-BREAK SPACE}", " ") == photo["alt"][
            "en" if prefix else "ru"
        ]  # type: ignore[index]
        ratio = int(image.attributes["width"] or 0) / int(image.attributes["height"] or 1)
        assert abs(ratio - upright[0] / upright[1]) < 0.01
        for node, form in ((figure.css_first("source"), "AVIF"), (image, "WEBP")):
            sizes = []
            for entry in (node.attributes["srcset"] or "").split(", "):
                address, width = entry.split(" ")
                file = built.folder / resolve(page, address)
                with Image.open(file) as copy:
                    assert (copy.format, f"{copy.width}w") == (form, width)
                    assert not copy.getexif()
                    sizes.append(copy.width)
                assert file.stat().st_size < (built.root / "data" / "photos" / str(photo["file"])).stat().st_size
            assert sizes == sorted(sizes) and len(sizes) >= 2 and sizes[-1] <= upright[0]
        assert (built.folder / resolve(page, image.attributes["src"] or "")).is_file()


def test_a_photo_that_lay_on_its_side_stands_upright(built: Built) -> None:
    (copy,) = (built.folder / "assets" / "photos").glob("third-furnace-*-480.webp")
    with Image.open(copy) as image:
        assert image.height > image.width
        sky, ground = image.getpixel((10, 10)), image.getpixel((10, image.height - 10))
    assert sum(sky) > 600 > 250 > sum(ground), "the light sky is above the dark ground"  # type: ignore[arg-type]


def test_nothing_jumps_while_a_photo_loads(built: Built, open_page: Open, serve_folder: Serve) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.add_init_script(
        """window.shifts = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((one) => (shifts += one.value)))
          .observe({ type: "layout-shift", buffered: true });"""
    )
    for name in illustrated(built):
        page.goto(f"{serve_folder(built.folder)}/news/{name}/", wait_until="networkidle")
        page.locator(".cl-photo img").scroll_into_view_if_needed()
        expect(page.locator(".cl-photo img")).to_have_js_property("complete", True)
        assert page.locator(".cl-photo img").evaluate("image => image.naturalWidth") > 0
        assert page.evaluate("shifts") == 0


def test_images_that_are_switched_off_are_not_loaded_and_their_words_are_shown(
    built: Built, page: Page, serve_folder: Serve
) -> None:
    root = serve_folder(built.folder)
    name, photo = next(iter(illustrated(built).items()))
    page.goto(f"{root}/about/")
    page.get_by_role("button", name="Версия для слабовидящих").click()
    page.check('input[name="images"][value="off"]')
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{root}/news/{name}/", wait_until="networkidle")
    expect(page.locator(".cl-photo img")).to_be_hidden()
    expect(page.locator(".cl-photo .cl-alt")).to_have_text(photo["alt"]["ru"])  # type: ignore[index]
    assert not [url for url in asked if "/photos/" in url]
    page.get_by_role("button", name="Версия для слабовидящих").click()
    page.check('input[name="images"][value=""]')
    expect(page.locator(".cl-photo img")).to_be_visible()
    expect(page.locator(".cl-photo .cl-alt")).to_be_hidden()


def test_copies_are_the_same_with_and_without_what_an_earlier_build_kept(
    built: Built, site: Site, tmp_path: Path
) -> None:
    site = replace(site, news=[item for item in site.news if item.photo][:1])

    def make() -> dict[str, bytes]:
        return {path: make() for path, make in plan_photos(site, tmp_path).items()}

    for file in (built.root / ".cache" / "photos").iterdir():
        shutil.copy(file, tmp_path)
    first = make()
    for path, copy in first.items():
        assert (built.folder / path).read_bytes() == copy, f"{SITE_URL}{path}"
    kept = sorted(file for file in tmp_path.iterdir() if file.read_bytes() in first.values())
    assert len(kept) == len(first)
    kept[0].write_bytes(kept[0].read_bytes()[:40])
    kept[1].write_bytes(b"")
    with io.BytesIO() as other:
        Image.new("RGB", (3, 2)).save(other, "WEBP")
        kept[-1].write_bytes(other.getvalue())
    assert make() == first


def swapped_profile() -> bytes:
    """A colour profile that takes red for green."""
    raw = bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return raw.replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")


@pytest.mark.parametrize("form", ["avif", "webp"])
@pytest.mark.parametrize(
    ("name", "image", "options", "shown"),
    [
        ("clear.png", Image.new("RGBA", (80, 60), (200, 0, 0, 0)), {}, (255, 255, 255)),
        ("half.png", Image.new("LA", (80, 60), (0, 128)), {}, (127, 127, 127)),
        ("clear.webp", Image.new("RGBA", (80, 60), (200, 0, 0, 0)), {"lossless": True}, (255, 255, 255)),
        ("palette.png", Image.new("P", (80, 60), 0), {"transparency": 0}, (255, 255, 255)),
        ("deep.png", Image.new("I;16", (80, 60), 0x9C9C), {}, (156, 156, 156)),
        ("profile.png", Image.new("RGB", (80, 60), (0, 255, 0)), {"icc_profile": swapped_profile()}, (255, 0, 0)),
        ("damaged.png", Image.new("RGB", (80, 60), (0, 255, 0)), {"icc_profile": b"no profile"}, (0, 255, 0)),
        ("print.jpg", Image.new("CMYK", (80, 60), (255, 0, 0, 0)), {}, (0, 255, 255)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_copy_is_opaque_and_in_srgb_with_the_colours_of_the_original(
    tmp_path: Path, name: str, image: Image.Image, options: dict[str, Any], shown: tuple[int, ...], form: str
) -> None:
    image.save(tmp_path / name, **options)
    raw = make_copy(Picture(tmp_path / name, 80, 60, ""), Copy("", form, 40, 30))
    with Image.open(io.BytesIO(raw)) as copy:
        assert copy.mode == "RGB" and "icc_profile" not in copy.info
        assert all(abs(one - other) < 8 for one, other in zip(copy.getpixel((20, 15)), shown, strict=True))
