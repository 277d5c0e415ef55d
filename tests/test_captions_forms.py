"""Captions as meeting programs write them and as people get them, form by form: who says what, and nothing lost in silence."""

import unicodedata
from pathlib import Path

import pytest

from tasks.audio.options import AudioOptions
from tasks.captions.names import Presence, can_be_name, people_of_labels, person_name
from tasks.captions.source import Kind, text_kind
from tasks.captions.stage import read_transcript
from tasks.captions.times import Times, is_broken_times, read_times
from tasks.clean_text import clean
from tasks.inspection import inspect_recording
from tasks.language.detection import language_within
from tasks.schema import NoticeKind, Sidecar, Transcript
from tests.test_captions import read, texts

A, B, C = "00:00:01.000 --> 00:00:03.000", "00:00:04.000 --> 00:00:06.000", "00:00:07.000 --> 00:00:09.000"
D = "00:00:10.000 --> 00:00:12.000"


def said(text: str, **changes: object) -> list[tuple[str | None, str]]:
    found = read(text, **changes)
    return [(found.name_of(item.speaker), item.text) for item in found.segments]


def warnings(found: Transcript) -> list[str]:
    return [notice.message for notice in found.notices if notice.kind is NoticeKind.WARNING]


# Empty lines where none should be, and none where some should be


@pytest.mark.parametrize(
    "text",
    [
        f"WEBVTT\n\n{A}\n\n<v Dana>We sold\neleven chairs.\n\n{B}\n\n<v Omar>Good.",
        f"WEBVTT\n\n{A}\n<v Dana>We sold\n\neleven chairs.\n\n{B}\n<v Omar>Good.",
        f"WEBVTT\n\n{A}\n \t\n<v Dana>We sold\n   \neleven chairs.\n\n\n\n{B}\n\n\n<v Omar>Good.",
        f"WEBVTT\n\n1\n\n{A}\n\n<v Dana>We sold\n\neleven chairs.\n\n2\n\n{B}\n\n<v Omar>Good.",
        f"WEBVTT\r\r\n\r\r\n{A}\r\r\n<v Dana>We sold\r\r\neleven chairs.\r\r\n\r\r\n{B}\r\r\n<v Omar>Good.\r\r\n",
        f"WEBVTT\n{A}\n<v Dana>We sold\neleven chairs.\n{B}\n<v Omar>Good.",
        f"WEBVTT\n1\n{A}\n<v Dana>We sold\neleven chairs.\n2\n{B}\n<v Omar>Good.",
        f"WEBVTT\n\nc-1\n{A}\n<v Dana>We sold\neleven chairs.\nc-2\n{B}\n<v Omar>Good.",
        f"WEBVTT\n\n7\n{A}\n<v Dana>We sold\neleven chairs.\n8\n{B}\n<v Omar>Good.",
        f"WEBVTT\n\n{A}<v Dana>We sold\neleven chairs.\n\n{B} align:start <v Omar>Good.".replace("000<v", "000 <v"),
        f"1\n{A}\n<v Dana>We sold\neleven chairs.\n\n\n\n2\n{B}\n<v Omar>Good.",
        f"\n\n\n1\n{A}\n<v Dana>We sold\n\neleven chairs.\n2\n{B}\n<v Omar>Good.",
    ],
)
def test_empty_lines_are_no_matter(text):
    assert said(text) == [("Dana", "We sold eleven chairs."), ("Omar", "Good.")]
    assert warnings(read(text)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"WEBVTT\n\n{A}\nWe need\n40\n\n{B}\nchairs.", ["We need 40", "chairs."]),
        (f"1\n{A}\nWe need\n40\n2\n{B}\nchairs.", ["We need 40", "chairs."]),
        (f"1\n{A}\nWe need\n\n40\n\n2\n{B}\nchairs.", ["We need 40", "chairs."]),
        (f"WEBVTT\n\n{A}\nHow many?\n{B}\n40\n{C}\nFine.", ["How many?", "40", "Fine."]),
        (f"WEBVTT\n\n{A}\n1\n\n{B}\n2\n\n{C}\n3", ["1", "2", "3"]),
        (f"5\n{A}\n1\n\n6\n{B}\n2\n\n7\n{C}\n3", ["1", "2", "3"]),
        (f"1\n{A}\nWe are at\n3\n\n2\n{B}\nfloors.", ["We are at 3", "floors."]),
        (f"WEBVTT\n\n{A}\nIn 2026\n2027\n{B}\nor so.", ["In 2026 2027", "or so."]),
        (f"WEBVTT\n\n{A}\nHow many?\n\n40\n{B}\nFine.\n\n{C}\nGood.", ["How many? 40", "Fine.", "Good."]),
        (f"WEBVTT\n\n{A}\nHow much?\n\n$500\n{B}\nFine.\n\n{C}\nGood.", ["How much? $500", "Fine.", "Good."]),
        (f"WEBVTT\n\nc1\n{A}\nWhen?\n3pm\nc2\n{B}\nFine, at\n4pm\n\nc3\n{C}\nGood.", ["When? 3pm", "Fine, at 4pm", "Good."]),
        (f"WEBVTT\n\n{A}\nYes\n{B}\nNo\n{C}\nMaybe", ["Yes", "No", "Maybe"]),
        (f"WEBVTT\n\n{A}\nWe go on.\n\nThank you\n{B}\nBye.", ["We go on. Thank you", "Bye."]),
    ],
)
def test_a_number_is_a_word_where_the_file_does_not_count_on(text, words):
    assert [item.text for item in read(text).segments] == words


