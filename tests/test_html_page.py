"""The page with the recording, as a browser reads it: everything once, what was said as text, nothing from outside."""

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field, fields
from html.parser import HTMLParser
from string import Formatter
from typing import Any

import pytest

from tasks.language.wording import PageWording, languages, page_wording_for
from tasks.report.earlier import rewrite_states
from tasks.report.html_page import NAME, render_html
from tasks.schema import UNCLEAR, Minutes, Status, Transcript, Turn
from tests.builders import coverage, recording, segment, transcript
from tests.test_markdown import FILES, HOSTILE, action, committee, everywhere, heard, minutes
from tests.test_wording import texts

VOID = {"meta", "input", "br", "hr", "img", "link"}
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&<!--"
each_language = pytest.mark.parametrize("language", languages())


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return " ".join("".join(self.text).split())


class Reader(HTMLParser):
    """Every element with the text inside it; refuses what does not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(page)
        self.close()
        assert [element.name for element in self.open] == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute of {tag} stands twice"
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(each.name for each in self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text.append(data)

    def all(self, name: str, **attributes: str) -> list[Element]:
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [each for each in self.elements if each.name == name and wanted.items() <= each.attributes.items()]

    def one(self, name: str, **attributes: str) -> Element:
        [found] = self.all(name, **attributes)
        return found


def talk(*words: str, **changes: Any) -> Transcript:
    """Helen and Omar by turns."""
    said = [segment(number, text, speaker="AB"[number % 2]) for number, text in enumerate(words or ("Hello.", "Hi."), start=1)]
    return transcript(*said, **({"speakers": {"A": "Omar", "B": "Helen"}} | changes))


def page(content: Minutes | None = None, said: Transcript | None = None, **options: Any) -> Reader:
    return Reader(render_html(content or committee(), said or talk(), FILES, **options))


def test_page_says_everything_once():
    shown = page().one("body").shown
    for text in (
        "Call the carpenter and confirm",
        "We go with cedar",
        "Who pays for the insurance?",
        "Cedar costs 480 pounds",
        "Buy seeds",
    ):
        assert shown.count(text) == 1


def test_items_decisions_and_lines_can_be_linked_to_by_their_ids():
    ids = [element.attributes["id"] for element in page().elements if "id" in element.attributes]
    assert {"a-3f9c21", "a-81d25e", "d-11aa22", "S0001", "S0002"} <= set(ids)
    assert [name for name, count in Counter(ids).items() if count > 1] == []


def test_every_link_leads_to_a_place_on_the_page():
    found = page(everywhere("words"))
    ids = {element.attributes.get("id") for element in found.elements}
    targets = [link.attributes["href"] for link in found.all("a")]
    assert [target for target in targets if not target.startswith("#") or target[1:] not in ids] == []
    assert len(targets) > 10


def test_each_claim_can_be_played_from_where_it_was_heard():
    item = page().one("li", id="a-81d25e")
    assert item.attributes["data-at"] == "130.0"
    assert "before Friday?” (Helen)" not in item.shown  # quotation marks are the browser's
    assert "before Friday? (Helen); Sure. (Omar)" in item.shown


def test_claim_that_cites_no_segment_leads_to_what_is_heard_then():
    said = talk("One.", "Two.", "Three.")
    lost = heard(12, "gone").model_copy(update={"segment_ids": ("S0999",)})
    found = page(minutes(action_items=(action(evidence=lost),)), said)
    assert next(link.attributes["href"] for link in found.all("a", class_="at")) == "#S0002"


def test_lines_carry_time_speaker_and_language():
    greeting = segment(2, "Chào anh.", language="vi")
    found = page(minutes(), transcript(segment(1, "Hello.", speaker="A"), greeting, segment(3, "…", flags=(UNCLEAR,))))
    assert found.one("div", id="lines").shown == "00:00:00AHello. 00:00:10Chào anh. 00:00:20…"
    assert [words.attributes.get("lang") for words in found.all("span", class_="words")] == [None, "vi", None]
    lines = [line.attributes["class"] for line in found.all("li") if "data-who" in line.attributes]
    assert lines == ["p0", "", "same unclear"]


def test_timeline_has_the_turns_of_each_speaker():
    turns = tuple(Turn(start_s=start, end_s=end, speaker=who) for start, end, who in ((0, 6, "A"), (6, 30, "B"), (30, 60, "A")))
    found = page(committee(), talk(turns=turns))
    lanes = [path.attributes["d"] for path in found.all("path") if "section" in path.parents and "td" not in path.parents]
    assert lanes == ["M0.0 0H100.0V10H0.0zM500.0 0H1000.0V10H500.0z", "M100.0 0H500.0V10H100.0z"]
    assert [button.shown for button in found.all("button") if "data-who" in button.attributes] == ["Omar", "Helen"]


def test_captions_without_turns_have_a_timeline_by_their_lines():
    paths = page(minutes(), talk("One.", "Two.")).all("path")
    assert [path.attributes["d"] for path in paths] == ["M0.0 0H83.3V10H0.0z", "M166.7 0H250.0V10H166.7z"]


def test_recording_without_speech_gets_a_page_too():
    silent = coverage(segments=0, transcribed_ms=0, silence_ms=60_000)
    found = page(minutes(status=Status.NO_SPEECH, coverage=silent), transcript(coverage=silent))
    assert "No speech was found" in found.one("main").shown


# Nothing from outside, and what was said is text


def test_policy_allows_the_script_and_the_style_of_the_page_and_nothing_else():
    found = page()
    policy = found.all("meta")[1].attributes
    assert policy["http-equiv"] == "Content-Security-Policy"
    rules = dict(rule.strip().split(" ", 1) for rule in policy["content"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == hashed(found.all("script")[1])
    assert rules["style-src"] == hashed(found.one("style"))
    assert rules["media-src"] == "'self' blob:"
    assert set(rules) == {"default-src", "script-src", "style-src", "media-src", "base-uri", "form-action"}


def hashed(element: Element) -> str:
    digest = hashlib.sha256("".join(element.text).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def test_page_names_no_address_of_a_network():
    text = render_html(committee(), talk(), FILES, audio="../standup.flac")
    assert re.findall(r"(?i)\b(?:https?|wss?|ftp):|//[a-z]", text) == []
    assert not {"link", "img", "iframe", "object", "embed"} & {element.name for element in Reader(text).elements}


def test_page_has_no_inline_handler_or_style_that_its_policy_would_stop():
    names = {name for element in page(everywhere("words"), audio="a.mp3").elements for name in element.attributes}
    assert [name for name in names if name.startswith("on") or name == "style"] == []


@pytest.mark.parametrize("text", [*HOSTILE, EVIL, "http://evil.example/x", "javascript:alert(1)", "{{ 7 * 7 }}", "{% raw %}"])
def test_hostile_text_changes_no_element(text):
    """Wherever a text can stand, the page has the same elements with the same names of attributes."""
    evil, plain = (skeleton(word) for word in (text, "plain"))
    assert evil == plain


def skeleton(text: str) -> list[tuple[str, tuple[str, ...]]]:
    said = transcript(segment(1, text, speaker="A"), segment(2, "Hi.", speaker="B"), speakers={"A": text, "B": f"{text} B"})
    source = recording(name=text or "x")
    content = everywhere(text).model_copy(update={"recording": source})
    found = Reader(render_html(content, said, (text,), audio=f"../{text}"))
    return [(element.name, tuple(element.attributes)) for element in found.elements]


def test_hostile_text_is_shown_as_it_is():
    said = transcript(segment(1, EVIL, speaker="A"), speakers={"A": EVIL})
    found = page(minutes(title=EVIL), said)
    assert found.one("title").shown == found.one("h1").shown == found.one("span", class_="words").shown == EVIL


def test_data_for_the_script_cannot_end_it():
    data = page(audio=EVIL).one("script", id="data")
    assert json.loads("".join(data.text))["length"] == 60.0
    assert "<" not in "".join(data.text)


def test_id_that_is_no_segment_id_harms_nothing():
    odd = segment(1).model_copy(update={"id": 'S1" onclick="alert(1)'})
    assert page(minutes(), transcript(odd)).one("div", id="lines")
    names = {name for element in page(minutes(), transcript(odd)).elements for name in element.attributes}
    assert "onclick" not in names


# Language


@each_language
def test_page_is_in_its_language(language):
    found = page(language=language)
    wording = page_wording_for(language, "")
    assert found.one("html").attributes["lang"] == language
    assert found.one("h2", id="transcript-title").shown == wording.transcript
    assert json.loads("".join(found.one("script", id="data").text))["say"]["hits"] == wording.hits.many


@pytest.mark.parametrize("name", [each.name for each in fields(PageWording)])
@each_language
def test_texts_of_the_page_are_whole_and_filled_in_alike(language, name):
    own, english = (texts(getattr(page_wording_for(each, ""), name)) for each in (language, "en"))
    assert all(text == text.strip() and text for text in own)
    assert [{part[1] for part in Formatter().parse(text)} for text in own] == [
        {part[1] for part in Formatter().parse(text)} for text in english
    ]
    if language != "en":
        assert own != english


@pytest.mark.parametrize("name", [each.name for each in fields(PageWording)])
def test_every_text_of_the_page_is_used(name):
    text = render_html(committee(), talk(), FILES, "vi")
    said = texts(getattr(page_wording_for("vi", ""), name))
    assert any(json.dumps(each)[1:-1] in text or each in text or each.format(number=1) in text for each in said)


# States that people give to items


def test_state_of_an_item_is_changed_in_a_page_that_was_written_before(tmp_path):
    before = render_html(minutes(action_items=(action(), action(id="a-000001"))), talk(), ())
    (tmp_path / NAME).write_text(before)
    rewrite_states(tmp_path, {"a-3f9c21": "waits for <Bo> & Co"})
    after = (tmp_path / NAME).read_text()
    states = [span.shown for span in Reader(after).all("span", class_="state")]
    assert states == ["☐ waits for <Bo> & Co", "☐"]
    rewrite_states(tmp_path, {"a-3f9c21": "open"})
    assert (tmp_path / NAME).read_text() == before


def test_closed_item_is_ticked():
    assert page(minutes(action_items=(action(status="done"),))).one("span", class_="state").shown == "☑ done"
