"""`compose.yaml`, held to its form, and each path, command and setting in it to the code; no container engine is needed."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from configs.load import packaged_names
from flows.cli.app import app
from flows.site import Site

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
KEYS = set(
    "image build user command environment volumes networks ports depends_on healthcheck restart cap_drop security_opt "
    "stop_grace_period".split()
)
"""Of the compose specification, as far as the file uses it."""
each_service = pytest.mark.parametrize("name", SERVICES)


def variables(value: object) -> set[str]:
    """The variables that a value takes from `.env`."""
    return set(re.findall(r"\$\{(\w+)", str(value)))


def default(value: str) -> str:
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def test_it_is_a_server_a_database_a_worker_and_nothing_else():
    assert set(COMPOSE) == {"name", "x-plain", "services", "networks", "volumes"}
    assert set(SERVICES) == {"database", "server", "worker"}


@each_service
def test_each_service_has_only_keys_of_the_specification_and_what_it_names_is_there(name):
    service = SERVICES[name]
    assert set(service) <= KEYS
    named = {volume.split(":")[0] for volume in service.get("volumes", ()) if not volume.startswith((".", "$"))}
    assert named <= set(COMPOSE["volumes"])
    assert set(service.get("networks", ())) <= {"default", *COMPOSE["networks"]}
    assert set(service.get("depends_on", ())) <= set(SERVICES)
    assert all(of == {"condition": "service_healthy"} for of in service.get("depends_on", {}).values())


@each_service
def test_nobody_is_root_or_can_become_it_and_all_have_a_health_check(name):
    service = SERVICES[name]
    assert default(str(service["user"])).split(":")[0] not in ("", "0", "root")
    assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"


def test_originals_are_read_only_and_nobody_outside_reaches_the_database():
    mounts = dict(volume.rpartition("}:")[2].partition(":")[::2] for volume in SERVICES["worker"]["volumes"])
    assert (mounts["/recordings"], mounts["/minutes"]) == ("ro", "")
    assert COMPOSE["networks"]["database"] == {"internal": True}
    assert (SERVICES["database"]["networks"], "ports" in SERVICES["database"], "ports" in SERVICES["worker"]) == (
        ["database"],
        False,
        False,
    )
    assert SERVICES["server"]["ports"] == ["127.0.0.1:4200:4200"]


def test_a_password_must_be_given_and_is_the_same_everywhere():
    assert "${MINUTES_PASSWORD:?" in SERVICES["database"]["environment"]["POSTGRES_PASSWORD"]
    server, worker = SERVICES["server"]["environment"], SERVICES["worker"]["environment"]
    assert server["PREFECT_SERVER_API_AUTH_STRING"] == worker["PREFECT_API_AUTH_STRING"] == "minutes:${MINUTES_PASSWORD}"
    assert "prefect:${MINUTES_PASSWORD}@database:5432/prefect" in server["PREFECT_SERVER_DATABASE_CONNECTION_URL"]


def test_the_worker_finds_the_server_by_its_name_and_port():
    port = SERVICES["server"]["command"][-1]
    assert SERVICES["worker"]["environment"]["PREFECT_API_URL"] == f"http://server:{port}/api"
    assert f"http://127.0.0.1:{port}/api/health" in SERVICES["server"]["healthcheck"]["test"][-1]


def test_every_variable_is_told_of_on_the_page():
    page = (ROOT / "docs" / "compose.md").read_text(encoding="utf-8")
    assert {name for name in variables(TEXT) if f"`{name}`" not in page} == set()


def test_paths_and_the_user_are_those_of_the_image():
    volumes = [default(volume) for volume in SERVICES["worker"]["volumes"]]
    inside = {volume.split(":")[1] for volume in volumes}
    assert inside == set(re.search(r"^VOLUME (\[.*\])$", DOCKERFILE, re.MULTILINE)[1].strip('[]"').split('", "'))
    assert default(SERVICES["worker"]["user"]) == "10001:10001"
    assert "useradd --create-home --uid 10001" in DOCKERFILE
    assert f"ARG BASE={default(SERVICES['server']['build']['args']['BASE'])}\n" in DOCKERFILE
    assert SERVICES["worker"]["image"] == SERVICES["server"]["image"] == "audio-minutes"
    assert default(SERVICES["worker"]["environment"]["MINUTES_CONFIG"]) in packaged_names()
    assert f"MINUTES_OUT={Path('/minutes')}" in DOCKERFILE
    assert Site(Path("/recordings"), Path("/minutes")).environment()["MINUTES_OUT"] == "/minutes"


def test_every_file_that_the_image_is_made_of_is_sent_to_the_builder():
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for name in shlex.split(line)}
    assert copied <= sent
    assert all((ROOT / name).exists() for name in copied)


def test_the_commands_take_their_options():
    worker = SERVICES["worker"]["command"]
    serve = typer.main.get_command(app).commands[worker[1]]
    known = {option for parameter in serve.params for option in parameter.opts}
    assert worker[0] == "minutes"
    assert {option for option in worker if option.startswith("--")} <= known
    assert SERVICES["server"]["command"][:3] == ["prefect", "server", "start"]


def test_the_settings_are_known_to_prefect():
    import prefect.settings

    names = {*SERVICES["server"]["environment"], *SERVICES["worker"]["environment"]}
    unknown = {name for name in names if name.startswith("PREFECT_") and not hasattr(prefect.settings, name)}
    assert unknown == set()
    assert not hasattr(prefect.settings, "PREFECT_NO_SUCH_SETTING")


def test_every_package_of_the_image_is_pinned_as_elsewhere_and_has_its_hashes():
    """pip takes hashes in no file of constraints, so the image has a list of its own, from the same lock."""
    assert "pip install --require-hashes --requirement requirements.txt" in DOCKERFILE
    assert "pip install --no-deps --no-build-isolation ." in DOCKERFILE
    pin = re.compile(r"^([\w.-]+==[^ ;\\\n]+)(?: ;[^\\\n]*)? ?(.*)$", re.MULTILINE)
    image = pin.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    pinned = {found[0] for found in pin.findall((ROOT / "constraints.txt").read_text(encoding="utf-8"))}
    assert len(image) > 100
    assert {name for name, _ in image} <= pinned
    blocks = re.split(r"^(?=[\w.-]+==)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert len(blocks) == len(image)
