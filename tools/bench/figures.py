"""What is computed from measurements: medians, ratios, and how time grows with size."""

from collections.abc import Mapping, Sequence
from math import log
from statistics import fmean, median


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of our measurements as a multiple of the median of theirs."""
    return median(ours) / median(theirs)


def find_exponent(times: Mapping[int, float]) -> float:
    """Return b of time = a × size^b, fitted by least squares on logarithms. Raises ValueError below two sizes."""
    if len(times) < 2:
        raise ValueError("growth needs two sizes at least")
    points = [(log(size), log(seconds)) for size, seconds in times.items()]
    middle_x, middle_y = (fmean(values) for values in zip(*points, strict=True))
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / sum((x - middle_x) ** 2 for x, _ in points)
