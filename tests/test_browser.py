"""A person makes minutes in the Prefect UI, watches them and finds what failed: Chromium on a real server.

It needs `tests/install_chromium.sh`, once.

`SCREENSHOTS=docs/images` keeps what the browser showed.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.folder_faults import captions
from tests.real_server import asked, real_server, wait_until

pytestmark = pytest.mark.browser
CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
FLAGS = "--headless=new --no-sandbox --disable-background-networking --disable-dev-shm-usage --window-size=1400,1350"
RECORDING, LONG, BROKEN = "2026-03-02-short-meeting.wav", "2026-04-14-product-launch.mp3", "2026-03-04-broken.mp3"
PAGE_LIMIT_S, RUN_LIMIT_S = 90.0, 420.0
ENDS = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED", "PAUSED"}


@pytest.fixture(scope="module", autouse=True)
def chromium(request: pytest.FixtureRequest) -> None:
    """Skips where there is no browser, unless it was asked for with `-m browser`."""
    if Path(CHROMIUM).exists() and Path(DRIVER).exists() and find_spec("selenium"):
        return
    missing = "no browser: run tests/install_chromium.sh as root and `pip install selenium`"
    pytest.fail(missing) if "browser" in request.config.option.markexpr else pytest.skip(missing)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, short_meeting: Path) -> Iterator[SimpleNamespace]:
    """A real server, and `minutes serve` at work on a folder with three meetings and a file that is no recording."""
    root = tmp_path_factory.mktemp("site")
    (root / "recordings").mkdir()
    (root / "recordings" / "2026-03-03-talk.srt").write_text(captions(1))
    shutil.copy(short_meeting, root / "recordings" / RECORDING)
    shutil.copy(Path(__file__).parent.parent / "sample_audio" / LONG, root / "recordings" / LONG)
    (root / "recordings" / BROKEN).write_text("no music")
    (root / "prefect").mkdir()
    with real_server(root / "prefect") as url, serving(root, url):
        yield SimpleNamespace(root=root, ui=url.removesuffix("/api"))


@contextmanager
def serving(root: Path, url: str) -> Iterator[None]:
    folders = ["--folder", "recordings", "--out", "minutes", "--config", "embedded"]
    command = [sys.executable, "-c", "from flows.cli import main; main()", "serve", *folders]
    path = os.pathsep.join(filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")]))
    own = {"PREFECT_API_URL": url, "PREFECT_RUNNER_POLL_FREQUENCY": "1", "PYTHONPATH": path}
    with (root / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=root, env=os.environ | own, stdout=log, stderr=log)
        try:
            wait_until(lambda: is_registered(url), process, root / "log")
            yield
        finally:
            process.terminate()  # not kill, which would leave a run at work behind
            process.wait()


def is_registered(url: str) -> bool:
    return httpx.get(f"{url}/deployments/name/minutes-recording/on-demand", trust_env=False, timeout=60.0).is_success


@pytest.fixture
def page(site: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Page"]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    monkeypatch.setenv("SE_OFFLINE", "true")  # the driver is Debian's; nothing is looked for elsewhere
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in FLAGS.split():
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    page = Page(browser, Path(os.environ.get("SCREENSHOTS", tmp_path)))
    try:
        yield page
    finally:
        browser.save_screenshot(str(tmp_path / "last.png"))
        browser.quit()


class Page:
    """What the browser shows, by the words that a person reads."""

    def __init__(self, browser: Any, pictures: Path) -> None:
        self.browser, self.pictures = browser, pictures

    def see(self, xpath: str, limit_s: float = PAGE_LIMIT_S) -> Any:
        """The first visible element of that kind, waited for."""
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        def look(browser: Any) -> Any:
            return next((each for each in browser.find_elements("xpath", xpath) if each.is_displayed()), None)

        wait = WebDriverWait(self.browser, limit_s, ignored_exceptions=[StaleElementReferenceException])
        return wait.until(look, f"never seen: {xpath} at {self.browser.current_url}")

    def follow(self, text: str) -> None:
        """Click on a link, a button, a tab or an entry of a menu, also while it slides into its place."""
        kinds = "self::a or self::button or self::li or @role='menuitem'"
        self.browser.execute_script("arguments[0].click()", self.see(f"//*[{kinds}][normalize-space()={text!r}]"))

    def submit(self) -> None:
        """Send off the form, which does nothing as long as it checks what was written, and leaves when it has been sent."""
        from selenium.common.exceptions import TimeoutException
        from selenium.webdriver.support.ui import WebDriverWait

        form = self.browser.current_url
        while self.browser.current_url == form:
            self.follow("Submit")
            with suppress(TimeoutException):
                WebDriverWait(self.browser, PAGE_LIMIT_S).until(lambda browser: browser.current_url != form)

    def field(self, name: str, kind: str, below: str = "") -> Any:
        """The part of the form below that label, and below that heading if one is named."""
        labels = f"label[normalize-space()={name!r} or normalize-space()={name + ' (Optional)'!r}]"
        heading = f"//*[contains(text(), {below!r})]/following::" if below else "//"
        return self.see(f"({heading}{labels})[1]/following::{kind}[1]")

    def choose(self, text: str, field: Any) -> None:
        """Take that entry of a list."""
        from selenium.webdriver.support.ui import Select

        Select(field).select_by_visible_text(text)

    def write(self, text: str, field: Any) -> None:
        """Put the text in place of what is there."""
        field.clear()
        field.send_keys(text)

    def picture(self, name: str) -> None:
        assert self.browser.save_screenshot(str(self.pictures / name))


def test_a_form_is_filled_in_and_minutes_appear(site, page):
    from selenium.webdriver.support.ui import Select

    page.browser.get(f"{site.ui}/deployments")
    page.follow("on-demand")
    page.follow("Run")
    page.follow("Custom run")

    page.field("recording", "textarea").send_keys(RECORDING)
    assert [each.text for each in Select(page.field("config", "select")).options][:2] == ["default", "api"]
    page.see("//li[contains(., 'a laptop or server without a GPU')]")
    page.choose("embedded", page.field("config", "select"))
    page.picture("prefect-form.png")
    page.submit()

    run = waited_for(lambda: run_named(site, RECORDING))  # the link to it in the notice is gone before a busy browser shows it
    page.browser.get(f"{site.ui}/runs/flow-run/{run}")
    page.see("//li[normalize-space()='Artifacts']")
    ended_as(site, run, "COMPLETED")
    page.browser.refresh()
    page.see("//span[normalize-space()='Completed' or normalize-space()='CompletedWithWarnings'][..//*[name()='svg']]")
    [minutes] = site.root.glob("minutes/*short-meeting*/minutes.md")
    page.follow("Artifacts")
    link = f"//a[contains(@href, 'artifact')][contains(., {minutes.parent.name!r})][not(contains(., '-actions'))]"
    page.see(link)
    page.picture("prefect-run.png")
    page.see(link).click()
    page.see("//h1[normalize-space()='Short meeting']")
    page.see("//h2[normalize-space()='Action items']")
    page.picture("prefect-minutes.png")


def test_a_suspended_review_is_released_by_its_form(site, page):
    run = ordered(site, "minutes-recording/on-demand", recording="2026-03-03-talk.srt", overrides=["report.review=always"])

    asking = ended_as(site, run, "PAUSED")
    [folder] = site.root.glob("minutes/2026-03-03-talk-*/")
    before = json.loads((folder / "minutes.json").read_text())
    assert (len(before["decisions"]), len(before["action_items"])) == (1, 1)

    page.browser.get(f"{site.ui}/runs/flow-run/{run}")
    page.see("//span[normalize-space()='Suspended']")
    page.follow("Resume")
    page.see("//*[contains(text(), 'asked about since everything is reviewed')]")
    page.choose("correct", page.field("Answer", "select", "decision · "))
    page.write("Paint the barn green", page.field("Text", "textarea", "decision · "))
    page.picture("prefect-review.png")
    page.choose("drop", page.field("Answer", "select", "task · "))
    page.follow("Submit")

    ended_as(site, run, "COMPLETED", after=asking)
    after = json.loads((folder / "minutes.json").read_text())
    assert [each["text"] for each in after["decisions"]] == ["Paint the barn green"]
    assert after["action_items"] == []
    assert "**Paint the barn green** (corrected)" in (folder / "minutes.md").read_text()
    page.browser.get(f"{site.ui}/runs/flow-run/{run}")
    page.see("//span[normalize-space()='Reviewed']")
    page.follow("Artifacts")
    page.see(f"//a[contains(@href, 'artifact')][contains(., {folder.name!r})][not(contains(., '-actions'))]").click()
    page.see("//*[contains(normalize-space(), 'Paint the barn green (corrected)')]")


def test_a_folder_is_watched_at_work_and_what_failed_is_found_with_its_reason(site, page):
    run = ordered(site, "minutes-folder/scheduled")
    long = waited_for(lambda: run_named(site, LONG))
    page.browser.get(f"{site.ui}/runs/flow-run/{long}")
    page.follow("Artifacts")
    page.see("//*[contains(text(), '% of the whole way')]", RUN_LIMIT_S)
    page.see("//span[normalize-space()='Running']")
    page.picture("prefect-progress.png")

    ended_as(site, run, "COMPLETED")
    page.browser.get(site.ui)
    page.see("//a[contains(@href, '/runs')][normalize-space()='Runs']").click()
    page.see(f"//a[contains(@href, '/runs/flow-run/')][normalize-space()={BROKEN!r}]").click()
    page.see("//div[contains(., 'is not a recording that can be decoded')]")
    page.picture("prefect-failed.png")


def ordered(site: SimpleNamespace, deployment: str, **parameters: Any) -> str:
    """The id of a run that is started as by the schedule or another program."""
    known = asked("GET", f"{site.ui}/api/deployments/name/{deployment}")["id"]
    return asked("POST", f"{site.ui}/api/deployments/{known}/create_flow_run", {"parameters": parameters})["id"]


def run_named(site: SimpleNamespace, name: str) -> str | None:
    """The run of a recording that is worked on, or was."""
    wanted = {"flow_runs": {"name": {"any_": [name]}, "state": {"type": {"any_": ["RUNNING", "COMPLETED"]}}}}
    found = asked("POST", f"{site.ui}/api/flow_runs/filter", wanted)
    return found[0]["id"] if found else None


def ended_as(site: SimpleNamespace, run: str, wanted: str, after: str = "") -> str:
    """Wait for a run to end, or to wait for somebody, after the state of that id. See how it did, and give the id of that."""

    def end() -> Any:
        state = asked("GET", f"{site.ui}/api/flow_runs/{run}")["state"]
        return state if state["type"] in ENDS and state["id"] != after else None

    state = waited_for(end)
    assert state["type"] == wanted, state
    return str(state["id"])


def waited_for(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + RUN_LIMIT_S
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    return found
