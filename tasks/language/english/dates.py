"""English times: what bounds them and what stands around their days. Matched to plain text with `3th` for 3rd, `#3` for three."""

import re

from tasks.language.date_words import DateWords
from tasks.language.english.days import COUNTED, DAY_END, DAYS, EVENT, HOUR, PART, THEN, WEEKDAYS
from tasks.language.english.numbers import NUMBER, digits

_NEAR_DAY = "|".join([*WEEKDAYS, "tomorrow"])
_AT = "(?:" + "|".join(rf"(?<=\b{word} )" for word in "at by before until till after around about".split()) + ")"
"""A number is an hour behind these words, and that of a chapter or a room behind others."""
_PAUSE = r"[\s,;:.…–—-]"
_HESITATING = r"oh|ah|uh|um|er|erm|hmm|well|but|and|so|then|you know"
_TAKING_BACK = (
    r"no(?! (?:earlier|later|sooner))|nope|wait|hang on|hold on|sorry|actually|(?:or )?rather|correction|(?:scratch|"
    r"strike|make|not) that|(?:let's )?make it|"
    r"(?:let's )?say|better|i mean(?:t)?(?: to say)?|(?:that|it)(?:'s| is| was) wrong|my (?:mistake|bad)|i(?:'m| am|"
    r" was) wrong|"
    r"on #2th thoughts?|(?:i|we) should say"
)
_LEAD = (
    r"(?:(?:but|only|just|maybe|perhaps|probably|preferably|ideally|exactly|precisely|strictly|some ?time|any ?time|any day|"
    r"at some point|somewhere|anywhere|say|either|at least|all the way|right(?= around| after| before| up| until)|"
    r"straight|shortly|"
    r"immediately|directly|(?:on|at|by) or(?= around| about)|"
    r"around(?= about)|early(?= in)|late(?= in)) )+"
)

