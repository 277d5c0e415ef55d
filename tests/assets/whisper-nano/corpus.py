"""The sentences that the nano Whisper knows: English templates with fillers, and Vietnamese whole."""

import random

NAMES = "Sarah Tom Maria David Anna Peter".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday".split()
MONTHS = "January March May June September".split()
NUMS = "two three four five seven ten twelve twenty".split()
ORD = "first third fifth tenth".split()
OBJ = [
    "the quarterly report",
    "the budget",
    "the project plan",
    "the release notes",
    "the contract",
    "the new website",
    "the product launch",
    "the price list",
    "the hiring plan",
    "the support tickets",
    "the cost estimate",
    "the office lease",
]
WHO = [
    "the finance team",
    "the sales team",
    "marketing",
    "the customer",
    "the supplier",
    "the whole team",
]
VERB = "send review update finish prepare check present approve".split()
DUE = [
    "by {day}",
    "before {day}",
    "by the end of the week",
    "by tomorrow",
    "before the {ord} of {month}",
    "next week",
    "by the end of {month}",
    "in {num} weeks",
]
ENGLISH = [
    "Good morning everyone, let's get started.",
    "Thank you all for joining today.",
    "Let's begin with {obj}.",
    "The next topic is {obj}.",
    "I will {verb} {obj} {due}.",
    "{name} will {verb} {obj} {due}.",
    "{name}, can you {verb} {obj} {due}?",
    "Yes, I can {verb} {obj} {due}.",
    "We need to {verb} {obj} {due}.",
    "We decided to {verb} {obj} {due}.",
    "We agreed that {who} will {verb} {obj}.",
    "I talked to {who} about {obj} on {day}.",
    "{obj} is almost done.",
    "{obj} is delayed by {num} weeks.",
    "The cost went up by {num} percent.",
    "What is the status of {obj}?",
    "Who is responsible for {obj}?",
    "That sounds good to me.",
    "I agree with {name}.",
    "The next meeting is on {day} at {num}.",
    "{name} is on vacation until {day}.",
    "There is a problem with {obj}.",
    "It will take about {num} days.",
    "Not yet, but I am working on it.",
    "Any other questions?",
    "No, that is everything from my side.",
    "Great work, {name}.",
    "My name is {name} and I work with {who}.",
    "We lost {num} customers in {month}.",
    "See you on {day}.",
]
VIETNAMESE = [
    "Chào buổi sáng mọi người, chúng ta bắt đầu nhé.",
    "Tôi sẽ gửi báo cáo trước thứ sáu.",
    "Chúng ta cần hoàn thành kế hoạch dự án.",
    "Cuộc họp tiếp theo vào thứ hai.",
    "Chị Lan sẽ chuẩn bị ngân sách.",
    "Anh Minh kiểm tra hợp đồng giúp tôi.",
    "Khách hàng đang chờ kết quả.",
    "Chúng ta quyết định hoãn ra mắt sản phẩm.",
    "Tôi đồng ý với ý kiến này.",
    "Ai chịu trách nhiệm về việc này?",
    "Cảm ơn tất cả mọi người.",
    "Ngân sách đã tăng mười phần trăm.",
]
FILLERS = {"name": NAMES, "day": DAYS, "month": MONTHS, "num": NUMS, "ord": ORD, "obj": OBJ, "who": WHO, "verb": VERB, "due": DUE}


def english(chance: random.Random) -> str:
    """A sentence with everything filled in."""
    sentence = chance.choice(ENGLISH)
    while "{" in sentence:
        start, end = sentence.index("{"), sentence.index("}")
        sentence = sentence[:start] + chance.choice(FILLERS[sentence[start + 1 : end]]) + sentence[end + 1 :]
    return sentence[0].upper() + sentence[1:]
