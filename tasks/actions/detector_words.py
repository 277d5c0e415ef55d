"""How commitments, assignments and decisions sound in spoken English: the detector's cues, and the plain form of a text.

A cue says nothing alone: the detector has learnt what each is worth, at which place of a meeting and beside which others.
"""

import re

_ROLE = (
    r"(?:industrial design(?:er)?|user interface(?: design(?:er)?)?|interface (?:designer|specialist)|"
    r"market(?:ing)?(?: expert| executive| specialist)?|project manager|designers?|experts?|managers?|engineers?|"
    r"developers?|team|id|uid)"
)
_WORK = (
    r"(?:work|look|think|com(?:e|ing) up|do|mak(?:e|ing)|design|find|try|check|build|creat(?:e|ing)|prepar(?:e|ing)|watch|"
    r"evaluat(?:e|ing)|writ(?:e|ing)|send|complet(?:e|ing)|figur(?:e|ing)|research|test|draw|report|tak(?:e|ing)|get(?:ting)?|"
    r"ask|investigat(?:e|ing)|call|fix|order|contact|finish|discuss)(?:ing)?"
)
_DELIVER = (
    r"(?:send|mail|email|e mail|write|type|post|upload|complete|fill|prepare|finish|order|book|call|phone|contact|consult|ask|"
    r"investigate|research|check|review|update|schedule|draft|print|buy|arrange|invite|confirm|submit|share|distribute|"
    r"find out|look into|put (?:up|together|in|all)|save|fix|measure|bring|tell|test|report)"
)

