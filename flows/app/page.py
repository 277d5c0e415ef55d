"""The page of the app, by Gradio: choose or upload a recording, watch, read, correct, take along."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr
from markupsafe import Markup

from configs.load import LoadedConfig, load_config
from flows.app.form import TASK_FIELDS, Field, changed, fields_of
from flows.app.library import Library
from flows.app.routes import file_names
from flows.app.wording import WORDS, language_of_browser
from flows.app.work import Progress, Workshop
from flows.corrections import correct_meeting
from flows.finished import Outcome
from tasks.errors import ConfigError, MinutesError
from tasks.language.clock import short_clock
from tasks.language.wording import FALLBACK, wording_for

Words = dict[str, str]
"""Key -> what is said, in one language."""

_WIDTHS = dict(zip(TASK_FIELDS, (5, 2, 2, 2), strict=True))


@dataclass(frozen=True)
class Desk:
    """What the page works with."""

    library: Library
    configs: dict[str, str]
    """What is shown -> what is loaded."""
    settings: tuple[str, ...]
    workshop: Workshop

    def load(self, name: str) -> LoadedConfig:
        """The configuration of that name, with the minutes as JSON among its formats: what is read and corrected here is that."""
        if name not in self.configs:
            raise ConfigError("is not offered.", where="Configuration", fix="Choose one of the list.")
        loaded = load_config(self.configs[name], self.settings)
        formats = loaded.config.report.formats
        if "json" in formats:
            return loaded
        return load_config(self.configs[name], (*self.settings, f"report.formats=[{', '.join((*formats, 'json'))}]"))

    def recording(self, upload: str | None, chosen: str | None, held_on: str) -> Path:
        """The recording that somebody uploaded or chose."""
        if upload:
            return self.library.receive(Path(upload), held_on)
        path = self.library.choices().get(chosen or "")
        if path is None:
            raise ConfigError("No recording is chosen.", fix="Upload one, or choose one of the list.")
        return path


def build(desk: Desk) -> gr.Blocks:
    """The page."""
    library = desk.library
    with gr.Blocks(title="audio-minutes", analytics_enabled=False) as page:
        language = gr.State(FALLBACK)
        title = gr.Markdown()
        with gr.Row():
            upload = gr.File(type="filepath", elem_id="upload")
            with gr.Column():
                chosen = gr.Dropdown(list(library.choices()), value=None, visible=bool(library.recordings))
                config = gr.Dropdown(list(desk.configs), value=next(iter(desk.configs)))
                held_on = gr.Textbox(max_length=40)
                start = gr.Button(variant="primary", elem_id="start")
        status = gr.HTML(elem_id="status")
        meeting = gr.Dropdown(_meetings(library), value=None, elem_id="meeting")
        saved = gr.State(0)
        shown = gr.HTML(elem_id="shown")
        told = gr.HTML(elem_id="told")

        def make(request: gr.Request, upload: str | None, chosen: str | None, config: str, held_on: str) -> Iterator[Any]:
            yield from _make(desk, _words(request), upload, chosen, config, held_on)

        inputs = [upload, chosen, config, held_on]
        start.click(make, inputs, [status, meeting], api_visibility="private", show_progress="hidden")
        gr.on(
            [meeting.change, saved.change],
            lambda name, count: _frame(library, name, count),
            [meeting, saved],
            shown,
            api_visibility="private",
        )

        def greet(request: gr.Request) -> list[Any]:
            return _greeting(library, _language(request))

        page.load(greet, None, [language, title, upload, chosen, config, held_on, start, meeting], api_visibility="private")
        gr.render([meeting, saved, language], triggers=[meeting.change, saved.change])(
            lambda name, count, code: _form(library, WORDS[code], name, saved, told)  # the count: how often it was saved
        )
    return page


def _greeting(library: Library, language: str) -> list[Any]:
    """What stands on the page, in a language, with what can be chosen by now."""
    words = WORDS[language]
    return [
        language,
        f"# {words['title']}",
        gr.File(label=words["upload"]),
        gr.Dropdown(list(library.choices()), label=words["choose"]),
        gr.Dropdown(label=words["config"]),
        gr.Textbox(label=words["held_on"]),
        gr.Button(words["make"]),
        gr.Dropdown(_meetings(library), label=words["minutes"]),
    ]


def _meetings(library: Library) -> list[tuple[str, str]]:
    return [(told, name) for name, told in library.meetings().items()]


def _language(request: gr.Request) -> str:
    """The language of whoever asks."""
    return language_of_browser(request.headers.get("accept-language", ""))


def _words(request: gr.Request) -> Words:
    """What to say to them, with the names of the stages."""
    language = _language(request)
    return WORDS[language] | wording_for(language, "").stages


def _make(desk: Desk, words: Words, upload: str | None, chosen: str | None, config: str, held_on: str) -> Iterator[Any]:
    """How far it is, for the status line, and at the end the minutes."""
    try:
        loaded, path = desk.load(config), desk.recording(upload, chosen, held_on)
        for state in desk.workshop.work(path, loaded, desk.library.out):
            if isinstance(state, Progress):
                yield _bar(state, words), gr.skip()
            else:
                yield _ending(state, words), _opened(desk.library, state)
    except MinutesError as error:
        yield _paragraph(str(error)), gr.skip()


def _opened(library: Library, outcome: Outcome) -> Any:
    if not outcome.folder:
        return gr.skip()
    return gr.Dropdown(_meetings(library), value=Path(outcome.folder).name)


def _bar(progress: Progress, words: Words) -> str:
    left = ", " + words["left"].format(left=short_clock(progress.left_s)) if progress.left_s is not None else ""
    told = f"{progress.name}: {words.get(progress.stage, progress.stage)}, {progress.share:.0%}{left}"
    return Markup('<p role="status">{} <progress value="{}" max="1"></progress></p>').format(told, round(progress.share, 3))


def _ending(outcome: Outcome, words: Words) -> str:
    return _paragraph(outcome.error or f"{outcome.name}: {words.get(outcome.status, outcome.status)}")


def _paragraph(words: str) -> str:
    return Markup('<p role="status">{}</p>').format(words)


def _frame(library: Library, name: str | None, count: int) -> str:
    """The minutes in a frame of their own, which cannot reach the page around it."""
    if not name or name not in library.meetings():
        return ""
    base = f"/minutes/{quote(name)}"
    links = Markup(" · ").join(Markup('<a href="{}/files/{}" download>{}</a>').format(base, file, file) for file in file_names())
    frame = '<iframe sandbox="allow-scripts" title="Minutes" src="{}/page?{}" width="100%" height="700"></iframe>'
    return Markup('<p id="files">{}</p>' + frame).format(links, base, count)  # noqa: S704 - its values are escaped


def _form(library: Library, words: Words, name: str | None, saved: Any, told: Any) -> None:
    """A text field for whatever can be corrected, and a button that saves what was changed."""
    found = library.meeting(name) if name else None
    if found is None:
        return
    speakers, items = fields_of(found)
    boxes = []
    with gr.Accordion(words["correct"], open=True, elem_id="correct"):
        with gr.Row():
            boxes += [_box(field, f"{words['voice']} {field.part}", 1) for field in speakers]
        for item in items:
            with gr.Row():
                boxes += [_box(field, words[field.part], _WIDTHS.get(field.part, 1)) for field in item]
        fields = [*speakers, *(field for item in items for field in item)]

        def save(request: gr.Request, count: int, *values: str) -> tuple[str, Any]:
            return _save(library, _words(request), str(name), changed(fields, values), count)

        button = gr.Button(words["save"], elem_id="save")
        button.click(save, [saved, *boxes], [told, saved], api_visibility="private")


def _box(field: Field, label: str, width: int) -> gr.Textbox:
    return gr.Textbox(field.value, label=label, scale=width, min_width=120, max_length=5000, interactive=True)


def _save(library: Library, words: Words, name: str, entries: Any, count: int) -> tuple[str, Any]:
    found = library.meeting(name)
    if found is None or not entries:
        return _paragraph(words["unchanged"]), gr.skip()
    try:
        number, left = correct_meeting(found.folder, entries)
    except MinutesError as error:
        return _paragraph(str(error)), gr.skip()
    return _paragraph(" ".join([words["saved"].format(number=number), *left])), count + 1
