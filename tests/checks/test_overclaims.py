"""The guard on wording: sentences that say more than the sources, and sentences that do not."""

import pytest

from macros.checks.overclaims import find_overclaims, name_patterns
from macros.content.model import Language, Localised

PLANNED = name_patterns(
    [
        Localised(ru="ООО «Презент упаковка»", en="OOO Prezent Upakovka"),
        Localised(ru="Фонд развития промышленности Тульской области", en="Industrial Development Fund of Tula Oblast"),
    ]
)
TEAM = name_patterns(
    [Localised(ru="Группа ПТК", en="PTK Group"), Localised(ru="ООО «Эссити»", en="OOO Essiti")],
)
NOBODY = name_patterns([])

AS_DONE = """
ООО «Презент упаковка» является участником кластера.
«Презент упаковка» входит в кластер.
Компания «Презент упаковка» входит в состав кластера с 2024 года.
ООО «Презент упаковка» вошло в кластер.
ООО «Презент упаковка» вошло в состав создаваемого кластера и вошло в состав кластера первым.
Вместе с «Презент упаковкой» поставщики вошли в состав кластера.
ООО «Презент упаковка» стало якорным предприятием.
Якорем выбрали «Презент упаковку»: она стала якорным предприятием.
ООО «Презент упаковка» вступило в кластер.
«Презент упаковка» принята в кластер.
Благодаря «Презент упаковке» создан новый кластер.
Фонд развития промышленности Тульской области является специализированной организацией кластера.
Фонд развития промышленности Тульской области стал специализированной организацией.
Фондом развития промышленности Тульской области создан кластер.
Кластер действует, его поддерживает Фонд развития промышленности Тульской области.
Сегодня кластер уже работает вместе с ООО «Презент упаковка».
Кластер зарегистрирован, его якорь — «Презент упаковка».
Вместе с ООО «Презент упаковка» кластер включён в реестр.
**Презент упаковка** [входит в кластер](about.md) с\u00a0лета.
ООО «Презент упаковка» состоит в кластере.
OOO Prezent Upakovka is a member of the cluster.
OOO Prezent Upakovka is a participant in the cluster.
Prezent Upakovka has joined the cluster.
Prezent Upakovka joined the cluster in 2024.
Prezent Upakovka is now part of the cluster.
OOO Prezent Upakovka is the anchor enterprise.
OOO Prezent Upakovka became the anchor enterprise.
Prezent Upakovka serves as the cluster’s anchor enterprise.
With Prezent Upakovka, the cluster was created.
The cluster operates thanks to Prezent Upakovka.
The Industrial Development Fund of Tula Oblast is the specialised organisation.
The Industrial Development Fund of Tula Oblast has become the specialised organisation.
The Industrial Development Fund of Tula Oblast and others have joined.
The cluster has been registered by the Industrial Development Fund of Tula Oblast.
With Prezent Upakovka the cluster was included in the register.
"""
AS_PARTICIPANT = """
Группа ПТК является участником кластера.
Среди участников кластера — Группа ПТК.
Участник кластера «Эссити» выпускает салфетки.
С Группой ПТК и ООО «Эссити» участников кластера стало больше.
ООО «Эссити» войдёт в состав кластера.
Группа ПТК входит в кластер.
PTK Group is a participant in the cluster.
OOO Essiti is a member of the cluster.
PTK Group is to join the cluster.
PTK Group will join the cluster.
OOO Essiti, a cluster member, makes tissue.
"""
HONEST = """
ООО «Презент упаковка» станет якорным предприятием.
Якорным предприятием кластера станет «Презент упаковка».
ООО «Презент упаковка» войдёт в состав кластера.
Фонд развития промышленности Тульской области станет специализированной организацией.
Входит ли ООО «Презент упаковка» в реестр, не подтверждено.
Нет сведений, что «Презент упаковка» входит в кластер.
«Презент упаковка» не является участником кластера.
Если «Презент упаковка» вошла в кластер, добавьте источник.
Станет ли «Презент упаковка» якорем?
Станут ли Группа ПТК и ООО «Эссити» участниками кластера, источник не говорит.
Группа ПТК входит в команду проекта.
Руководство ООО «Эссити» вошло в управленческую команду проекта.
Группа ПТК — не участник кластера.
В Тульской области уже действуют межрегиональные кластеры «Композиты без границ» и другие.
Кластер создали в 2016 году в Ставропольском крае; кластер действует.
К 21 марта 2024 года другой кластер вошёл в реестр Минпромторга России и включён в реестр.
Участники кластера получат сопровождение Фонда развития промышленности Тульской области.
Фонд развития промышленности Тульской области предоставит участникам кластера сопровождение.
«Презент упаковка» выпускает пищевую упаковку. Другой кластер уже создан.
Компания входит в группу ML GROUP.
Проект защитили в Омске, команду возглавил Фонд развития промышленности Тульской области.
Тульская область присоединилась к кластеру в 2018 году.
Кто войдёт в кластер, что не подтверждено.
OOO Prezent Upakovka is to become the anchor enterprise.
OOO Prezent Upakovka will join the cluster.
OOO Prezent Upakovka is to join the cluster.
The Industrial Development Fund of Tula Oblast is to become the specialised organisation.
It is not known whether Prezent Upakovka has joined.
Prezent Upakovka is not a member of the cluster.
If Prezent Upakovka has joined the cluster, add the source.
Has Prezent Upakovka joined the cluster?
The source does not say whether PTK Group is to join the cluster.
PTK Group is on the project team.
The management of OOO Essiti is on the project’s management team.
The National Aerosol Cluster was created in 2016.
Prezent Upakovka makes packaging. The cluster was registered elsewhere.
Tula Oblast joined the cluster in 2018.
Participants in the cluster are to get support from the Industrial Development Fund of Tula Oblast.
The anchor enterprise of the cluster is to be Prezent Upakovka.
Once Prezent Upakovka has joined, its page will say so.
"""


