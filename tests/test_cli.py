"""What a command prints, where, and with which exit code; `--help` that answers at once; errors in one line."""

import io
import json
import os
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest
import yaml

from flows.cli import main
from flows.cli.run import followed
from flows.folder.lock import sole_run
from tasks.engine.registry import ENRICHMENTS, STAGES, backends
from tasks.models.snapshots import hub_cache
from tests.folder_faults import captions
from tests.test_table import board, rows_of, save, with_states, written

HEAVY = (
    "torch",
    "prefect",
    "av",
    "sklearn",
    "transformers",
    "whisper",
    "numpy",
    "scipy",
    "ctranslate2",
    "huggingface_hub",
)
RUN_OPTIONS = ("--config", "--set", "--out", "--force", "--json", "--help")
COMMANDS = {
    (): (
        "run",
        "batch",
        "plan",
        "evaluate",
        "compare",
        "backends",
        "doctor",
        "config",
        "models",
        "speakers",
        "--debug",
        "--help",
    ),
    ("run",): ("RECORDING", *RUN_OPTIONS),
    ("batch",): ("FOLDER", "--retry-failed", "--status", *RUN_OPTIONS),
    ("plan",): ("PATH", "--config", "--set", "--out", "--json", "--help"),
    ("evaluate",): ("FOLDER", *RUN_OPTIONS),
    ("compare",): ("PATH", "--config", "--set", "--out", "--blind", "--json", "--help"),
    ("correct",): tuple("FOLDER --speaker --words --text --owner --due --status --accept --delete --merge --add --help".split()),
    ("app",): tuple("--folder --config --set --out --host --port --max-upload --help".split()),
    ("backends",): ("--json", "--help"),
    ("doctor",): ("--config", "--set", "--json", "--help"),
    ("config",): ("show", "check", "schema", "--help"),
    ("config", "show"): ("--config", "--set", "--help"),
    ("config", "check"): ("--config", "--set", "--help"),
    ("config", "schema"): ("--help",),
    ("models",): ("list", "pull", "check", "convert", "--help"),
    ("models", "list"): ("--config", "--set", "--json", "--help"),
    ("models", "pull"): ("--config", "--set", "--json", "--help"),
    ("models", "check"): ("--config", "--set", "--json", "--help"),
    ("models", "convert"): ("SOURCE", "OUT", "--quantization", "--help"),
    ("speakers",): ("enrol", "list", "forget", "--help"),
    ("speakers", "enrol"): ("NAME", "CLIP", "--minutes", "--speaker", "--voices", "--help"),
    ("speakers", "list"): ("--voices", "--json", "--help"),
    ("speakers", "forget"): ("NAME", "--voices", "--help"),
}
each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words) or "minutes")


