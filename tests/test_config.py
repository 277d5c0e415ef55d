"""Where settings come from, which one wins, and what is said about every one that is wrong."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from configs.load import FOLDER, choose_file, load_config, packaged_names
from configs.problems import check_machine
from configs.settings import Config, json_schema
from tasks.diarization.campplus import Campplus
from tasks.engine.base import BackendChoice
from tasks.engine.registry import ENRICHMENTS, STAGES, backends, find_backend
from tasks.errors import ConfigError

STAGE_KEYS = (
    f"hardware, audio, transcription, diarization, speakers, summarization, actions, {', '.join(('enrichments', *ENRICHMENTS))},"
    " report, deliver, folder, schedule, notify"
)
CPU, AUTO, CUDA, MPS = ({"hardware": {"device": name}} for name in ("cpu", "auto", "cuda", "mps"))


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """The current folder, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, content: object) -> str:
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return str(path)


def device(source: str | None = None, overrides=(), **environ: str) -> str:
    return load_config(source, overrides, environ).config.hardware.device


def problems(source: str | None = None, overrides=(), **environ: str) -> list[str]:
    """The lines that a user sees about a configuration that is refused."""
    with pytest.raises(ConfigError) as caught:
        load_config(source, overrides, environ)
    return str(caught.value).splitlines()


# Files that come with the package


@pytest.mark.parametrize("name", packaged_names())
def test_packaged_configuration_loads(name):
    loaded = load_config(name, (), {})
    assert (loaded.name, loaded.reason) == (name, "asked for with --config")


@pytest.mark.parametrize("name", packaged_names())
def test_packaged_configuration_is_short_and_says_for_whom(name):
    lines = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 40
    assert lines[0].startswith("# For whom:")
    assert any("Memory:" in line for line in lines if line.startswith("#"))


# Which value wins


def test_default_holds_where_the_file_says_nothing(here):
    assert device(write(here / "c.yaml", "")) == "auto"


def test_file_wins_over_default(here):
    assert device(write(here / "c.yaml", MPS)) == "mps"


def test_environment_wins_over_file(here):
    assert device(write(here / "c.yaml", MPS), MINUTES__HARDWARE__DEVICE="cuda") == "cuda"


def test_set_wins_over_environment(here):
    assert device(write(here / "c.yaml", MPS), ["hardware.device=cpu"], MINUTES__HARDWARE__DEVICE="cuda") == "cpu"


def test_last_set_of_a_key_wins():
    loaded = load_config("embedded", ["report.formats=[md]", "report.formats=[vtt, srt]"], {})
    assert loaded.config.report.formats == ("vtt", "srt")


def test_set_reaches_an_option_of_a_backend_and_leaves_the_others(here):
    source = write(here / "c.yaml", {"summarization": {"backend": "extractive", "options": {"min_words": 9}}})
    loaded = load_config(source, ["summarization.options.sentences=2"], {})
    assert loaded.config.summarization.options == {"sentences": 2, "min_words": 9}


def test_environment_reaches_an_option_of_a_backend():
    loaded = load_config("embedded", (), {"MINUTES__SUMMARIZATION__OPTIONS__SENTENCES": "7"})
    assert loaded.config.summarization.options["sentences"] == 7


# Which file is read


def test_packaged_default_is_read_when_nothing_is_named(here):
    path, reason = choose_file(None, {})
    assert (path, reason) == (FOLDER / "embedded.yaml", "the packaged one that runs on any machine")


def test_file_in_the_current_folder_goes_before_the_packaged_default(here):
    write(here / "minutes.yaml", MPS)
    assert choose_file(None, {}) == (Path("minutes.yaml"), "found in this folder")


def test_environment_variable_goes_before_the_file_in_the_current_folder(here):
    write(here / "minutes.yaml", MPS)
    other = write(here / "other.yaml", CUDA)
    assert choose_file(None, {"MINUTES_CONFIG": other}) == (Path(other), "named by MINUTES_CONFIG")


def test_config_option_goes_before_the_environment_variable(here):
    other, asked = write(here / "other.yaml", CUDA), write(here / "asked.yaml", MPS)
    assert choose_file(asked, {"MINUTES_CONFIG": other}) == (Path(asked), "asked for with --config")


def test_packaged_name_can_be_given_by_the_environment_variable(here):
    assert choose_file(None, {"MINUTES_CONFIG": "embedded"})[0] == FOLDER / "embedded.yaml"


