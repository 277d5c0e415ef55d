"""Templates of the user's own for the two pages: what they see, what they cannot reach, and what is said when they are wrong."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from configs.load import load_config
from configs.problems import check_machine
from configs.settings import Config
from flows.finished import config_key
from flows.site import Site
from tasks.errors import ConfigError
from tasks.report import page_templates as pages
from tasks.report.html_page import render_html
from tasks.report.manifest import read_manifest
from tasks.report.markdown import render_markdown
from tasks.report.options import ReportOptions
from tasks.report.register import Register
from tasks.report.rendering import render_files
from tasks.schema import Status
from tests.builders import quiet_run, segment, transcript
from tests.test_corrections import correct
from tests.test_html_page import EVIL
from tests.test_markdown import action, minutes
from tests.test_report_stage import TRANSCRIPT, folder, job, stored  # noqa: F401

LIST = """# {{ minutes.title | md }}
{% for item in tasks %}
- {{ item.owner | md }} {{ item.task | md }}, {{ days(item) }} {{ item.status }}
{% endfor %}
"""
TASKS = minutes(title="A [title]", action_items=(action(owner="Helen", due_date=dt.date(2026, 3, 6)),))
TALK = transcript(segment(1, "We met."))


@pytest.fixture
def own(tmp_path) -> Path:
    path = tmp_path / "templates"
    path.mkdir()
    return path


def problems(path: Path | str) -> list[str]:
    return [problem for problem in check_machine(Config(report=ReportOptions(templates=str(path))), ()) if "templates" in problem]


def write(job: Any, own: Path) -> None:  # noqa: F811
    from tasks.report.stage import write_report

    config = Config(report=ReportOptions(templates=str(own))).model_dump(mode="json")
    write_report(job, quiet_run(), stored(job, "minutes", TASKS), stored(job, "talk", TRANSCRIPT), [], "key", config)


def test_page_is_made_by_the_template_and_the_other_stays_ours(own):
    (own / "minutes.md.j2").write_text(LIST)
    files = render_files(TASKS, TALK, ReportOptions(templates=str(own)))
    assert files["minutes.md"] == "# A \\[title\\]\n- Helen Call the carpenter, Fri 6 March open\n"
    assert files["minutes.html"] == render_files(TASKS, TALK, ReportOptions())["minutes.html"]


def test_what_was_said_is_text_in_an_html_template(own):
    (own / "minutes.html.j2").write_text("<h1>{{ minutes.title }}</h1>{% for line in lines %}{{ line.text }}{% endfor %}")
    page = render_html(minutes(title=EVIL), transcript(segment(1, EVIL)), (), own=str(own))
    assert "<script" not in page
    assert "<img" not in page


def test_our_templates_are_sound_as_templates_of_a_user(own):
    """Whoever copies them has a start that works."""
    for name in ("minutes.md.j2", "minutes.html.j2"):
        (own / name).write_bytes((Path(pages.__file__).parent / "templates" / name).read_bytes())
    assert problems(own) == []
    assert render_html(TASKS, TALK, (), own=str(own)) == render_html(TASKS, TALK, ())
    assert render_markdown(TASKS, (), own=str(own)) == render_markdown(TASKS, ()).split("---\n\n", 1)[1]


def test_template_of_a_template_lies_beside_it(own):
    (own / "minutes.md.j2").write_text("{% include 'head.j2' %}x")
    (own / "head.j2").write_text("{{ headline }}: ")
    assert problems(own) == []
    assert render_markdown(TASKS, (), own=str(own)).endswith(": x")


# What cannot be reached

ESCAPES = [
    "{{ minutes.parse_file('/etc/hostname') }}",
    "{{ minutes.parse_raw('x', proto='pickle', allow_pickle=True) }}",
    "{{ minutes.model_construct() }}",
    "{{ minutes.recording.model_copy() }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ told.__globals__ }}",
    "{{ days.func.__globals__ }}",
    "{{ minutes.__init__.__globals__ }}",
    "{{ '{0.__class__}'.format(minutes) }}",
    "{{ minutes | attr('parse_file') }}",
    "{% do files.append(1) %}",
    "{% include '../secret' %}",
    "{% include '/etc/hostname' %}",
    "{{ range(999999999) | list }}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_nothing_but_the_page_is_reached(own, text):
    (own.parent / "secret").write_text("secret")
    (own / "minutes.md.j2").write_text(text)
    with pytest.raises(ConfigError):
        render_markdown(TASKS, (), own=str(own))


def test_page_without_end_is_stopped(own, monkeypatch):
    monkeypatch.setattr(pages, "LONGEST_PAGE", 1000)
    (own / "minutes.md.j2").write_text("{% for _ in range(99999) %}{% for _ in range(99999) %}\nx{% endfor %}{% endfor %}")
    with pytest.raises(ConfigError, match="it makes more than 1000 letters"):
        render_markdown(TASKS, (), own=str(own))


# What is wrong is said before work begins

WRONG = [
    ("x\n{% for item in tasks %}", "minutes.md.j2:2: Unexpected end of template"),
    ("\n\n{{ minuts.title }}", "minutes.md.j2:3: the page has no value 'minuts'. Did you mean 'minutes'? Known are "),
    ("\n{{ minutes.title | shout }}", "minutes.md.j2:2: the page has no filter 'shout'."),
    ("{% if minutes is nice %}{% endif %}", "minutes.md.j2:1: the page has no test 'nice'."),
    ("{% block a %}{% endblock %}{% block a %}{% endblock %}", "minutes.md.j2:1: block 'a' defined twice"),
    ("\xff".encode("latin-1"), "minutes.md.j2: 'utf-8' codec can't decode"),
    ("x" * (1 << 20 | 1), "minutes.md.j2: larger than 1 MB."),
]


@pytest.mark.parametrize(("text", "told"), WRONG, ids=range(len(WRONG)))
def test_broken_template_is_refused_with_file_and_line(own, text, told):
    (own / "minutes.md.j2").write_bytes(text if isinstance(text, bytes) else text.encode())
    [problem] = problems(own)
    assert problem.startswith(f"report.templates: {own}/{told}")
    assert "\n" not in problem


def test_folder_without_templates_is_refused(own):
    for path in (own, own / "nowhere"):
        assert problems(path) == [
            f"report.templates: '{path}' holds neither minutes.md.j2 nor minutes.html.j2; see docs/exports.md."
        ]


def test_folder_is_meant_from_where_it_was_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert load_config("embedded", ["report.templates=mine"]).config.report.templates == str(tmp_path / "mine")
    assert load_config("embedded").config.report.templates is None
    with pytest.raises(ValidationError):
        ReportOptions.model_validate({"templates": 7})


def test_form_of_a_run_can_name_no_folder_outside_of_those_that_may_be_read(own, tmp_path):
    (tmp_path / "recordings").mkdir()
    (own / "minutes.md.j2").write_text("x")
    site = Site(tmp_path / "recordings", tmp_path / "out", (), "embedded", ())
    for path in (own, "../templates"):
        with pytest.raises(ConfigError, match="lies outside of the folders that may be read"):
            site.load("default", [f"report.templates={path}"], ())


def test_changed_template_is_another_run(own):
    (own / "minutes.md.j2").write_text("a")
    config = Config(report=ReportOptions(templates=str(own)))
    before = config_key(config, "embedded")
    assert config_key(config, "embedded") == before
    (own / "minutes.md.j2").write_text("b")
    assert config_key(config, "embedded") != before


# What only shows with a meeting


def test_template_that_fails_with_a_meeting_costs_no_minutes_and_is_said(job, folder, own):  # noqa: F811
    (own / "minutes.md.j2").write_text("\n{{ minutes.titel }}")
    assert problems(own) == []
    write(job, own)
    page = (folder / "minutes.md").read_text()
    assert "Call the carpenter" in page
    assert "a template of report.templates failed, and the packaged one was taken" in page
    assert f"{own}/minutes.md.j2:2: " in page.replace("\\", "")
    assert read_manifest(folder).status is Status.COMPLETED_WITH_WARNINGS


def test_error_of_an_expression_says_its_kind_and_quotes_nobody(own):
    (own / "minutes.md.j2").write_text("x\n{{ minutes.title + 1 }}")
    with pytest.raises(ConfigError) as failed:
        render_markdown(TASKS, (), own=str(own))
    assert str(failed.value) == f"{own}/minutes.md.j2:2: TypeError. Mend the template; see docs/exports.md."


def test_page_follows_corrections_and_states_of_the_table(job, folder, own):  # noqa: F811
    (own / "minutes.md.j2").write_text(LIST)
    write(job, own)
    correct(folder, ("items", "a-3f9c21", {"text": "Ring the joiner"}))
    assert "Helen Ring the joiner, Fri 6 March open" in (folder / "minutes.md").read_text()
    Register(folder.parent).set_states({"a-3f9c21": "done"})
    assert "Helen Ring the joiner, Fri 6 March done" in (folder / "minutes.md").read_text()
    (own / "minutes.md.j2").write_text("{{ minutes.titel }}")
    Register(folder.parent).set_states({"a-3f9c21": "open again"})
    assert "Fri 6 March done" in (folder / "minutes.md").read_text()
