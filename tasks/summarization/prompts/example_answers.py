"""What an answer looks like, shown in the question with the words of meetings that never were.

Words, and not `"..."`: small models write down what they are shown, and what they copy from here is in no transcript.
"""

import json

from tasks.summarization.draft import DraftAction, DraftFact, Facts, in_order

_FACTS = {
    "en": Facts(
        decisions=(DraftFact(quote="then the green paint it is", text="The stairs will be painted green.", segments=("S0001",)),),
        action_items=(
            DraftAction(
                quote="I'll ring the locksmith by Tuesday",
                text="Ring the locksmith about the cellar door.",
                owner=None,
                due="by Tuesday",
                segments=("S0002",),
            ),
        ),
        open_questions=(
            DraftFact(quote="who still has a key to the loft", text="Who has a key to the loft?", segments=("S0001",)),
        ),
    ),
    "vi": Facts(
        decisions=(DraftFact(quote="vậy thì chốt màu xanh lá", text="Cầu thang sẽ được sơn màu xanh lá.", segments=("S0001",)),),
        action_items=(
            DraftAction(
                quote="tôi sẽ gọi thợ khóa trước thứ Ba",
                text="Gọi thợ khóa về cửa tầng hầm.",
                owner=None,
                due="trước thứ Ba",
                segments=("S0002",),
            ),
        ),
        open_questions=(DraftFact(quote="ai còn giữ chìa khóa gác mái", text="Ai giữ chìa khóa gác mái?", segments=("S0001",)),),
    ),
}


def example_answer(language: str) -> str:
    """JSON as a model is to write it: the same marks, the same order of fields."""
    shown = _FACTS[language]
    lists = {name: [in_order(entry.model_dump(mode="json")) for entry in getattr(shown, name)] for name in Facts.model_fields}
    return json.dumps(lists, ensure_ascii=False)
