"""English: the small words that qualify a sentence. Data only; see `qualifier_words.QualifierWords`."""

import re

from tasks.language.qualifier_words import QualifierWords

WORDS = QualifierWords(
    kept={
        "condition": r"if|whether|provided|in case",
        "exception": r"unless|except|apart from|other than",
        "only": r"only|solely",
        "instead": r"instead|rather than",
        "before": r"before",
        "after": r"after",
        "until": r"until|till",
        "compared": r"more|less|fewer|than",
        "extreme": r"most|least",
        "perhaps": r"maybe|perhaps|might|possibly|probably",
    },
    kept_of_statements={"should": r"should|could|would|ought|may(?! \d)", "must": r"must|(?:has|have|need|needs) to"},
    never_added=(
        r"because|since|so that|due to|therefore|in order to|thanks to|owing to|and|plus|also|as well|along with|together with|"
        r"including|both|or|either|but|although|though|however|despite|while|when|once|as soon as|already|now|soon|immediately|"
        r"again|first|last|all|every|each|everything|everybody|everyone|always|another|other|else|others|"
        r"(?:has|have|had|'ve)(?! to\b)|did|done|was|were|been"
    ),
    personal=r"i|me|my|mine|myself|you|your|yours|yourself|i'(?:ll|m|d|ve)|you'(?:ll|re|d|ve)",
    first_person=frozenset("i i'll i've i'm i'd".split()),
    second_person=frozenset("you your yours yourself you'll you're you'd you've".split()),
    reports=r"(?:said|says|added|mentioned|reported|reports|explained|thinks|believes)(?: that)?",
    subject=r"will|should|shall|must|is to|are to|is going to|needs? to|has to|have to|agreed to|promised to|can|to",
    things={
        "it": False,
        "that": None,
        "this": None,
        "one": False,
        "them": True,
        "these": True,
        "those": True,
        "ones": True,
        "there": None,
    },
    persons={"him": False, "her": False, "he": False, "she": False, "them": True, "they": True},
    directions={
        "to": "to",
        "for": "to",
        "from": "from",
        "with": "with",
        "without": "without",
        "against": "against",
        "by": "by",
        "on": "on",
        "off": "off",
        "up": "up",
        "down": "down",
        "under": "under",
        "over": "over",
    },
    past=re.compile(r"\w{2,}[^e\W]ed$"),
    passive=frozenset("be is are being get gets as the a an our their his her this that".split()),
    about=frozenset("about for of in on at".split()),
    to_come=frozenset(
        (
            "will i'll we'll you'll he'll she'll they'll it'll that'll won't shall should could can would must to "
            "let's please may might"
        ).split()
    ),
    irregular_past=dict(
        pair.split(":")
        for pair in (
            "began:begin bought:buy brought:bring built:build came:come chose:choose did:do drew:draw found:find gave:give "
            "got:get held:hold kept:keep led:lead left:leave made:make met:meet paid:pay ran:run saw:see sent:send sold:sell "
            "spent:spend spoke:speak taught:teach told:tell took:take went:go won:win wrote:write"
        ).split()
    ),
)
