"""The app without a browser: what it may read, what it keeps, what a form means, whom it lets in."""

import base64
import datetime as dt
import json
import shutil
import threading
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import flows.app.wording
from configs.load import load_config
from flows.app.form import DECISION, TASK_FIELDS, changed, fields_of
from flows.app.guard import Guard
from flows.app.library import UPLOADS, Library
from flows.app.narrow import Narrow
from flows.app.routes import file_names, routes
from flows.app.server import PASSWORD_ENV, hosts_of, make_app, offered_configs, required_password, serve_app
from flows.app.wording import WORDS, language_of_browser
from flows.app.work import Progress, Workshop
from flows.corrections import correct_meeting
from flows.finished import Outcome
from tasks.audio.sidecar import read_sidecar
from tasks.errors import ConfigError, DependencyError, ResourceError
from tasks.report.corrections import FILE_NAME
from tasks.report.register import Register
from tasks.schema import Decision, Status
from tests.builders import segment, transcript
from tests.test_markdown import action, heard, minutes
from tests.test_report_stage import folder, job, write  # noqa: F401

NAME = "standup-9f2c41d0"


@pytest.fixture
def library(tmp_path) -> Library:
    for name in ("recordings", "arrivals", "out"):
        (tmp_path / name).mkdir(exist_ok=True)
    return Library(tmp_path / "out", tmp_path / "recordings", tmp_path / "arrivals")


@pytest.fixture
def meeting(job, library) -> Path:  # noqa: F811
    """Minutes with one task, in the folder of the library."""
    write(job, content=minutes(action_items=(action(due_date=dt.date(2026, 3, 6)),)))
    return library.out / NAME


@pytest.fixture
def client(library, meeting) -> TestClient:
    app = FastAPI()
    app.include_router(routes(library))
    return TestClient(app, raise_server_exceptions=False)


def arrived(library: Library, name: str, text: str = "words") -> Path:
    path = library.arrivals / "d41d8" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


# Names, never paths

PATHS = ["..", "../out", "/etc", f"../out/{NAME}", f"{NAME}/", f"./{NAME}", f"{NAME}/../{NAME}", "", ".", "*", NAME.upper(), "\0"]


@pytest.mark.parametrize("name", PATHS)
def test_only_a_name_of_the_list_opens_minutes(library, meeting, name):
    assert library.meeting(name) is None
    assert library.meeting(NAME)


@pytest.mark.parametrize(
    "path", ["/minutes/../../etc/passwd/page", "/minutes/..%2f..%2fetc/page", f"/minutes/{NAME}%2f..%2f{NAME}/page"]
)
def test_no_address_leads_out_of_the_minutes(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "file", ["run.json", "corrections.yaml", "found.json", "..%2factions.csv", "minutes.md%00", ".work", "x.docx"]
)
def test_only_files_of_a_format_can_be_had(client, file):
    assert client.get(f"/minutes/{NAME}/files/{file}").status_code == 404


def test_recording_is_chosen_by_its_name_alone(library):
    (library.recordings / "talk.vtt").write_text("WEBVTT")
    (library.recordings / "notes.pdf").write_text("no")
    assert library.choices() == {"talk.vtt": library.recordings / "talk.vtt"}
    assert Library(library.out, None, library.arrivals).choices() == {}


@pytest.mark.parametrize("there", ["/etc/hostname", "../out/standup.vtt", "../recordings/talk.vtt", "missing.vtt"])
def test_only_what_was_uploaded_is_taken_as_uploaded(library, there):
    (library.recordings / "talk.vtt").write_text("WEBVTT")
    with pytest.raises(ConfigError, match="was not uploaded here"):
        library.receive(library.arrivals / there)


def test_link_among_the_uploads_is_not_followed_out_of_them(library, tmp_path):
    (tmp_path / "secret.vtt").write_text("WEBVTT")
    (library.arrivals / "talk.vtt").symlink_to(tmp_path / "secret.vtt")
    with pytest.raises(ConfigError, match="was not uploaded here"):
        library.receive(library.arrivals / "talk.vtt")


@pytest.mark.parametrize("address", ["../../../etc/passwd", "/etc/passwd", "../../elsewhere/talk.flac", "run.json", "%2e%2e/x"])
def test_nothing_but_a_recording_of_ours_is_heard(library, client, meeting, tmp_path, address):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "talk.flac").write_bytes(b"sound")
    manifest = json.loads((meeting / "run.json").read_text()) | {"page_audio": address}
    (meeting / "run.json").write_text(json.dumps(manifest))
    assert client.get(f"/minutes/{NAME}/audio").status_code == 404