def test_missing_file_names_the_packaged_ones_and_the_closest():
    known = ", ".join(packaged_names())
    expected = f"--config: no configuration 'embeded'; packaged ones: {known}, or give the path of a YAML file."
    assert problems("embeded") == [f"{expected} Did you mean 'embedded'?"]


def test_missing_file_of_the_environment_variable_is_blamed_on_it():
    (line,) = problems(MINUTES_CONFIG="nosuch.yaml")
    assert line.startswith("MINUTES_CONFIG: no configuration 'nosuch.yaml'")


# Files that are refused: one line with the file, the dotted path, what is known and the closest


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            "hardwear: {device: cpu}",
            f"hardwear: unknown key 'hardwear'; known: {STAGE_KEYS}. Did you mean 'hardware'?",
            id="top level",
        ),
        pytest.param(
            "hardware: {devise: cpu}",
            "hardware.devise: unknown key 'devise'; known: device, overlap, cluster. Did you mean 'device'?",
            id="block",
        ),
        pytest.param(
            "transcription: {backend: faster-whisper, option: {}}",
            "transcription.option: unknown key 'option'; known: backend, options, language, vocabulary, remember_names, guards."
            " Did you mean 'options'?",
            id="stage",
        ),
        pytest.param(
            "transcription: {backend: faster-whisper, options: {beem_size: 1}}",
            "transcription.options.beem_size: unknown key 'beem_size'; known: model, revision, compute_type, batch_size, "
            "beam_size, window_s, silence_s, cpu_threads. Did you mean 'beam_size'?",
            id="option of a backend",
        ),
        pytest.param(
            "transcription: {backend: faster-whisper, options: {distance: 3}}",
            "transcription.options.distance: unknown key 'distance'; known: model, revision, compute_type, batch_size, "
            "beam_size, window_s, silence_s, cpu_threads.",
            id="option of another backend",
        ),
    ],
)
def test_unknown_key_is_refused_with_the_nearest_known_one(here, content, message):
    assert problems(write(here / "c.yaml", content)) == [f"{here / 'c.yaml'}: {message}"]


@pytest.mark.parametrize("stage", STAGES)
def test_unknown_backend_lists_those_of_the_stage(here, stage):
    known = list(backends(stage))
    (line,) = problems(write(here / "c.yaml", {stage: {"backend": f"{known[0]}x"}}))
    expected = f"no {stage} backend '{known[0]}x'; available: {', '.join(known)}. Did you mean '{known[0]}'?"
    assert line == f"{here / 'c.yaml'}: {stage}.backend: {expected}"


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ("hardware: {device: gpu}", "hardware.device"),
        ("hardware: fast", "hardware"),
        ("audio:", "audio"),
        ("audio: {pad_ms: -1}", "audio.pad_ms"),
        ("audio: {pad_ms: long}", "audio.pad_ms"),
        ("report: {formats: md}", "report.formats"),
        ("report: {formats: []}", "report.formats"),
        ("report: {formats: [md, rtf]}", "report.formats.1"),
        ("transcription: faster-whisper", "transcription"),
        ("transcription: [faster-whisper]", "transcription"),
        ("transcription: {options: {}}", "transcription.backend"),
        ("transcription: {backend: [faster-whisper]}", "transcription.backend"),
        ("transcription: {backend: faster-whisper, options: [1]}", "transcription.options"),
        ("summarization: {backend: extractive, options: {sentences: 0}}", "summarization.options.sentences"),
        ("summarization: {backend: extractive, options: {sentences: five}}", "summarization.options.sentences"),
    ],
)
def test_wrong_value_is_refused_with_its_place(here, content, path):
    lines = problems(write(here / "c.yaml", content))
    assert [line.startswith(f"{here / 'c.yaml'}: {path}: ") for line in lines] == [True]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("hardware: {device: gpu}", "should be 'auto', 'cpu', 'cuda' or 'mps', not 'gpu'."),
        ("audio: {pad_ms: -1}", "should be at least 0, not '-1'."),
        ("transcription: {options: {}}", "is missing."),
        ("report: {formats: md}", "should be a list, not 'md'."),
        ("report: {formats: []}", "should not be empty."),
        ("hardware: fast", "should be a block of settings, not 'fast'."),
        ("1: 2", f"unknown key '1'; known: {STAGE_KEYS}."),
    ],
)
def test_wrong_value_is_explained_in_plain_words(here, content, message):
    assert problems(write(here / "c.yaml", content))[0].endswith(f": {message}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("audio: {}\naudio: {}\n", "is not valid YAML: line 2: the key 'audio' stands twice."),
        ("audio:\n  pad_ms: 1\n  pad_ms: 2\n", "is not valid YAML: line 3: the key 'pad_ms' stands twice."),
        ("hardware:\n\tdevice: cpu\n", "is not valid YAML: line 2: found character '\\t' that cannot start any token."),
        ("a: 1\n---\nb: 2\n", "is not valid YAML: line 2: but found another document."),
        ("[a]: 2\n", "is not valid YAML: line 1: "),
        ("hardware: {device: 2026-13-45}\n", "is not valid YAML: "),
        ("a: '", "is not valid YAML: line 1: "),
        ("- hardware\n", "must hold blocks such as 'transcription:', see `minutes config show`."),
        ("[]\n", "must hold blocks such as 'transcription:', see `minutes config show`."),
        ("hardware\n", "must hold blocks such as 'transcription:', see `minutes config show`."),
    ],
)
def test_text_that_is_no_configuration_is_refused_in_one_line(here, content, message):
    (line,) = problems(write(here / "c.yaml", content))
    assert line.startswith(f"{here / 'c.yaml'}: {message}")


