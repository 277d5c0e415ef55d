"""Claims about the sample meetings and one more: what is true, in the words of a minute taker, and lies made from it."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tasks.language.detection import language_of
from tasks.schema import ActionClaim, Claim, Participant, Segment, Sidecar, Transcript, segment_id
from tests.builders import coverage, recording, segment, transcript
from tests.lies_of_talk import answered, joined_speakers, requested, reversed_bounds

SAMPLES = Path(__file__).parents[1] / "sample_audio"


@dataclass(frozen=True)
class Truth:
    """A true statement: the turns that carry it (the first is quoted), and for a task its owner and date."""

    turns: tuple[int, ...]
    text: str
    owner: str | None = None
    due: tuple[str, str] | None = None
    opposite: str | None = None


@dataclass(frozen=True)
class Lie:
    """A claim that must be rejected, and what is wrong with it."""

    kind: str
    meeting: str
    claim: Claim


def t(turns: str, text: str, owner: str | None = None, due: str | None = None, opposite: str | None = None) -> Truth:
    phrase, _, day = (due or "").rpartition(" = ")
    return Truth(tuple(map(int, turns.split())), text, owner, (phrase, day) if due else None, opposite)


STUDIO = [
    ("Thảo", "Chào anh chị, hôm nay mình bàn về cửa hàng mới ở Đà Nẵng."),
    ("Quang", "Tôi đã xem ba mặt bằng, mặt bằng rẻ nhất giá hai mươi lăm triệu một tháng."),
    ("Thảo", "Mặt bằng đó rộng bao nhiêu mét vuông?"),
    ("Quang", "Khoảng một trăm hai mươi mét vuông, có chỗ đậu xe."),
    ("Yến", "Theo em thì ở đó ít khách du lịch."),
    ("Thảo", "Vậy chúng ta quyết định thuê mặt bằng gần biển."),
    ("Quang", "Tôi sẽ gọi cho chủ nhà vào thứ năm."),
    ("Yến", "Em sẽ gửi bản vẽ nội thất cho mọi người vào ngày mai."),
    ("Thảo", "Về nhân viên thì mình cần tuyển thêm mười lăm người."),
    ("Yến", "Lương khởi điểm là chín triệu rưỡi."),
    ("Thảo", "Chúng ta sẽ không quảng cáo trên truyền hình."),
    ("Quang", "Đồng ý, truyền hình đắt quá, mình chạy quảng cáo trên mạng."),
    ("Thảo", "Ngày khai trương là ngày hai mươi tháng tám."),
    ("Yến", "Em sẽ đặt hoa và thiệp mời trước thứ hai."),
    ("Quang", "Còn giấy phép kinh doanh thì ai làm?"),
    ("Thảo", "Anh Quang làm giấy phép kinh doanh giúp tôi nhé."),
    ("Quang", "Vâng, tôi sẽ nộp hồ sơ trong tuần sau."),
    ("Thảo", "Cảm ơn mọi người, hẹn gặp lại."),
]
"""A meeting on Tuesday 7 July 2026."""

TRUTHS: dict[str, tuple[Truth, ...]] = {
    "garden": (
        t("4", "The fence is old and broken, so strangers enter the garden at night."),
        t("4 5", "Two offers for the fence were compared."),
        t("5", "William compared two offers for 300 and 500 dollars."),
        t("5 6", "David prefers the second offer for $500."),
        t("6", "There is enough money this year to afford it."),
        t("7", "The committee spends 500 dollars on it.", opposite="The committee will not pay five hundred dollars."),
        t("8", "Helen phones the carpenter on Tuesday, 3 March.", "Helen", "tomorrow = 2026-03-03"),
        t("8", "Call the carpenter and find out when he can begin", "Helen", "tomorrow = 2026-03-03"),
        t("9 10", "Measure the garden's north side", "William", "before Friday = 2026-03-06"),
        t("9", "William measures the north side by 2026-03-06.", "William", "before Friday = 2026-03-06"),
        t("11", "William thinks that the garden house could be painted one day."),
        t("11 12", "Painting the house will not happen this year."),
        t("13", "In July it was too hot for children at last year's party."),
        t("14", "David suggests moving the party to September."),
        t("15", "The party takes place in September.", opposite="The party will not be in September."),
        t("16", "Send the new budget", "David", "by the end of March = 2026-03-31"),
        t("16", "David promised a new budget until the end of March.", "David", "by the end of March = 2026-03-31"),
        t("17", "Bring the keys to the office", "David", "next week = 2026-03-13"),
        t(
            "17",
            "David takes the keys to the office next week.",
            "David",
            opposite="David will not bring the keys to the office.",
        ),
        t("5", "Ban tổ chức có hai báo giá, 300 và 500 đô la."),
        t("15", "Bữa tiệc diễn ra vào tháng 9."),
    ),
    "launch": (
        t("6", "Robert's tests ran for three weeks and uncovered two small problems."),
        t("8", "The machine has two faults: hot water and a red light that never goes off."),
        t("10", "Robert repairs the software by Friday, 17 April.", "Robert", "by Friday = 2026-04-17"),
        t("10", "Fix the software problem", "Robert", "by Friday = 2026-04-17"),
        t("12", "In April the factory is able to produce 5,000 machines."),
        t("12", "Walter has sent out the contract."),
        t("13", "Jennifer would like the middle of May because people are away in the first week."),
        t("14", "The launch date is 12 May 2026.", opposite="The launch will not be on May twelfth."),
        t("14", "It was decided to launch on May 12."),
        t("15", "Write to the press", "Jennifer", "by the end of this month = 2026-04-30"),
        t("15", "Jennifer sends a press letter by the end of April.", "Jennifer", "by the end of this month = 2026-04-30"),
        t("17", "A machine costs 60 dollars; Walter would charge 120 dollars."),
        t("18", "Robert finds the price too high and expects that nobody buys it."),
        t("19", "Competing companies charge 150 dollars."),
        t("20", "According to research, customers pay at most 100 dollars."),
        t("21", "The selling price is $99.", opposite="We decided not to sell it for ninety nine dollars."),
        t("21 20", "Brian follows Jennifer: the machine sells for 99 dollars."),
        t("22", "Update the numbers and send them round", "Walter", "tomorrow = 2026-04-15"),
        t("22", "Walter sends changed numbers on Wednesday.", "Walter", "tomorrow = 2026-04-15"),
        t("25 23", "Order new boxes", "Robert", "next week = 2026-04-24"),
        t("24 25", "Robert orders the boxes because Jennifer is out of the office.", "Robert", "next week = 2026-04-24"),
        t("27", "Black is the favourite colour; few people want red."),
        t("28", "Red machines are harder to make."),
        t("29", "Black and white are the first colours.", opposite="We will not start with black and white."),
        t("30 31", "Inform the factory about the colours", "Robert", "before Thursday = 2026-04-16"),
        t("30", "Robert tells the factory which colors are made.", "Robert"),
        t("32", "Staff in the stores have to be trained."),
        t("34", "Robert estimates that 2 hours are enough to learn it."),
        t("36", "250 people have to be trained in the stores."),
        t("37", "Another company had to take back 6,000 machines last year."),
        t("43 44", "There is no money for the television show this year, so the posters are cancelled."),
        t("45", "The supplier's new parts arrive on Monday.", opposite="The vendor will not deliver new parts."),
        t("47", "Test the new parts", "Robert", "in two weeks = 2026-04-28"),
        t("47", "Robert tests the parts by 28 April.", "Robert", "in two weeks = 2026-04-28"),
        t("49", "Walter is against selling online, as it takes too much time."),
        t("51", "Sales go through the company's own stores only."),
        t("52 53", "A store in Paris is too expensive for now."),
        t("54 55", "Show the new website", "Jennifer", "on May fourth = 2026-05-04"),
        t("54", "Jennifer presents the website on 4 May.", "Jennifer", "on May fourth = 2026-05-04"),
        t("56 57", "Who answers customers' phone calls is not known yet."),
        t("58 59", "The length of the warranty, two or three years, stays open until the next meeting."),
        t("59 60", "Ask the lawyer about the warranty", "Walter"),
        t("61", "The next meeting is on Tuesday."),
        t("63", "Send the notes round", "Brian", "this afternoon = 2026-04-14"),
        t("63", "Brian distributes the notes in the afternoon.", "Brian", "this afternoon = 2026-04-14"),
        t("14", "Ngày ra mắt là 12 tháng 5."),
        t("21", "Giá bán là 99 đô la."),
        t("30", "Robert báo cho nhà máy biết về màu sắc trước thứ năm.", "Robert", "before Thursday = 2026-04-16"),
    ),
    "support": (
        t("2", "Linda ordered a printer last month that never came."),
        t("4", "The order has the number 729."),
        t("5", "The printer went to a wrong city on Monday."),
        t("6", "Linda needs the printer in her office."),
        t("7", "Send Linda another printer free of charge", "Michael", "tomorrow = 2026-05-21"),
        t("7", "Michael sends a new printer on 21 May.", "Michael", "tomorrow = 2026-05-21"),
        t("9", "The driver collects the other printer; it has to stay closed."),
        t("10", "Send a copy of the bill", "Linda", "by Friday = 2026-05-22"),
        t("10", "Linda mails a copy of her bill by Friday.", "Linda", "by Friday = 2026-05-22"),
        t("4", "Số đơn hàng là 729."),
    ),
    "hop-tuan": (
        t("2", "Minh phụ trách trang web."),
        t("3", "Hùng lo mảng khách hàng."),
        t("5", "Trang chủ đã xong nhưng trang thanh toán còn lỗi."),
        t("6", "Khách hàng đang đợi nên không để lâu hơn."),
        t("7", "Trang web mới sẽ ra mắt ngày 1 tháng 7.", opposite="Chúng ta không ra mắt trang web vào ngày một tháng bảy."),
        t("8 9", "Sửa lỗi ở trang thanh toán", "Minh", "trước thứ sáu = 2026-06-12"),
        t("9 8", "Minh sửa xong trang thanh toán trước ngày 12/6.", "Minh", "trước thứ sáu = 2026-06-12"),
        t("10", "Gửi báo giá cho khách", "Hùng", "ngày mai = 2026-06-11"),
        t("10", "Hùng gửi báo giá vào thứ năm.", "Hùng", "ngày mai = 2026-06-11"),
        t("11 12", "Ứng dụng điện thoại năm nay chưa làm."),
        t("13 14", "Ai viết bài giới thiệu sản phẩm?"),
        t("14", "Việc này tuần sau bàn tiếp."),
        t("7", "The new website goes live on July 1."),
        t("8", "Minh fixes the payment page before Friday.", "Minh", "trước thứ sáu = 2026-06-12"),
        t("10", "Hùng sends the quotation on 11 June.", "Hùng", "ngày mai = 2026-06-11"),
    ),
    "studio": (
        t("1", "Cuộc họp bàn về cửa hàng mới ở Đà Nẵng."),
        t("2", "Quang đã xem 3 mặt bằng, rẻ nhất là 25 triệu mỗi tháng."),
        t("4", "Diện tích khoảng 120 mét vuông và có chỗ đậu xe."),
        t("5", "Yến lo ở đó ít khách du lịch."),
        t("6", "Mặt bằng gần biển được chọn để thuê.", opposite="Chúng ta không thuê mặt bằng gần biển."),
        t("7", "Gọi điện cho chủ nhà", "Quang", "vào thứ năm = 2026-07-09"),
        t("7", "Quang gọi chủ nhà ngày 9 tháng 7.", "Quang", "vào thứ năm = 2026-07-09"),
        t("8", "Gửi bản vẽ nội thất", "Yến", "vào ngày mai = 2026-07-08"),
        t("8", "Yến gửi bản vẽ nội thất vào thứ tư.", "Yến", "vào ngày mai = 2026-07-08"),
        t("9", "Cần tuyển 15 nhân viên."),
        t("10", "Lương khởi điểm 9,5 triệu."),
        t("11", "Không quảng cáo trên truyền hình.", opposite="Chúng ta sẽ quảng cáo trên truyền hình."),
        t("12 11", "Quảng cáo chạy trên mạng vì truyền hình quá đắt."),
        t("13", "Cửa hàng khai trương ngày 20/8/2026."),
        t("13", "Khai trương vào tháng 8."),
        t("14", "Đặt hoa và thiệp mời", "Yến", "trước thứ hai = 2026-07-13"),
        t("16 17", "Làm giấy phép kinh doanh", "Quang"),
        t("17 16", "Nộp hồ sơ xin giấy phép", "Quang", "trong tuần sau = 2026-07-17"),
        t("2", "The cheapest premises cost 25 million a month."),
        t("9", "They want to hire 15 people."),
        t("13", "The opening is on 20 August."),
        t("8", "Yến sends the interior drawings tomorrow.", "Yến", "vào ngày mai = 2026-07-08"),
    ),
}

UNRELATED = {
    "en": (
        "The roof of the school gets solar panels.",
        "All employees receive free parking permits.",
        "The orchestra rehearses a symphony.",
        "Insurance premiums increase sharply.",
    ),
    "vi": (
        "Trường tiểu học được lắp pin mặt trời.",
        "Nhân sự nhận thẻ gửi xe miễn phí.",
        "Dàn nhạc tập bản giao hưởng.",
        "Phí bảo hiểm tăng mạnh.",
    ),
}
INVENTED_QUOTES = (
    "we should buy a helicopter for the weekend",
    "nobody told me about the strike",
    "mình nên mua một chiếc trực thăng",
)
STRANGERS = ("Siobhan", "Cornelius", "Priya", "Okonkwo")


@cache
def meetings() -> dict[str, Transcript]:
    """The sample meetings as they were spoken, and one more."""
    files = {name: next(SAMPLES.glob(f"*{name}*.truth.json")) for name in ("garden", "launch", "support", "hop-tuan")}
    return {name: _sample(path) for name, path in files.items()} | {"studio": _studio()} | answered(3)


def in_lower_case(meeting: Transcript) -> Transcript:
    """The same as a recognizer writes it that knows no capitals and no punctuation."""
    plain = [
        part.model_copy(update={"text": "".join(letter for letter in part.text.lower() if letter not in ".,?!")})
        for part in meeting.segments
    ]
    return meeting.model_copy(update={"segments": tuple(plain)})


def _sample(path: Path) -> Transcript:
    truth = json.loads(path.read_text(encoding="utf-8"))
    turns = sorted(truth["turns"], key=lambda turn: turn["start_s"])
    parts = [Segment(id=segment_id(number), language=truth["language"], **turn) for number, turn in enumerate(turns, start=1)]
    return _meeting(parts, truth["participants"], dt.datetime.fromisoformat(truth["recorded_at"][:10]), truth["language"])


def _studio() -> Transcript:
    parts = [
        segment(number, text, start_s=6.0 * number, speaker=speaker, language="vi")
        for number, (speaker, text) in enumerate(STUDIO, start=1)
    ]
    return _meeting(parts, ["Thảo", "Quang", "Yến"], dt.datetime(2026, 7, 7), "vi")


def _meeting(parts: list[Segment], people: list[str], when: dt.datetime, language: str) -> Transcript:
    roster = Sidecar(participants=tuple(Participant(name=name) for name in people))
    present = recording(recorded_at=when, sidecar=roster)
    return transcript(*parts, recording=present, language=language, coverage=coverage(segments=len(parts)))


def claim_of(meeting: Transcript, truth: Truth, *, quoted: bool = True) -> ActionClaim:
    """A truth as an engine states it."""
    return ActionClaim(
        text=truth.text,
        segment_ids=tuple(segment_id(turn) for turn in truth.turns),
        quote=meeting.segments[truth.turns[0] - 1].text if quoted else None,
        owner=truth.owner,
        due_phrase=truth.due[0] if truth.due else None,
        due_date=dt.date.fromisoformat(truth.due[1]) if truth.due else None,
    )


def true_claims() -> list[tuple[str, Truth]]:
    """Every truth with its meeting."""
    return [(name, truth) for name, truths in TRUTHS.items() for truth in truths]


def planted_lies() -> list[Lie]:
    """Lies of every kind, each made from a truth by one change."""
    told = [
        Lie(kind, name, claim)
        for number, (name, truth) in enumerate(true_claims())
        for kind, claim in _lies_about(meetings()[name], truth, number)
    ]
    return [*told, *(Lie("refused task", name, claim) for name, claim in requested())]


def _lies_about(meeting: Transcript, truth: Truth, number: int) -> Iterator[tuple[str, Claim]]:
    claim = claim_of(meeting, truth)
    unrelated = UNRELATED[meeting.language]
    yield "invented quote", claim.model_copy(update={"quote": INVENTED_QUOTES[number % 3]})
    yield "quote from elsewhere", claim.model_copy(update={"quote": _far_from(meeting, truth).text})
    yield "unknown id", claim.model_copy(update={"segment_ids": (*claim.segment_ids, f"S9{number:03d}")})
    yield "unrelated statement", claim.model_copy(update={"text": unrelated[number % len(unrelated)]})
    yield "invented name", claim.model_copy(update={"text": _with_a_stranger(truth.text, meeting.language, number)})
    if flipped := _negated(claim.quote or ""):
        yield "negated quote", claim.model_copy(update={"quote": flipped})
    if truth.opposite:
        yield "opposite statement", claim.model_copy(update={"text": truth.opposite})
    if changed := _other_number(truth.text):
        yield "changed number", claim.model_copy(update={"text": changed})
    if truth.owner:
        yield from _wrong_owners(meeting, truth, claim, number)
        yield from (("joined speakers", lie) for lie in joined_speakers(meeting, claim))
    if claim.due_date:
        yield "wrong date", claim.model_copy(update={"due_date": claim.due_date + dt.timedelta(days=1 + number % 9)})
        yield from (("reversed bound", lie) for lie in reversed_bounds(meeting, claim))
        yield "invented phrase", claim.model_copy(update={"due_phrase": "by Christmas", "due_date": None})
        yield "invented date in the text", claim.model_copy(update={"text": f"{truth.text.rstrip('.')} ({_wrong_day(claim)})"})


def _wrong_owners(meeting: Transcript, truth: Truth, claim: ActionClaim, number: int) -> Iterator[tuple[str, Claim]]:
    yield "invented owner", claim.model_copy(update={"owner": STRANGERS[number % 4]})
    present = {meeting.segments[turn - 1].speaker for turn in truth.turns} | {truth.owner}
    for person in meeting.recording.sidecar.participants:
        if person.name not in present and not any(person.name in meeting.segments[turn - 1].text for turn in truth.turns):
            yield "swapped owner", claim.model_copy(update={"owner": person.name})


def _wrong_day(claim: ActionClaim) -> str:
    return ((claim.due_date or dt.date.max) + dt.timedelta(days=40)).isoformat()


def _with_a_stranger(text: str, language: str, number: int) -> str:
    """The statement with somebody in it who was never mentioned; in a translation, under a common given name."""
    translated = (language == "vi") != (language_of(text) == "vi")
    name = "Priya" if translated else STRANGERS[number % 4]
    plain = text.rstrip(".?")
    forms = {
        "en": (f"{plain} ({name}).", f"{name} agreed to it: {text}", f"{plain}, said {name}.", f"{plain} for {name} Ltd."),
        "vi": (f"{plain} ({name}).", f"{name} sẽ lo: {text}", f"{plain}, theo {name}.", f"{plain} cho công ty {name}."),
    }
    return forms["vi" if language_of(text) == "vi" else "en"][number // 4 % 4]


def _far_from(meeting: Transcript, truth: Truth) -> Segment:
    """What was said farthest away."""
    first = 0 if min(truth.turns) > len(meeting.segments) / 2 else -1
    return meeting.segments[first]


def _negated(quote: str) -> str | None:
    for plain, flipped in ((" will ", " will not "), (" can ", " cannot "), ("'ll ", "'ll never "), (" sẽ ", " sẽ không ")):
        if plain in quote:
            return quote.replace(plain, flipped, 1)
    return None


def _other_number(text: str) -> str | None:
    """The text with its first figures changed, unless they belong to a date."""
    words = text.split()
    for place, word in enumerate(words):
        figures = "".join(letter for letter in word if letter.isdigit())
        if len(figures) >= 2 and "-" not in word and "/" not in word:
            words[place] = word.replace(word.strip("$.,;"), str(int(figures) + 37))
            return " ".join(words)
    return None
