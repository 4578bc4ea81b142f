"""A plain matrix with names as CSV: read however a spreadsheet saved it, each fault with its cell."""

import pytest

from app.matching.csv_scores import problem_from_csv
from app.matching.problem import Node, Problem, ProblemInvalid

NAMES = ((Node("Ghent"), Node("Lier")), (Node("Huye"), Node("Karongi"), Node("Rutsiro")))
POINTS = ((10, None, -3), (None, 7, None))
TEXT = "points,Huye,Karongi,Rutsiro\nGhent,10,,-3\nLier,,7,\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        b",Huye,Karongi,Rutsiro,,\nGhent,10,,-3\n\n,,,\nLier,,7\n",
        b'"a;b",Huye , "Karongi","Rutsiro"\n Ghent,+10, ,-3\nLier,,007,',
    ],
)
def test_a_matrix_is_read_however_it_was_saved(content: bytes) -> None:
    assert problem_from_csv(content) == Problem(*NAMES, POINTS)


def test_what_is_asked_is_kept() -> None:
    asked = problem_from_csv(TEXT.encode(), objective="weakest-first", fill=False)
    assert asked == Problem(*NAMES, POINTS, objective="weakest-first", fill=False)


def test_names_with_accents_and_guarded_names_are_read() -> None:
    assert problem_from_csv(b";Li\xe8ge\nNamur;1\n").right == (Node("Liège"),)
    assert problem_from_csv(b"x,'=Huye,'s Gravenwezel\n'-Lier,1,2\n") == Problem(
        (Node("-Lier"),), (Node("=Huye"), Node("'s Gravenwezel")), ((1, 2),)
    )


def test_a_header_alone_is_a_problem_without_anybody_on_the_left() -> None:
    assert problem_from_csv(b",Huye\n") == Problem((), (Node("Huye"),), ())


@pytest.mark.parametrize(
    ("text", "place", "fault"),
    [
        ("", "problem", "empty"),
        (" \n,,\n", "problem", "empty"),
        (",Huye\nLier,0.5\n", "B2", "cell_not_whole"),
        (";Huye\nLier;0,5\n", "B2", "cell_not_whole"),
        (",Huye\n\nLier,5\nGhent,many\n", "B4", "cell_not_whole"),
        (",Huye\nLier,٣\n", "B2", "cell_not_whole"),
        (f",Huye\nLier,{'9' * 5000}\n", "B2", "cell_not_whole"),
        (f",Huye\nLier,{'9' * 4000}\n", "points", "points_too_large"),
        (",Huye,,Rutsiro\nLier,1,2,3\n", "C1", "empty_name"),
        (",Huye\n,1\n", "A2", "empty_name"),
        (",Huye,Huye\nLier,1,2\n", "C1", "duplicate_id"),
        (",Huye\nLier,1\nLier,2\n", "A3", "duplicate_id"),
        (",Huye\nLier,1,2\n", "C2", "beyond_header"),
        ("," + ",".join(map(str, range(30))) + "\nLier" + "," * 28 + ",x\n", "AD2", "cell_not_whole"),
        (f",Huye\nLier,{'1' * 200_000}\n", "A2", "not_csv"),
        (',Huye\n"Lier,1\nGhent,2\n', "A2", "not_csv"),
    ],
)
def test_a_fault_names_its_cell(text: str, place: str, fault: str) -> None:
    with pytest.raises(ProblemInvalid) as refusal:
        problem_from_csv(text.encode())
    assert (refusal.value.place, refusal.value.fault) == (place, fault)


def test_an_objective_that_there_is_not_is_refused() -> None:
    with pytest.raises(ProblemInvalid, match="objective: objective_unknown"):
        problem_from_csv(TEXT.encode(), objective="fairest")
