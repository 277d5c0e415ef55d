"""`minutes correct`: set right what is wrong in the minutes of one meeting, without recognising anything again."""

from pathlib import Path
from typing import Annotated

import typer

from tasks.errors import ConfigError
from tasks.files import displayable

_Pairs = list[str] | None


def correct(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the minutes.", show_default=False)],
    speaker: Annotated[_Pairs, typer.Option(metavar="A=NAME", help="Who a voice is, or the right name of somebody.")] = None,
    words: Annotated[_Pairs, typer.Option(metavar="S0012=TEXT", help="What was really said in a segment.")] = None,
    text: Annotated[_Pairs, typer.Option(metavar="ID=TEXT", help="The right text of a task or decision.")] = None,
    owner: Annotated[_Pairs, typer.Option(metavar="ID=NAME", help="Who does a task; nothing after = for nobody.")] = None,
    due: Annotated[
        _Pairs, typer.Option(metavar="ID=DATE", help="When it is due, as 2026-03-06; nothing after = for no date.")
    ] = None,
    status: Annotated[_Pairs, typer.Option(metavar="ID=STATUS", help="How it stands: done, or any words of yours.")] = None,
    accept: Annotated[
        _Pairs, typer.Option(metavar="ID", help="What is only possible, unverified or not reviewed, and is right.")
    ] = None,
    delete: Annotated[_Pairs, typer.Option(metavar="ID", help="A task or decision that is none.")] = None,
    merge: Annotated[_Pairs, typer.Option(metavar="ID=ID", help="A task or decision that only repeats another one.")] = None,
    add: Annotated[_Pairs, typer.Option(metavar="TIME=TEXT", help="A task that was said at this time and not found.")] = None,
) -> None:
    """Correct the minutes in a folder. Options may be repeated; without any, corrections.yaml and answers of a review count."""
    from flows.corrections import correct_meeting
    from tasks.report.corrections import FILE_NAME

    items = {"text": text, "owner": owner, "due": due, "status": status, "same_as": merge}
    entries = [
        *(("speakers", *_pair(each)) for each in speaker or ()),
        *(("segments", *_pair(each)) for each in words or ()),
        *(("items", name, {field: value}) for field, given in items.items() for name, value in map(_pair, given or ())),
        *(("items", name, {"accept": "true"}) for name in accept or ()),
        *(("items", name, {"delete": "true"}) for name in delete or ()),
        *(("added", at, {"text": value, "at": at}) for at, value in map(_pair, add or ())),
    ]
    count, left = correct_meeting(folder, entries)
    print(f"{displayable(str(folder / FILE_NAME))}: {count} corrections, of which {len(left)} could not be applied")
    print(*(f"  {each}" for each in left), sep="\n", end="\n" if left else "")


def _pair(given: str) -> tuple[str, str]:
    key, sign, value = given.partition("=")
    if not sign or not key.strip():
        raise ConfigError(f"'{given}' has no =.", where="minutes correct", fix="Write it as WHAT=VALUE, e.g. --speaker A=Jenny.")
    return key.strip(), value.strip()