# Arrows


@pytest.mark.parametrize(
    "words",
    [
        "shop --> bank --> us",
        "sender --> receiver",
        "--> next slide",
        "this one -->",
        "So it is 10:30 --> 11:00 then",
        "a -> b => c → d",
        "A-->B",
        "version 1.2 --> 1.3",
        "10:30 --> 11:00",
        "10:30 - 11:00 lunch",
        "step 1 --> step 2 --> 00:05",
        "go from 00:01:00 to 00:02:00",
    ],
)
@pytest.mark.parametrize("before", ["", "First words\n", "<v Dana>"])
def test_an_arrow_in_the_words_is_a_word(words, before):
    assert (
        " ".join(item.text for item in read(texts(f"{before}{words}", "Last.")).segments).replace("First words ", "")
        == f"{words} Last."
    )


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ("00:00:02.000 –> 00:00:05.000", (2000, 5000)),
        ("00:00:02.000 —> 00:00:05.000", (2000, 5000)),
        ("00:00:02.000 -> 00:00:05.000", (2000, 5000)),
        ("00:00:02.000 ---> 00:00:05.000", (2000, 5000)),
        ("00:00:02.000 → 00:00:05.000", (2000, 5000)),
        ("00:00:02.000 --&gt; 00:00:05.000", (2000, 5000)),
        ("00:00:02.000 -- > 00:00:05.000", (2000, 5000)),
        ("00:00:02.000-->00:00:05.000", (2000, 5000)),
        ("00:00:02.000 −−> 00:00:05.000", (2000, 5000)),
        ("00:00:02.000 - 00:00:05.000", (2000, 5000)),
        ("0:00:02.000,0:00:05.000", (2000, 5000)),
        ("00:00:02,000 --> 00:00:05,000", (2000, 5000)),
        ("00:02.000 --> 00:05.000", (2000, 5000)),
        ("00:00:02 --> 00:00:05", (2000, 5000)),
        ("00:00:02:000 --> 00:00:05:000", (2000, 5000)),
        ("0:0:2.0 --> 0:0:5.0", (2000, 5000)),
        ("  00:00:02.000   -->   00:00:05.000  ", (2000, 5000)),
        ("75:10.000 --> 75:12.500", (4_510_000, 4_512_500)),
        ("00:00:02.5 --> 00:00:05.123456", (2500, 5123)),
        ("-00:00:03,000 --> 00:00:01,000", (-3000, 1000)),
        ("−00:00:03.000 --> -00:00:01.000", (-3000, -1000)),
        ("00:00:-3,500 --> 00:00:01,000", (-3500, 1000)),
        ("- 00:00:03.000 --> 00:00:01.000", (-3000, 1000)),
    ],
)
def test_times_as_editors_and_shifters_leave_them(line, times):
    assert read_times(line) == Times(*times, "", True)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("00:00:02.000 --> 00:00:05.000 align:start position:0%", ""),
        ("00:00:02,000 --> 00:00:05,000 X1:10 X2:20 Y1:5 Y2:6", ""),
        ("00:00:02.000 --> 00:00:05.000 line:0 We begin.", "We begin."),
        ("00:00:02.000 --> 00:00:05.000 Dana: hello", "Dana: hello"),
        ("00:00:02.000 --> 00:00:05.000 region:a line:b align:c", ""),
    ],
)
def test_settings_are_told_from_words_behind_the_times(line, rest):
    assert read_times(line).rest == rest