def test_bytes_that_are_no_text_are_refused(here):
    (here / "c.yaml").write_bytes(b"\xff\xfeh\x00")
    assert problems(str(here / "c.yaml"))[0].startswith(f"{here / 'c.yaml'}: is not valid YAML: ")


def test_file_that_cannot_be_read_is_refused(here, monkeypatch):
    source = write(here / "c.yaml", CPU)
    monkeypatch.setattr(Path, "open", refuse_reading)
    assert problems(source)[0].startswith(f"{source}: cannot be read: Permission denied")


def refuse_reading(*_: object, **__: object) -> str:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("content", ["", "# nothing but a comment\n", "---\n"])
def test_empty_file_gives_the_defaults(here, content):
    assert load_config(write(here / "c.yaml", content), (), {}).config == Config().resolved()


def test_byte_order_mark_does_no_harm(here):
    assert device(write(here / "c.yaml", "\ufeffhardware: {device: mps}")) == "mps"


# Files that attack


@pytest.mark.parametrize("tag", ["object/apply:os.system [exit]", "name:os.system", "module:os", "object:os.PathLike {}"])
def test_python_objects_are_refused(here, tag):
    (line,) = problems(write(here / "c.yaml", f"hardware: !!python/{tag}"))
    assert "could not determine a constructor for the tag" in line


def test_deep_nesting_is_refused(here):
    (line,) = problems(write(here / "c.yaml", "{a: " * 600 + "1" + "}" * 600))
    assert "is not valid YAML: " in line


@pytest.mark.parametrize("entry", ["[{}]", "{{<<: [{}]}}"], ids=["lists", "merged blocks"])
def test_yaml_bomb_is_refused_before_it_grows(here, entry):
    start = {"[{}]": "[1]", "{{<<: [{}]}}": "{k: 1}"}[entry]
    bomb = f"a: &a {start}\n" + "".join(
        f"{new}: &{new} {entry.format(', '.join([f'*{old}'] * 5))}\n" for old, new in zip("abcde", "bcdef", strict=True)
    )
    (line,) = problems(write(here / "c.yaml", bomb))
    assert "is not valid YAML: line 2: " in line


def test_file_of_megabytes_is_refused(here):
    source = write(here / "c.yaml", "#" * 1_100_000)
    assert problems(source) == [f"{source}: is larger than 1 MB and cannot be a configuration."]


# Several problems, and problems outside the file


def test_all_problems_are_reported_at_once_each_with_its_place(here):
    content = {
        "hardware": {"device": "gpu"},
        "audoi": {},
        "transcription": {"backend": "nosuch"},
        "summarization": {"backend": "extractive", "options": {"sentences": 0}},
        "report": {"formats": ["rtf"]},
    }
    places = [line.split(": ")[1] for line in problems(write(here / "c.yaml", content))]
    assert places == [
        "hardware.device",
        "report.formats.0",
        "audoi",
        "transcription.backend",
        "summarization.options.sentences",
    ]


