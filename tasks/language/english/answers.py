"""English: how people answer when they are asked. Data only; see `answers.AnswerWords`."""

from tasks.language.answer_words import AnswerWords

WORDS = AnswerWords(
    yes=(
        r"^(?:(?:oh|well|um|uh|and|right|so|mm|hmm|mm-hmm),? )*(?:yes|yeah|yep|yup|sure|of course|certainly|"
        r"no problem|absolutely|will do|I will|I'll|I can(?!')|gladly|definitely|got it|on it|"
        r"consider it done|happy to|with pleasure|I'd be happy|I would be happy|no worries|"
        r"you got it|understood|not at all|that works|sounds good)\b"
    ),
    perhaps_yes=(
        r"^(?:(?:oh|well|um|uh|and|right|so|mm|hmm|mm-hmm),? )*(?:ok|okay|all right|alright|fine|good|done|perfect|great)\b"
    ),
    after_yes=frozenset(
        "ok okay then thanks thank you great fine good sure by with me sir boss everybody guys will do i that".split()
    ),
    commit=(
        r"\b(?:I will|I'll|I can(?!')|will do|sure|of course|no problem|certainly|absolutely|gladly|happy to|consider it done|"
        r"on it|got it|definitely)\b"
    ),
    cannot=(
        r"\b(?:I (?:can't|cannot|can not|won't|will not|couldn't)|I(?:'m| am) (?:not (?:able|here|available|in)|unable|away|"
        r"off|on (?:vacation|holiday|leave)|too busy|travelling|traveling|afraid)|I(?:'ll| will) be (?:away|off|out|on (?:"
        r"vacation|holiday|leave))|I (?:don't|do not) have (?:the )?time|"
        r"not me|no way|I'd rather not|I would rather not|"
        r"I don't (?:want|think)|I have no time)\b"
    ),
    done=r"\b(?:I(?:'ve| have)? already|already (?:done|sent|did))\b",
    no=r"\bunfortunately\b|^(?:oh,? )?(?:no(?! problem| worries|t)|sorry)\b",
    volunteer=(
        r"^(?:(?:oh|well|um|uh|yes|yeah|okay|sure),? )*(?:me|that's me|that would be me|count me in|I do|I will|I can|I could|"
        r"I would|happy to)(?: please)?[.!]*$"
    ),
    withdraw=(
        r"^(?:(?:no|wait|sorry|actually|well|oh|hmm|um|uh|but|hold on|never mind|or|on second thoughts?|"
        r"come to think of it)[,.]? )*"
        r"(?:I (?:won't|will not|can't|cannot|don't think I (?:will|can)|shouldn't)|I'd rather not|maybe not|forget it)"
        r"(?: (?:do|be able to(?: do)?|manage|make) (?:it|that|so))?(?: after all)?[.!]*$"
    ),
    own_plan=r"(?:(?:oh|well|um|uh|and|so),? )*I(?:'ll| will| can|'m going to| am going to)\b",
    back=r"\b(?:it|that|this|them|these|those|so|one|both)\b",
    turn=r"[,;.]? \b(?:but|however|although|though)\b,? ",
    bound=r"\b(?:before|until|till|earlier)\b",
)
