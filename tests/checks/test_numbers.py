"""Numbers in two languages: the same however they are written, others when scale, unit or currency differ."""

import pytest

from macros.checks.numbers import find_missing_numbers

SAME = [
    ("3,5 млрд рублей", "3.5 billion roubles"),
    ("XX век", "20th century"),
    ("ХХ века", "20th century"),
    ("полтора года", "1.5 years"),
    ("двадцать пять лет", "25 years"),
    ("пять тысяч человек", "5,000 people"),
    ("5 тысяч", "5,000"),
    ("1 млн", "1,000,000"),
    ("10–18 ч", "10 am–6 pm"),
    ("с 9 до 18", "9 a.m. to 6 p.m."),
    ("14–16 ч", "2–4 pm"),
    ("сутки", "24 hours"),
    ("двое суток", "48 hours"),
    ("2 дня", "48 hours"),
    ("5 тонн", "5 tonnes"),
    ("5 тонн", "5,000 kg"),
    ("12 месяцев", "a year"),
    ("18 месяцев", "one and a half years"),
    ("два с половиной миллиона", "2.5 million"),
    ("2–3 млн тонн", "2 million to 3 million tonnes"),
    ("от 2 до 3 млн", "from 2 million to 3 million"),
    ("$5 млн", "$5m"),
    ("5 млн долларов", "$5 million"),
    ("5 млрд рублей", "RUB 5bn"),
    ("1 млн 200 тыс. рублей", "1.2 million roubles"),
    ("полмиллиона", "500,000"),
    ("500 000", "half a million"),
    ("двухлетний", "2-year"),
    ("24-часовой", "24-hour"),
    ("первый", "1st"),
    ("сто пять", "105"),
    ("105", "one hundred and five"),
    ("тысяча двести", "1,200"),
    ("5 кв. м", "5 sq m"),
    ("5 м²", "5 square metres"),
    ("25 %", "25 per cent"),
    ("двадцать пять процентов", "25 percent"),
    ("10 июня", "June 10"),
    ("10 июня 2024 года", "10 June 2024"),
    ("II квартал 2024 года", "Q2 2024"),
    ("5-тысячная толпа", "a crowd of 5,000"),
    ("3 500 млн", "3.5 billion"),
    ("в 18:30", "6.30 pm"),
    ("в 9:00", "at 9 am"),
    ("в 6 часов вечера", "6 pm"),
    ("дюжина", "12"),
    ("втрое", "3 times"),
    ("в 2016 году", "in 2016"),
    ("100–200 тонн", "100–200 tonnes"),
    ("45,6 тыс. тонн", "45,600 tonnes"),
    ("к 12 часам", "by noon"),
    ("за 7 дней", "in a week"),
    ("0,5 млрд", "500 million"),
    ("девяносто девять", "99"),
    ("Два завода и три цеха", "2 works and 3 shops"),
    ("пятьсот рублей", "500 roubles"),
    ("один миллион", "a million"),
    ("первые 10", "first ten"),
    ("8 мкм", "8 microns"),
    ("8 микрон", "8 µm"),
    ("несколько тысяч", "several thousand"),
    ("тысячи", "thousands"),
    ("5 000 российских рублей", "5,000 Russian roubles"),
    ("12 345 тонн в год", "12,345 tonnes a year"),
    ("в XIX–XX вв.", "in the 19th–20th centuries"),
    ("24/7", "24/7"),
    ("через полчаса", "in half an hour"),
    ("7,5 %", "7.5%"),
    ("в двадцати пяти странах", "in 25 countries"),
    ("50 тысяч", "fifty thousand"),
    ("1,5 млн т", "1.5 million tonnes"),
    ("№ 488-ФЗ", "No. 488-FZ"),
    ("50 % и 7,6 %", "50% and 7.6%"),
    ("топ-10 и 29-я", "top 10 and 29th"),
    ("WCAG 2.1", "WCAG 2.1"),
    ("10.06.2024", "June 10, 2024"),
    ("к 1 мая 2020 года", "by 2020-05-01"),
    ("в марте 2023 года", "in March 2023"),
    ("1\u00a0300\u202f000 человек", "1,300,000 people"),
    ("12\n345 тонн в год, 7.\n8 линий", "12,345 tonnes a year, 7.\n8 lines"),
    ("от 3 000 до\n10 июня\n2024 года", "from 3,000 to 10\nJune 2024"),
    ("три кластера", "3 clusters"),
    ("с пятью портами и 12 верфями", "with 5 ports and twelve yards"),
    ("1-й и второй", "first and 2nd"),
]

OTHER = [
    ("3,5 млрд", "3.5 million"),
    ("5 млн", "5 billion"),
    ("5 тонн", "5 kilograms"),
    ("100 рублей", "$100"),
    ("100 рублей", "100 dollars"),
    ("5 тысяч", "5 million"),
    ("24,8 млрд", "24.9 billion"),
    ("10 июня", "10 July"),
    ("10 июня 2024 года", "June 2024"),
    ("три кластера", "4 clusters"),
    ("13 предприятий", "thirty enterprises"),
    ("1 300", "1.300"),
    ("XX век", "19th century"),
    ("сутки", "12 hours"),
    ("5 лет", "5 months"),
    ("пять тысяч", "five million"),
    ("10–18 ч", "10 am–7 pm"),
    ("5 %", "5 tonnes"),
    ("три миллиарда", "3 million"),
    ("15 км", "15 metres"),
    ("5 млн евро", "5 million dollars"),
    ("18:30", "6.45 pm"),
    ("2 МВт", "2 kW"),
    ("полтора", "2.5"),
    ("5 га", "5 m²"),
    ("300 млн и 45 мест", "300 million"),
    ("1 июня 2024 года", "2 June 2024"),
    ("2.1", "2.2"),
]


def differ(ru: str, en: str) -> bool:
    return bool(find_missing_numbers(ru, "ru", en, "en") or find_missing_numbers(en, "en", ru, "ru"))


@pytest.mark.parametrize(("ru", "en"), SAME)
def test_same_numbers_are_the_same_however_they_are_written(ru: str, en: str) -> None:
    assert not differ(ru, en)


@pytest.mark.parametrize(("ru", "en"), OTHER)
def test_other_numbers_scales_and_units_are_seen(ru: str, en: str) -> None:
    assert differ(ru, en)


def test_numbers_are_told_as_they_are_written() -> None:
    ru, en = "24,8 млрд рублей к 10 июня 2024 года и к 9:30", "24.8 million roubles"

    assert find_missing_numbers(ru, "ru", en, "en") == ["24,8 млрд рублей", "10 июня", "2024 года", "9:30"]
    assert find_missing_numbers(en, "en", ru, "ru") == ["24.8 million roubles"]


def test_month_of_a_day_is_found_in_its_date() -> None:
    assert find_missing_numbers("в мае 2021", "ru", "1 мая 2021 года", "ru") == []
    assert find_missing_numbers("May 2021", "en", "on May 1, 2021", "en") == []
