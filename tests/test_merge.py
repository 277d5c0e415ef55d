"""What several windows found, each said once."""

from tasks.schema import ActionClaim, Claim
from tasks.summarization.merge import without_repeats


def claim(text: str, *ids: str) -> Claim:
    return Claim(text=text, segment_ids=ids)


def merged(*claims: Claim) -> list[str]:
    return [item.text for item in without_repeats(claims, 6)]


def test_the_same_in_other_order_is_said_once():
    assert merged(claim("The fence is painted green.", "S0001"), claim("The fence is painted green", "S0050")) == [
        "The fence is painted green."
    ]


def test_both_passages_are_cited():
    (item,) = without_repeats([claim("Paint the fence.", "S0003", "S0001"), claim("Paint the fence", "S0009")], 6)
    assert item.segment_ids == ("S0003", "S0001", "S0009")


def test_citations_have_a_limit():
    (item,) = without_repeats([claim("Paint the fence.", "S0001", "S0002"), claim("Paint the fence.", "S0003")], 2)
    assert item.segment_ids == ("S0001", "S0002")


def test_much_the_same_about_one_passage_is_said_once():
    assert len(merged(claim("The team paints the fence green.", "S0001"), claim("The fence is painted green.", "S0001"))) == 1


def test_much_the_same_about_two_passages_is_kept():
    assert len(merged(claim("The team paints the fence green.", "S0001"), claim("The fence is painted green.", "S0050"))) == 2


def test_another_number_is_another_thing():
    assert len(merged(claim("The fence costs 400 euros.", "S0001"), claim("The fence costs 500 euros.", "S0001"))) == 2


def test_first_keeps_its_owner():
    first = ActionClaim(text="Paint the fence.", segment_ids=("S0001",), owner="Anna")
    second = ActionClaim(text="Paint the fence.", segment_ids=("S0001",))
    assert without_repeats([first, second], 6)[0].owner == "Anna"
