"""Numbers and dates, written alike for both languages."""

import pytest

from macros.checks.bilingual import Twin, compare_numbers, read_numbers

SAME = [
    ("24,8 млрд рублей", "24.8 billion roubles", {"24.8"}),
    ("1 300 человек", "1,300 people", {"1300"}),
    ("1\u00a0300\u202f000 человек", "1,300,000 people", {"1300000"}),
    ("10 июня 2024 года", "10 June 2024", {"2024-06-10"}),
    ("10.06.2024", "June 10, 2024", {"2024-06-10"}),
    ("к 1 мая 2020 года", "by 2020-05-01", {"2020-05-01"}),
    ("в марте 2023 года", "in March 2023", {"2023-03"}),
    ("в 2016 году", "in 2016", {"2016"}),
    ("№ 488-ФЗ", "No. 488-FZ", {"488"}),
    ("50 % и 7,6 %", "50% and 7.6%", {"50", "7.6"}),
    ("топ-10 и 29-я", "top 10 and 29th", {"10", "29"}),
    ("WCAG 2.1", "WCAG 2.1", {"2.1"}),
    ("100–200 тонн", "100–200 tonnes", {"100", "200"}),
    ("12\n345 тонн в год, 7.\n8 линий", "12,345 tonnes a year, 7.\n8 lines", {"12345", "7", "8"}),
    ("от 3 000 до\n10 июня\n2024 года", "from 3,000 to 10\nJune 2024", {"3000", "2024-06-10"}),
]


@pytest.mark.parametrize(("ru", "en", "numbers"), SAME)
def test_numbers_are_the_same_however_they_are_written(ru: str, en: str, numbers: set[str]) -> None:
    assert read_numbers(ru, "ru") == read_numbers(en, "en") == numbers


def differ(ru: str, en: str) -> bool:
    twin = Twin((), "", ru, en, ("a", 1, 1), ("b", 1, 1))
    return bool(list(compare_numbers(twin)))


@pytest.mark.parametrize(
    ("ru", "en"),
    [
        ("три кластера", "3 clusters"),
        ("3 кластера", "three clusters"),
        ("с пятью портами и 12 верфями", "with 5 ports and twelve yards"),
        ("1-й и второй", "first and 2nd"),
        ("[верфь](yard-2.md) {{ news(limit=3) }}", "[yard](yard.md)"),
    ],
)
def test_small_numbers_may_be_words_and_addresses_are_no_numbers(ru: str, en: str) -> None:
    assert not differ(ru, en)


@pytest.mark.parametrize(
    ("ru", "en"),
    [
        ("24,8 млрд", "24.9 billion"),
        ("10 июня 2024 года", "10 July 2024"),
        ("10 июня 2024 года", "June 2024"),
        ("три кластера", "4 clusters"),
        ("300 млн и 45 мест", "300 million"),
        ("13 предприятий", "thirteen enterprises"),
        ("1 300", "1.300"),
    ],
)
def test_other_numbers_are_seen(ru: str, en: str) -> None:
    assert differ(ru, en)
