"""`minutes.html` in Chromium: listening, following, searching, by mouse and by keyboard alone, and nothing that leaves the page.

Needs `tests/install_chromium.sh`, once. `SCREENSHOTS=docs/images PICTURED_PAGE=demo-minutes/.../minutes.html` keeps pictures
of a page.
"""

import datetime as dt
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tasks.report.html_page import render_html
from tasks.schema import Decision, Transcript, segment_id
from tests.builders import SAMPLE_SPEECH, coverage, evidence, segment, transcript
from tests.test_browser import CHROMIUM, DRIVER, FLAGS, chromium  # noqa: F401
from tests.test_html_page import EVIL
from tests.test_markdown import action, minutes

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / ".browser" / "node_modules" / "axe-core" / "axe.min.js"
WAIT_S = 20.0
LONG = 3600
WIDE, PHONE = (1400, 900), (360, 740)
VIETNAMESE = 'Hạnh và Minh gửi báo cáo họp tuần cho "Đức" nhé.'


def talk() -> Transcript:
    """What is said in the sample recording, by its ground truth, and two lines that nobody says."""
    truth = json.loads(SAMPLE_SPEECH.with_suffix(".truth.json").read_text(encoding="utf-8"))
    lines = [
        segment(number, turn["text"], start_s=turn["start_s"], end_s=turn["end_s"], speaker=turn["speaker"])
        for number, turn in enumerate(truth["turns"], start=1)
    ]
    more = [
        segment(len(lines) + number, text, start_s=83.2 + number / 100, end_s=83.4, speaker="Hạnh", language="vi")
        for number, text in enumerate([VIETNAMESE, EVIL], start=1)
    ]
    return transcript(*lines, *more, coverage=coverage(truth["duration_s"], segments=len(lines) + 2))


