"""Does an editor get the hints that help, and no others?"""

import pytest

from cms.editing.plain_language import hints, length, official_words, sentences

LONG = "De gemeente gaat " + "heel veel " * 12 + "bomen planten."


def kinds(text):
    return [hint.kind for hint in hints(text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Wij planten bomen. Dat doen we in maart.", 2),
        ("De avond begint om 19.30 uur. Kom ook!", 2),
        ("Neem iets mee, bijv. een foto. Tot dan.", 2),
        ("Kop zonder punt\nWij planten bomen.", 2),
        ("Wat vindt u? Zeg het ons! Graag…", 3),
        ("", 0),
        ("... !!", 0),
        ("Art. 3 van de regels geldt.", 1),
    ],
)
def test_a_text_is_cut_into_sentences(text, number):
    assert len(sentences(text)) == number


def test_a_long_sentence_is_named_with_its_length():
    (hint,) = [one for one in hints(LONG) if one.kind == "long"]
    assert hint.number == length(LONG) == 29
    assert kinds("Wij planten twintig bomen in de straat.") == []


def test_sixteen_words_a_sentence_is_too_much_on_average():
    sentence = "Wij planten bomen in de straat en wij vragen u om mee te denken over de plek. "
    assert length(sentence) == 17
    assert "average" in kinds(sentence * 3)
    assert "average" not in kinds(sentence * 2)
    assert "average" not in kinds("Wij planten bomen. " * 10)


@pytest.mark.parametrize(
    ("text", "word", "instead"),
    [
        ("Dit gaat middels een brief.", "middels", "met"),
        ("TENEINDE dit te doen", "teneinde", "om"),
        ("Met betrekking tot de straat", "met betrekking tot", "over"),
        ("Dat doen we i.v.m. de regen.", "i.v.m.", "omdat"),
    ],
)
def test_an_official_word_gets_a_plain_one(text, word, instead):
    (hint,) = [one for one in hints(text) if one.kind == "word"]
    assert (hint.text, hint.instead) == (word, instead)


@pytest.mark.parametrize(
    "text", ["De bemiddelsters", "reedsdijk", "Een mits-regel", "Hier en daar"]
)
def test_a_word_inside_another_is_none(text):
    assert "word" not in kinds(text)


def test_a_word_is_named_once_however_often_it_stands_there():
    assert kinds("Tevens. Tevens. Tevens. Tevens.").count("word") == 1


def test_who_does_it_is_asked_when_the_text_hides_it():
    assert "passive" in kinds("In maart worden de bomen in de straat geplant.")
    assert "passive" not in kinds("In maart plant de gemeente bomen.")


def test_there_are_at_least_sixty_pairs_and_none_explains_itself():
    words = official_words()
    assert len(words) >= 60
    assert all(word == word.lower() for word in words)
    assert not [word for word, instead in words.items() if word == instead]


def test_a_very_long_text_is_read_in_no_time():
    assert len(hints("a" * 200_000)) <= 1
    assert len(hints("wordt " * 20_000)) <= 12
