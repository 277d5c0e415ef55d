"""English words: those that say nothing by themselves, what their forms share, what denies, and what only points."""

import re

STOP_WORDS = frozenset(
    "a an the i you he she it we they me him her us them my mine your yours his hers its our ours their theirs this that these"
    " those and or but so to of in on at by for from with without about will would can could should shall may might must is am"
    " are was were be been being do does did doing done have has had having not no nor yes yeah okay ok well right um uh er oh"
    " please just also then there here up out all some any as if than too very into over under after before during between"
    " through because while who whom whose which what when where why how each every other another such same only even still"
    " yet already more most much many few both either neither one ones get gets got getting go goes going gone gonna make makes"
    " made let lets it's that's i'm i'll we'll we're you're don't there's like really thing things something anything everything"
    " lot bit kind sort way maybe perhaps now today again back off down around against per via said say says".split()
)
PLAIN_WORDS = frozenset("the and of to in is that it for we you this on are be have with not will but do can".split())
NEGATION = (
    r"\b(?:not|never|nobody|no one|nothing|none|cannot|neither|nor|no longer|without|\w+n't)\b|"
    r"(?<!^)\bno\b(?! (?:one|matter|longer))"
)
NEGATION_WORDS = frozenset("nobody nothing none cannot never without".split())
_BARE = rf"(?=\s*(?:[.,!?;]|$)|\s+(?:{'|'.join(sorted(map(re.escape, STOP_WORDS)))})\b)"
"""After `that` and `this`: no noun follows."""
POINTING = (
    r"^(?:\w+(?: (?:to|for|at|into|about|on|with|up|out|off|over|in))?|take care of|make sure of|get back to) "
    rf"(?P<pronoun>(?:it|them|him|her)\b|(?:that|this|those|these|one)\b{_BARE})(?!\s(?:house|one|time|week|document))"
)
BECAUSE = r"(?<!not )(?<!just )\b(?:because|due to|owing to|so that)\b(?! of course)"
"""`Since` and `as` mostly say something else."""
TASK_LEAD = (
    r"^.*?\b(?:I(?:'ll| will|'m going to| am going to| can)|let me|(?:could|can|would|will) you(?: please)?|please|"
    r"(?:has|have|needs?) to)\s+"
)
_ENDINGS = "ations ation ments ment ingly ings ing ities ity ness ies ied ions ion ers er ors or est ed es ly al s y e".split()


def stem(word: str) -> str:
    """The start that the forms of an English word share: `colours`, `coloured` and `color` are one."""
    word = word.removesuffix("'s").replace("_", "").replace("'", "").replace("our", "or") if len(word) > 3 else word
    word = re.sub(r"is(?=e[sd]?$|ing$|ation)", "iz", word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith(("us", "ss", "is"))):
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word.rstrip("ie")[:6] if len(word) > 4 else word