@pytest.mark.parametrize(
    "line",
    [
        "00:01.000 --> xx:02.000",
        "00:01.000 -->",
        "--> 00:00:02.000",
        "00:75.000 --> 01:99.000",
        "00:00:0x,000 --> 00:00:04,000",
        "00:00:01,000 00:00:",
        "00:00:01.000 -> 00:0",
        "1:70:00.000 --> 1:71:00.000",
        "00.00.01.000 --> 00.00.03.000",
        "0O:00:01.000 --> 0O:00:03.000",
    ],
)
def test_times_that_cannot_be_read_are_named_with_their_words(line):
    found = read(f"WEBVTT\n\n{A}\nkept\n\n{line}\nlost words\n\n{C}\nkept too")
    assert [item.text for item in found.segments] == ["kept", "kept too"]
    assert is_broken_times(line, inside=False)
    assert warnings(found) == [f"2 lines of the captions could not be read: line 6 '{line}', line 7 'lost words'"]


def test_a_cue_without_its_times_is_named():
    found = read(f"1\n{A}\nkept\n\n2\nlost words\n\n3\n{C}\nkept too")
    assert [item.text for item in found.segments] == ["kept", "kept too"]
    assert warnings(found) == ["2 lines of the captions could not be read: line 5 '2', line 6 'lost words'"]


def test_cues_before_zero_are_read_from_zero_in_their_order():
    found = read(
        "1\n-00:00:09,000 --> -00:00:07,000\na\n\n2\n-00:00:05,000 --> 00:00:01,000\nb\n\n3\n00:00:00,000 --> 00:00:02,000\nc"
    )
    assert [(item.start_s, item.end_s, item.text) for item in found.segments] == [
        (0.0, 0.0, "a"),
        (0.0, 1.0, "b"),
        (0.0, 2.0, "c"),
    ]


# Names before the words


@pytest.mark.parametrize(
    "cues",
    [
        ("(Dana Fox)\nGood morning.", "(Dana Fox)\nFine?\n-\n \n(Omar Reed)\nYes."),
        ("[Dana Fox]\nGood morning.", "[Dana Fox]\nFine?\n[Omar Reed]\nYes."),
        ("(Dana Fox) Good morning.", "(Dana Fox) Fine?\n(Omar Reed) Yes."),
        ("[Dana Fox] Good morning.", "[Dana Fox] Fine?\n[Omar Reed] Yes."),
        ("[Dana Fox]: Good morning.", "[Dana Fox]: Fine?\n[Omar Reed]: Yes."),
        ("(Dana Fox): Good morning.", "(Dana Fox): Fine?\n(Omar Reed): Yes."),
        ("Dana Fox:\nGood morning.", "Dana Fox:\nFine?\nOmar Reed:\nYes."),
        ("Dana Fox : Good morning.", "Dana Fox : Fine?\nOmar Reed : Yes."),
        ("- Dana Fox: Good morning.", "- Dana Fox: Fine?\n- Omar Reed: Yes."),
        (">> Dana Fox: Good morning.", ">> Dana Fox: Fine?\n>> Omar Reed: Yes."),
        (">>Dana Fox:Good morning.", ">>Dana Fox:Fine?\n>>Omar Reed:Yes."),
        ("Dana Fox：Good morning.", "Dana Fox：Fine?\nOmar Reed：Yes."),
        ("&lt;Dana Fox&gt; Good morning.", "&lt;Dana Fox&gt; Fine?\n&lt;Omar Reed&gt; Yes."),
        ("<Dana Fox> Good morning.", "<Dana Fox> Fine?\n<Omar Reed> Yes."),
        ("<b>Dana Fox:</b> Good morning.", "<b>Dana Fox:</b> Fine?\n<b>Omar Reed:</b> Yes."),
        ("<v Dana Fox>Good morning.</v>", "<v.x Dana Fox>Fine?</v>\n<V Omar Reed>Yes.</V>"),
        ('<v "Dana Fox">Good morning.</v>', "<v Dana Fox>Fine?\n<v Omar Reed>Yes."),
    ],
)
def test_ways_to_write_a_speaker(cues):
    expected = [("Dana Fox", "Good morning."), ("Dana Fox", "Fine?"), ("Omar Reed", "Yes.")]
    assert said(texts(*cues)) == expected
    numbered = "\n".join(f"{n}\n00:{n:02d}:00,000 --> 00:{n:02d}:05,000\n{cue}\n" for n, cue in enumerate(cues, 1))
    assert said(numbered) == expected


