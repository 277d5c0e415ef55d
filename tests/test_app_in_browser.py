"""Somebody makes, reads, corrects and takes along minutes in the app: Chromium on the real command, from upload to Word file.

Needs `tests/install_chromium.sh`, once, and the extras `app` and `browser`. `SCREENSHOTS=docs/images` keeps a picture.
"""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tasks.report.corrections import read_corrections
from tests.folder_faults import captions
from tests.real_server import free_port, wait_until
from tests.test_browser import chromium  # noqa: F401
from tests.test_html_in_browser import driver  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not find_spec("gradio"), reason="needs the extra app")]
WAIT_S = 90.0
NAME = "2026-03-02-board.srt"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, prefect_api: str) -> Iterator[SimpleNamespace]:
    """The command at work, for uploads of at most one MB."""
    root, port = tmp_path_factory.mktemp("app"), free_port()
    (root / NAME).write_text(captions(1), encoding="utf-8")
    (root / "recordings").mkdir()
    (root / "recordings" / "2026-03-03-other.srt").write_text(captions(2), encoding="utf-8")
    command = [sys.executable, "-c", "from flows.cli import main; main()", "app", "--folder", "recordings", "--out", "minutes"]
    path = os.pathsep.join(filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")]))
    address = f"http://127.0.0.1:{port}"
    with (root / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--max-upload", "1"],
            cwd=root,
            env=os.environ | {"PREFECT_API_URL": prefect_api, "PYTHONPATH": path},
            stdout=log,
            stderr=log,
        )
        try:
            wait_until(lambda: answers(address), process, root / "log")
            yield SimpleNamespace(root=root, out=root / "minutes", address=address)
        finally:
            process.terminate()
            process.wait()


def answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False, timeout=60.0).is_success
    except httpx.ConnectError:
        return False


class Person:
    """Somebody at the page."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def until(self, what: Callable[[], Any], told: str) -> Any:
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.1)
        raise AssertionError(f"never: {told}; {self.text('body')}")

    def see(self, css: str) -> Any:
        return self.until(
            lambda: next((e for e in self.browser.find_elements("css selector", css) if e.is_displayed()), None), css
        )

    def text(self, css: str) -> str:
        words = self.browser.execute_script("return document.querySelector(arguments[0])?.innerText || ''", css)
        assert isinstance(words, str)
        return words

    def values(self) -> list[str]:
        script = "return [...document.querySelectorAll('#correct textarea, #correct input')].map(e => e.value)"
        found = self.browser.execute_script(script)
        assert isinstance(found, list)
        return found

    def write(self, before: str, after: str) -> None:
        from selenium.webdriver.common.keys import Keys

        def find() -> Any:
            boxes = self.browser.find_elements("css selector", "#correct textarea, #correct input")
            return next((box for box in boxes if box.get_attribute("value") == before and box.is_displayed()), None)

        box = self.until(find, f"a field that says {before}")
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(after)

    def in_the_minutes(self, words: str) -> bool:
        """Whether the frame shows these words. It is loaded anew when something is saved."""
        from selenium.common.exceptions import WebDriverException

        try:
            self.browser.switch_to.frame(self.browser.find_element("css selector", "#shown iframe"))
            return words in self.browser.find_element("css selector", "body").text
        except WebDriverException:
            return False
        finally:
            self.browser.switch_to.default_content()


def test_from_upload_to_corrected_word_file(app, driver):  # noqa: F811
    import docx

    person = Person(driver)
    driver.get(app.address)
    person.see("#start")
    driver.find_element("css selector", "#upload input[type=file]").send_keys(str(app.root / NAME))
    person.until(lambda: NAME in "".join(person.text("#upload").split()), "uploaded")
    person.see("#start").click()
    person.until(lambda: f"{NAME}: completed" in person.text("#status"), "completed")
    person.until(lambda: person.in_the_minutes("Call the carpenter"), "the minutes")
    person.until(lambda: "Call the carpenter" in person.values(), "the form")
    assert person.values()[:4] == ["Anna", "Tom", "Paint the barn number 1 green", "Call the carpenter"]

    for before, after in (("Call the carpenter", "Ring the joiner"), ("Anna", "Ánna 🎉"), ("open", "done")):
        person.write(before, after)
    person.see("#save").click()
    person.until(lambda: "Saved (2 in corrections.yaml)" in person.text("#told"), "saved")
    person.until(lambda: person.in_the_minutes("Ring the joiner"), "corrected")
    person.until(lambda: "Ring the joiner" in person.values(), "the form shows what is saved")
    [folder] = [path.parent for path in app.out.glob("*/corrections.yaml")]
    known = read_corrections(folder)
    assert (known.speakers, [item.text for item in known.items.values()]) == ({"Anna": "Ánna 🎉"}, ["Ring the joiner"])

    if kept := os.environ.get("SCREENSHOTS"):
        driver.save_screenshot(str(Path(kept) / "app.png"))
    link = person.see("#files a[href$='minutes.docx']").get_attribute("href")
    taken = docx.Document(io.BytesIO(httpx.get(link, trust_env=False).content))
    assert [cell.text for cell in taken.tables[0].rows[1].cells][:3] == ["☑ done", "Tom", "Ring the joiner (corrected)"]
    assert "Ánna 🎉" in "\n".join(paragraph.text for paragraph in taken.paragraphs)

    asked = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = [each["params"]["request"]["url"] for each in asked if each["method"] == "Network.requestWillBeSent"]
    assert [url for url in urls if not url.startswith((f"{app.address}/", "data:", "blob:", "about:"))] == []
    answered = [each["params"]["response"] for each in asked if each["method"] == "Network.responseReceived"]
    assert [(each["status"], each["url"]) for each in answered if each["status"] >= 400] == []


def test_app_speaks_vietnamese_to_a_vietnamese_browser(app, driver):  # noqa: F811
    browser = driver.execute_script("return navigator.userAgent")
    driver.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": browser, "acceptLanguage": "vi-VN,vi"})
    person = Person(driver)
    driver.get("about:blank")
    driver.get(app.address)
    person.until(lambda: person.text("#start") == "Lập biên bản", "the button in Vietnamese")
    person.until(lambda: "Biên bản họp" in person.text("h1"), "the title in Vietnamese")
    assert "Tải lên bản ghi âm hoặc phụ đề" in person.text("body")
    driver.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": browser, "acceptLanguage": "en-US,en"})


def test_gradio_hands_out_and_takes_nothing_but_uploads(app):
    """The whole chain as it is served, by whoever reaches the port."""
    with httpx.Client(base_url=app.address, trust_env=False) as client:
        for path in ("/etc/passwd", str(app.root / "log"), "http://127.0.0.1:9/x"):
            assert client.get(f"/gradio_api/file={path}").status_code == 404
        body = {"data": [{"path": str(app.root / NAME), "meta": {"_type": "gradio.FileData"}}, None, "embedded", ""]}
        assert client.post("/gradio_api/queue/join", json=body | {"fn_index": 0, "session_hash": "a"}).status_code == 400
        assert client.post("/gradio_api/upload", files={"files": ("a.wav", b"x" * (1 << 20 | 1 << 12))}).status_code == 413
        [path] = client.post("/gradio_api/upload", files={"files": ("../../../a.wav", b"x")}).json()
        assert Path(path).is_relative_to(app.out / ".uploads")
        assert client.get("/", headers={"host": "evil.example"}).status_code == 400
        assert client.post(
            "/gradio_api/upload", files={"files": ("a.wav", b"x")}, headers={"origin": "http://evil.example"}
        ).is_error