def sentences(text: str) -> list[str]:
    return text.strip().split("\n")


def rules(sentence: str, is_plan: bool = False) -> list[str]:
    lang: Language = "ru" if any("а" <= letter <= "я" for letter in sentence.lower()) else "en"
    names = (NOBODY, NOBODY) if is_plan else (PLANNED, TEAM)
    return [rule for rule, _ in find_overclaims(sentence, lang, *names, is_plan=is_plan)]


def test_there_are_enough_examples() -> None:
    assert len(sentences(AS_DONE) + sentences(AS_PARTICIPANT)) >= 40
    assert len(sentences(HONEST)) >= 40


@pytest.mark.parametrize("sentence", sentences(AS_DONE))
def test_a_plan_told_as_done_is_seen(sentence: str) -> None:
    assert "plan-as-done" in rules(sentence)
    assert "plan-as-done" in rules(sentence, is_plan=True)


@pytest.mark.parametrize(
    "sentence",
    [
        "ФОНД ВХОДИТ В СОСТАВ КЛАСТЕРА.",
        "Фонд, основанный в Straße, вошёл в кластер.",
        "THE FUND HAS JOINED THE CLUSTER.",
    ],
)
def test_a_phrase_is_seen_in_letters_of_any_case(sentence: str) -> None:
    assert rules(sentence, is_plan=True) == ["plan-as-done"]


@pytest.mark.parametrize("sentence", sentences(AS_PARTICIPANT))
def test_a_team_member_called_a_participant_is_seen(sentence: str) -> None:
    assert rules(sentence) == ["team-as-participant"]


@pytest.mark.parametrize("sentence", sentences(HONEST))
def test_an_honest_sentence_passes(sentence: str) -> None:
    assert rules(sentence) == []


def test_without_the_name_the_same_words_are_about_somebody_else() -> None:
    assert rules("Завод «Альфа» входит в кластер.") == []


def test_a_name_of_a_letter_is_no_article() -> None:
    team = name_patterns([Localised(ru="ООО «А»", en="OOO A")])

    assert list(find_overclaims("A cluster participant signed it.", "en", NOBODY, team)) == []
    assert list(find_overclaims("А участник кластера не один.", "ru", NOBODY, team)) == []
