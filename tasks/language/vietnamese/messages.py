"""Vietnamese: what code says of a recording, and why it proves no claim, by its code; see tasks/language/messages.py."""

from tasks.language.wording import Counted

MESSAGES: dict[str, str | Counted] = {
    # the file
    "sidecar_ignored": "không đọc được tệp thông tin kèm theo '{file}' nên đã bỏ qua",
    "sidecar_partly_ignored": (
        "trong tệp thông tin kèm theo '{file}' có những mục sau bị bỏ qua, phần còn lại vẫn được dùng: {fields}"
    ),
    "parts_not_joined": (
        "tệp thông tin kèm theo nêu các phần chưa được ghép lại: cần đặt folder.join_parts: true và một danh sách dùng được"
    ),
    "tracks": "tệp có {number} rãnh âm thanh, đã dùng rãnh số {used}; có thể chọn rãnh khác bằng audio.track",
    "date_of_file": (
        "ngày họp được lấy theo thời điểm sửa đổi của tệp; để sửa lại, hãy đặt tên tệp dạng 2026-03-02-… hoặc "
        "thêm tệp thông tin kèm theo"
    ),
    "date_of_name": "đồng hồ trong tệp ghi {clock} UTC, tên tệp ghi {name}: lấy ngày theo tên tệp",
    "date_of_zone": "đồng hồ trong tệp ghi {clock} UTC, tức là {local} theo múi giờ {zone}: lấy ngày này",
    "date_of_clock": (
        "đồng hồ trong tệp ghi {clock}, tên tệp ghi {name}: lấy theo đồng hồ; nếu sai, hãy thêm tệp thông tin kèm theo"
    ),
    "of_part": "phần {part}: {said}",
    "part_useless": "không nghe được gì ở phần {part}, '{file}'; các mốc thời gian không tính phần này",
    "part_undecodable": "không giải mã được gì ở phần {part}; {seconds:.1f} giây của phần này được thay bằng khoảng lặng",
    "part_without_length": ("không giải mã được gì ở phần {part}; không rõ thời lượng nên các mốc thời gian không tính phần này"),
    "file_goes_on": "phần đầu tệp ghi {promised:.1f} giây, còn tệp đủ chỗ cho {room:.1f} giây; chỉ đọc đúng phần được ghi",
    "the_recording": "bản ghi",
    "part_of_recording": "phần {part} của bản ghi",
    "breaks_off": "{what} dừng đột ngột sau {seconds:.1f} giây, trong khi phần đầu tệp ghi {promised:.1f} giây",
    "longer_than_header": "{what} dài {seconds:.1f} giây, trong khi phần đầu tệp ghi {promised:.1f} giây",
    "undecodable": "{seconds:.1f} giây bị thiếu hoặc không giải mã được, chỗ đầu tiên tại {first:clock}",
    "very_quiet": "bản ghi rất nhỏ tiếng ({level:.0f} dBFS) nên đã được khuếch đại để tìm tiếng nói",
    "clipped": "bản ghi bị vỡ tiếng: {share:.1%} vượt quá mức âm lượng cho phép nên lời có thể bị méo",
    "channels_apart": "hai kênh là lời của những người khác nhau nên mỗi kênh được nhận dạng riêng",
    "left_channel": "kênh phải trống, chỉ dùng kênh trái",
    "right_channel": "kênh trái trống, chỉ dùng kênh phải",
    "opposite_phase": "hai kênh ngược pha; một kênh đã được đảo lại",
    "from_on": "{said} (từ {since:clock} trở đi)",
    "second_look": "phải dò lại lần hai mới thấy {seconds:.0f} giây tiếng nói nhỏ hoặc không rõ",
    # captions
    "from_captions": "lập từ tệp phụ đề {form}: lời, mốc thời gian và tên người lấy theo tệp, không nghe âm thanh",
    "from_transcript": "lập từ tệp transcript.json: lời, mốc thời gian và tên người lấy theo tệp, không nghe âm thanh",
    "one_person": "{labels} được coi là cùng một người, {name}",
    "captions_unread": "không đọc được {number} dòng phụ đề: {lines}",
    "captions_comments": "có {number} dòng chú thích trong phụ đề: {lines}",
    "line": "dòng {line} '{text}'",
    "and_more": "và {more} dòng nữa",
    # who spoke
    "unsure_voices": "phân biệt được {number} giọng trong {seconds:.0f} giây tiếng nói, quá ít để chắc có mấy người",
    "overlapped_speech": "nhiều người nói cùng lúc trong {seconds:.0f} giây trên một kênh nên có thể thiếu lời",
    # what was heard
    "no_clear_language": "không rõ ngôn ngữ nào; đã lấy '{language}' vì có khả năng nhất",
    "several_languages": "có nhiều ngôn ngữ ({shares}) nên mỗi đoạn được xét riêng",
    "doubtful_language": (
        "đã coi ngôn ngữ là '{language}' nhưng chỉ chắc chắn {share:.0%}; có thể ghi rõ trong tệp thông tin kèm theo"
    ),
    "too_much_doubtful": "{number} đoạn đáng ngờ, quá nhiều để bỏ đi: lời được giữ nguyên như đã nhận dạng và có đánh dấu",
    "left_out": "{number} đoạn bị bỏ vì là lời bịa hoặc lẫn lộn của máy, chỗ đầu tiên tại {first:clock}",
    "words_missing": (
        "{number} đoạn nhận dạng được quá ít lời so với thời lượng tiếng nói, chỗ đầu tiên tại {first:clock}: có thể thiếu lời"
    ),
    "no_words": ("có {number} chỗ có người nói nhưng không nhận ra lời ({seconds:.0f} giây, chỗ đầu tiên tại {first:clock})"),
    "not_recognised": "{number} đoạn không nhận dạng được, chỗ đầu tiên tại {first:clock}",
    "words_doubtful": (
        "máy chỉ tin {share:.0%} vào lời nhận dạng được nên nhiều từ có thể sai: tiếng nói có thể không rõ, ở "
        "xa, nhiều người nói cùng lúc, hoặc là ngôn ngữ máy không biết"
    ),
    "places_doubtful": (
        "có {number} chỗ máy hầu như không tin lời mình nhận dạng ({seconds:.0f} giây, chỗ đầu tiên tại "
        "{first:clock}): nên nghe lại"
    ),
    "nobody": "'{name}' không ứng với ai: không có '{label}', chỉ có {heard}",
    "draft": "chất lượng bản nháp ({parts}): hãy đối chiếu lời với bản ghi",
    # what had to be given up
    "diarization_failed": "không phân biệt được người nói nên không ai được nêu tên",
    "actions_failed": "không tìm được việc cần làm và quyết định nên thiếu các phần này",
    "rewriting_failed": "không viết lại được nên việc cần làm và quyết định giữ nguyên lời nói trong cuộc họp",
    "not_all_rewritten": "{number} trong {all} việc cần làm và quyết định không viết lại được",
    "spoken_words_kept": ("{number} trong {all} câu viết lại chưa được chứng minh nên ở đó giữ nguyên lời nói trong cuộc họp"),
    "summarization_failed": "không tóm tắt được nên thiếu phần tóm tắt",
    "extract_instead": "{backend} không tóm tắt được nên những câu tiêu biểu nhất thay cho phần tóm tắt",
    "answer_partly_used": "không dùng được hết {what} của {where}",
    "answer_missing": "thiếu {what} của {where}",
    "decisions_and_tasks": "quyết định và việc cần làm",
    "from_to": "đoạn {start:clock}–{end:clock}",
    "parts_unusable": "câu trả lời của mô hình về {number} trong {whole} phần, từ {first:clock}, không dùng được ({why})"
    " nên câu tiêu biểu nhất đã nói được chép nguyên văn",
    "parts_unanswered": "mô hình không trả lời về {number} trong {whole} phần, từ {first:clock}, nên câu tiêu biểu nhất"
    " đã nói được chép nguyên văn",
    "whole_unusable": "mô hình không tóm tắt được cả cuộc họp ({why}) nên các câu về từng phần được dùng thay",
    "whole_unanswered": "mô hình không trả lời khi tóm tắt cả cuộc họp nên các câu về từng phần được dùng thay",
    "topics_unproved": "không chứng minh được điều mô hình viết về {number} chủ đề nên lời đã nói được chép nguyên văn",
    "summary_unproved": "không chứng minh được phần tóm tắt của mô hình nên các câu về từng chủ đề được dùng thay",
    "answer_talk": "chép hoặc nói tiếp lời thoại",
    "answer_empty": "trống",
    "answer_repeats": "lặp đi lặp lại một câu",
    "answer_repeats_part": "giống hệt câu về phần khác",
    "answer_flood": "một tràng chữ",
    "answer_copies": "chép lại câu hỏi",
    "answer_language": "sai ngôn ngữ",
    "answer_foreign": "không phải điều đã nói",
    "answer_no_title": "không phải tiêu đề",
    "answer_names": "tên chưa được nói",
    "segments_cut": "{number} đoạn lời quá dài đối với mô hình nên chỉ được đọc một phần, đoạn đầu là {segment}",
    "too_few_words": "chỉ có {number} từ khác nhau được nói, quá ít để tóm tắt",
    "smaller_batch": "{device} hết bộ nhớ với lô {batch} đoạn nên mỗi lần chỉ xử lý {half} đoạn",
    "half_precision": "{device} hết bộ nhớ với fp32 nên đã dùng fp16",
    "to_the_cpu": "{device} hết bộ nhớ với {precision} nên CPU làm việc này bằng fp32, chậm hơn",
    "cpu_instead": "{device} hết bộ nhớ nên CPU làm việc này, chậm hơn",
    "eight_bits": "{device} hết bộ nhớ với {precision} nên đã dùng int8",
    "other_precision": "thiết bị {device} này không có {wanted} nên faster-whisper chạy bằng {precision}",
    "no_gpu_of_mac": "faster-whisper không dùng được GPU của máy Mac nên chạy bằng CPU",
    "fewer_bits": "{device} hết bộ nhớ nên trọng số được nạp ở dạng {quantization}",
    "shorter_context": "{device} hết bộ nhớ nên mỗi lần chỉ đọc tối đa {tokens} token",
    "word_times_estimated": (
        "'{model}' không cho biết phần nào của mô hình bám theo âm thanh nên thời điểm của từng từ là ước lượng"
    ),
    "prompt_cut": "Whisper chỉ nhận tối đa {tokens} token gợi ý nên phần đầu của gợi ý bị bỏ",
    "server_times_sentences": "máy chủ không cho thời điểm của từng từ nên chúng được ước lượng trong từng câu",
    "server_times_nothing": "máy chủ không cho thời điểm nào nên thời điểm của từng từ được ước lượng trong từng đoạn",
    "server_takes_no_schema": "máy chủ không nhận lược đồ JSON nên chỉ yêu cầu dạng câu trả lời bằng lời",
    "server_takes_no_json": "không buộc được máy chủ trả lời bằng JSON nên chỉ yêu cầu dạng câu trả lời bằng lời",
    "server_sets_temperature": "máy chủ tự đặt nhiệt độ của mô hình nên hai lần chạy có thể cho kết quả khác nhau",
    "server_counts_nothing": "máy chủ không đếm token nên số token là ước lượng trên",
    "server_times_impossible": "một số mốc thời gian của máy chủ không thể đúng nên được ước lượng theo văn bản",
    "server_times_no_words": "máy chủ không cho thời điểm của từng từ nên chúng được ước lượng trong các câu của nó",
    "correction_homeless": "phần sửa cho '{where}' không còn khớp với nội dung nào; nó vẫn nằm trong corrections.yaml",
    "added_homeless": "một việc được thêm không có chỗ trong bản ghi: '{where}' không phải đoạn lời hay mốc thời gian",
    "corrections_unreadable": "không đọc được corrections.yaml nên không áp dụng phần nào",
    "correction_wrong": "trong corrections.yaml, '{where}' bị bỏ qua",
    "items_removed": Counted("{number} mục đã được gỡ theo phần sửa", "{number} mục đã được gỡ theo phần sửa"),
    "review_waiting": Counted(
        "chưa được duyệt: {number} việc hoặc quyết định đang chờ trả lời, trong {where}",
        "chưa được duyệt: {number} việc và quyết định đang chờ trả lời, trong {where}",
    ),
    "review_expired": Counted(
        "chưa được duyệt: không ai trả lời về {number} việc hoặc quyết định trong {days:g} ngày",
        "chưa được duyệt: không ai trả lời về {number} việc và quyết định trong {days:g} ngày",
    ),
    "review_unreadable": "không dùng được các câu trả lời của lần duyệt",
    "review_answer_wrong": "không dùng được câu trả lời '{where}'",
    "review_no_answer": "'{where}' đã bị sửa nhưng chưa có câu trả lời: accept, correct hoặc drop",
    "review_possible": "chỉ là có thể, {percent} %",
    "review_found": "đã tìm thấy, được hỏi vì mọi mục đều phải duyệt",
    "page_without_audio": "trang này không có âm thanh",
    "export_left_out": "chưa ghi {name}",
    "own_template_failed": "một mẫu trong report.templates bị lỗi, nên đã dùng mẫu có sẵn",
    "pdf_letters_missing": "minutes.pdf hiện ô trống thay cho các chữ mà máy này không có phông ({letters})",
    # why a claim is not proved
    "quote_not_there": "lời trích không có trong đoạn được dẫn",
    "quote_too_little": "lời trích '{quote}' quá ít để chứng minh",
    "cites_nothing": "không dẫn đoạn nào của bản chép lời",
    "cites_unknown": "dẫn đoạn {segment} không tồn tại",
    "number_not_there": "con số {figure} không có trong đoạn được dẫn",
    "date_not_there": "ngày '{date}' không suy ra được từ đoạn được dẫn",
    "limit_turned_round": "đoạn được dẫn giới hạn {day:date} theo chiều ngược lại",
    "opposite_said": "đoạn được dẫn nói điều ngược lại",
    "not_said": "không từ nào của nội dung này được nói trong hay gần đoạn được dẫn",
    "told_as_done": "nội dung này kể '{verb}' như việc đã xong, trong khi mới là dự định hoặc lời nhờ",
    "said_elsewhere": "các từ của nội dung này được nói ở chỗ khác trong cuộc họp, không ở trong hay gần đoạn được dẫn",
    "name_not_there": "tên '{name}' không có trong đoạn được dẫn và không ai ở đó mang tên này",
    "no_owner": ("'{owner}' không phải người phát biểu, không có trong danh sách, cũng không được nêu tên trong đoạn được dẫn"),
    "not_the_speaker": "'{owner}' không phải người nói trong đoạn được dẫn",
    "given_to_another": "đoạn được dẫn giao việc cho người khác, không phải '{owner}'",
    "promised_by_another": "trong đoạn được dẫn người nhận việc là người khác, không phải '{owner}'",
    "not_taken_on": "'{owner}' đã không nhận việc này",
    "asked_not_taken_on": "người được nhờ đã không nhận việc này",
    "due_not_there": "thời hạn '{phrase}' không có trong đoạn được dẫn",
    "due_otherwise": "'{phrase}' nghĩa là {meant}, không phải {claimed}",
    "day": "{due:due}",
    "no_certain_day": "không xác định ngày",
    "no_day": "không có ngày",
    "contrary_later": "sau đó cuộc họp quyết định ngược lại: '{text}'",
}
