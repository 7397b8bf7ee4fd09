"""Composes news of an invented cluster in both languages: the same sentences, numbers, links, lists and headings."""

from random import Random
from typing import NamedTuple


class Pair(NamedTuple):
    """The same text in Russian and in English."""

    ru: str
    en: str


SENTENCES = (
    Pair(
        "На причале собрались {n} человек, и почти каждый принёс с собой что-нибудь стеклянное.",
        "On the jetty {n} people gathered, and nearly every one of them brought something made of glass.",
    ),
    Pair(
        "Песок привезли по реке, потому что дорогу с весны так и не просушили.",
        "The sand was brought by river, because the road has not been dried out since the spring.",
    ),
    Pair(
        "По записям мастерской, печь простояла под огнём {n} часов без единого перерыва.",
        "According to the records of the workshop, the furnace stood under fire for {n} hours without a single break.",
    ),
    Pair(
        "Прозрачность корпуса проверяли просто: сквозь него читали *утреннюю газету*.",
        "The transparency of the hull was tested in a simple way: the *morning newspaper* was read through it.",
    ),
    Pair(
        "Председатель напомнил, что **правила хода** относятся ко всем лодкам, даже к невидимым.",
        "The chairman recalled that **the rules of the way** apply to all boats, even to those that cannot be seen.",
    ),
    Pair(
        "Ветер в тот день держался слабый, и паруса больше шуршали, чем работали.",
        "The wind stayed light on that day, and the sails rustled more than they worked.",
    ),
    Pair(
        "Школа гребли просит приносить сухую обувь и не ставить её на край стапеля.",
        "The rowing school asks everybody to bring dry shoes and not to put them on the edge of the slipway.",
    ),
    Pair(
        "В журнале под номером {n} записано, что вода была тёплой, а берег скользким.",
        "The logbook says under number {n} that the water was warm and the bank slippery.",
    ),
    Pair(
        "Подробный отчёт лежит [на сайте верфи](https://verf.example.org/reports/{n}), вместе с чертежами.",
        "The detailed report is [on the website of the shipyard](https://verf.example.org/reports/{n}), with drawings.",
    ),
    Pair(
        "Мастера спорят, можно ли считать каяк готовым, пока на нём нет ни одной царапины.",
        "The craftsmen argue whether a kayak may be called finished while there is not a single scratch on it.",
    ),
    Pair(
        "Музей попросил отдать ему самый старый ткацкий станок, но станок ещё работает.",
        "The museum asked for the oldest loom to be given to it, but the loom is still at work.",
    ),
    Pair(
        "Длина нового паруса — {n} сантиметров, и сшит он прозрачной нитью в один слой.",
        "The length of the new sail is {n} centimetres, and it is sewn with transparent thread in a single layer.",
    ),
    Pair(
        "Если волна поднимается выше борта, гребец обязан петь, чтобы его было слышно.",
        "If a wave rises above the side, the paddler must sing so that he can be heard.",
    ),
    Pair(
        "Газета называет это успехом, а сами участники говорят осторожнее: *посмотрим осенью*.",
        "The newspaper calls it a success, while the participants are more careful: *we shall see in autumn*.",
    ),
    Pair(
        "Соду взвешивали на старых весах, которые показывают на {n} граммов больше, чем надо.",
        "The soda was weighed on the old scales, which show {n} grams more than they should.",
    ),
    Pair(
        "Тем, кто хочет знать больше о самом кластере, поможет [отдельная страница](about.md).",
        "Those who want to know more about the cluster itself will be helped by [a page of its own](about.md).",
    ),
    Pair(
        "Корпус отливали ночью, потому что днём стекло слишком охотно отражает солнце.",
        "The hull was cast at night, because by day glass reflects the sun too willingly.",
    ),
    Pair(
        "Никто не пострадал, но одну лодку пришлось искать на ощупь до самого вечера.",
        "Nobody was hurt, but one boat had to be searched for by touch until late in the evening.",
    ),
    Pair(
        "Совет постановил хранить вёсла отдельно и вести им счёт; пока насчитали {n}.",
        "The council decided to keep the paddles apart and to count them; so far it has counted {n}.",
    ),
    Pair(
        "Образцы отправили на испытание шва, и ответ обещали прислать с ближайшей баржей.",
        "The samples were sent for a test of the seam, and the answer was promised with the next barge.",
    ),
    Pair(
        "Как устроена **цепочка поставок**, видно [на схеме](chain.md), где у каждой линии есть источник.",
        "How **the supply chain** is arranged can be seen [on the diagram](chain.md), where every line has a source.",
    ),
    Pair(
        "Спуск на воду занял {n} минут, и всё это время оркестр играл одну и ту же ноту.",
        "The launch took {n} minutes, and all that time the band played one and the same note.",
    ),
    Pair(
        "Старый бакен покрасили заново, и теперь его видно даже тем, кто смотрит в другую сторону.",
        "The old buoy was painted anew, and now it is seen even by those who look the other way.",
    ),
    Pair(
        "По словам инженера, толщина стекла уменьшилась, а прочность осталась прежней.",
        "In the words of the engineer, the thickness of the glass has decreased and the strength has stayed the same.",
    ),
    Pair(
        "Зимой на верфи тихо: слышно, как остывает печь и как сохнет клей.",
        "In winter it is quiet at the shipyard: one hears how the furnace cools and how the glue dries.",
    ),
    Pair(
        "Решение опубликовано [в бюллетене](https://chamber.example.org/acts/{n}) и вывешено на стене сарая.",
        "The decision is in [the bulletin](https://chamber.example.org/acts/{n}) and posted on the wall of the barn.",
    ),
    Pair(
        "В списке заказов значится {n} строк, и против большинства из них стоит галочка.",
        "The list of orders has {n} lines, and there is a tick against most of them.",
    ),
    Pair(
        "Дети спросили, почему рыбы не удивляются, и ответа пока ни у кого нет.",
        "The children asked why the fish are not surprised, and so far nobody has an answer.",
    ),
)