class Said(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """The current folder: a text that calls itself music, an empty recording, a plain file, an empty folder, one with minutes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINUTES__FOLDER__SETTLE_S", "0")
    (tmp_path / "notes.mp3").write_text("Buy seeds.\n" * 50)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "plain").write_text("a file")
    (tmp_path / "folder").mkdir()
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "run.json").write_text("{}")
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "actions.json").write_text("[]")
    return tmp_path


@pytest.fixture
def minutes(here, monkeypatch, capsys):
    """The command, run in this process. What it sets for the whole process is left out; see the fresh processes below."""
    monkeypatch.setattr("flows.cli.app.quiet_libraries", lambda debug: None)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["minutes", *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        return Said(code, *capsys.readouterr())

    return run


def fresh(*words: str | bytes, code: str = "from flows.cli import main; main()", **environ: str) -> Said:
    """The command in a process of its own, as the console script starts it."""
    settings = {"PATH": "", "HOME": str(Path.cwd()), "PYTHONUTF8": "1", **environ}
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, env=settings, check=False)
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


# Help


@each_command
def test_help_lists_what_can_be_said(minutes, command):
    said = minutes(*command, "--help")
    assert [word for word in COMMANDS[command] if word.lower() not in said.out.lower()] == []
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("command", [(), ("run",), ("models", "pull")])
def test_short_form_of_help(minutes, command):
    assert minutes(*command, "-h").out == minutes(*command, "--help").out


def test_version(minutes):
    assert minutes("--version") == Said(0, f"audio-minutes {version('audio-minutes')}\n", "")


@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        ("minutes ba", {"batch", "backends"}),
        ("minutes models p", {"pull"}),
        ("minutes run --config gpu", {"gpu-8gb", "gpu-24gb"}),
        ("minutes batch --retry", {"--retry-failed"}),
    ],
)
def test_shell_completes_commands_options_and_configurations(here, begun, offered):
    words = {"COMP_WORDS": begun, "COMP_CWORD": str(begun.count(" ")), "_MINUTES_COMPLETE": "complete_bash"}
    assert set(fresh(**words).out.split()) == offered


def test_models_says_which_configuration_needs_none(minutes):
    said = minutes("models", "pull", "--config", "api", "--set", "diarization.backend=none")
    assert said.err == "configuration api (asked for with --config)\n"
    assert (
        said.out
        == "nothing: the engines of configuration api (asked for with --config) need no models; another one: --config NAME\n"
    )


def test_help_of_set_shows_a_whole_example(minutes):
    assert "report.formats=[md]" in minutes("run", "--help").out


@each_command
def test_help_is_shown_in_full_sentences(minutes, command):
    purpose = minutes(*command, "--help").out.strip().splitlines()[2]
    assert purpose.strip().endswith(".")


@pytest.fixture(scope="module")
def loaded_by_help() -> set[str]:
    """Top-level modules that a fresh process has loaded when `minutes --help` ends."""
    code = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); from flows.cli import main; main()"
    return {name.partition(".")[0] for name in fresh("--help", code=code).err.split()}


@pytest.mark.parametrize("heavy", HEAVY)
def test_help_loads_no_heavy_library(loaded_by_help, heavy):
    assert "typer" in loaded_by_help
    assert heavy not in loaded_by_help


# Errors: one line on stderr, nothing on stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("run nosuch.wav", "nosuch.wav: no such file. Check the spelling, or list the folder."),
        ("run nosuch.wav --json", "nosuch.wav: no such file. Check the spelling, or list the folder."),
        ("run folder", "folder: is a folder. Use: minutes batch folder"),
        ("run empty.wav folder", "folder: is a folder. Use: minutes batch folder"),
        ("batch nosuch", "nosuch: no such folder. For single files use: minutes run RECORDING..."),
        ("batch plain", "plain: is not a folder. For single files use: minutes run RECORDING..."),
        ("batch . --out out", "--out: 'out' is inside the folder of recordings '.'. Choose another folder."),
        ("batch folder --out folder", "--out: 'folder' is inside the folder of recordings 'folder'. Choose another folder."),
        ("batch folder --out folder/../folder/x", "--out: 'folder/../folder/x' is inside the folder of recordings 'folder'."),
        ("batch done", "done: holds minutes, not recordings. Name the folder with the recordings."),
        ("evaluate folder", "folder: holds no recordings. docs/evaluate.md says what is evaluated."),
        ("evaluate nosuch", "nosuch: no such folder. For single files use: minutes run RECORDING..."),
        (
            "compare empty.wav",
            "--config: needs one configuration or two. Name two of them, or one with settings of its own for each",
        ),
        (
            "compare empty.wav -c embedded",
            "--config: both are the same. Name another one, or give B a setting: --set B:KEY=VALUE",
        ),
        ("compare plain -c embedded --blind 3 --json", "--blind: asks a person, and --json prints for machines. Leave one of"),
        ("compare nosuch -c embedded -c cpu", "nosuch: no such file or folder. Check the spelling."),
        ("compare folder -c embedded -c cpu --out folder/x", "--out: 'folder/x' is inside the folder of recordings 'folder'."),
        ("compare folder -c embedded -c cpu", "folder: holds no recordings. Name a folder with some."),
        ("batch folder --out plain", "--out: 'plain' is a file. Choose a folder for the minutes."),
        ("plan nosuch", "nosuch: no such file or folder. Check the spelling, or list the folder."),
        ("plan folder --out folder/x", "--out: 'folder/x' is inside the folder of recordings 'folder'. Choose another folder."),
        ("run empty.wav --set hardware", "--set: 'hardware' is not KEY=VALUE, e.g. --set report.formats=[md]"),
        ("run empty.wav --set audio.pad=1", "audio.pad: unknown key 'pad'; known: track, channels, max_span_s, speech_threshold"),
        ("run empty.wav --set audio.pad_m=1", "Did you mean 'pad_ms'?"),
        ("run empty.wav --config nosuch", "--config: no configuration 'nosuch'; packaged ones: "),
        ("config show --config nosuch.yaml", "--config: no configuration 'nosuch.yaml'; packaged ones: "),
        (
            "run https://example.org/a.mp3",
            "is an address, and only what lies on this machine is read. Download it, and",
        ),
        ("run empty.wav s3://bucket/a.mp3", "is an address, and only what lies on this machine is read. Download it"),
        ("run file:///srv/a.mp3", "is an address, and only what lies on this machine is read. Name it by its path."),
        ("batch https://example.org/a", "is an address, and only what lies on this machine is read."),
        ("plan https://example.org/a", "is an address, and only what lies on this machine is read."),
        ("run empty.wav --out s3://bucket/a", "is an address, and only what lies on this machine is read."),
        ("batch earlier", "earlier: holds the minutes of earlier runs, and no recordings. Name the folder with the recordings"),
        ("serve --folder folder --interval 0", "--interval: should be at least 1."),
        ("config check --set hardware.device=gpu", "hardware.device: should be 'auto', 'cpu', 'cuda' or 'mps', not 'gpu'."),
    ],
)
def test_wrong_use_is_one_line_and_code_2(minutes, words, message):
    said = minutes(*words.split())
    assert said.err.startswith("error: ")
    assert message in said.err
    assert (said.code, said.err.count("\n"), said.out) == (2, 1, "")


def test_output_that_is_a_file_is_refused(minutes):
    said = minutes("run", "empty.wav", "--out", "plain")
    assert said.err.splitlines()[-1] == "error: --out: 'plain' is a file. Choose a folder for the minutes."
    assert (said.code, said.out) == (2, "")


def test_misspelt_key_of_a_file_is_refused_before_anything_is_done(minutes, here):
    (here / "my.yaml").write_text("reprot: {formats: [md]}\n")
    said = minutes("run", "empty.wav", "--config", "my.yaml")
    assert said.err.startswith("error: my.yaml: reprot: unknown key 'reprot'; ")
    assert said.err.endswith(" Did you mean 'report'?\n")
    assert (said.code, said.out) == (2, "")


def test_every_problem_of_a_file_has_its_line(minutes, here):
    (here / "my.yaml").write_text("hardware: {device: gpu}\nreprot: {}\n")
    said = minutes("config", "check", "--config", "my.yaml")
    assert [line.partition("my.yaml: ")[2].partition(":")[0] for line in said.err.splitlines()] == ["hardware.device", "reprot"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("run --frobnicate", "No such option: --frobnicate"),
        ("run", "Missing argument 'RECORDING...'"),
        ("transcribe x", "No such command 'transcribe'"),
        ("config shwo", "Did you mean 'show'?"),
        ("backends --jsn", "No such option: --jsn"),
    ],
)
def test_unknown_words_are_code_2_and_name_the_way_to_help(minutes, words, message):
    said = minutes(*words.split())
    assert message in said.err
    assert "--help' for help." in said.err
    assert (said.code, said.out) == (2, "")


def test_name_that_no_file_can_have_is_an_error_in_one_line(minutes):
    said = minutes("run", "x" * 300)
    assert said.err.startswith(f"error: {'x' * 300}: ")
    assert (said.code in (1, 2), said.err.count("\n"), said.out) == (True, 1, "")


# Recordings that cannot be used


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("empty.wav", "empty.wav: is empty (0 bytes). Copy or record it again."),
        ("notes.mp3", "notes.mp3: is not a recording that can be decoded (Invalid data found when processing input)."),
    ],
)
def test_recording_that_cannot_be_used_is_listed_and_explained(minutes, name, message):
    said = minutes("run", name)
    heading, row = said.out.splitlines()
    assert heading.split() == ["recording", "status", "length", "speed", "minutes", "in"]
    assert row.split() == [name, "failed"]
    assert said.err.splitlines()[1].startswith(f"error: {message}")
    assert (said.code, said.err.count("\n")) == (1, 2)


def test_captions_named_beside_their_transcript_are_left_alone_and_told(minutes, here):
    for name in ("talk.cc.vtt", "talk.transcript.vtt"):
        (here / name).touch()
    said = minutes("run", "talk.cc.vtt", "talk.transcript.vtt", "--json")
    printed = json.loads(said.out)
    assert [entry["name"] for entry in printed["recordings"]] == ["talk.transcript.vtt"]
    told = "'talk.cc.vtt' is left alone: 'talk.transcript.vtt' has more of the same meeting; to read it, name it alone"
    assert told in printed["notes"]


def test_configuration_and_the_reason_for_it_are_named_first(minutes):
    first = minutes("run", "empty.wav", "--config", "embedded").err.splitlines()[0]
    assert first == "configuration embedded (asked for with --config)"


def test_failed_recordings_leave_nothing_behind(minutes, here):
    before = sorted(here.rglob("*"))
    minutes("run", "empty.wav", "notes.mp3")
    assert sorted(here.rglob("*")) == before


def test_json_holds_one_entry_a_recording_and_nothing_is_on_stderr(minutes):
    said = minutes("run", "empty.wav", "notes.mp3", "--json")
    entries = json.loads(said.out)["recordings"]
    assert [(entry["name"], entry["status"]) for entry in entries] == [("empty.wav", "failed"), ("notes.mp3", "failed")]
    assert entries[0]["error"] == "empty.wav: is empty (0 bytes). Copy or record it again."
    assert (said.code, said.err) == (1, "")


@pytest.mark.parametrize("command", [("run", "empty.wav"), ("batch", "folder")])
def test_states_come_into_the_minutes_by_any_run(minutes, here, command):
    (here / "folder" / "empty.wav").touch()
    written(here / "out", board(), "board")
    save(here / "out", with_states(rows_of(here / "out"), {"a-1": "done"}), ";", "utf-16")
    minutes(*command, "--out", "out")
    assert "[☑](#a-1) done" in (here / "out" / "board" / "minutes.md").read_text()
    assert json.loads((here / "out" / "board" / "minutes.json").read_text())["action_items"][1]["status"] == "done"


@pytest.mark.parametrize("command", [("run", "empty.wav"), ("batch", "folder")])
def test_table_that_cannot_be_read_is_named_by_any_run(minutes, here, command):
    (here / "folder" / "empty.wav").touch()
    written(here / "out", board(), "board")
    (here / "out" / "actions.csv").write_text("nothing of ours")
    assert "out/actions.csv: cannot be read as the table of action items" in minutes(*command, "--out", "out").err
    notes = json.loads(minutes(*command, "--out", "out", "--json").out)["notes"]
    assert "actions.new.csv" in notes[-1]
    assert (here / "out" / "actions.csv").read_text() == "nothing of ours"


def test_batch_takes_recordings_by_their_suffix_in_order(minutes, here):
    for name in ("b.WAV", "a.mp3", ".hidden.wav", "notes.txt", "c.wav.meta.yaml"):
        (here / "folder" / name).touch()
    said = minutes("batch", "folder", "--json")
    assert [entry["name"] for entry in json.loads(said.out)["recordings"]] == ["a.mp3", "b.WAV"]


@pytest.mark.parametrize(
    ("age_s", "status", "code"),
    [(30, "waiting", 0), (3600, "failed", 1), (-3600, "failed", 1)],
    ids=["just written", "an hour old", "from the future"],
)
def test_recording_without_an_end_waits_in_a_folder_while_it_is_recent(minutes, here, age_s, status, code):
    path = here / "folder" / "talk.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(100))
    os.utime(path, (time.time() - age_s,) * 2)
    said = minutes("batch", "folder", "--json")
    (entry,) = json.loads(said.out)["recordings"]
    assert (entry["status"], said.code) == (status, code)
    assert "is incomplete: it was never finalised" in entry["error"]
    assert ("waits for the next run" in entry["error"]) == (status == "waiting")


def test_recording_without_an_end_that_is_named_itself_fails_at_once(minutes):
    assert minutes("run", "empty.wav").code == 1


def test_batch_without_recordings_says_what_it_looked_for(minutes):
    said = minutes("batch", "folder")
    assert said.err.startswith("folder: no recordings in this folder (looked for .3gp, ")
    assert said.err.endswith(" Put some there, or name another folder.\n")
    assert (said.code, said.out) == (0, "")


def test_batch_without_recordings_is_an_empty_json_list(minutes):
    said = minutes("batch", "folder", "--json")
    assert (said.code, json.loads(said.out)) == (0, {"recordings": [], "skipped": []})


def test_batch_names_what_it_leaves_alone_and_could_have_been_meant(minutes, here):
    for name in ("talk.mp3.part", "agenda.docx", ".hidden.mp3"):
        (here / "folder" / name).write_text("x")
    said = minutes("batch", "folder")
    assert said.err.splitlines()[0] == "left alone: folder/talk.mp3.part: is a download that has not ended"
    assert said.err.count("\n") == 2
    skipped = json.loads(minutes("batch", "folder", "--json").out)["skipped"]
    assert {entry["path"]: entry["expected"] for entry in skipped} == {
        "folder/.hidden.mp3": True,
        "folder/agenda.docx": True,
        "folder/talk.mp3.part": False,
    }


def test_known_failure_is_told_again_but_is_no_failure_of_this_run(minutes, here):
    (here / "folder" / "notes.mp3").write_text("no music")
    first, second, third = (minutes("batch", "folder", *more) for more in ((), (), ("--retry-failed",)))
    assert [said.out.splitlines()[1].split() for said in (first, second)] == [
        ["notes.mp3", "failed"],
        ["notes.mp3", "failed", "before"],
    ]
    assert "It failed once and is not tried again as it is; --retry-failed tries it at once." in second.err
    assert (first.code, second.code, third.code) == (1, 0, 1)


def test_second_batch_into_a_folder_leaves_and_says_who_is_there(minutes, here):
    (here / "folder" / "notes.mp3").write_text("no music")
    with sole_run(here / "minutes"):
        said = minutes("batch", "folder")
    assert said.err.splitlines()[-1].startswith(f"error: minutes: another run (process {os.getpid()} on ")
    assert (said.code, said.out) == (1, "")


def test_status_of_a_batch_does_nothing(minutes, here):
    (here / "folder" / "notes.mp3").write_text("no music")
    said = minutes("batch", "folder", "--status")
    assert said.out.splitlines()[1].split() == ["notes.mp3", "new"]
    assert not (here / "minutes").exists()
    minutes("batch", "folder")
    (row,) = json.loads(minutes("batch", "folder", "--status", "--json").out)["recordings"]
    assert (row["state"], row["attempts"]) == ("failed", 1)


def test_plan_tells_what_would_be_done_and_ends_with_0(minutes, here):
    said = minutes("plan", "notes.mp3", "folder", "--json")
    (file,) = json.loads(said.out)["files"]
    assert (file["path"], file["state"]) == ("notes.mp3", "cannot be used")
    assert (said.code, said.err) == (0, "")


def test_plan_that_cannot_run_here_says_why_and_ends_with_2(minutes):
    options = ("--set", "transcription.backend=faster-whisper", "--set", "transcription.options.model=/nowhere")
    said = minutes("plan", "notes.mp3", *options)
    assert "cannot run: transcription.options.model: model '/nowhere': is not there." in said.out
    assert said.code == 2


@pytest.mark.parametrize("name", ["bad\nname.wav", "red\x1b[31m.wav"], ids=["newline", "escape"])
def test_name_with_control_characters_neither_breaks_the_line_nor_reaches_the_terminal(minutes, here, name):
    (here / name).touch()
    said = minutes("run", name)
    assert said.err.count("\n") == 2
    assert not {"\x1b", "\x00"} & set(said.err + said.out)


def test_name_that_looks_like_markup_is_shown_as_it_is(minutes, here):
    (here / "[red]x.wav").touch()
    said = minutes("run", "[red]x.wav")
    assert said.out.splitlines()[1].startswith("[red]x.wav ")
    assert said.err.splitlines()[1].startswith("error: [red]x.wav: is empty")


@pytest.mark.parametrize("words", [("--json",), ()], ids=["json", "table"])
def test_name_whose_bytes_are_no_text_is_shown_with_escapes(minutes, here, monkeypatch, words):
    name = b"caf\xe9.wav".decode("utf-8", "surrogateescape")
    (here / name).touch()
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict", write_through=True)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert minutes("run", name, *words).code == 1
    assert b"caf\\" in terminal.buffer.getvalue()


# What can be chosen


def test_backends_lists_every_engine_with_its_options(minutes):
    said = minutes("backends")
    assert [name for stage in (*STAGES, *ENRICHMENTS) for name in (stage, *backends(stage)) if name not in said.out] == []
    assert "sentences = 5: how many sentences the summary has at normal detail" in said.out
    assert (said.code, said.err) == (0, "")


def test_backends_as_json_has_every_engine_option_and_default(minutes):
    rows = json.loads(minutes("backends", "--json").out)
    assert [(row["stage"], row["backend"]) for row in rows] == [
        (stage, name) for stage in (*STAGES, *ENRICHMENTS) for name in backends(stage)
    ]
    (row,) = [row for row in rows if row["backend"] == "extractive"]
    sentences = {"default": 5, "required": False, "description": "how many sentences the summary has at normal detail"}
    assert (row["installed"], row["options"]["sentences"]) == (True, sentences)


def test_backend_that_is_not_installed_shows_its_install_command(minutes, monkeypatch):
    engine = backends("transcription")["faster-whisper"]
    monkeypatch.setattr(engine, "packages", ("no_such_package",))
    assert f"no: {engine.install}" in minutes("backends").out


def test_missing_package_stops_a_run_before_it_starts(minutes, monkeypatch):
    engine = backends("transcription")["faster-whisper"]
    monkeypatch.setattr(engine, "packages", ("no_such_package",))
    said = minutes("run", "empty.wav")
    why = "transcription.backend: faster-whisper needs 'no_such_package', which is not installed: "
    assert said == (2, "", f"error: embedded: {why}{engine.install}\n")


# The configuration


def test_shown_configuration_is_yaml_that_gives_the_same_again(minutes, here):
    shown = minutes("config", "show", "--config", "embedded", "--set", "summarization.options.sentences=3")
    (here / "mine.yaml").write_text(shown.out)
    again = minutes("config", "show", "--config", "mine.yaml")
    assert yaml.safe_load(again.out) == yaml.safe_load(shown.out)
    summarization = yaml.safe_load(shown.out)["summarization"]
    assert (summarization["backend"], summarization["options"]) == ("extractive", {"sentences": 3, "min_words": 6})


def test_shown_configuration_says_which_it_is_and_why(minutes, here):
    (here / "minutes.yaml").write_text("hardware: {device: cpu}\n")
    assert minutes("config", "show").out.startswith("# minutes: found in this folder\n")


def test_good_configuration_checks_ok(minutes):
    assert minutes("config", "check", "--config", "embedded") == (0, "embedded: ok\n", "")


def test_printed_schema_accepts_the_shown_configuration(minutes):
    schema = json.loads(minutes("config", "schema").out)
    jsonschema.validate(yaml.safe_load(minutes("config", "show").out), schema)


# The doctor


def test_doctor_finds_this_machine_well(minutes):
    said = minutes("doctor", "--json", "--config", "embedded")
    findings = json.loads(said.out)
    looked_at = ["python", "disk", "processor", "prefect", "av", "pydub", "torch", "silero-vad", "openai-whisper"]
    looked_at += ["configuration", "engines", "device", "Prefect server"]
    assert [finding["what"] for finding in findings] == looked_at
    assert [finding for finding in findings if not finding["ok"]] == []
    assert (said.code, said.err) == (0, "")


def test_doctor_prints_a_line_for_each_finding(minutes):
    lines = minutes("doctor", "--config", "embedded").out.splitlines()
    assert "ok   configuration: embedded (asked for with --config)" in lines
    assert "ok   device: cpu (asked for)" in lines


def test_doctor_names_a_wrong_configuration_and_ends_with_2(minutes):
    said = minutes("doctor", "--set", "audio.pad_m=1")
    assert said.out.splitlines()[-1].startswith("fix  configuration: ")
    assert said.out.endswith(" Did you mean 'pad_ms'?\n")
    assert (said.code, said.err) == (2, "")


def test_doctor_says_how_to_reach_a_configured_server(minutes, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    said = minutes("doctor", "--config", "embedded")
    fix = "does not answer: start it with `prefect server start` or unset PREFECT_API_URL"
    assert said.out.splitlines()[-1] == f"fix  Prefect server: http://127.0.0.1:1/api {fix}"
    assert said.code == 2


# As a process of its own


def test_error_of_the_console_script_is_one_line(here):
    said = fresh("run", "nosuch.wav")
    assert said == (2, "", "error: nosuch.wav: no such file. Check the spelling, or list the folder.\n")


def test_debug_shows_where_an_error_comes_from(here):
    said = fresh("--debug", "run", "nosuch.wav")
    assert (said.code, said.out, "Traceback" in said.err) == (2, "", True)
    assert said.err.endswith("nosuch.wav: no such file. Check the spelling, or list the folder.\n")


def test_json_of_a_fresh_process_is_one_document_without_noise(here):
    said = fresh("run", "notes.mp3", "--json", HF_HUB_CACHE=str(hub_cache()))
    assert (said.code, said.err) == (1, "")
    assert json.loads(said.out)["recordings"][0]["status"] == "failed"


@pytest.mark.parametrize(
    ("given", "message"),
    [("A=", "'A=' lacks a label or a name."), ("A=Ana,1=Bo", "'Speaker 1' is named twice."), ("nosuch.yaml", "neither names")],
)
def test_speakers_that_cannot_be_read_are_refused_before_any_work(minutes, given, message):
    said = minutes("run", "notes.mp3", "--config", "embedded", "--speakers", given)
    assert said.code == 2
    assert message in said.err


def test_a_link_that_is_named_goes_by_the_name_of_its_target_and_that_is_said(tmp_path, capsys):
    (tmp_path / "talk.srt").write_text(captions(1))
    (tmp_path / "today.srt").symlink_to("talk.srt")
    assert followed(tmp_path / "today.srt") == tmp_path / "talk.srt"
    assert "today.srt is a link: its minutes go by the name of" in capsys.readouterr().err
    assert followed(tmp_path / "talk.srt") == tmp_path / "talk.srt"
    assert capsys.readouterr().err == ""
