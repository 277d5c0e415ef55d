"""Given names that are words of English: Will, May, Mark; some of them Vietnamese names without accents."""

MONTH_NAMES = frozenset("april may june august march".split())
WORD_NAMES = MONTH_NAMES | frozenset(
    "art bill chance chase chip clay dawn dean drew earl faith frank grace grant guy hope hunter joy lance mark mason miles page"
    " pat patience penny pierce piper price rich rod rose ruby sandy sky sue summer wade ward will"
    " an bang dung hung long my son tan van".split()
)
