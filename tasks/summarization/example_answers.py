"""What an answer looks like, shown in the question with the words of meetings that never were.

Words, and not `"..."`: small models write down what they are shown. So it is known here what such a copy reads like.
"""

import json
from functools import cache

from tasks.summarization.draft import Digest, Discussion, Draft, DraftAction, DraftClaim, DraftFact, DraftTopic, Facts, in_order

_DRAFTS: dict[str, tuple[Draft, ...]] = {
    "en": (
        Discussion(
            topics=(
                DraftTopic(
                    title="Broken lift",
                    text="The lift in the west wing stands still. The firm that built it no longer exists.",
                    segments=("S0001", "S0002"),
                ),
            ),
            summary=(DraftClaim(text="The west wing goes without a lift until the spring.", segments=("S0002",)),),
        ),
        Facts(
            decisions=(
                DraftFact(quote="then the green paint it is", text="The stairs will be painted green.", segments=("S0001",)),
            ),
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
        Digest(summary=(DraftClaim(text="The house gets green stairs and a new cellar door.", segments=("S0001", "S0002")),)),
    ),
    "vi": (
        Discussion(
            topics=(
                DraftTopic(
                    title="Thang máy hỏng",
                    text="Thang máy ở dãy nhà phía tây không chạy. Công ty lắp đặt nó không còn hoạt động.",
                    segments=("S0001", "S0002"),
                ),
            ),
            summary=(DraftClaim(text="Dãy nhà phía tây không có thang máy cho đến mùa xuân.", segments=("S0002",)),),
        ),
        Facts(
            decisions=(
                DraftFact(quote="vậy thì chốt màu xanh lá", text="Cầu thang sẽ được sơn màu xanh lá.", segments=("S0001",)),
            ),
            action_items=(
                DraftAction(
                    quote="tôi sẽ gọi thợ khóa trước thứ Ba",
                    text="Gọi thợ khóa về cửa tầng hầm.",
                    owner=None,
                    due="trước thứ Ba",
                    segments=("S0002",),
                ),
            ),
            open_questions=(
                DraftFact(quote="ai còn giữ chìa khóa gác mái", text="Ai giữ chìa khóa gác mái?", segments=("S0001",)),
            ),
        ),
        Digest(summary=(DraftClaim(text="Tòa nhà có cầu thang màu xanh và cửa hầm mới.", segments=("S0001", "S0002")),)),
    ),
}


def example_answer(kind: type[Draft], language: str) -> str:
    """JSON as a model is to write it: the same marks, the same order of fields."""
    draft = next(draft for draft in _DRAFTS[language] if isinstance(draft, kind))
    lists = {name: [in_order(entry.model_dump(mode="json")) for entry in getattr(draft, name)] for name in kind.model_fields}
    return json.dumps(lists, ensure_ascii=False)


@cache
def example_words() -> frozenset[str]:
    """Every title, text and quote of the examples: an answer that holds one of them was copied."""
    entries = [
        entry
        for drafts in _DRAFTS.values()
        for draft in drafts
        for name in type(draft).model_fields
        for entry in getattr(draft, name)
    ]
    return frozenset(getattr(entry, name) for entry in entries for name in ("title", "text", "quote") if hasattr(entry, name))