@pytest.mark.parametrize(
    "cues",
    [
        ("[Music]", "So we begin.", "[Applause]", "Thank you.", "[Music]"),
        ("(laughs) Yes.", "(laughs) No.", "(coughs) Maybe."),
        ("[Music]\nla la", "We go.", "So.", "On."),
        ("The plan: we go.", "And we stay.", "And so on.", "Good."),
        ("Good news: we won.", "It was hard.", "The point: try.", "We tried."),
        ("Note: this is long.", "Question: why?", "Answer: so."),
        ("It is 10:30 now.", "At 11:00: lunch.", "12:15 we go."),
        ("See https://a.org/x.", "Or http://b.org:", "Bye."),
        ("(Note) we go", "on and on", "until the end"),
        ("Next step: call.", "Chú ý: họp.", "Kết luận: xong."),
    ],
)
def test_what_makes_nobody_a_speaker(cues):
    assert {speaker for speaker, _ in said(texts(*cues))} == {None}
    assert " ".join(words for _, words in said(texts(*cues))) == " ".join(cues).replace("\n", " ")


def test_half_a_sentence_before_a_colon_is_no_speaker_among_names():
    found = said(texts("Dana: Hi.", "Omar: Yes.", "The plan is this: we go.", "Dana: Good.", "Dana: Now.", "Omar: Bye."))
    assert found[2] == (None, "The plan is this: we go.")


@pytest.mark.parametrize(
    ("cues", "speakers"),
    [
        (("Dana Fox: One.", "Two.", "Omar Reed: Three.", "Four.", "Five.", "Six."), "DDOOOO"),
        (("Dana Fox: One.", "Two.", "Omar Reed: Three.", "Dana Fox: Four.", "Omar Reed: Five.", "Six."), "DDODOO"),
        (("[Dana Fox] One.", "Two.", "Three.", "[Omar Reed] Four.", "Five."), "DDDOO"),
        (("(Dana Fox)\nOne.", "Two.", "Three.", "Three.", "(Omar Reed)\nFour.", "Five."), "DDDDOO"),
        ((">> Dana Fox: One.", "Two.", "Three.", ">> Omar Reed: Four.", "Five."), "DDDOO"),
        (("DANA FOX: One.", "Two.", "Three.", "OMAR REED: Four.", "Five."), "DDDOO"),
        (("Dr. Dana Fox: One.", "Two.", "Three.", "Prof. Omar Reed: Four.", "Five."), "DDDOO"),
        (("Fox, Dana (DE): One.", "Two.", "Three.", "Reed, Omar (EXT): Four.", "Five."), "DDDOO"),
        (("Dana Fox:", "One.", "Omar Reed:", "Two.", "Three."), "DOO"),
        (("[Music]", "Dana Fox: One.", "Two.", "Omar Reed: Three.", "Four."), "-DDOO"),
        (("Dana Fox: One.\nTwo.", "Three.\nOmar Reed: Four.", "Five.", "Six."), "DDOOO"),
        (("Dana Fox: One.", "Dana Fox: Two.", "Omar Reed: Three.", "(a door)", "Omar Reed: Four."), "DDO-O"),
    ],
)
def test_names_only_at_a_change(cues, speakers):
    letters = {"Dana Fox": "D", "DANA FOX": "D", "Omar Reed": "O", "OMAR REED": "O", None: "-"}
    assert "".join(letters[speaker] for speaker, _ in said(texts(*cues))) == speakers


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("Dana Fox", "Omar Reed", "Dana Fox"),
        ('1 "Dana Fox" (3041)', '2 "Omar Reed" (3042)', '3 "Dana Fox" (3041)'),
        ("1 - Dana Fox", "2 - Omar Reed", "3 - Dana Fox"),
        ("1 Dana Fox", "2 Omar Reed", "3 Dana Fox"),
        ("Dana Fox-0", "Omar Reed-1", "Dana Fox-2"),
        ("Dana Fox (1)", "Omar Reed (2)", "Dana Fox (3)"),
        ("[Dana Fox]", "[Omar Reed]", "[Dana Fox]"),
        ("Fox, Dana", "Reed, Omar", "Fox, Dana"),
        ('"Dana Fox"', '"Omar Reed"', '"Dana Fox"'),
        ("1: Dana Fox", "2: Omar Reed", "3: Dana Fox"),
        ("Dr. Dana Fox", "Omar Reed", "Dr. Dana Fox"),
        ("1. Dana Fox", "2. Omar Reed", "3. Dana Fox"),
    ],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["parted", "glued"])
def test_identifiers_that_hold_names(first, second, third, gap):
    cues = (f"{first}\n{A}\nWe begin.", f"{second}\n{B}\nYes, please.", f"{third}\n{C}\nGood.")
    text = "WEBVTT\n\n" + gap.join(cues)
    assert said(text) == [("Dana Fox", "We begin."), ("Omar Reed", "Yes, please."), ("Dana Fox", "Good.")]
    assert warnings(read(text)) == []