def test_wrong_value_of_the_environment_is_blamed_on_its_variable():
    (line,) = problems("embedded", MINUTES__HARDWARE__DEVICE="gpu")
    assert line.startswith("environment MINUTES__HARDWARE__DEVICE: hardware.device: should be ")


def test_wrong_value_of_set_is_blamed_on_set():
    (line,) = problems("embedded", ["hardware={device: gpu}"])
    assert line.startswith("--set: hardware.device: should be ")


@pytest.mark.parametrize("override", ["hardwear.device=cpu", "report.formats.0=md"])
def test_wrong_key_of_set_is_blamed_on_set(override):
    (line,) = problems("embedded", [override])
    assert line.startswith("--set: ")


def test_wrong_key_of_the_environment_is_blamed_on_its_variable():
    (line,) = problems("embedded", MINUTES__HARDWEAR__DEVICE="cpu")
    assert line.startswith("environment MINUTES__HARDWEAR__DEVICE: hardwear: unknown key 'hardwear'")


@pytest.mark.parametrize("override", ["hardware.device", "=cpu", " =cpu", ""])
def test_set_without_key_or_value_shows_how(override):
    assert problems("embedded", [override]) == [f"--set: '{override}' is not KEY=VALUE, e.g. --set report.formats=[md]"]


@pytest.mark.parametrize("text", ["[md", "2026-13-45", pytest.param("[" * 500, id="deep")])
def test_set_with_a_value_that_is_no_yaml_is_refused(text):
    (line,) = problems("embedded", [f"hardware.device={text}"])
    assert line == f"--set hardware.device: '{text[:200]}' is not a YAML value; put quotes around text with special characters."


# The whole configuration


@pytest.mark.parametrize("stage", STAGES)
def test_resolved_configuration_spells_out_every_option(stage):
    choice = Config().resolved().choice(stage)
    assert set(choice.options) == set(find_backend(stage, choice.backend).Options.model_fields)


def test_resolving_keeps_what_was_chosen(here):
    source = write(here / "c.yaml", {"diarization": {"backend": "campplus", "options": {"distance": 0.3}}})
    options = load_config(source, (), {}).config.diarization.options
    assert options == Campplus.Options(distance=0.3).model_dump(mode="json")


@pytest.mark.parametrize("name", packaged_names())
def test_configuration_that_was_shown_loads_as_the_same(here, name):
    config = load_config(name, (), {}).config
    shown = write(here / "shown.yaml", config.model_dump(mode="json"))
    assert load_config(shown, (), {}).config == config


@pytest.mark.parametrize("name", packaged_names())
def test_schema_accepts_packaged_configuration(name):
    jsonschema.validate(yaml.safe_load((FOLDER / f"{name}.yaml").read_text()), json_schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {"hardwear": {}},
        {"hardware": {"devise": "cpu"}},
        {"transcription": {"backend": "faster-whisper", "option": {}}},
        {"transcription": {"backend": "nosuch"}},
        {"transcription": {"backend": "faster-whisper", "options": {"beem_size": 1}}},
        {"summarization": {"backend": "extractive", "options": {"sentences": 0}}},
    ],
    ids=str,
)
def test_schema_refuses_what_loading_refuses(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, json_schema())


def test_schema_is_valid_and_its_references_resolve():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(Config().resolved().model_dump(mode="json"), schema)


def test_missing_package_of_a_backend_is_named_with_its_install_command(monkeypatch):
    engine = find_backend("transcription", "faster-whisper")
    monkeypatch.setattr(engine, "packages", ("no_such_package",))
    missing = "transcription.backend: faster-whisper needs 'no_such_package', which is not installed: "
    assert check_machine(Config()) == [missing + engine.install]


def test_machine_with_all_packages_has_no_problem():
    assert check_machine(Config()) == []


def test_another_backend_starts_without_the_options_of_the_one_it_replaces() -> None:
    loaded = load_config("embedded", ["diarization.backend=none"], environ={})
    assert loaded.config.diarization == BackendChoice(backend="none")


def test_options_of_a_replaced_backend_may_be_given_before_it() -> None:
    overrides = ["diarization.options.distance=0.3", "diarization.backend=campplus"]
    assert load_config("embedded", overrides, environ={}).config.diarization.options["distance"] == 0.3