SUBJECT_CUES = {
    "i_will": r"\bi (?:will|am gonna|shall|gonna)\b",
    "i_must": r"\bi (?:have to|need to|should|must|am supposed to|can|could)\b",
    "i_deliver": rf"\bi (?:will|am gonna|have to|need to|should|can|could|am supposed to) (?:\w+ ){{0,2}}?{_DELIVER}\b",
    "we_will": r"\bwe (?:will|are gonna|gonna|shall)\b",
    "we_must": r"\bwe (?:\w+ )?(?:have to|need to|should|must)\b",
    "you_will": r"\b(?:you|you two|you guys|you both|you all|each of you|everyone|everybody)(?: \w+)? (?:will|are gonna|gonna)\b",
    "you_must": r"\byou(?: \w+)? (?:have to|need to|should|must|can|could|have)\b",
    "you_work": rf"\byou(?: \w+){{0,6}}? {_WORK}\b",
    "you_are": r"\byou(?: two| both| guys| all| each)? (?:are|will be|are gonna be|will all be)\b",
    "want_you": (
        r"\b(?:i|we)(?: would)? (?:like|want|need|ask|propose|suggest)(?: for)?(?: \w+){0,4}? "
        r"(?:you|the|him|her|them|everyone|everybody)\b"
    ),
    "if_you": (
        r"\b(?:if|maybe|so) (?:you|everyone|everybody)(?: guys| two)? (?:could|can|would|will)\b|"
        r"\byou (?:could|can) maybe\b|\bmaybe you\b"
    ),
    "ask_you": r"\b(?:could|can|would|will) (?:you|someone|somebody|anyone|everyone)\b",
    "starts_with_you": (
        r"^(?:and |so |okay |then |but )*(?:you|for you|each|everyone|the \w+ \w*designer|marketing|user interface|industrial)\b"
    ),
    "role": rf"\b{_ROLE}\b",
    "role_in_full": (
        r"\b(?:industrial designer?|user interface|interface (?:designer|specialist)|"
        r"marketing (?:expert|executive|specialist)|project manager)\b"
    ),
    "role_will": (rf"\b{_ROLE}(?: \w+){{0,4}}? (?:will|is gonna|are gonna|gonna|to|should|has to|have to|needs to)\b"),
    "they_will": (
        r"\b(?:he|she|they|someone|somebody|everyone|everybody|each|guys|both) "
        r"(?:will|is gonna|are gonna|gonna|has to|have to|should|needs? to)\b"
    ),
}
WORK_CUES = {
    "work_on": r"\bwork(?:ing)? (?:on|out|together|in)\b",
    "look_at": r"\blook(?:ing)? (?:at|into|around|for|on)\b|\btake a look\b",
    "think": r"\bthink(?:ing)? about\b|\bcom(?:e|ing) up with\b",
    "find_out": r"\bfind(?:ing)? (?:out|more)\b|\bfigur\w+\b|\bresearch\b|\binvestigat\w+|\bmore information\b",
    "prototype": r"\bprototyp\w+|\bclay\b|\bmodel\w*\b|\bplay doh\b",
    "concept": (
        r"\b(?:components?|concepts?|look and feel|user interface|working design|technical functions?|functional|"
        r"requirements?|trends?|evaluation|specifications?)\b"
    ),
    "together": r"\btogether\b",
    "deliver": rf"\b{_DELIVER}\b",
    "deliver_to": (
        r"\b(?:send|mail|email|post|put|save|upload|attach)\b.*\b(?:you|me|us|folder|email|everyone|them|documents?|minutes|"
        r"slides?|notes?|report|presentations?|files?)\b"
    ),
    "document": (
        r"\b(?:minutes|report|presentations?|slides?|questionnaire|summar\w+|documents?|documentation|notes|folder|email|mail|"
        r"letter|budget|contract|bill|plan)\b"
    ),
}
OTHER_CUES = {
    "next_meeting": r"\b(?:next|following) (?:meeting|time|session)\b|\bmeet (?:again|back|in)\b",
    "next": r"\bnext\b",
    "minutes_time": r"\b(?:thirty|half an|forty|forty five|twenty|few|in) (?:minutes|hour)\b|\bhalf hour\b",
    "individual": r"\bindividual(?:ly)?\b|\bassign\w*|\bto do\b|\btasks?\b|\bactions?\b|\bhomework\b|\ballocat\w+",
    "instructions": r"\binstructions?\b|\bpersonal coach\b|\bcoach(?:es)?\b|\bspecifics?\b",
    "meantime": (
        r"\bmeantime\b|\bbetween now\b|\buntil (?:then|the next)\b|\bbefore (?:the|our|lunch|next)\b|"
        r"\bafter (?:the|this|lunch|that)\b|"
        r"\bby (?:the )?(?:next|then|end|monday|tuesday|wednesday|thursday|friday|tomorrow)\b"
    ),
    "due": (
        r"\b(?:tomorrow|tonight|today|this (?:afternoon|week|evening)|"
        r"next (?:week|month|monday|tuesday|wednesday|thursday|friday)|by (?:friday|monday|tuesday|wednesday|thursday|the end)|"
        r"before (?:friday|monday|thursday)|in (?:two|a|three|one) (?:weeks?|days?))\b"
    ),
    "lunch": r"\blunch\b|\bbreak\b",
    "going_from": (
        r"\b(?:where we are going|from here|what we are (?:doing|gonna)|confirm|okay so|so now|right so|each of you|"
        r"all of you)\b"
    ),
    "closing": (
        r"\b(?:wrap|finish\w*|end|over|close|closing|closed|final\w*|that's it|any questions|thank\w*|see you|good luck|bye|"
        r"adjourn\w*|done)\b"
    ),
    "past": r"\b(?:did|was|were|had|been|found|said|thought|looked|decided|used|made|went|got)\b|\bi have\b",
    "would": r"\b(?:would|might|if)\b",
    "negated": r"\bnot\b|\w+n't\b|\bnothing\b|\bnever\b|\bno\b",
    "asks": r"^(?:and |so |but )?(?:what|how|why|where|when|who|which|do|does|is|are)\b",
    "backchannel": (r"^(?:okay|ok|yeah|yes|yep|right|mm|sure|alright|all right|no|cool|great|good|fine|sorry|and|so|but|i)?$"),
    "thing": r"\b(?:it|remote|button\w*|people|they)\b",
    "decide": (
        r"\b(?:decid\w+|decision|agree\w*|settled|chosen|choose|go(?:ing)? (?:with|for)|gonna (?:have|use|be|go)|stick with|"
        r"let us|let's|so we)\b"
    ),
    "okay_so": r"^(?:okay|right|so|alright|well|and then)\b",
    "agenda": r"\bagenda\b|\bproject\b|\bmeeting\b",
    "welcome": r"\b(?:welcome|introduc\w+|my name|kick off|today)\b",
}
CUES = SUBJECT_CUES | WORK_CUES | OTHER_CUES
PATTERNS = tuple(re.compile(pattern) for pattern in CUES.values())

_SPELLINGS = (
    (re.compile(r"[^a-z0-9' ]+"), " "),
    (re.compile(r"\b(?:um|uh|er|erm|hmm|mm|mhm|huh|ah|oh)\b"), " "),
    (re.compile(r"\bgoing to\b"), "gonna"),
    (re.compile(r"\b(\w+)'ll\b"), r"\1 will"),
    (re.compile(r"\b(\w+)'re\b"), r"\1 are"),
    (re.compile(r"\b(\w+)'d\b"), r"\1 would"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\bi've\b"), "i have"),
    (re.compile(r" +"), " "),
    (re.compile(r"\b(\w+(?: \w+)?)(?: \1)+\b"), r"\1"),
)


def plain_words(text: str) -> str:
    """The text in lower case without marks, hesitations and stutters, its short forms written out."""
    text = text.lower().replace("’", "'").replace("_", "").replace("-", " ")
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text.strip()