@pytest.mark.parametrize(
    "ids", ["123", ("9a1c-4f/12-0", "9a1c-4f/13-0", "9a1c-4f/13-1"), ("c1", "c2", "c3"), ("cue-1", "cue-2", "cue-3")]
)
def test_other_identifiers_are_neither_names_nor_words(ids):
    text = "WEBVTT\n\n" + "\n\n".join(f"{name}\n{times}\nWe go." for name, times in zip(ids, (A, B, C), strict=True))
    assert said(text) == [(None, "We go.")] * 3
    assert warnings(read(text)) == []


def test_identifiers_of_several_words_that_are_no_names_are_named_as_unread():
    text = f"WEBVTT\n\nthe opening words\n{A}\nWe go.\n\nthe middle part\n{B}\nOn.\n\nthe end of it\n{C}\nBye."
    assert said(text) == [(None, "We go."), (None, "On."), (None, "Bye.")]
    assert warnings(read(text)) == [
        "3 lines of the captions could not be read: line 3 'the opening words', line 7 'the middle part', line 11 'the end of it'"
    ]


@pytest.mark.parametrize(
    "form", ["[{}]: ", "{}: ", "({}): ", "[{}] ", "({})\n", "[{}]\n", "- [{}]: ", ">> {}: ", "<v {}>", "<v [{}]>", "{}:\n"]
)
@pytest.mark.parametrize("labels", [("SPEAKER_00", "SPEAKER_01"), ("Speaker 1", "Speaker 2"), ("S1", "S2"), ("spk_0", "spk_1")])
def test_labels_of_recognizers_get_their_names_from_the_sidecar(form, labels):
    first, second = (form.format(label) for label in labels)
    sidecar = Sidecar(speakers=dict(zip(labels, ("Helen Ray", "Tom Fox"), strict=True)))
    found = said(texts(f"{first}We begin.", f"{second}Yes.", f"{first}Good."), sidecar=sidecar)
    assert found == [("Helen Ray", "We begin."), ("Tom Fox", "Yes."), ("Helen Ray", "Good.")]


@pytest.mark.parametrize(
    "caller",
    [
        "+49 170 *****12",
        "16505551234",
        "+1 650-555-1234",
        "(650) 555-1234",
        "+84 91 234 5678",
        "1650***1234",
        "+1 (650) ***-**34",
        "Call-in User_2",
        "Caller 3",
        "Unknown caller",
    ],
)
def test_telephone_callers_are_speakers(caller):
    assert said(texts(f"{caller}: Hello.", "Dana Fox: Who is it?", f"{caller}: Me.")) == [
        (caller, "Hello."),
        ("Dana Fox", "Who is it?"),
        (caller, "Me."),
    ]
    assert said(texts(f"<v {caller}>Hello."))[0] == (caller, "Hello.")


# Names as meeting programs print them


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Berg, Anna (DE)", "Anna Berg"),
        ("Ode, Ben (EXT)", "Ben Ode"),
        ("Berg, Anna Maria [Guest]", "Anna Maria Berg"),
        ("van der Berg, Anna", "Anna van der Berg"),
        ("Prof. Anna Berg", "Anna Berg"),
        ("Dr. Ben Ode", "Ben Ode"),
        ("Prof. Dr. Anna Berg", "Anna Berg"),
        ("Dr.-Ing. Ben Ode", "Ben Ode"),
        ("Dr Ben Ode", "Ben Ode"),
        ("PGS.TS. Nguyễn Văn An", "Nguyễn Văn An"),
        ("Dr. Ode", "Dr. Ode"),
        ("Ben Ode, PhD", "Ben Ode"),
        ("Ben Ode, M.D.", "Ben Ode"),
        ("Ben Ode, Jr.", "Ben Ode"),
        ("anna.berg", "Anna Berg"),
        ("ben_ode@acme.org", "Ben Ode"),
        ("Anna Berg (Guest)", "Anna Berg"),
        ("Anna Berg (she/her)", "Anna Berg"),
        ("Anna Berg (Unverified) [Acme]", "Anna Berg"),
        ("Anna Berg | Acme", "Anna Berg"),
        ("Anna Berg @ Acme", "Anna Berg"),
        ("Anna Berg - iPad", "Anna Berg"),
        ("Anna's iPhone", "Anna"),
        ("Anna Berg’s Galaxy S9", "Anna Berg"),
        ("Zoe 🌻", "Zoe 🌻"),
        ("דנה לוי", "דנה לוי"),
        ("أمل حسن", "أمل حسن"),
        ("Sean O'Shea-Smith", "Sean O'Shea-Smith"),
        ("J. R. Smith", "J. R. Smith"),
        ("Room 4 - North", "Room 4 - North"),
        ("SPEAKER_00", "SPEAKER_00"),
        ("(unknown)", "(unknown)"),
        ("tom", "tom"),
        ("李雷", "李雷"),
        ("Trần Thị Minh Khai (Kế toán)", "Trần Thị Minh Khai"),
    ],
)
def test_what_colleagues_call_the_person_of_a_display_name(label, name):
    assert person_name(label) == name
    assert can_be_name(label)


