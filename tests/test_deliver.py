"""Minutes where the configuration wants them: once, again after a failure, never to anybody who is only spoken of."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from configs.load import load_config
from flows.delivery import deliver_outcomes
from flows.finished import Outcome, config_key
from flows.site import Site
from tasks.errors import ConfigError
from tasks.report.deliver import FILE_NAME, deliver
from tasks.report.options import Delivery, Format
from tests.test_corrections import correct
from tests.test_markdown import action, minutes
from tests.test_report_stage import folder, job, write  # noqa: F401

VARIABLE = "TEAM_CHANNEL"


@pytest.fixture
def made(job, folder) -> Path:  # noqa: F811
    write(job, content=minutes(action_items=(action("Ask me@evil.example"),)))
    return folder


@pytest.fixture
def vault(tmp_path) -> Path:
    (tmp_path / "vault").mkdir()
    return tmp_path / "vault"


class Channel:
    """A service that takes messages, or refuses them."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status = 200
        channel = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                channel.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(channel.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://secret:token@127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def channel(monkeypatch) -> Iterator[Channel]:
    found = Channel()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv(VARIABLE, found.address)
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def run(made: Path, wanted: Delivery, *, new: bool = True) -> tuple[str, ...]:
    return deliver(made.parent, wanted, [made] if new else [])


def test_nothing_is_delivered_by_default(made):
    assert run(made, Delivery()) == ()
    assert not (made / FILE_NAME).exists()


# Folders


def test_files_are_copied_into_a_folder_of_the_meeting(made, vault):
    assert run(made, Delivery(folders=(str(vault),))) == ()
    copied = {path.name: path.read_bytes() for path in (vault / made.name).iterdir()}
    assert copied == {name: (made / name).read_bytes() for name in json.loads((made / "run.json").read_text())["files"]}


def test_only_the_formats_that_are_named_are_copied(made, vault):
    run(made, Delivery(folders=(str(vault),), formats=(Format.MD,)))
    assert {path.name for path in (vault / made.name).iterdir()} == {"minutes.md"}


def test_folder_that_is_not_there_is_named_not_made_and_tried_again(made, vault):
    share = vault / "not mounted"
    wanted = Delivery(folders=(str(share), str(vault)))
    [problem] = run(made, wanted)
    assert problem == f"{made}: not copied to {share}: there is no such folder. The next run tries again."
    assert not share.exists()
    assert (vault / made.name / "minutes.md").is_file()
    share.mkdir()
    assert run(made, wanted, new=False) == ()
    assert (share / made.name / "minutes.md").is_file()


def test_correction_reaches_the_copy_with_the_next_run(made, vault):
    wanted = Delivery(folders=(str(vault),))
    run(made, wanted)
    correct(made, ("items", "a-3f9c21", {"text": "Call the plumber"}))
    assert run(made, wanted, new=False) == ()
    assert "Call the plumber" in (vault / made.name / "minutes.md").read_text()


def test_what_somebody_wrote_into_a_copy_is_never_overwritten(made, vault):
    wanted = Delivery(folders=(str(vault),), formats=(Format.MD, Format.JSON))
    run(made, wanted)
    copy = vault / made.name / "minutes.md"
    copy.write_text("my notes")
    correct(made, ("items", "a-3f9c21", {"text": "Call the plumber"}))
    [problem] = run(made, wanted, new=False)
    assert problem == f"{copy}: was changed there, and is left as it is. Delete it to get a new copy."
    assert copy.read_text() == "my notes"
    assert "Call the plumber" in (copy.parent / "minutes.json").read_text()
    copy.unlink()
    assert run(made, wanted, new=False) == ()
    assert "Call the plumber" in copy.read_text()


def test_file_of_somebody_else_is_left_alone(made, vault):
    (vault / made.name).mkdir()
    (vault / made.name / "minutes.md").write_text("mine")
    [problem] = run(made, Delivery(folders=(str(vault),)))
    assert "was changed there" in problem
    assert (vault / made.name / "minutes.md").read_text() == "mine"


def test_meetings_from_before_are_not_delivered_when_somebody_turns_it_on(made, vault):
    assert run(made, Delivery(folders=(str(vault),)), new=False) == ()
    assert list(vault.iterdir()) == []


def test_folder_that_is_no_longer_named_gets_nothing_more(made, vault):
    run(made, Delivery(folders=(str(vault),)))
    (vault / made.name / "minutes.md").unlink()
    assert run(made, Delivery(folders=(str(vault / "x"),)), new=False) == ()
    assert not (vault / made.name / "minutes.md").exists()


def test_minutes_that_wait_for_review_are_delivered_when_they_are_released(made, vault):
    wanted = Delivery(folders=(str(vault),))
    run_file = made / "run.json"
    before = run_file.read_text()
    run_file.write_text(json.dumps(json.loads(before) | {"review": "waiting"}))
    assert (run(made, wanted), list(vault.iterdir())) == ((), [])
    run_file.write_text(before)
    assert run(made, wanted, new=False) == ()
    assert (vault / made.name / "minutes.md").is_file()


# Messages


def test_message_goes_out_once_with_the_minutes_and_without_the_transcript(made, channel):
    wanted = Delivery(send_env=(VARIABLE,))
    for new in (True, False, True):
        assert run(made, wanted, new=new) == ()
    [message] = channel.got
    assert message["title"] == "Standup, Monday 2 March 2026"
    assert "Action items" in message["message"]
    assert "me@\u200bevil.example" in message["message"]
    assert "Transcript" not in message["message"]


def test_message_that_was_not_taken_is_sent_by_the_next_run(made, channel, caplog):
    caplog.set_level(logging.DEBUG)
    wanted = Delivery(send_env=(VARIABLE,))
    channel.status = 500
    [problem] = run(made, wanted)
    assert problem == f"{made}: not sent by {VARIABLE}: it was not taken. The next run tries again."
    channel.status = 200
    assert run(made, wanted, new=False) == ()
    assert len(channel.got) == 2
    assert "token" not in caplog.text + problem + (made / FILE_NAME).read_text()


REASONS = [("", "the variable is not set"), ("nonsense", "its address is none that Apprise knows")]


@pytest.mark.parametrize(("value", "reason"), REASONS)
def test_what_is_wrong_with_the_address_is_said_without_it(made, monkeypatch, value, reason):
    monkeypatch.setenv(VARIABLE, value)
    assert run(made, Delivery(send_env=(VARIABLE,))) == (f"{made}: not sent by {VARIABLE}: {reason}. The next run tries again.",)


def test_message_needs_the_minutes_as_json(job, folder, channel):  # noqa: F811
    write(job, "md")
    [problem] = run(folder, Delivery(send_env=(VARIABLE,)))
    assert "minutes.json and transcript.json (report.formats: json) are missing" in problem
    assert channel.got == []


# In a run


def test_only_minutes_that_were_made_now_are_delivered(made, vault):
    config = load_config("embedded", [f"deliver.folders=['{vault}']"]).config

    def outcome(**changes: Any) -> Outcome:
        return Outcome(path="x", name="x", **({"status": "completed", "folder": str(made)} | changes))

    for left_out in (outcome(unchanged=True), outcome(status="no_speech"), outcome(folder=None)):
        assert deliver_outcomes(made.parent, config, [left_out]) == ()
        assert list(vault.iterdir()) == []
    assert deliver_outcomes(made.parent, config, [outcome()]) == ()
    assert (vault / made.name).is_dir()


def test_delivery_does_not_decide_the_minutes(vault):
    plain, delivered = load_config("embedded"), load_config("embedded", [f"deliver.folders=['{vault}']"])
    assert config_key(plain.config, "embedded") == config_key(delivered.config, "embedded")


@pytest.mark.parametrize("override", ["deliver.folders=[/tmp]", "deliver.send_env=[AWS_SECRET]"])
def test_form_of_a_run_can_name_no_recipient(tmp_path, override):
    site = Site(tmp_path, tmp_path / "out", (), "embedded", ())
    with pytest.raises(ConfigError, match="or a recipient that the configuration does not"):
        site.load("default", [override], ())
