"""`minutes speakers`: people who are to be known by their voice."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import JsonOption
from tasks.errors import ConfigError

speakers_app = typer.Typer(no_args_is_help=True, help="Enrol people by their voice, list them, forget them. Ask them first.")
VoicesOption = Annotated[
    Path | None, typer.Option("--voices", help="The file of voices; else voices.json in the user's data folder.", metavar="FILE")
]


@speakers_app.command("enrol")
def speakers_enrol(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the minutes call the person.")],
    clips: Annotated[list[Path] | None, typer.Argument(metavar="[CLIP]...", help="Recordings of this person alone.")] = None,
    minutes: Annotated[
        Path | None, typer.Option("--minutes", metavar="FOLDER", help="Instead of clips: minutes in which the person is named.")
    ] = None,
    speaker: Annotated[
        str | None, typer.Option("--speaker", metavar="LABEL", help="Which speaker of these minutes it is, e.g. 'Speaker 2'.")
    ] = None,
    voices: VoicesOption = None,
) -> None:
    """Learn a person's voice, from clips or from minutes. Only numbers that describe the voice are kept, no sound."""
    from flows.voices import enrol_clips, enrol_from_minutes
    from tasks.diarization.enrolment import default_file

    if bool(clips) == (minutes is not None):
        raise ConfigError("give either clips, or --minutes with a folder.", where="minutes speakers enrol")
    file = voices or default_file()
    person = enrol_from_minutes(name, minutes, speaker, file) if minutes else enrol_clips(name, clips or [], file)
    print(f"{person.name}: enrolled from {person.seconds:.0f} s of speech in {file}")
    print(f"Next: minutes run RECORDING --set diarization.options.voices={file}")


@speakers_app.command("list")
def speakers_list(voices: VoicesOption = None, as_json: JsonOption = False) -> None:
    """List who is enrolled."""
    from flows.cli.tables import print_json
    from flows.voices import list_voices
    from tasks.diarization.enrolment import default_file

    people = list_voices(voices or default_file())
    if as_json:
        print_json([{"name": person.name, "seconds": person.seconds} for person in people])
        return
    print("\n".join(f"{person.name}  {person.seconds:.0f} s" for person in people) or "nobody is enrolled")


@speakers_app.command("forget")
def speakers_forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose voice is deleted.")], voices: VoicesOption = None
) -> None:
    """Delete what is kept of a person's voice. Minutes that were written stay as they are."""
    from flows.voices import forget_voice
    from tasks.diarization.enrolment import default_file

    file = voices or default_file()
    forget_voice(name, file)
    print(f"{name}: deleted from {file}")