def test_recording_of_the_folder_is_heard_in_pieces(library, client, meeting):
    (library.recordings / "talk 1.flac").write_bytes(b"0123456789")
    manifest = json.loads((meeting / "run.json").read_text()) | {"page_audio": "../../recordings/talk%201.flac"}
    (meeting / "run.json").write_text(json.dumps(manifest))
    answer = client.get(f"/minutes/{NAME}/audio", headers={"range": "bytes=2-4"})
    assert (answer.status_code, answer.content) == (206, b"234")
    assert ' src="audio"' in client.get(f"/minutes/{NAME}/page").text


# What is uploaded


def test_upload_is_kept_under_its_name_and_once(library):
    kept = library.receive(arrived(library, "họp tuần.vtt"))
    assert (kept.name, kept.read_text()) == ("họp tuần.vtt", "words")
    assert kept.is_relative_to(library.out / UPLOADS)
    assert library.receive(arrived(library, "họp tuần.vtt")) == kept
    assert library.receive(arrived(library, "họp tuần.vtt", "other words")) != kept
    assert library.meetings() == {}


def test_day_of_an_upload_is_written_beside_it(library):
    kept = library.receive(arrived(library, "talk.flac"), " 2026-03-02 ")
    sidecar, problems = read_sidecar(kept)[:2]
    assert (sidecar.recorded_at, tuple(problems)) == (dt.datetime(2026, 3, 2), ())


@pytest.mark.parametrize("day", ["2 March", "2026-02-30", "x" * 1000])
def test_day_that_is_none_is_refused(library, day):
    with pytest.raises(ConfigError, match=r"is no day\. Write it as 2026-03-02"):
        library.receive(arrived(library, "talk.flac"), day)


@pytest.mark.parametrize("name", ["notes.pdf", "talk", "talk.flac.exe"])
def test_upload_that_is_no_recording_is_refused(library, name):
    with pytest.raises(ConfigError, match="is no recording"):
        library.receive(arrived(library, name))


# The page of a meeting and its files


def test_page_of_a_meeting_is_shut_in(client):
    answer = client.get(f"/minutes/{NAME}/page")
    assert answer.headers["content-security-policy"] == "sandbox allow-scripts"
    assert "Call the carpenter" in answer.text
    assert "<audio" in answer.text
    assert ' src="audio"' not in answer.text


def test_every_format_can_be_had_though_the_run_did_not_write_it(client, meeting):
    assert not (meeting / "minutes.txt").exists()
    assert {"minutes.md", "minutes.html", "minutes.json", "minutes.txt", "minutes.eml", "minutes.ics"} <= set(file_names())
    for name in file_names():
        answer = client.get(f"/minutes/{NAME}/files/{name}")
        assert answer.status_code == 200, name
        assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{NAME}-{name}"
        assert len(answer.content) > 50


def test_meetings_are_listed_by_day(library, meeting):
    shutil.copytree(meeting, library.out / "earlier-11111111")
    run = json.loads((library.out / "earlier-11111111" / "run.json").read_text())
    run["recording"]["recorded_at"] = "2025-01-01T10:00:00+07:00"
    (library.out / "earlier-11111111" / "run.json").write_text(json.dumps(run))
    assert list(library.meetings().items()) == [(NAME, f"2026-03-02 {NAME}"), ("earlier-11111111", "2025-01-01 earlier-11111111")]


# Corrections


def test_decision_is_corrected_in_place(library, job):  # noqa: F811
    settled = Decision(id="d-11aa22", text="We pay $5", evidence=heard(0, "We will pay $5."))
    write(job, content=minutes(decisions=(settled,)))
    fields = [field for row in fields_of(library.meeting(NAME))[1] for field in row]
    assert [field.value for field in fields] == ["We pay $5"]
    assert changed(fields, ["We pay $500"]) == [("items", "d-11aa22", {"text": "We pay $500"})]
    assert correct_meeting(library.out / NAME, changed(fields, ["We pay $500"])) == (1, [])
    assert [each.text for each in library.meeting(NAME).minutes.decisions] == ["We pay $500"]


def test_form_shows_voices_and_tasks_and_only_changes_are_corrections(library, meeting):
    found = library.meeting(NAME)
    said = transcript(segment(1, speaker="A"), segment(2, speaker="B"), speakers={"B": "Helen"})
    speakers, [task] = fields_of(type(found)(found.folder, found.minutes, said, found.manifest))
    assert [(field.key, field.value) for field in speakers] == [("A", "A"), ("B", "Helen")]
    assert [field.value for field in task] == ["Call the carpenter", "", "2026-03-06", "open"]
    fields = [*speakers, *task]
    before = [field.value for field in fields]
    assert changed(fields, before) == []
    assert changed(fields, ["A", " ", "", None, "2026-03-06 ", " open"]) == []
    assert changed(fields, ["Jenny", "Helen", "Call  the\nplumber", "Omar", "", "done"]) == [
        ("speakers", "A", "Jenny"),
        ("items", "a-3f9c21", {"text": "Call the plumber"}),
        ("items", "a-3f9c21", {"owner": "Omar"}),
        ("items", "a-3f9c21", {"due": ""}),
        ("items", "a-3f9c21", {"status": "done"}),
    ]