EN = DateWords(
    number=NUMBER,
    digits=digits,
    lead=_LEAD,
    bounds=(
        (
            "by",
            r"(?:by no later than|by the latest|by|no later than|not later than|not any later than|not after|"
            r"(?:at the )?latest by|at the latest on|"
            r"on or before|due(?: on| by| before)?|(?:the )?deadline(?: is| will be|:)(?: on| by)?|"
            r"at the latest by) ",
        ),
        ("by", rf"{DAY_END},?(?: (?:on|of|by))? "),
        ("before", r"(?:before|ahead of|prior to) "),
        ("within", r"(?:due )?within "),
        ("until", r"(?:(?:up )?(?:until|till|til)|through|thru|up to(?: and including)?) "),
        (
            "not_before",
            r"(?:but )?(?:(?:not|never|no)(?: any)? (?:before|until|till|earlier than|sooner than)|at the earliest(?: on| by)?|"
            r"on or after|(?:any ?time )?(?:from|on) or after) ",
        ),
        ("after", r"(?:(?:not )?(?:until|till|before) )?after "),
        (
            "from",
            r"(?:(?:starting|beginning|commencing|effective)(?: from| on| as of)?|as (?:of|from)|with effect (?:from|on)) ",
        ),
        ("range", r"(?:from|once|as soon as|when) "),
        ("between", r"between "),
        ("around", r"(?:(?:at|by|on|for) )?(?:around|about|roughly|approximately|circa) "),
        ("not", r"(?:but )?not (?:on|by|in|at|for|from|this|next)? ?"),
        (
            "on",
            r"(?:in the course of|(?:at some point|some ?time|any ?time)(?: on| in| during)?|on|at|for|in|during|over) ",
        ),
    ),
    closings=(
        (
            "by",
            r",? at (?:the )?(?:very )?latest|,? latest\b|,? or (?:sooner|earlier|before)(?: that)?\b|,? (?:and|"
            r"but) (?:no|not) later",
        ),
        (
            "not_before",
            r",? at (?:the )?(?:very )?earliest|,? earliest\b|,? or (?:later|after)\b|,? (?:and|but) (?:no|"
            r"not) (?:earlier|sooner|before)",
        ),
        ("after", r" (?:is|are) over\b| (?:has|have) passed\b| is past\b"),
        (
            "from",
            r" (?:onwards?|forward)\b| and (?:onwards?|after|later|beyond)\b| on\b(?! (?:the|a|an|my|our|your)\b)|"
            r",? going forward\b",
        ),
        ("around", r" or so\b|-?ish\b| or thereabouts|,? give or take(?: an? \w+)?"),
    ),
    clock_before=(
        rf"(?:(?:at )?(?:{HOUR}|{DAY_END})|at #?[0-9]{{1,2}}|"
        rf"(?:#?[0-9]{{1,2}}[:.][0-9]{{2}}|{_AT}#?[0-9]{{1,2}})(?= (?:on )?(?:{_NEAR_DAY}))|"
        rf"#1th thing(?: in the {PART})?|(?:in )?the {PART} of|"
        rf"(?:(?:the )?end of|early|late|bright and early)(?= (?:on )?(?:this |next )?(?:{_NEAR_DAY}|the #?[0-9])))"
        r",?(?: (?:on|of|in))? "
    ),
    clock_after=(
        rf"(?:,? (?:#1th thing|(?:(?:in|during) the )?{PART}|(?:(?:at|by|before|around|about|until|after) )?(?:{HOUR}|"
        rf"{DAY_END})|"
        r"at #?[0-9]{1,2}(?! ?(?:%|percent|people|[a-z]+s\b))|inclusive)(?!\w))+"
    ),
    event=rf"'s {EVENT}|'s \w+(?=[.,?!]|$)",
    days=DAYS,
    counted=COUNTED,
    next_meeting=r"(?:the|our) next (?:meeting|call|session|time|sprint)(?!\w)",
    joins_between=r",? and (?:the (?=[a-z]+day))?",
    joins_range=r" ?(?:to|until|till|through|thru|[-–—]) ?(?:and including )?",
    either=r",? (?:or|and)(?: on| by| for)? ",
    both=r",? (?:but|and)(?: then)? ",
    corrected=(
        rf"{_PAUSE}*(?:(?:{_HESITATING}){_PAUSE}+)*(?:{_TAKING_BACK})(?!\w)(?:{_PAUSE}+(?:{_HESITATING}|{_TAKING_BACK})(?!\w))*"
        rf"{_PAUSE}+"
    ),
    not_due_after=frozenset(
        "last since every each past from of previous black good easter ash cyber palm giving shrove maundy".split()
    ),
    name="(?!)",
    attributive="the|our|my|your|his|her|their|a|an|this|that",
    titled=r"[^\W\d_] (?!I )[A-Z]\w* (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$",
    person="(?!)",
    clause_end=THEN,
    clause_start=r"[.?!;:,](?= |$)| (?:but|and|so|because|if|that|then|or|when|who|which) |"
    r"(?<!think)(?<!believe)(?<!expect)(?<!suppose) (?:i|we|you|he|she|they|it|"
    r"[a-z]+)(?:'ll| will|'m| am| can|'s going to) (?!not|never)",
    negated=(
        r"(?:\bnot\b|n't\b|\bnever\b|\bcannot\b|\bnobody\b|\bno #?1\b|\bnothing\b)(?! only)(?! (?:to )?(?:forget|"
        r"hesitate|fail|miss|mind|worry|wait|you|we|they|he|"
        r"she|i|it|just)\b)"
    ),
    unable=r"\b(?:make it|in time|manage)\b",
    moved=r"\b(?:mov|shift|postpon|push|chang|reschedul|delay|bring|brought|switch)\w*\b",
    meets_again=re.compile(
        r"\b(?:(?:the|our) next (?:meeting|call|session)(?: is| will be| takes place)|(?:we(?:'ll| will| shall)?|let's|let us)"
        r" (?:all )?meet (?:again|next))\b",
        re.IGNORECASE,
    ),
    meets_at=re.compile(
        r",? (?:in|at) (?P<place>(?!(?:least|most|all|once|noon|the latest|the earliest)\b|\d)[\w'’-]+"
        r"(?: (?!(?:on|at|and|but|so|to|with|from|if|as)\b)[\w'’-]+){0,5})",
        re.IGNORECASE,
    ),
    taken_back=re.compile(
        r"^(?:(?:oh|well|uh|um),? )*(?:no|wait|sorry|actually|or rather)\b|\bI(?:'m| am| was) wrong\b", re.IGNORECASE
    ),
)