HEADINGS = (
    Pair("Как это было", "How it was"),
    Pair("Что решили", "What was decided"),
    Pair("Кто участвовал", "Who took part"),
    Pair("Что дальше", "What comes next"),
    Pair("Числа и сроки", "Numbers and dates"),
    Pair("О чём спорили", "What was argued about"),
)

ITEMS = (
    Pair("песок и сода, **{n}** мешков;", "sand and soda, **{n}** bags;"),
    Pair("прозрачная нить в катушках;", "transparent thread on reels;"),
    Pair("две новые формы для корпусов;", "two new moulds for hulls;"),
    Pair("весло с запасной лопастью;", "a paddle with a spare blade;"),
    Pair("якорь весом {n} граммов;", "an anchor weighing {n} grams;"),
    Pair("карта реки с пометками;", "a map of the river with notes;"),
    Pair("*книга отзывов* в мягкой обложке;", "a *visitors’ book* in a soft cover;"),
    Pair("верёвка и сухое полотенце;", "a rope and a dry towel;"),
)

TITLES = (
    Pair("Верфь спустила на воду партию № {n}", "Shipyard launches batch No. {n}"),
    Pair("Школа гребли открыла курс № {n}", "Rowing school opens course No. {n}"),
    Pair("Совет обсудил вопрос № {n}", "Council discusses question No. {n}"),
    Pair("Печь дала плавку № {n}", "Furnace yields melt No. {n}"),
    Pair("Музей принял экспонат № {n}", "Museum accepts exhibit No. {n}"),
    Pair("Регата: итоги гонки № {n}", "Regatta: results of race No. {n}"),
)


def compose_title(number: int, chance: Random) -> Pair:
    """Return a title that no other item has."""
    return _fill(chance.choice(TITLES), str(number))


def compose_lead(chance: Random) -> Pair:
    """Return one sentence without a link."""
    return _number(chance.choice([pair for pair in SENTENCES if "](" not in pair.ru and "*" not in pair.ru]), chance)


def compose_body(chance: Random, mark: int) -> Pair:
    """Return about 250 words of Markdown in each language, the last of them the number that an edit changes."""
    sentences = [_number(pair, chance) for pair in chance.sample(SENTENCES, 14)]
    items = [_number(pair, chance) for pair in chance.sample(ITEMS, 4)]
    first, second = chance.sample(HEADINGS, 2)
    blocks = [
        _join(sentences[:3], " "),
        _join(sentences[3:5], " "),
        Pair(f"## {first.ru}", f"## {first.en}"),
        _join(sentences[5:8], " "),
        _join([Pair(f"- {item.ru}", f"- {item.en}") for item in items], "\n"),
        Pair(f"## {second.ru}", f"## {second.en}"),
        _join(sentences[8:11], " "),
        _join([Pair(f"1. {one.ru}", f"1. {one.en}") for one in sentences[11:13]], "\n"),
        _join(sentences[13:], " "),
        compose_note(mark),
    ]
    return _join(blocks, "\n\n")


def compose_note(mark: int) -> Pair:
    """Return the sentence that holds the number of the last edit."""
    return Pair(f"Запись в журнале: {mark}.", f"Entry in the logbook: {mark}.")


def _join(pairs: list[Pair], between: str) -> Pair:
    return Pair(between.join(pair.ru for pair in pairs), between.join(pair.en for pair in pairs))


def _number(pair: Pair, chance: Random) -> Pair:
    return _fill(pair, str(chance.randint(13, 999)))


def _fill(pair: Pair, number: str) -> Pair:
    return Pair(pair.ru.replace("{n}", number), pair.en.replace("{n}", number))