def people(*labels: str) -> list[str]:
    """The people of labels that speak one after the other, twice each."""
    return list(people_of_labels({label: Presence(10.0 * n, 10.0 * n + 5, 2) for n, label in enumerate(labels)}).values())


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("Dana Fox", "Omar Reed", "Dana Fox (iPad)"), ["Dana Fox", "Omar Reed", "Dana Fox"]),
        (("Dana Fox (iPad)", "Dana Fox (Phone)"), ["Dana Fox", "Dana Fox"]),
        (("Dana Fox", "Fox, Dana (EXT)"), ["Dana Fox", "Dana Fox"]),
        (("Dana Fox", "dana.fox"), ["Dana Fox", "Dana Fox"]),
        (("DANA FOX", "Dana Fox"), ["Dana Fox", "Dana Fox"]),
        (("Dana Fox", "Dana Fox's iPhone"), ["Dana Fox", "Dana Fox"]),
        (("Dr. Dana Fox", "Dana Fox"), ["Dana Fox", "Dana Fox"]),
        (("Dana Fox (she/her)", "Dana Fox"), ["Dana Fox", "Dana Fox"]),
        (("Dana Fox", "Dana Fox (2)"), ["Dana Fox", "Dana Fox"]),
        (("Dana Fox - Acme", "Dana Fox"), ["Dana Fox", "Dana Fox"]),
        (("Dana", "Dana Fox"), ["Dana Fox", "Dana Fox"]),
        (("Dana's iPad", "Dana Fox"), ["Dana Fox", "Dana Fox"]),
        (("Dana", "Dana Fox", "Dana Ray"), ["Dana", "Dana Fox", "Dana Ray"]),
        (("Berg, Anna (DE)", "Berg, Anna (US)"), ["Berg, Anna (DE)", "Berg, Anna (US)"]),
        (("Anna Berg", "Anne Berg"), ["Anna Berg", "Anne Berg"]),
    ],
)
def test_labels_of_one_person(labels, expected):
    assert people(*labels) == expected


def test_two_people_who_talk_to_each_other_are_two():
    heard = {"Dana": Presence(0, 50, 9), "Dana Fox": Presence(10, 60, 9)}
    assert people_of_labels(heard) == {"Dana": "Dana", "Dana Fox": "Dana Fox"}


def test_a_sidecar_that_names_a_label_decides():
    found = read(texts("<v Dana Fox>Hi.", "<v Dana Fox (iPad)>Hello."), sidecar=Sidecar(speakers={"Dana Fox (iPad)": "Ben Ode"}))
    assert found.speakers == {"Dana Fox": "Dana Fox", "Dana Fox (iPad)": "Ben Ode"}


def test_the_reader_is_told_who_is_taken_for_one_person():
    found = read(texts("<v Dana Fox>Hi.", "<v Dana Fox (iPad)>Hello."))
    assert "'Dana Fox', 'Dana Fox (iPad)' are taken for one person, Dana Fox" in [notice.message for notice in found.notices]


# Letters, apostrophes, entities


@pytest.mark.parametrize(
    "mark", ["'", "’", "‘", "‛", "ʼ", "´", "`", "＇", "′", "&#39;", "&#x27;", "&apos;", "&rsquo;", "&amp;#39;", "&amp;rsquo;"]
)
@pytest.mark.parametrize("words", ["I'll send it.", "We've decided, don't worry.", "O'Neil's car", "l'été d'après"])
def test_any_apostrophe_is_one(mark, words):
    assert said(texts(words.replace("'", mark)))[0][1] == words


@pytest.mark.parametrize("words", ["the ‘red’ one", "the boys’ plan", "‘Yes’", "5′ 6″", "`code`", "rock ’n’ roll"])
def test_quotation_marks_stay(words):
    assert clean(words) == words