def test_state_can_be_taken_back(library, meeting):
    for state in ("done", "open", "waits for Bo", "open"):
        assert correct_meeting(meeting, [("items", "a-3f9c21", {"status": state})])[1] == []
        [task] = library.meeting(NAME).minutes.action_items
        assert (task.status, [item.status for item in Register(library.out).items()]) == (state, [state])


def test_wrong_correction_is_refused_and_changes_nothing(meeting):
    with pytest.raises(ConfigError, match="due"):
        correct_meeting(meeting, [("items", "a-3f9c21", {"due": "soon"}), ("items", "a-3f9c21", {"status": "done"})])
    assert not (meeting / FILE_NAME).exists()
    assert [item.status for item in Register(meeting.parent).items()] == ["open"]


# Work


def test_work_tells_how_far_it_is_and_how_it_ended(tmp_path):
    go_on = threading.Event()

    def make(path: Path, loaded: Any, out: Path, observer: Any) -> Outcome:
        observer.progress(str(path), "transcription", 0.5)
        go_on.wait(20)
        return Outcome(path=str(path), name=path.name, status="completed", folder="there")

    shop = Workshop(make)
    watching = shop.work(tmp_path / "talk.flac", load_config("embedded"), tmp_path)
    assert isinstance(next(watching), Progress)
    assert shop.busy
    with pytest.raises(ResourceError, match=r"'talk.flac' is being worked on"):
        next(shop.work(tmp_path / "other.flac", load_config("embedded"), tmp_path))
    seen = next(watching)
    assert (seen.stage, 0.3 < seen.share < 0.6) == ("transcription", True)
    go_on.set()
    *_, end = watching
    assert (end.folder, shop.busy) == ("there", False)


def test_who_stops_watching_stops_nothing(tmp_path):
    done = threading.Event()

    def make(path: Path, *_: Any) -> Outcome:
        done.wait(20)
        done.clear()
        return Outcome(path=str(path), name=path.name, status="completed")

    shop = Workshop(make)
    watching = shop.work(tmp_path / "talk.flac", load_config("embedded"), tmp_path)
    next(watching)
    watching.close()
    assert shop.busy
    done.set()
    for thread in [thread for thread in threading.enumerate() if thread.name == "app"]:
        thread.join(20)
    assert not shop.busy


FAILURES = [(ConfigError("no model.", fix="Pull it."), "no model. Pull it."), (ValueError("secret"), "unexpected")]


@pytest.mark.parametrize(("error", "told"), FAILURES)
def test_failure_is_an_outcome_and_the_next_recording_can_come(tmp_path, error, told):
    def make(*_: Any) -> Outcome:
        raise error

    shop = Workshop(make)
    for _ in range(2):
        *_, end = shop.work(tmp_path / "talk.flac", load_config("embedded"), tmp_path)
        assert told in end.error
        assert "secret" not in end.error


# The door


def answer(guard: dict[str, Any], method: str = "GET", **headers: str) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"in"})

    guarded = Guard(app, **({"hosts": hosts_of("127.0.0.1")} | guard))
    return TestClient(guarded, base_url="http://127.0.0.1:7860").request(method, "/", headers=headers)


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1:7860", 200), ("localhost", 200), ("[::1]:7860", 200), ("evil.example", 400), ("", 400)]
)
def test_foreign_name_for_this_machine_is_refused(host, status):
    assert answer({}, host=host).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://127.0.0.1:7860", 200), ("http://evil.example", 403), ("null", 403), ("http://127.0.0.1:1", 403)],
)
def test_other_pages_can_change_nothing(origin, status):
    assert answer({}, "POST", origin=origin).status_code == status
    assert answer({}, origin=origin).status_code == 200


def test_answers_allow_nothing_from_elsewhere():
    policy = answer({}).headers["content-security-policy"]
    assert policy.startswith("default-src 'self' ")
    assert "http" not in policy
    assert "*" not in policy


def test_password_opens_and_nothing_else_does():
    def given(words: str) -> int:
        token = base64.b64encode(words.encode()).decode()
        return answer({"password": "pässword"}, authorization=f"Basic {token}").status_code

    assert (given("me:pässword"), given(":pässword"), given("pässword:"), given("me:")) == (200, 200, 401, 401)
    assert answer({"password": "x"}).headers["www-authenticate"].startswith("Basic")
    assert answer({"password": "x"}, authorization="Basic %%%").status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "minutes.example"])
