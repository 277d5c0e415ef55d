"""English: how tasks, answers, corrections, decisions and questions sound. Data only; see `cues.Words`."""

from tasks.language.cues import CueKind, Words

_FILLER = r"(?:(?:um|uh|er|erm|well|so|please|maybe|perhaps|and|then|also|now|I think|actually|just)[, ]+)*"
_WILL = r"(?:'ll| will| is going to| are going to|'s going to| is gonna| are gonna|'s gonna| gonna| shall)"
_PRONOUN = r"(?:it|that|this|these|those|them|him|her|one|both|so)"

EN = Words(
    cues=(
        (CueKind.REQUEST, rf"\bNAMES[,.:]? {_FILLER}(?:could|can|would|will|would you mind|might) you\b"),
        (CueKind.REQUEST, rf"\bNAMES[,.:]? {_FILLER}please\b"),
        (CueKind.REQUEST, r"\b(?:could|can|would|will) you\b(?! mind)(?=[^.?!]*, NAMES[?.!]*$)"),
        (CueKind.REQUEST, rf"(?:^|, ){_FILLER}please (?=DOING\b)(?=[^.?!]*, NAMES[?.!]*$)"),
        (
            CueKind.REQUEST,
            rf"\bNAMES[,.:]? {_FILLER}(?:don't forget to|do not forget to|remember to|be sure to|"
            rf"make sure to)\b",
        ),
        (CueKind.REQUEST, rf"\bNAME[,.:]? {_FILLER}(?:I (?:need|want)|I'd like|I would like) you to\b"),
        (
            CueKind.REQUEST,
            rf"\bNAME[,.:]? {_FILLER}you(?: will|'ll|'re going to| are going to|'re gonna| are gonna| gonna| need to|"
            rf" have to| should| can)\b",
        ),
        (CueKind.REQUEST, rf"(?:^|\b(?:so|and|then|okay|but)[, ]+|, )NAME,? {_FILLER}(?=DOING\b)"),
        (CueKind.NAMED, r"\b(?:action(?: item| point)?|to ?do|task|job)(?: is)? (?:for|on) NAME(?: is)?(?: to)?[,:]?"),
        (
            CueKind.NAMED,
            r"\b(?:I(?:'ll| will|'d like to| want to) ask|I(?:'d| would) like|I want|I need|let's ask|we(?:'ll| will) ask|"
            r"ask) NAME to\b",
        ),
        (CueKind.NAMED, r"\b(?:(?:let's|we(?:'ll| will)|I(?:'ll| will)) have|let) NAME (?=DOING\b)"),
        (CueKind.NAMED, r"\bNAME(?:'s (?:task|action|job|action item)(?: is)?)? to (?=DOING\b)"),
        (
            CueKind.NAMED,
            rf"\bNAMES(?:{_WILL}| has to| needs to| is supposed to| agreed to| promised to| offered to| volunteered to"
            r"|(?= (?:is responsible for|is in charge of|takes care of|is taking care of|takes over)\b))(?!\w)",
        ),
        (CueKind.NAMED_WEAK, r"\bNAME (?:should|can|could|must)\b"),
        (
            CueKind.SELF,
            r"\bI(?:'ll| will| shall|'m going to| am going to|'m gonna| am gonna| gonna| promise to|"
            r" volunteer to)\b",
        ),
        (
            CueKind.SELF_WEAK,
            r"\b(?:I (?:can|have to|need to|must|have got to|am supposed to)|I've got to|I'm supposed to|let me|"
            r"I'd better)\b",
        ),
        (
            CueKind.ORDER_YOU,
            r"\b(?:I (?:need|want)|I'd like|I would like|what I would like)(?: for)? you(?: guys| all| both|"
            r" two)?(?: to do is)?(?: to)?\b|\b(?:you(?: guys| two| both| all)?(?:'re| are)? (?:gonna|going to)|you(?: guys|"
            r" two| both| all)?(?:'ll| will)(?: have to)?) (?=(?:be )?\w+ing\b|work (?:on|together)\b)|\b(?:your (?:task|"
            r"action|job)(?: item)? (?:is|will be)(?: to)?)\b",
        ),
        (
            CueKind.REQUEST_YOU,
            r"\b(?:could|can|would|will) (?:you|one of you|somebody|someone|anyone|anybody)(?: guys| all| both)?\b(?! mind)",
        ),
        (CueKind.REQUEST_YOU, rf"(?:^|, ){_FILLER}please (?=DOING\b)"),
        (CueKind.REQUEST_YOU, r"\byou(?: guys| two| both| all)?(?:'ll| will) (?:have|need) to (?=DOING\b)"),
        (CueKind.WHO, r"\bwho (?:can|could|will|would|wants to|would like to|is going to|'s going to|is gonna)\b"),
        (
            CueKind.GROUP,
            r"\b(?:we|someone|somebody|everyone|everybody|one of us)(?:'ll| will| have to| has to| need to| needs to| must|"
            r" should|'re going to| are going to|'re gonna| are gonna|'ve got to)\b",
        ),
    ),
    adverbs=(
        r"(?:(?:please|mind|just|also|then|definitely|certainly|probably|quickly|actually|personally|gladly|now|of course|"
        r"try to|try and|make sure to|go ahead and|be happy to|be able to|have to|need to|want to|perhaps|maybe|kindly|both|"
        r"all|again|first|guys|either|um|uh|er|erm|you know|go and|go to|be sure to|start to|still|quick|be(?= \w+ing\b)|"
        r"to)[, ]+)*"
    ),
    embedded=(
        r"(?:\b(?:if|when|whenever|what|whatever|where|how|which|who|unless|until|whether|because|since|as|said|says|"
        r"told \w+|thought|hope|wish|than|while|everything|things|something|anything|stuff|in case|once|so that|the way|"
        r"maybe|perhaps|why|like|(?<!agreed )(?<!decided )(?<!take )(?<!do )(?<!handle )(?<!of )(?<!with )that|as long as|"
        r"the (?:\w+ )?(?:thing|one|part|point))[, ]*(?:um |uh )*(?:the )?|\b(?:don't|do not|not) think )$"
    ),
    hypothetical=(
        r"\b(?:some ?day|one day|at some point|eventually|would be (?:nice|great|good|cool)|if (?:we|i|you|he|she|they|"
        r"it) (?:had|were|was|could|wanted|ever)|in theory|for example|for instance|let's say|imagine|suppose|"
        r"hypothetically|in an ideal world|i wish)\b"
    ),
    immediate=(
        r"\b(?:just|here|right now|(?:in|for|during|of|at) this (?:\w+ )?meeting|this one|on the (?:board|whiteboard|"
        r"screen)|down|next time|again|for a (?:second|minute|moment)|rub|minutes as|now|agenda|slide|laptop|pen|personally|"
        r"in a (?:second|minute|moment))\b"
    ),
    negated=r"(?:'t|n't|not|never|no longer|hardly|only if)\b",
    stative=(
        r"(?:be|have(?! .*\b(?:ready|done|finished|fixed)\b)|need|like|love|hate|know|see|say|admit|guess|think|want|agree|"
        r"mean|understand|assume|hope|believe|feel|seem|stay|let|never|always|get (?:a|the|that|it|to|some|lots|more|rid|"
        r"used)|get$|cost|remember|forget|imagine|wait|hear|lose|miss|"
        r"pay(?= (?:attention|heed)|(?! (?:(?:the|this|that|our|your|his|her|their|my|an|a) |it\b|them\b)| .*\bto\b))|"
        r"do$|live|die|probably|suppose|bet|"
        r"tell you (?:what|that|the truth)|leave (?:it|that)|put it|take (?:a|two|three|some|too|long|about)|cost|happen|"
        r"come|become|depend|appear|matter|fit|sound|notice|end up|spend|can|could|will|would|won't|i|you|we|they|he|she|it|"
        r"that|the|a|an|and|or|but|so)\b"
    ),
    now=(
        r"(?:show|start|begin|talk|speak|go|move|give|share (?:my|the) screen|share$|present|explain|describe|read|"
        r"summari[sz]e|recap|draw|stop|skip|pass|turn|finish|try|use|put|take(?! care| over)|lead|run (?:through|you)|open|"
        r"close|hand|tell|mention|point|repeat|ask you|quote|just|look(?! into| after)|keep|have a look|answer|introduce|"
        r"return|continue|interrupt|add|jump|leave|sit|stand|click|press|switch|scroll|pull up|plug|wrap|make (?:a|an|this|"
        r"it|that|one|them|the|some)|help|listen|push|hold|change (?:the )?channel|pick|pull|play|win|discuss|decide|"
        r"consider|figure|figure out|focus|concentrate|assume|work$|guess|meet|call (?:it|that|this)|do (?:it|that|this)|"
        r"elaborate|clarify|comment|respond|vote|choose|say|hear|see|remind|count|touch|watch|throw|bring (?:up|it up|"
        r"that up)|set|cut|drop|act|do|want)\b"
    ),
    doing=(
        r"(?:send|write|call|email|e-mail|mail|phone|prepare|check|fix|review|update|book|order|schedule|draft|organi[sz]e|"
        r"contact|follow up|look into|find out|test|create|set up|share|print|buy|arrange|invite|confirm|get back to|"
        r"investigate|research|collect|file|submit|upload|post|deploy|merge|measure|sign|translate|plan|finish|finali[sz]e|"
        r"complete|report|document|design|build|implement|install|deliver|hire|notify|inform|talk to|speak to|speak with|"
        r"ask|bring|clean|repair|distribute|circulate|publish|revise|edit|compile|analy[sz]e|calculate|estimate|evaluate|"
        r"verify|coordinate|negotiate|register|renew|replace|transfer|pay|remind|work on|put together|take care of|handle|"
        r"working on|work out|type up|write up|make sure|resend|forward|reserve|pick up|come up with|gather|sort out|chase)"
    ),
    generic=(
        rf"^(?:do|take|handle|take care of|deal with|look after|get on|own|pick up|manage|cover|take over|sort out|get|"
        rf"finish|work on) (?:{_PRONOUN}|that one|this one|it all)(?: (?:instead|then|too|tomorrow|for (?:you|us|me)|today|"
        rf"myself|with pleasure|right away|of \w+|as well))*[.,!]*(?=$|,| and | instead| by | on | before | next )"
        r"|^do so\b|^(?:do|get) (?:it|that) done\b|^be (?:done|ready)\b"
    ),
    tail=(
        r"[,;:]? (?:and |but |so |or )?(?:then )?(?:because|'cause|but|so that|which|in case|since|although|though|"
        r"whereas)\b|[,;:]? (?:and|so|or|then|but) (?:then )?(?:i|you|we|they|he|she|it|that|there|"
        r"this)(?:'\w+)? (?!will be able)|[,;] (?:you|we|they|he|she|it|i|that's|there's|if|unless|assuming|provided|as|"
        r"when|then|okay|ok|right|alright|"
        r"yeah|so|would you|will you|can you|isn't|won't|don't|don't you)\b.*|[,;]? (?:okay|thank you|thanks|good night|"
        r"all right|alright|you know|I mean|I think|I guess|if (?:you|that|it|I|we|possible|necessary)|have a (?:good|nice|"
        r"great)|see you|is that|would that|does that|in that case|instead of (?:me|him|her|us|you|them|NAME))\b"
    ),
    trim=(
        r"(?:[ ,]+(?:please|okay|ok|right|yeah|too|then|as well|also|first|instead|now|already|for us|"
        r"for me|for you|and|or|but|so|um|uh|er|the|(?-i:a)|to|thanks|thank you|sure|again|actually|maybe|anyway|alright|like|"
        r"I|we|(?<!of )(?<!to )(?<!for )(?<!by )(?<!with )(?<!on )(?<!at )(?<!about )(?:myself|yourself)))+$"
    ),
    called_last=r",",
    cancel=(
        r"\b(?:scrap|cancel|strike|scratch) (?:that|it|this)(?: one)?\b(?! (?:part|idea|line))|\b(?:forget(?: about)?|drop|"
        r"skip|ignore|leave) (?:that|it|this|that one|this one)(?! (?:it|we|you|i|he|they|part|idea|for|to|on|in|at|with|"
        r"like|up|out|open|there|as|alone|until|is|was|the|are|one))\b|\bnever ?mind\b(?! (?:the|about))|"
        r"\bno need (?:for (?:that|it|this)|to (?:do (?:that|it|this)))\b|^(?:\w+ ){0,2}no need\b(?! to| for)|\b(?:let's|"
        r"let us) not do (?:that|it)\b|\bthat(?:'s| is| won't be) (?:no longer|not) (?:necessary|needed)\b|\b(?:we|"
        r"you) (?:don't|do not) (?:need|have) to do (?:that|it|this)\b"
    ),
    agent=r"\b(?:will|should|must|(?:is|has|needs?|ought|have) to|is going to|are going to) be (?:\w+ ){1,4}by NAME\b",
    cancel_named=(
        r"\b(?:scrap|forget(?: about)?|cancel|drop|skip|no need (?:for|to)|(?:we|you) (?:don't|do not|won't|no longer|"
        r"don't have to|don't need to) (?:have to |need to )?(?:need|do|want|order|send|call|buy|book|print|write|make|\w+)|"
        r"never mind(?: about)?|I(?: won't| will not|'m not going to| am not going to|(?:'ve| have)? already)|NAME (?:won't|"
        r"will not|does not have to|doesn't have to|doesn't need to|is not going to)) (?P<what>[^.?!]+)"
    ),
    reassign=(
        rf"\b(?:let|have) NAME (?:do|take|handle|take care of|own|pick up|cover) {_PRONOUN}\b",
        rf"\b(?:give|hand|assign|pass|move|leave) {_PRONOUN}(?: one| task| job| over)?(?: over)? to NAME\b",
        rf"\bNAME(?:'ll| will| can| could| should| is going to| is gonna)(?: \w+ly)? (?:do|take|handle|take care of|own|"
        rf"pick up|cover|take over) {_PRONOUN}\b",
        rf"\b(?:can|could|will|would|should|maybe) NAME (?:do|take|handle|take care of|own|pick up|cover|"
        rf"take over) {_PRONOUN}\b",
        rf"\bNAME,? (?:can|could|would|will) you (?:please )?(?:do|take|handle|take care of|pick up|cover|"
        rf"take over) {_PRONOUN}\b",
        r"\bmake (?:that|it) NAME\b(?! (?:do|to|work))",
        r"\b(?:NAME) instead of (?P<old>\w+)\b",
    ),
    redate=(
        r"^(?:(?:no|oh|wait|sorry|actually|well|hmm|okay|or|and|but|rather|better|then|so),? )*(?:(?:let's |we should |"
        r"can we |could we |please |can you |I'll )?(?:make|move|push|change|shift|postpone|do) (?:it|that|this|"
        r"the deadline|the date)(?: (?:to|for|until|by|back to|out to))?|(?:let's )?say|rather|better|not \w+ but|actually|"
        r"instead|no)[, ]+|\b(?:the deadline is|it(?:'s| is) due|due date is|needs to be done|has to be done|should be done|"
        r"must be done|have it done|it done) "
    ),
    introduction=r"\b(?:my name is|my name's|this is NAME|I(?:'m| am) NAME)\b",
    decision=(
        r"\b(?:(?:we|the (?:team|board|committee|group|company|council))(?:'ve| have| has| had)?(?: all)?(?: just| now|"
        r" finally| already| therefore)? (?:decided|agreed|resolved|voted|opted|settled on|chosen|concluded)(?: already|"
        r" now)?(?: together)?(?: unanimously)?)(?P<of> that| on| to| for| upon)?\b",
        r"\b(?:it(?:'s| is| was| has been)|that(?:'s| is)|then it is|so it's|all|we(?:'re| are)(?: all)?) (?:now |all |"
        r"then |hereby )?(?:decided|settled|agreed)(?:,? (?:that|then))?\b",
        r"\bthe (?:final )?(?:decision|verdict|resolution|conclusion) (?:is|was)(?: made)?(?: that| to)?\b",
        r"\b(?:we(?: all)?|everyone|everybody|all of us) agrees? (?P<of>that|to|on)\b",
        r"(?=\b(?:let's|let us|we|we'll|we will|we're going to|we are going to|we're gonna|we're) (?:definitely |just |"
        r"now )?(?:go|going) (?:with|for|ahead with) )(?!.{0,40}\bmeeting\b)",
        r"^(?:(?:so|okay|ok|good|right|fine|great|then|alright|all right|well|perfect|yes|yeah|um|uh)[,.]? )+(?=(?:we'll|"
        r"we will|we're going to|we're gonna|we are going to|let's) (?:use|keep|stick|drop|adopt|choose|postpone|get rid|"
        r"leave out|not use|not have)\b)",
    ),
    decision_question=(
        r"\b(?:have|has|did|do|didn't|should|if|whether|when|once|until|what|haven't|hadn't|unless|before|after|as|could|"
        r"would|how|who|which|thought|not|where|need|since|maybe|like|that|are|is|were|already|normally|probably)\W+(?:uh |"
        r"um )*$|\b(?:if|already|last time|last meeting|previous(?:ly)?|whether|probably|provisionally)\b"
    ),
    reason=r"[,;]? (?:because|'cause|cause|but|although|even though|so that)\b",
    recap=r"\b(?:already|last (?:time|week|meeting|year|month)|previous(?:ly)?|earlier|the other day)\b",
    decision_statement=(
        r"^(?:so |then |and |okay |that )*(?:we(?:'ll| will| are|'re)?|the \w+(?: \w+){0,3} (?:will|is|are|stays?|gets?)|"
        r"it(?:'s| is|'ll| will)|our \w+|there will)\b"
    ),
    question=(
        r"^(?:(?:and|so|but|okay|ok|well|then|one more thing|um|uh|now|the question is|I (?:also )?have (?:a|one more|"
        r"another|one) question(?: as well| too)?|another question)[,.:]? )*(?:who|what|when|where|why|which|how|whose|"
        r"should we|do we|can we|could we|will (?:we|the|it|there)|is it|is there|are there|are we|does|did we|shall we)\b"
    ),
    question_lead=(
        r"^(?:(?:and|so|but|okay|ok|well|then|one more thing|um|uh|now|the question is|I (?:also )?have (?:a|one more|"
        r"another|one) question(?: as well| too)?|another question)[,.:]? )*"
    ),
    open_answer=(
        r"\b(?:we (?:do not|don't) know(?: that| it| this)?(?: yet|[.,!]|$)|I (?:do not|don't) know(?: that| it|"
        r" this)?(?: yet|[.!]?$)|(?:we|I)(?:'ll| will) have to find (?:that |it )?out|not (?:decided|clear|sure|known|"
        r"settled) yet|leave (?:that|it|this)(?: question| one)? open|(?:still|remains) open|no idea yet|(?:we(?:'ll| will)|"
        r"let's|let us|we can|we should|we have to) (?:talk about|discuss|come back to|decide|look at|clarify|leave|settle|"
        r"answer|get back to) (?:it|that|this|on that|the question|them)(?: question| one)?(?: again)? (?:at the|at our|"
        r"in the|in our|next|later|another|tomorrow|until|for|on|then|when)|(?:table|park|postpone) (?:that|it|this)|"
        r"(?:take|bring) (?:that|it|this) (?:offline|up (?:next|at))|to be (?:decided|determined|discussed|clarified)|"
        r"nobody knows|no one knows|we need to find (?:that |it |this )?out)"
    ),
    open_statement=(
        r"\b(?:we (?:still )?(?:need|have) to (?:find out|clarify|figure out|decide)|it(?:'s| is) (?:still )?(?:not clear|"
        r"unclear|open|an open question)|we (?:still )?(?:don't|do not) know(?: yet)?|it(?:'s|"
        r" is) (?:still )?not (?:yet )?(?:clear|decided)|nobody knows|(?:the|an|one) open question is) (?P<what>(?:who|what|"
        r"when|where|why|which|how|whether|if)\b[^.?!]+)",
    ),
    stopwords=frozenset(
        "a an the i you he she it we they me him her us them my your his our their this that these those and or but so to "
        "of in on at by for from with about will would can could should is are be do does did have has not no yes please "
        "just also then there here up out all some any "
        "next week tomorrow today before until instead as if going gonna".split()
    ),
)
