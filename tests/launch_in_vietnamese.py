"""The texts in the minutes of the product launch, as a person translated them before the check was run on them."""

TITLES = {
    "The last test": "Lần thử cuối",
    "Day and price": "Ngày và giá",
    "Colors and warranty": "Màu sắc và bảo hành",
    "Our own stores": "Cửa hàng riêng",
    "Parts and the next meeting": "Linh kiện và cuộc họp tới",
}
"""Of the topics, as a person would give them: those that code makes change with what it learns."""
IN_VIETNAMESE = {
    **TITLES,
    "Good morning. This is Jennifer. I work in the sales department.": (
        "Chào buổi sáng. Tôi là Jennifer. Tôi làm ở phòng kinh doanh."
    ),
    "Almost. We have tested it for three weeks, and we found two small problems.": (
        "Gần xong. Chúng tôi đã thử nó ba tuần và tìm thấy hai lỗi nhỏ."
    ),
    "The water gets too hot, and the red light stays on all night.": "Nước bị quá nóng, và đèn đỏ sáng suốt đêm.",
    "Let us talk about the color. We can make it in black, white, or red.": (
        "Ta hãy bàn về màu sắc. Chúng ta có thể làm màu đen, trắng hoặc đỏ."
    ),
    "Three hundred people. No, wait, I am wrong. It is two hundred and fifty.": (
        "Ba trăm người. Không, khoan đã, tôi nhầm. Là hai trăm năm mươi."
    ),
    "Last year another company had the same problem. They had to take back six thousand machines.": (
        "Năm ngoái một công ty khác cũng gặp vấn đề này. Họ phải thu hồi sáu nghìn máy."
    ),
    "The launch will be on May twelfth": "Buổi ra mắt sẽ diễn ra vào ngày 12 tháng 5",
    "Sell it for ninety nine dollars": "Bán nó với giá 99 đô la",
    "We will start with black and white": "Chúng ta sẽ bắt đầu với màu đen và trắng",
    "Sell the machine only in our own stores": "Chỉ bán máy trong các cửa hàng của chúng ta",
    "Fix it": "Sửa nó",
    "Send a letter to the press": "Gửi thư cho báo chí",
    "Change the numbers and send them to you": "Sửa các con số rồi gửi cho bạn",
    "Order new boxes": "Đặt hộp mới",
    "Tell the factory about the colors": "Báo cho nhà máy về màu sắc",
    "Test the parts": "Thử các linh kiện",
    "Show us the new website": "Cho chúng ta xem trang web mới",
    "Ask the lawyer about the warranty": "Hỏi luật sư về bảo hành",
    "Tuesday is fine with me.": "Thứ ba thì được với tôi.",
    "Send the notes to all of you": "Gửi ghi chú cho tất cả các bạn",
    "Who will answer the phone when our customers have a problem?": (
        "Ai sẽ trả lời điện thoại khi khách hàng của chúng ta gặp vấn đề?"
    ),
    "Will the warranty be two years or three years?": "Thời gian bảo hành sẽ là hai năm hay ba năm?",
    "Good morning, everyone. My name is Brian, and I am responsible for the launch of the new coffee machine.": (
        "Chào buổi sáng mọi người. Tôi tên là Brian, phụ trách việc ra mắt máy pha cà phê mới."
    ),
    "The factory can make five thousand machines in April. I already sent the contract last week.": (
        "Nhà máy có thể làm năm nghìn máy trong tháng 4. Tôi đã gửi hợp đồng tuần trước."
    ),
    "Each machine costs sixty dollars. I would sell it for one hundred and twenty dollars.": (
        "Mỗi máy tốn sáu mươi đô la. Tôi sẽ bán nó với giá một trăm hai mươi đô la."
    ),
    "Walter is right. Scrap that, Jennifer. We have no money for it this year.": (
        "Walter nói đúng. Bỏ việc đó đi, Jennifer. Năm nay chúng ta không có tiền cho nó."
    ),
    "Then we agree to sell the machine only in our own stores.": "Vậy chúng ta thống nhất chỉ bán máy trong cửa hàng của mình.",
    "That is a good question. We do not know that yet.": "Đó là một câu hỏi hay. Chúng ta chưa biết điều đó.",
    "Our next meeting is on Monday. No, wait, I am wrong. It is on Tuesday.": (
        "Cuộc họp tới của chúng ta vào thứ hai. Không, khoan, tôi nhầm. Là thứ ba."
    ),
}
