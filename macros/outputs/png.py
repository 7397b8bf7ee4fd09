"""PNG pictures of sixteen colours, put together from bands one below the other; a band is compressed only once.

Chunks and scan lines after the PNG specification (third edition, sections 5, 7, 9 and 10), streams after RFC 1950 and
RFC 1951.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"
"""The last chunk of every PNG."""
_BITS, _PALETTE_COLOUR = 4, 3
_UNFILTERED = b"\0"
_HEADER, _LAST_BLOCK = b"\x78\x01", b"\x03\0"
"""How a stream begins, and an empty last block."""
_MODULUS = 65521


@dataclass(frozen=True)
class Band:
    """Some rows of a picture: their Deflate blocks, which end with a whole byte and need nothing before them."""

    rows: int
    size: int
    checksum: int
    blocks: bytes


def pack_band(image: Image.Image, level: int) -> Band:
    """Return an image of mode P with an even width, whose pixels are 0 to 15, as a band; `level` is that of zlib."""
    raw, length = image.tobytes("raw", "P;4"), image.width // 2
    lines = b"".join([_UNFILTERED + raw[at : at + length] for at in range(0, len(raw), length)])
    stream = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    blocks = stream.compress(lines) + stream.flush(zlib.Z_SYNC_FLUSH)
    return Band(image.height, len(lines), zlib.adler32(lines), blocks)


def join_bands(bands: Iterable[Band], width: int, palette: bytes) -> bytes:
    """Return a PNG of bands that are all `width` pixels wide; `palette` holds red, green and blue of each colour."""
    rows, checksum, blocks = 0, 1, [_HEADER]
    for band in bands:
        rows += band.rows
        checksum = _add_checksum(checksum, band)
        blocks.append(band.blocks)
    data = b"".join((*blocks, _LAST_BLOCK, struct.pack(">I", checksum)))
    header = struct.pack(">IIBBBBB", width, rows, _BITS, _PALETTE_COLOUR, 0, 0, 0)
    return b"".join((_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"PLTE", palette), _chunk(b"IDAT", data), END))


def _add_checksum(before: int, band: Band) -> int:
    """Adler-32 of everything so far and a band: both sums go on from where they stood (RFC 1950, section 8.2)."""
    low = ((before & 0xFFFF) + (band.checksum & 0xFFFF) - 1) % _MODULUS
    high = ((before >> 16) + (band.checksum >> 16) + band.size * ((before & 0xFFFF) - 1)) % _MODULUS
    return high << 16 | low


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
