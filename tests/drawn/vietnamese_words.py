"""Ways to say a due date in Vietnamese and tasks to say it of: tables for drawn.vietnamese. None comes from the parser."""

from tests.drawn.rules import listed

DAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")
ONES = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
MONTHS = ("", "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
QUARTERS = ("một", "hai", "ba", "bốn")
CLOCKS = listed("5 giờ chiều; 9 giờ sáng; 12 giờ trưa; hai giờ chiều; 10 rưỡi sáng; 3 giờ rưỡi chiều; 8 giờ tối")
PARTS = ("sáng", "trưa", "chiều", "tối")

# Kinds of days: w thứ sáu, n thứ sáu này or tới, k thứ sáu tuần sau, o ngày 5, d ngày 5 tháng 4, m ngày mai, p mai, a ngày kia,
# t hôm nay, e cuối tháng 3, h hết tháng 3, u tuần sau as a beginning. A form that begins with ">"
# stands at the end of a sentence only; one with {task} is a sentence of its own.
FORMS: dict[str, dict[str, str]] = {
    "by": {
        "wnkodma": """
            chậm nhất {d}; chậm nhất là {d}; chậm nhất vào {d}; muộn nhất {d}; muộn nhất là {d}; trễ nhất {d}; trễ nhất là {d}
            không muộn hơn {d}; không trễ hơn {d}; >, hạn {d}; >, hạn là {d}; >, hạn chót là {d}; >, hạn chót {d}
            >, {d} là hạn chót; >, deadline là {d}; >, {d} là muộn nhất; >, {d} là trễ nhất
        """,
        "wnkod": "trước {d}; trước {d}; trước {d}; trước {clock} {d}; trước cuối ngày {d}; chậm nhất {clock} {d}",
        "wn": "trước hết giờ làm {d}; muộn nhất là cuối ngày {d}; chậm nhất là {part} {d}",
        "p": "chậm nhất là sáng {d}; muộn nhất {clock} {d}; trễ nhất là chiều {d}",
        "t": """
            trong hôm nay; trong ngày hôm nay; chậm nhất là hôm nay; trước cuối ngày hôm nay; nội trong hôm nay
            trước 5 giờ chiều nay
        """,
        "e": "trước {d}; {d}; chậm nhất là {d}; muộn nhất là {d}; trễ nhất là {d}; >, hạn chót là {d}",
        "h": ">{d}; chậm nhất là {d}; muộn nhất là {d}",
    },
    "on": {
        "wnkod": """
            vào {d}; vào {d}; {d}; {part} {d}; vào {part} {d}; lúc {clock} {d}; vào lúc {clock} {d}; đúng {d}; vào đúng {d}
            {clock} {d}; đầu giờ chiều {d}; đầu giờ sáng {d}
        """,
        "ma": "{d}; vào {d}; lúc {clock} {d}; {clock} {d}; ngay {d}",
        "p": "{d}; sáng {d}; chiều {d}; trưa {d}; lúc {clock} {d}; {clock} {d}; vào sáng {d}; ngay sáng {d}",
        "t": "hôm nay; ngay hôm nay; tối nay; chiều nay; trưa nay; đêm nay; vào tối nay",
    },
    "until": {
        "wnkodma": """
            đến {d}; cho đến {d}; tới {d}; cho tới {d}; đến hết {d}; cho đến hết {d}; tới hết {d}; cho tới hết {d}
            liên tục đến {d}; liên tục cho đến {d}; suốt đến {d}; đến tận {d}; cho đến tận {d}; tới tận {d}
        """,
        "wnkod": "đến {part} {d}; cho đến {part} {d}; tới {part} {d}; đến {clock} {d}; cho đến cuối ngày {d}",
        "e": "đến {d}; cho đến {d}; tới {d}; cho tới {d}",
        "h": "đến {d}; cho đến {d}; tới {d}; cho tới {d}",
    },
    "not_before": {
        "wnkodma": """
            không trước {d}; >, nhưng không trước {d}; không sớm hơn {d}; >, nhưng không sớm hơn {d}; sớm nhất là {d}
            sớm nhất {d}; sớm nhất vào {d}; sớm nhất là vào {d}; sớm nhất cũng {d}; >, sớm nhất cũng phải {d}
            >, {d} là sớm nhất; phải đến {d} {who} mới {task} được; phải tới {d} {who} mới {task} được
            đến {d} {who} mới {task} được; mãi đến {d} {who} mới {task}; {who} phải đến {d} mới {task} được
            {who} phải tới {d} mới {task} được; sớm nhất là {d} {who} mới {task} được
            sớm nhất cũng phải đến {d} {who} mới {task} được; đừng {task} trước {d}; không trước {d} thì {who} mới {task} được
            {who} không {task} trước {d}
        """,
        "e": """
            sớm nhất là {d}; >, nhưng không trước {d}; phải đến {d} {who} mới {task} được; đừng {task} trước {d}
        """,
        "u": """
            sớm nhất là {d}; >, nhưng không trước {d}; phải đến {d} {who} mới {task} được; sang {d} {who} mới {task} được
        """,
    },
    "after": {
        "wnkodm": """
            sau {d}; sau {d}; chỉ sau {d}; ngay sau {d}; bất cứ lúc nào sau {d}; bất kỳ ngày nào sau {d}
            >, nhưng phải sau {d}; >, nhưng chỉ sau {d}; >, để sau {d}; sau {d} {who} mới {task}; sau {d} thì {who} {task}
            chỉ sau {d} {who} mới {task} được; phải sau {d} {who} mới {task} được; qua {d} {who} mới {task}
            đợi qua {d} rồi {who} {task}; {who} chỉ {task} sau {d}; để qua {d} rồi {who} {task}; chờ qua {d} {who} mới {task}
        """,
    },
    "from": {
        "wnkodma": """
            từ {d}; từ {d} trở đi; kể từ {d}; kể từ {d} trở đi; bắt đầu từ {d}; bắt đầu {d}; tính từ {d}; ngay từ {d}
            bắt đầu kể từ {d}; bắt đầu từ {d} trở đi; tính từ {d} trở đi; từ {d} trở về sau; từ {d} về sau; bắt đầu vào {d}
        """,
        "wnkod": """
            từ {part} {d}; từ {part} {d} trở đi; bắt đầu từ {part} {d}; kể từ {part} {d}; từ {clock} {d} trở đi
        """,
        "p": "từ mai trở đi; từ sáng mai; bắt đầu từ mai; kể từ mai",
        "u": "từ {d}; từ {d} trở đi; bắt đầu từ {d}; kể từ {d}; bắt đầu {d}",
    },
    "around": {
        "wnkod": """
            khoảng {d}; vào khoảng {d}; tầm {d}; vào tầm {d}; cỡ {d}; chừng {d}; độ {d}; tầm khoảng {d}; đâu đó khoảng {d}
            đâu khoảng {d}; khoảng chừng {d}; chắc khoảng {d}; chắc tầm {d}; >{d} gì đó; >{d} hay tầm đó; cỡ khoảng {d}
            quãng {d}; quanh {d}
        """,
    },
}
BEFORE_FORMS = frozenset(("trước {d}",))
RANGES = listed("""
    từ {a} đến {b}; từ {a} tới {b}; giữa {a} và {b}; từ {a} cho đến {b}; từ {a} cho tới {b}; từ {a} đến hết {b}
    từ {a} tới hết {b}; trong khoảng từ {a} đến {b}; trong khoảng {a} đến {b}; trong thời gian từ {a} đến {b}
    trong khoảng từ {a} tới {b}; >, từ {a} đến {b}
""")
CORRECTED = {
    "by": "trước {d}",
    "on": "{on}",
    "until": "đến {d}",
    "after": "sau {d}",
    "from": "từ {d}",
    "around": "khoảng {d}",
    "not_before": "sớm nhất là {d}",
}
CORRECTIONS = listed("""
    {first}, à không, {again}; {first}, xin lỗi, {day}; {first}, à nhầm, {day}; {first}, nhầm, {again}
    {first}, không, {again}; {first}, ý em là {day}; {first}, xin lỗi, ý tôi là {again}; {first}, à quên, {again}
    {first}, không phải, {again}
""")
EITHER = listed("{a} hoặc {b}; vào {a} hoặc {b}; {a} hay {b}; trước {a} hoặc {b}; >, {a} hoặc là {b}; vào {a} hoặc vào {b}")
WITHIN = listed("""
    trong vòng {n}; trong vòng {n} tới; trong vòng {n} nữa; chậm nhất là {n} nữa; muộn nhất {n} nữa; trễ nhất là {n} nữa
    trong vòng {n} kể từ hôm nay
""")
VAGUE = listed("""
    càng sớm càng tốt; sớm nhất có thể; khi nào rảnh; lúc nào tiện; khi kiểm toán xong; ngay sau cuộc gọi
    khi hợp đồng được ký; dần dần
""")
FISCAL = listed("""
    cuối quý hai năm tài chính; trước khi hết năm tài chính; hết năm tài chính; cuối năm tài chính
    trong quý ba của năm tài chính
""")

# verb | object | rest
ACTIONS = listed("""
    gửi|báo cáo|cho chị Lan; rà soát|hợp đồng|với luật sư; cập nhật|ngân sách|cho ban giám đốc; làm|slide|cho buổi hội thảo
    đăng|thông báo|lên trang nội bộ; gọi|nhà cung cấp|về hoá đơn; sửa|trang đăng nhập|cho đối tác
    chia sẻ|biên bản|với mọi người; ký|hợp đồng thuê|; đặt|phòng họp|; mua|máy tính|cho nhóm mới
    triển khai|bản mới|cho khách hàng; viết|thông cáo báo chí|; kiểm tra|bản sao lưu|; chạy thử|trang thanh toán|với thẻ thật
    gia hạn|chứng chỉ|; chuyển|tiền cọc|cho bên cho thuê; dịch|tài liệu hướng dẫn|sang tiếng Pháp; nộp|hồ sơ dự thầu|
    dọn|dữ liệu thử|; chuẩn bị|bản demo|cho khách; phỏng vấn|hai ứng viên|; đóng|các tài khoản cũ|
    gom|phiếu khảo sát|của các chi nhánh; bàn giao|chìa khoá|cho chủ nhà; duyệt|thiết kế|; in|áp phích|; hủy|gói dịch vụ cũ|
    so sánh|ba báo giá|; soạn|bản mô tả công việc|; giao|hàng mẫu|cho nhà máy; tải|bản ghi âm|lên kho lưu trữ
    liên hệ|khách hàng|về đơn hàng; nghiệm thu|phần mềm|với bên thi công
""")
LASTING = listed("""
    theo dõi|nhật ký lỗi|; trực|quầy lễ tân|thay chị Mai; giữ|máy chủ thử nghiệm|; chạy|bộ kiểm thử|trên hai máy
    trả lời|yêu cầu hỗ trợ|của khách; dùng|mẫu cũ|; giữ|phòng lớn|cho lớp đào tạo; tạm dừng|bản tin|; thuê|văn phòng phụ|
    đón|đoàn khách|; ghi lại|mọi cuộc gọi|; treo|biển thông báo|; giảm giá|các gói cơ bản|cho khách cũ
    mở|cổng đăng ký|cho sinh viên; khoá|nhánh chính|; theo dõi|doanh số|của miền Nam
""")
NAMED = listed("""
    gửi|số liệu Black Friday|cho chị Lan; cập nhật|bảng Monday.com|; gọi|báo Tuổi Trẻ Chủ Nhật|về bài quảng cáo
    in|áp phích Black Friday|; thuê|mặt bằng đường 3 Tháng 2|; khảo sát|đường Cách Mạng Tháng Tám|
    kiểm tra|hoá đơn Monday.com|với anh Phúc; sửa|cửa hàng đường 30 Tháng 4|
""")
PEOPLE = listed("anh Hùng; chị Lan; bạn Minh; anh Tuấn; chị Thảo; cô Hạnh; bên kế toán; nhóm thiết kế")
SPEAKERS = listed("em; tôi; mình; bên em; tụi em; chúng ta; chúng tôi")

AT_END = listed("""
    em sẽ {task} {when}.; em {task} {when} ạ.; {who} sẽ {task} {when}.; {who} {task} {when} nhé.; nhờ {who} {task} {when}.
    nhờ {who} {task} {when} nha.; {me} cần {task} {when}.; {me} phải {task} {when}.; để em {task} {when} ạ.
    {who} nhớ {task} {when} nha.; đề nghị {who} {task} {when}.; {who} có thể {task} {when} được không?
    {who} {task} {when} được không ạ?; {me} sẽ {task} {when}.; em nghĩ {me} nên {task} {when}.; em, ờ, sẽ {task} {when}.
    {obj} cần được {verb} {rest} {when}.; {obj} phải được {verb} {rest} {when}.; {who} ơi, {task} {when} giúp em nhé.
    em xin {task} {when} ạ.; em sẽ {task}, ừm, {when}.; {who} sẽ {task}, em nghĩ là {when}.
""")
AT_START = listed("""
    {when} em sẽ {task}.; {when} em {task} ạ.; {when} {who} sẽ {task}.; {when}, {who} {task} nhé.; {when} thì {who} sẽ {task}.
    {when} {me} phải {task}.; {when}, {me} cần {task}.; {when} {who} {task} nha.; {when} {who} {task} được không?
    {when} thì em {task} ạ.
""")
IN_MIDDLE = listed("""
    em sẽ {verb} {obj} {when} {rest}.; {who} {verb} {obj} {when} {rest} nhé.; {me} phải {verb} {obj} {when} {rest}.
""")
OPENERS = listed("dạ,; ờ,; ừm,; vâng,; rồi,; à,")
TRAILERS = listed("""
    vì kiểm toán sẽ đến; vì khách đang chờ; , nếu mọi người đồng ý; , được không ạ?; , mọi người thấy sao?
    để cả nhóm còn sắp xếp; , như đã thống nhất; , nếu không có gì thay đổi; cho kịp tiến độ
""")
