"""What the app says by itself, in the language of the browser. A language is a block here; tests say what a new one lacks."""

from tasks.language.codes import base_language
from tasks.language.wording import FALLBACK

WORDS = {
    "en": {
        "title": "Minutes",
        "upload": "Upload a recording or captions",
        "choose": "Or choose one",
        "config": "Configuration",
        "held_on": "Held on, as 2026-03-02 (for uploads whose name does not say)",
        "make": "Make minutes",
        "minutes": "Minutes",
        "correct": "Correct names, decisions and tasks",
        "voice": "Voice",
        "decision": "Decision",
        "text": "Task",
        "owner": "Who",
        "due": "Due, as 2026-03-06",
        "status": "State",
        "save": "Save corrections",
        "left": "about {left} left",
        "unchanged": "Nothing was changed.",
        "saved": "Saved ({number} in corrections.yaml).",
        "completed": "completed",
        "completed_with_warnings": "completed, with warnings",
        "no_speech": "no speech was found",
    },
    "vi": {
        "title": "Biên bản họp",
        "upload": "Tải lên bản ghi âm hoặc phụ đề",
        "choose": "Hoặc chọn một bản có sẵn",
        "config": "Cấu hình",
        "held_on": "Ngày họp, viết như 2026-03-02 (khi tên tệp không cho biết)",
        "make": "Lập biên bản",
        "minutes": "Biên bản",
        "correct": "Sửa tên người, quyết định và việc cần làm",
        "voice": "Giọng",
        "decision": "Quyết định",
        "text": "Việc cần làm",
        "owner": "Người làm",
        "due": "Hạn, viết như 2026-03-06",
        "status": "Tình trạng",
        "save": "Lưu các sửa đổi",
        "left": "còn khoảng {left}",
        "unchanged": "Không có gì thay đổi.",
        "saved": "Đã lưu ({number} mục trong corrections.yaml).",
        "completed": "đã xong",
        "completed_with_warnings": "đã xong, có cảnh báo",
        "no_speech": "không nghe thấy tiếng nói nào",
    },
}


def language_of_browser(accepted: str) -> str:
    """The language to speak, by the header `Accept-Language`: the first that there is a block for."""
    wanted = (base_language(part.partition(";")[0].strip()) for part in accepted.split(","))
    return next((code for code in wanted if code in WORDS), FALLBACK)