@pytest.mark.parametrize(
    ("words", "read_as"),
    [
        ("I&amp;#39;ll", "I'll"),
        ("A &amp;amp; B", "A & B"),
        ("&amp;quot;yes&amp;quot;", '"yes"'),
        ("5 &amp;lt; 7 &amp;gt; 3", "5 < 7 > 3"),
        ("a&amp;nbsp;b", "a b"),
        ("&amp;#x27;", "'"),
        ("caf&amp;eacute;", "café"),
        ("&amp;amp;#39;", "'"),
        ("1 &amp;#8211; 2", "1 – 2"),
        ("R&amp;D", "R&D"),
        ("R&D &amp;unknown; &quotient;", "R&D &unknown; &quotient;"),
    ],
)
def test_entities_however_often_they_were_escaped(words, read_as):
    assert said(texts(f"x {words}"))[0][1] == f"x {read_as}"


@pytest.mark.parametrize(
    "words",
    [
        "Chào mọi người, chúng ta bắt đầu họp.",
        "Em sẽ gửi báo cáo trước thứ sáu.",
        "Zoë will call the bank.",
        "Grüße aus Köln",
        "Ça va, café?",
        "Señor Núñez",
        "Ångström",
        "Łódź, žluťoučký kůň",
        "Ấn Độ, Ề, Ữ",
        "Ơ, ư, đ",
        "각하",
        "ぱぴぷぺぽ が",
    ],
)
def test_decomposed_letters_are_composed(words):
    name = unicodedata.normalize("NFC", "Zoë Müller")
    assert said(unicodedata.normalize("NFD", texts(f"<v {name}>{words}"))) == [(name, unicodedata.normalize("NFC", words))]


# Growing captions


@pytest.mark.parametrize(
    ("cues", "words"),
    [
        (["The roof", "The roof leaks in", "The roof leaks in two places."], ["The roof leaks in two places."]),
        (["I", "I will", "I will call", "I will call him.", "Good.", "Good. When?"], ["I will call him.", "Good. When?"]),
        (["The ro", "The roof lea", "The roof leaks."], ["The roof leaks."]),
        (["so we", "So we go.", "So we go. And stay."], ["So we go. And stay."]),
        (["We go...", "We go on.", "We go on and on."], ["We go on and on."]),
        (["a b", "a b\nc d", "a b\nc d e", "f", "f g"], ["a b c d e", "f g"]),
        (["Em sẽ", "Em sẽ gửi", "Em sẽ gửi báo cáo."], ["Em sẽ gửi báo cáo."]),
        (["Dana: We", "Dana: We go", "Dana: We go on.", "Omar: Ye", "Omar: Yes."], ["We go on.", "Yes."]),
        (["x", "x y", "x y z", "Other words.", "Last words."], ["x y z", "Other words.", "Last words."]),
        (["one", "one two", "one two three", "one two three four"], ["one two three four"]),
        (
            ["the roof leaks in two", "roof leaks in two places and", "two places and we call", "Good."],
            ["the roof leaks in two places and we call Good."],
        ),
        (["a b c d", "b c d e", "c d e f", "d e f g"], ["a b c d e f g"]),
        (["so we\nmeet on", "we meet on\nFriday and", "on Friday and\nMonday too"], ["so we meet on Friday and Monday too"]),
    ],
)
def test_growing_captions_say_everything_once(cues, words):
    assert " ".join(item for _, item in said(texts(*cues).replace(":05.000\n", ":59.000\n"))) == " ".join(words)


def test_a_sentence_that_grew_begins_when_it_began():
    (found,) = read(f"WEBVTT\n\n{A}\nThe roof\n\n{B}\nThe roof leaks\n\n{C}\nThe roof leaks in.").segments
    assert (found.start_s, found.end_s) == (1.0, 9.0)


@pytest.mark.parametrize(
    "cues",
    [
        ["<v Dana>Yes", "<v Omar>Yes we do", "<v Dana>Yes", "<v Omar>Yes we do"],
        ["Yes.", "Yes, I will.", "We go on.", "To the next point.", "That is the roof.", "It leaks.", "Who calls?", "I do."],
        ["No.", "No.", "No.", "No."],
        ["I will.", "Good.", "I will.", "Good."],
    ],
)
def test_what_two_people_say_does_not_grow(cues):
    assert len(read(texts(*cues).replace(":05.000\n", ":59.000\n")).segments) == len(cues)