def write_page(folder: Path, said: Transcript, audio: str | None, **changes: Any) -> str:
    """A page with a task at 37.6 s and a decision at 68 s of the sample recording; its address."""
    call, party = (evidence("S0009").model_copy(update={"start_s": at, "end_s": at + 4}) for at in (37.6, 68.0))
    content = minutes(
        title="Garden committee",
        participants=("Helen", "William", "David"),
        action_items=(action(owner="Helen", due_phrase="tomorrow", due_date=dt.date(2026, 3, 3), evidence=call),),
        decisions=(Decision(id="d-11aa22", text="The party will be in September", evidence=party),),
        coverage=said.coverage,
    )
    path = folder / "minutes.html"
    path.write_text(render_html(content.model_copy(update=changes), said, ("minutes.md",), "auto", audio), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("minutes")
    shutil.copy(SAMPLE_SPEECH, folder / "talk.flac")
    return write_page(folder, talk(), "talk.flac")


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in [*FLAGS.split(), "--mute-audio"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    os.environ["SE_OFFLINE"] = "true"  # the driver is Debian's; nothing is looked for elsewhere
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield browser
    browser.quit()


@pytest.fixture
def page(driver: Any, address: str) -> "Listening":
    found = Listening(driver)
    found.look_at(WIDE)
    found.open(address)
    return found


class Listening:
    """The page as its reader uses it."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.run: Callable[..., Any] = driver.execute_script

    def open(self, address: str) -> None:
        self.driver.get("about:blank")
        self.driver.get(address)

    def look_at(self, size: tuple[int, int], *, scheme: str = "light", medium: str = "") -> None:
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": [feature]})

    def find(self, css: str) -> Any:
        return self.driver.find_element("css selector", css)

    def until(self, what: Callable[[], Any], told: str) -> Any:
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.05)
        raise AssertionError(f"never: {told}; {self.run('return document.getElementById(`now`).textContent')}")

    def ready(self) -> None:
        self.until(lambda: self.run("return document.getElementById('audio').readyState") > 0, "audio is ready")

    def heard_at(self) -> float:
        return float(self.run("return document.getElementById('audio').currentTime"))

    def playing(self) -> bool:
        return not self.run("return document.getElementById('audio').paused")

    def wait_for_play(self, seconds: float) -> None:
        self.until(lambda: self.playing() and seconds <= self.heard_at() < seconds + 8, f"plays from {seconds}")

    def lit(self) -> str:
        return self.run("return [...document.querySelectorAll('.lit')].map((line) => line.id).join()")

    def in_view(self, css: str) -> bool:
        return self.run(
            "const pane = document.getElementById('transcript').getBoundingClientRect(),"
            " box = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return box.top >= Math.max(0, pane.top) && box.bottom <= Math.min(innerHeight, pane.bottom)",
            css,
        )

    def marks(self) -> list[str]:
        return self.run("return [...document.querySelectorAll('mark')].map((mark) => mark.textContent)")

    def shown_speakers(self) -> set[str]:
        script = "return [...document.querySelectorAll('#lines li:not([hidden]) bdi')].map((name) => name.textContent)"
        return set(self.run(script))

    def press(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def focused(self) -> str:
        return self.run("return document.activeElement.id || document.activeElement.getAttribute('href') || ''")

    def type_search(self, words: str) -> None:
        self.find("#words").clear()
        self.find("#words").send_keys(words)


def line_of(said: Transcript, seconds: float) -> str:
    return [part.id for part in said.segments if part.start_s <= seconds + 0.05][-1]


@pytest.mark.parametrize(
    ("css", "seconds"),
    [
        ("#a-3f9c21 strong", 37.6),
        ("#a-3f9c21 a.at", 37.6),
        ("#d-11aa22 strong", 68.0),
        ("#S0004 .words", talk().segments[3].start_s),
        ("#S0004 a.at", talk().segments[3].start_s),
    ],
)
def test_a_click_plays_a_task_a_decision_a_time_and_a_line(page, css, seconds):
    page.ready()
    page.find(css).click()
    page.wait_for_play(seconds)
    assert page.lit() in {line_of(talk(), seconds), line_of(talk(), page.heard_at())}


def test_a_click_before_the_recording_is_loaded_is_not_lost(page):
    page.run("const audio = document.getElementById('audio'); audio.removeAttribute('src'); audio.load()")
    page.find("#a-3f9c21 strong").click()
    page.run("document.getElementById('audio').src = 'talk.flac'")
    page.wait_for_play(37.6)


def test_line_that_is_heard_is_lit_and_followed(page):
    page.ready()
    page.look_at((1400, 420))
    page.find("#S0001 .words").click()
    page.wait_for_play(0)
    last = talk().segments[-4]
    page.run("document.getElementById('audio').currentTime = arguments[0]", last.start_s + 0.3)
    page.until(lambda: page.lit() == last.id, "the line is lit")
    page.until(lambda: page.in_view(f"#{last.id}"), "the line is in view")
    assert page.run("return document.querySelectorAll('[aria-current]').length") == 1


def test_who_scrolls_is_left_where_they_are_until_they_follow_again(page):
    page.ready()
    page.look_at((1400, 420))
    page.find("#S0001 .words").click()
    page.wait_for_play(0)
    page.run("document.getElementById('transcript').dispatchEvent(new WheelEvent('wheel', { deltaY: 100 }))")
    assert page.find("#follow").get_attribute("aria-pressed") == "false"
    last = talk().segments[-4]
    page.run("document.getElementById('audio').currentTime = arguments[0]", last.start_s + 0.3)
    page.until(lambda: page.lit() == last.id, "the line is lit")
    assert not page.in_view(f"#{last.id}")
    page.find("#follow").click()
    page.until(lambda: page.in_view(f"#{last.id}"), "the line is in view")


def test_timeline_is_clicked_where_one_wants_to_listen(page):
    page.ready()
    from selenium.webdriver import ActionChains

    strip = page.find("#strip")
    ActionChains(page.driver).move_to_element_with_offset(strip, round(strip.size["width"] * 0.25), 0).click().perform()
    page.wait_for_play(0.74 * 83)


def test_address_of_a_line_leads_to_it(page, address):
    page.open(f"{address}#S0012")
    assert page.lit() == "S0012"
    assert page.in_view("#S0012")


# Search and filter


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("carpenter", ["carpenter"]),
        ("CARPENTER", ["carpenter"]),
        ("hop tuan", ["họp tuần"]),
        ("duc", ["Đức"]),
        ("họp", ["họp"]),
        ("hóp", []),
        ("<script>", ["<script>"]),
        ("no such word", []),
    ],
)
def test_search_marks_its_hits(page, typed, marked):
    page.type_search(typed)
    page.until(lambda: page.find("#hits").text or not typed, "hits are counted")
    assert page.marks() == marked
    assert page.find("#hits").text == ("1 hit" if marked else "0 hits")


def test_search_goes_from_hit_to_hit_and_back(page):
    from selenium.webdriver import Keys

    page.look_at((1400, 420))
    page.type_search("garden" + Keys.ENTER)
    count = len(page.marks())
    assert count >= 2
    assert page.find("#hits").text == f"1 of {count}"
    page.press(Keys.ENTER)
    assert page.find("#hits").text == f"2 of {count}"
    page.until(lambda: page.in_view("mark.here"), "the hit is in view")
    page.press(Keys.SHIFT, Keys.ENTER)
    page.press(Keys.NULL)
    assert page.find("#hits").text == f"1 of {count}"
    page.press(Keys.ESCAPE)
    assert (page.marks(), page.find("#words").get_attribute("value")) == ([], "")


def test_search_leaves_the_words_as_they_were(page):
    before = page.run("return document.getElementById('lines').innerHTML.replace(/ (class|tabindex)=\"[^\"]*\"/g, '')")
    page.type_search("e")
    page.until(page.marks, "something is found")
    page.find("#words").send_keys("\b")
    page.until(lambda: not page.marks(), "nothing is marked")
    after = page.run("return document.getElementById('lines').innerHTML.replace(/ (class|tabindex)=\"[^\"]*\"/g, '')")
    assert after == before


def test_filter_shows_the_chosen_speakers(page):
    helen, william = (page.find(f"#filter button:nth-of-type({number})") for number in (1, 2))
    helen.click()
    assert page.shown_speakers() == {"Helen"}
    page.type_search("William")
    page.until(lambda: page.find("#hits").text, "hits are counted")
    said = [part for part in talk().segments if part.speaker == "Helen" and "William" in part.text]
    assert len(page.marks()) == sum(part.text.count("William") for part in said)
    william.click()
    assert page.shown_speakers() == {"Helen", "William"}
    helen.click()
    william.click()
    assert len(page.shown_speakers()) == 4


# Without a mouse, on paper, on a phone, for everybody


def test_everything_can_be_done_by_keyboard(page):
    from selenium.webdriver import Keys

    page.ready()
    page.find("body").send_keys(Keys.TAB)
    assert page.focused() == "#transcript"
    page.press(Keys.ENTER)
    page.press(Keys.TAB)
    assert page.focused() == "words"
    reached = set()
    for _ in range(14):
        page.press(Keys.TAB)
        reached.add(page.run("return document.activeElement.closest('li') ? 'line' : document.activeElement.id"))
        if "line" in reached:
            break
    assert {"before", "after", "line"} <= reached
    page.press(Keys.ARROW_DOWN)
    page.press(Keys.ARROW_DOWN)
    assert page.focused() == "#S0003"
    page.press(Keys.ENTER)
    page.wait_for_play(talk().segments[2].start_s)
    page.press(Keys.SPACE)
    assert not page.playing()
    page.press(Keys.TAB)
    assert page.focused() == "strip"
    before = page.heard_at()
    page.press(Keys.ARROW_RIGHT)
    assert page.heard_at() == pytest.approx(before + 5, abs=0.5)
    assert page.find("#strip").get_attribute("aria-valuetext").startswith("00:00:")


def test_focus_can_be_seen(page):
    from selenium.webdriver import Keys

    page.find("body").send_keys(Keys.TAB)
    style = page.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"
    assert page.run("return document.activeElement.getBoundingClientRect().left") >= 0


def test_paper_has_the_minutes_and_the_transcript_and_no_player(page):
    page.look_at(WIDE, medium="print")
    shown = "return getComputedStyle(document.querySelector(arguments[0])).display !== 'none'"
    assert [page.run(shown, css) for css in ("#player", "#search", "#filter", "#lines", "main")] == [False] * 3 + [True] * 2
    assert page.run("return getComputedStyle(document.querySelector('#transcript')).overflowY") == "visible"
    pdf = page.driver.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert len(pdf) > 10_000


@pytest.mark.parametrize("size", [PHONE, (640, 900), WIDE])
def test_page_fits_the_width(page, size):
    page.look_at(size)
    assert page.run("return document.scrollingElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert page.run("return document.getElementById('player').getBoundingClientRect().bottom <= innerHeight + 1")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_axe_finds_nothing(page, size, scheme):
    if not AXE.exists():
        pytest.fail("no axe-core: run tests/install_chromium.sh")
    page.look_at(size, scheme=scheme)
    page.type_search("garden")
    page.until(page.marks, "hits are marked")
    page.run("document.querySelector('#S0003').classList.add('lit')")
    page.run(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.driver.execute_async_script(
        "axe.run({ runOnly: arguments[0] }).then((result) => arguments[1](result.violations))", tags
    )
    assert [(each["id"], each["impact"], [node["target"] for node in each["nodes"]][:3]) for each in found] == []


# Nothing leaves the page


def test_page_asks_for_nothing_but_itself_and_the_recording(page, address):
    page.driver.get_log("performance")
    page.open(address)
    page.ready()
    page.find("#a-3f9c21 strong").click()
    page.wait_for_play(37.6)
    logged = [json.loads(entry["message"])["message"] for entry in page.driver.get_log("performance")]
    asked = {each["params"]["request"]["url"] for each in logged if each["method"] == "Network.requestWillBeSent"}
    asked = {url for url in asked if not url.startswith(("about:", "data:"))}  # of the controls that Chromium draws
    assert asked == {address, address.replace("minutes.html", "talk.flac")}
    assert [entry for entry in page.driver.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_policy_stops_what_somebody_smuggled_in(page):
    asked: list[str] = []
    with listener(asked) as url:
        page.run(
            "const url = arguments[0], make = (name) => document.createElement(name);"
            "const add = (name, how) => document.body.append(Object.assign(make(name), how));"
            "add('img', { src: `${url}/img` }); add('script', { src: `${url}/script` }); add('iframe', { src: `${url}/frame` });"
            "add('link', { rel: 'stylesheet', href: `${url}/style` }); add('script', { textContent: `window.ran = true` });"
            "add('audio', { src: `${url}/audio`, preload: 'auto' }); fetch(`${url}/fetch`).catch(() => {});"
            "add('style', { textContent: `body { background: url(${url}/css) }` });",
            url,
        )
        time.sleep(1.0)
        assert asked == []
        assert page.run("return window.ran") is None
        page.driver.get(f"{url}/control")
        assert "/control" in asked


class listener:
    """A server on this machine that notes what it is asked for."""

    def __init__(self, asked: list[str]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=partial(self.server.serve_forever, 0.05), daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_spoken_markup_is_text(page):
    assert page.find(f"#{talk().segments[-1].id} .words").text == " ".join(EVIL.split())
    assert page.run("return document.images.length") == 0


# Without the recording, and with a long one


def test_missing_recording_is_said_and_opened_from_the_disk(page, tmp_path):
    page.open(write_page(tmp_path, talk(), "moved away.flac"))
    page.until(lambda: "no recording" in page.find("#missing").text, "the page says that there is none")
    page.find("#a-3f9c21 strong").click()
    page.find("#file").send_keys(str(SAMPLE_SPEECH))
    page.wait_for_play(37.6)
    assert page.find("#missing").text == ""


def test_recording_of_another_length_is_named(page, tmp_path, short_meeting):
    page.open(write_page(tmp_path, talk(), None))
    page.find("#file").send_keys(str(short_meeting))
    page.until(lambda: "not as long" in page.find("#missing").text, "the page says that it is another one")


def long_talk() -> Transcript:
    """Three hours in lines of three seconds."""
    words = "budget carpenter garden fence offer họp tuần báo cáo north side keys party September price water bill".split()
    said = [
        segment(n, " ".join(words[(n * 7 + k) % len(words)] for k in range(4 + n % 20)), start_s=3.0 * n, speaker="ABCDEF"[n % 6])
        for n in range(1, LONG + 1)
    ]
    short = [part.model_copy(update={"end_s": part.start_s + 3.0}) for part in said]
    return transcript(*short, coverage=coverage(3.0 * LONG + 6, segments=LONG))


def test_three_hours_open_at_once_and_scroll_smoothly(page, tmp_path):
    """Seconds of the page's own thread, so that a busy machine does not count."""
    address = write_page(tmp_path, long_talk(), None)
    page.driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    page.open(address)
    page.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    opened = busy_s(page)
    assert page.run("return document.querySelectorAll('#lines li').length") == LONG
    before, frames = busy_s(page), 60
    page.driver.execute_async_script(
        "const [frames, done] = arguments, pane = document.getElementById('transcript'); let left = frames;"
        "const step = () => { pane.scrollBy(0, 700); left -= 1; left ? requestAnimationFrame(step) : done(); }; step();",
        frames,
    )
    per_frame = (busy_s(page) - before) / frames
    page.type_search("bao cao")
    page.until(page.marks, "hits are marked")
    page.open(f"{address}#{segment_id(LONG - 5)}")
    page.until(lambda: page.in_view(f"#{segment_id(LONG - 5)}"), "the line is in view")
    assert (opened < 2.0, per_frame < 0.033) == (True, True), f"opened in {opened:.2f} s, {per_frame * 1000:.1f} ms a frame"


def busy_s(page: Listening) -> float:
    metrics = page.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return next(each["value"] for each in metrics if each["name"] == "TaskDuration")


@pytest.mark.skipif("SCREENSHOTS" not in os.environ, reason="keeps pictures only where it is told to")
def test_pictures_of_the_page(page, address):
    shown = os.environ.get("PICTURED_PAGE")
    page.open(Path(shown).absolute().as_uri() if shown else address)
    page.ready()
    page.find(".tasks strong").click()
    page.until(page.playing, "it plays")
    time.sleep(1.5)
    for name, size, scheme in (("page", WIDE, "light"), ("page-dark", WIDE, "dark"), ("page-phone", PHONE, "light")):
        page.look_at(size, scheme=scheme)
        time.sleep(0.3)
        assert page.driver.save_screenshot(str(Path(os.environ["SCREENSHOTS"]) / f"{name}.png"))
