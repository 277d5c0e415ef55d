"""The state of an action item: `open` until a person writes something else into the table of all meetings."""

OPEN = "open"
CLOSED = frozenset(
    {"done", "closed", "complete", "completed", "finished", "cancelled", "canceled", "dropped"}
    | {"xong", "đã xong", "làm xong", "hoàn thành", "đã hoàn thành", "hủy", "huỷ", "đã hủy", "đã huỷ", "bỏ"}
)
"""The words after which nobody waits for a task any more, in the languages that a page can be written in."""


def is_closed(status: str) -> bool:
    """Whether nobody waits for the task any more; what else a person writes says how it stands."""
    return " ".join(status.casefold().split()) in CLOSED