# Languages


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("We will send the report to the client.", "en"),
        ("Em sẽ gửi báo cáo cho khách hàng trước thứ sáu.", "vi"),
        ("Hương will call the bank tomorrow.", "en"),
        ("Chị Dana sẽ đặt phòng họp.", "vi"),
        ("Okay.", "en"),
        ("Vâng ạ.", "vi"),
        ("Được, để em làm.", "vi"),
        ("I think that we can do it on Monday.", "en"),
        ("Cái deadline đó là thứ hai nhé.", "vi"),
        ("Hà Nội is the place to be.", "en"),
    ],
)
def test_each_sentence_has_its_language(words, language):
    around = "We start with the roof and the budget of this year. It is not for you, and it will be on the agenda."
    found = read(texts(f"<v Dana>{around}", f"<v Omar>{words}"))
    assert (found.language, found.segments[1].language) == ("en", language)


def test_other_languages_are_not_told_apart():
    assert language_within("The plan is to be in the office.", "de") == "de"
    assert read(texts("The plan is that we go."), sidecar=Sidecar(language="fr")).segments[0].language == "fr"


# How a file may begin


SPOKEN = [("Dana Fox", "I will send it."), ("Omar Reed", "Good.")]
VTT = f"WEBVTT\n\n{A}\nDana Fox: I will send it.\n\n{B}\nOmar Reed: Good.\n"
SRT = f"1\n{A}\nDana Fox: I will send it.\n\n2\n{B}\nOmar Reed: Good.\n".replace(".000", ",000")
SBV = "0:00:01.000,0:00:03.000\nDana Fox: I will send it.\n\n0:00:04.000,0:00:06.000\nOmar Reed: Good.\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (VTT.replace(".000", ",000"), Kind.WEBVTT),
        (VTT.replace("WEBVTT", "webvtt"), Kind.WEBVTT),
        (VTT.replace("WEBVTT", "WebVTT - Board meeting"), Kind.WEBVTT),
        ("\ufeff\ufeff" + VTT, Kind.WEBVTT),
        ("\n\n " + VTT, Kind.WEBVTT),
        (
            VTT.replace("WEBVTT", "WEBVTT\nKind: captions\nLanguage: en-US\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0"),
            Kind.WEBVTT,
        ),
        (VTT.replace("WEBVTT", 'WEBVTT\n\nNOTE duration:"00:10:00"\nNOTE language:en-us\nNOTE Confidence: 0.9'), Kind.WEBVTT),
        (VTT.removeprefix("WEBVTT\n\n"), Kind.SUBRIP),
        (SRT, Kind.SUBRIP),
        ("\ufeff\ufeff" + SRT, Kind.SUBRIP),
        (SRT.replace(",000", ""), Kind.SUBRIP),
        (SRT.removeprefix("1\n"), Kind.SUBRIP),
        (SRT.replace("-->", "->"), Kind.SUBRIP),
        (SRT.replace("-->", "–>"), Kind.SUBRIP),
        (SRT.replace("00:00:01,000", "-00:00:01,000"), Kind.SUBRIP),
        (SRT.replace("\n", "\r\r\n"), Kind.SUBRIP),
        (SBV, Kind.SBV),
        ("\ufeff" + SBV.replace("\n", "\r\n"), Kind.SBV),
    ],
)
def test_captions_that_other_readers_take(tmp_path, text, kind):
    path = tmp_path / "2026-03-02-talk.txt"
    path.write_bytes(text.encode())
    assert text_kind(path) is kind
    assert heard_in(path) == SPOKEN


@pytest.mark.parametrize(
    "head", ["Board meeting, recorded by the office\n\n", "Title: board\nDate: 2026-03-02\n\n", "* * *\n\nMinutes of May\n"]
)
@pytest.mark.parametrize("captions", [SRT, SBV])
def test_a_heading_is_no_words_and_is_named(tmp_path, head, captions):
    path = tmp_path / "2026-03-02-talk.srt"
    path.write_text(head + captions)
    found = from_file(path)
    assert [(item.speaker, item.text) for item in found.segments] == SPOKEN
    (message,) = warnings(found)
    assert all(line in message for line in head.split("\n") if line)


def from_file(path: Path) -> Transcript:
    return read_transcript(path, inspect_recording(path, AudioOptions()))


def heard_in(path: Path) -> list[tuple[str | None, str]]:
    found = from_file(path)
    assert warnings(found) == []
    return [(item.speaker, item.text) for item in found.segments]


@pytest.mark.parametrize(
    "text", ["We meet at 10:30 --> 11:00.\n", "# Notes\n\n- 12:00 lunch\n", "a,b\n0:00:01,5\n", "x --> y\n", "00:01\n"]
)
def test_other_text_is_no_captions(tmp_path, text):
    path = tmp_path / "notes.txt"
    path.write_text(text)
    assert text_kind(path) is None
