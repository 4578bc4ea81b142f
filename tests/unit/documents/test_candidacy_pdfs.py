"""The answers, the questions and letters as PDF."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from app.documents.answers_pdf import AnsweredCandidacy, answers_name, answers_pdf
from app.documents.candidacy_sheet import SheetRow, SheetSection
from app.documents.letter_pdf import Letter, Reason, letter_pdf
from app.documents.printed_form import LANGUAGES, FormOnPaper, printed_form
from app.documents.questions_pdf import questions_pdf
from app.domain.candidacy_form import CandidacyForm, Option, choices_of
from app.domain.codes import QuestionKind, Section
from app.domain.texts import Text, Words
from app.language.reference_form import reference_form
from app.web import candidacy_forms

SUBMITTED_AT = datetime(2026, 7, 20, 21, 59, tzinfo=UTC)
ANSWERED = AnsweredCandidacy(
    language="nl",
    reference="SDG-AAAAAA",
    government="Alfa",
    programme="SDG-partnerschappen 2027",
    saved_at=SUBMITTED_AT,
    submitted_at=SUBMITTED_AT,
    form_version=3,
    attachments=("besluit één.pdf", "plan.odt"),
    confirmed_by="Algemeen directeur van Alfa",
)
SHEET = [
    SheetSection(
        Section.MOTIVATION,
        Text("Motivatie", "nl"),
        (
            SheetRow("exchange", Text("Hoe?", "nl"), ("Om beurten.", "En samen.")),
            SheetRow("openness", Text("Pourquoi ?", "fr"), ()),
            SheetRow("own_more", Text("Not asked", "en"), (), asked=False),
        ),
    )
]
LETTER = Letter(
    language="nl",
    programme="SDG-partnerschappen 2027",
    addressee=("Alfa", "College van burgemeester en schepenen"),
    reference="SDG-AAAAAA",
    written_at=SUBMITTED_AT,
    subject="Beslissing over je kandidatuur",
    opening="Je bent niet geselecteerd.\nHieronder staat waarom.",
    reasons=(Reason("Openheid", "Weinig concreet.\nGeen voorbeeld."), Reason(Text("Temps", "fr"), "Te weinig uren.")),
    after="Je kan je in een volgende oproep opnieuw kandidaat stellen.",
)


def text_of(made: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    return text.replace("\N{NO-BREAK SPACE}", " ")


def in_order(made: bytes, *wanted: str) -> str:
    text = text_of(made)
    at = 0
    for words in wanted:
        assert words in text[at:], words
        at = text.index(words, at) + len(words)
    return text


def test_answers_say_whose_they_are_when_they_were_submitted_and_what_is_not_answered() -> None:
    text = in_order(
        answers_pdf(ANSWERED, SHEET),
        "Kandidatuur van Alfa",
        "Referentie: SDG-AAAAAA",
        "Lokaal bestuur: Alfa",
        "Programma: SDG-partnerschappen 2027",
        "Ingediend: maandag 20 juli 2026, 23.59 uur (Brussel)",
        "Bevestigd door: Algemeen directeur van Alfa",
        "Versie van het formulier: 3",
        "Motivatie",
        "Hoe?",
        "Om beurten.",
        "En samen.",
        "Pourquoi ?",
        "Niet beantwoord",
        "Bijlagen",
        "besluit één.pdf",
        "plan.odt",
        "Pagina 1 van 1",
    )
    assert "Not asked" not in text
    assert "niet ingediend" not in text


def test_answers_that_are_not_submitted_say_so() -> None:
    draft = replace(ANSWERED, submitted_at=None, confirmed_by="", attachments=())

    text = in_order(
        answers_pdf(draft, SHEET),
        "Deze antwoorden zijn niet ingediend.",
        "Laatst bewaard: maandag 20 juli 2026",
        "Bijlagen",
        "Geen bijlagen",
    )
    assert "Bevestigd door" not in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("Kandidatuur van Alfa", "Niet beantwoord", "Bijlagen")),
        ("fr", ("Candidature de Alfa", "Sans réponse", "Pièces jointes")),
        ("en", ("Candidacy of Alfa", "Not answered", "Attachments")),
    ],
)
def test_answers_speak_the_language_of_the_reader(language: str, words: tuple[str, ...]) -> None:
    made = answers_pdf(replace(ANSWERED, language=language), SHEET)

    in_order(made, *words)
    assert made == answers_pdf(replace(ANSWERED, language=language), SHEET)
    assert answers_name(language, "SDG-AAAAAA").endswith("-SDG-AAAAAA.pdf")


def form_with_lists() -> CandidacyForm:
    def options(*codes: str) -> tuple[Option, ...]:
        return tuple(Option(code, Words(nl=f"{code} nl", fr=f"{code} fr")) for code in codes)

    return reference_form().with_lists(
        {
            "tracks": options("rwanda", "benin"),
            "subjects": options("voice"),
            "goals": options("16"),
            "fields": options("youth", "water"),
            "promises": options("sessions"),
        }
    )


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_question_with_its_help_and_choices_stands_on_paper_in_its_order(language: str) -> None:
    form = form_with_lists()
    paper = FormOnPaper("Programme", 4, SUBMITTED_AT, SUBMITTED_AT)
    made = questions_pdf(printed_form(language, paper, form, choices_of(form, language)))

    text = " ".join(text_of(made).split())
    at = 0
    for section in form.sections:
        for words in (section.title, *(question.title for question in section.questions)):
            said = " ".join(words.said(language).words.split())
            assert said in text[at:], said
            at = text.index(said, at)
    for question in form.questions():
        assert " ".join(question.help.said(language).words.split()) in text
    for choice in ("rwanda", "benin", "voice", "16", "youth", "water", "sessions"):
        assert f"{choice} {'fr' if language == 'fr' else 'nl'}" in text
    assert text.count("youth nl" if language != "fr" else "youth fr") == 1


def test_the_paper_says_limits_conditions_and_until_when() -> None:
    form = form_with_lists()
    paper = FormOnPaper("Programme", 4, SUBMITTED_AT, SUBMITTED_AT)
    text = " ".join(text_of(questions_pdf(printed_form("en", paper, form, choices_of(form, "en")))).split())

    assert "Submit before Monday 20 July 2026, 23:59 (Brussels)." in text
    assert "At most 300 words." in text
    assert "You may skip this question." in text
    assert "Only if you answered “Yes” to “" in text
    assert "For each language, say how well: " in text
    assert "Version of the form: 4" in text


def test_a_question_whose_condition_was_taken_out_of_the_form_is_asked_without_it() -> None:
    form = form_with_lists()
    sections = tuple(
        replace(
            part, questions=tuple(one for one in part.questions if one.only_if or one.kind is not QuestionKind.YES_NO)
        )
        for part in form.sections
    )
    without = replace(form, sections=sections)
    paper = FormOnPaper("Programme", 4, SUBMITTED_AT, None)
    made = questions_pdf(printed_form("en", paper, without, choices_of(without, "en")))

    assert any(question.only_if for question in without.questions())
    assert "Only if" not in text_of(made)
    assert "Submit before" not in text_of(made)


def test_the_paper_asks_for_the_same_languages_as_the_screen() -> None:
    assert candidacy_forms.LANGUAGES == LANGUAGES


def test_a_letter_has_its_parts_in_the_order_of_a_letter() -> None:
    in_order(
        letter_pdf(LETTER),
        "VVSG",
        "Alfa",
        "Datum: 20 juli 2026",
        "Onze referentie: SDG-AAAAAA",
        "Beslissing over je kandidatuur",
        "Geachte mevrouw, geachte heer,",
        "Je bent niet geselecteerd.",
        "Hieronder staat waarom.",
        "De redenen per criterium",
        "Criterium",
        "Openheid",
        "Weinig concreet.",
        "Geen voorbeeld.",
        "Temps",
        "Te weinig uren.",
        "Je kan je in een volgende oproep opnieuw kandidaat stellen.",
        "Schrijf naar het programmateam en vermeld de referentie SDG-AAAAAA.",
        "Met vriendelijke groeten",
        "Het programmateam",
        "VVSG",
    )


def test_a_letter_without_reasons_has_no_table_and_names_who_is_asked_and_who_signs() -> None:
    letter = replace(LETTER, language="fr", reasons=(), contact="sdg@example.org", signer=("Responsable", "VVSG"))

    text = in_order(letter_pdf(letter), "Madame, Monsieur,", "sdg@example.org", "Veuillez agréer", "Responsable")
    assert "Critère" not in text
    assert letter_pdf(letter) == letter_pdf(letter)
