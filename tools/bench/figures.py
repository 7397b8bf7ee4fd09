"""What is computed from measurements: medians, ratios, and how time grows with size."""

from collections.abc import Mapping, Sequence
from math import exp, log
from statistics import fmean, median

__all__ = ["find_exponent", "median", "predict", "ratio"]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of our measurements as a multiple of the median of theirs."""
    return median(ours) / median(theirs)


def find_exponent(times: Mapping[int, float]) -> float:
    """Return b of time = a × size^b, fitted by least squares on logarithms. Raises ValueError below two sizes."""
    return _fit(times)[1]


def predict(times: Mapping[int, float], size: int) -> float:
    """Return the time that the fitted curve gives for a size."""
    start, exponent = _fit(times)
    return exp(start + exponent * log(size))


def _fit(times: Mapping[int, float]) -> tuple[float, float]:
    if len(times) < 2:
        raise ValueError("growth needs two sizes at least")
    points = [(log(size), log(seconds)) for size, seconds in times.items()]
    middle_x, middle_y = (fmean(values) for values in zip(*points, strict=True))
    slope = sum((x - middle_x) * (y - middle_y) for x, y in points) / sum((x - middle_x) ** 2 for x, _ in points)
    return middle_y - slope * middle_x, slope