def test_others_are_let_in_only_with_a_password(host, monkeypatch):
    with pytest.raises(ConfigError, match=f"Set {PASSWORD_ENV}"):
        required_password(host)
    monkeypatch.setenv(PASSWORD_ENV, "secret")
    assert required_password(host) == "secret"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_needs_none(host):
    assert required_password(host) == ""
    assert host in hosts_of(host)


def test_configurations_are_the_packaged_ones_and_the_one_of_the_command(tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("report: {formats: [md]}")
    offered = offered_configs(str(mine))
    assert next(iter(offered)) == "mine"
    assert offered["mine"] == str(mine)
    assert offered["embedded"] == "embedded"


def test_missing_library_is_named(library, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "gradio", None)
    with pytest.raises(DependencyError, match=r"needs 'gradio', which is not installed\. pip install 'audio-minutes\[app\]'"):
        make_app(library, {}, (), Workshop(), 1)


def test_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(ConfigError, match="is no folder"):
        serve_app(tmp_path, tmp_path / "nowhere", None, (), host="127.0.0.1", port=1, most_mb=1, say=print)


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr-FR, fr;q=0.9, vi;q=0.5", "vi"),
        ("de", "en"),
        ("", "en"),
        ("*", "en"),
        (";,;", "en"),
    ],
)
def test_app_speaks_the_language_of_the_browser(accepted, code):
    assert language_of_browser(accepted) == code


def test_every_language_says_all_of_it_and_the_page_uses_all_of_it():
    used = (Path(flows.app.wording.__file__).parent / "page.py").read_text(encoding="utf-8")
    for words in WORDS.values():
        assert words.keys() == WORDS["en"].keys()
        assert [filled(text) for text in words.values()] == [filled(text) for text in WORDS["en"].values()]
    assert [
        key for key in WORDS["en"] if f'"{key}"' not in used.replace("'", '"') and key not in (DECISION, *TASK_FIELDS, *Status)
    ] == []


def filled(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


# What reaches Gradio


@pytest.fixture
def shut(library) -> TestClient:
    """The gate with something behind it that says what reached it."""

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        body = b"" if scope["method"] == "GET" else (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"reached " + body})

    return TestClient(Narrow(behind, library.arrivals))


PAGE = ["/", "/config", "/assets/index-x.js", "/gradio_api/queue/data", "/minutes/a/page"]
ELSEWHERE = [
    "file=/etc/passwd",
    "file/etc/passwd",
    "stream/x",
    "proxy=https://x.example",
    "call/make",
    "info/../file=x",
    "deep_link",
]
NO_UPLOADS = [
    *("/etc/passwd", "{arrivals}/../out/x", "../out/x", "http://127.0.0.1:9/talk.vtt", "https://x.example/talk.vtt"),
    *("{arrivals}/../recordings/talk.vtt", None, 7, [], {}),
]


@pytest.mark.parametrize("address", PAGE)
def test_page_gets_what_it_needs(shut, address):
    assert shut.get(address).text == "reached "


@pytest.mark.parametrize("address", ELSEWHERE)
def test_everything_else_of_gradio_is_shut(shut, address):
    assert shut.get(f"/gradio_api/{address}").status_code == 404
    assert shut.post(f"/gradio_api/{address}", json={"data": []}).status_code == 404
    assert shut.get("/monitoring").status_code == shut.get("/file=/etc/passwd").status_code == 404


@pytest.mark.parametrize("path", NO_UPLOADS, ids=str)
def test_path_or_address_in_place_of_an_upload_never_reaches_gradio(shut, library, path):
    """As a hostile page or person would ask: by Gradio's own interface, in the place of any value."""
    path = path.replace("{arrivals}", str(library.arrivals)) if isinstance(path, str) else path
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    for body in ({"data": [None, file]}, {"data": [[{"x": file}]]}, {"event_data": file}, {"data": [{"url": path, "meta": {}}]}):
        assert shut.post("/gradio_api/queue/join", json=body).status_code == 400


def test_upload_and_words_reach_gradio_as_they_were_sent(shut, library):
    body = {"data": [{"path": str(arrived(library, "talk.vtt")), "meta": {"_type": "gradio.FileData"}}, "họp", None]}
    answer = shut.post("/gradio_api/queue/join", json=body)
    assert json.loads(answer.text.removeprefix("reached ")) == body


def test_link_among_the_uploads_does_not_reach_gradio(shut, library, tmp_path):
    (library.arrivals / "talk.vtt").symlink_to(tmp_path)
    body = {"data": [{"path": str(library.arrivals / "talk.vtt"), "meta": {}}]}
    assert shut.post("/gradio_api/queue/join", json=body).status_code == 400


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b"[" * 100_000, b'"' + b"x" * (5 << 20) + b'"'], ids=["half", "bytes", "deep", "much"]
)
def test_what_is_no_form_does_not_reach_gradio(shut, body):
    assert shut.post("/gradio_api/queue/join", content=body).status_code == 400
