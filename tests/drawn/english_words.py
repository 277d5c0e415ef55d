"""Ways to say a due date in English and tasks to say it of: tables for drawn.english. None of them comes from the parser."""

import calendar

from tests.drawn.rules import listed

DAYS, MONTHS = tuple(calendar.day_name), tuple(calendar.month_name)
ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth
    twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first
""".split()
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
CLOCKS = listed("5 pm; noon; 10 am; 5:30 pm; three o'clock; 4 p.m.; nine in the morning; lunchtime; midday")
PARTS = ("morning", "afternoon", "evening", "night")

# Kinds of days: w Friday, n this or next Friday, k Friday next week, o the 5th, d March 5, m tomorrow, a the day after tomorrow,
# t today, e the end of March, c two weeks from Friday, u next week as a beginning, y the new year. A form that begins with ">"
# stands at the end of a sentence only; one with {task} is a sentence of its own.
FORMS: dict[str, dict[str, str]] = {
    "by": {
        "wnkodma": """
            by {d}; no later than {d}; not later than {d}; >{on} at the latest; by {d} at the latest; at the latest by {d}
            by no later than {d}; >, it's due {on}; >, the deadline is {d}; >, {d} at the latest
        """,
        "wnkod": "before {d}; prior to {d}; on or before {d}; any time before {d}",
        "wnkm": "by EOD {d}; by COB {d}; before {clock} {on}; by {clock} {on}",
        "wnodm": "by close of business {on}; by the end of the day {on}; by {d} at {clock}; by {clock} {on}",
        "wm": "by {d} {part}; by {d} EOD; by the end of the day {d}",
        "t": """
            by EOD; by the end of the day; by close of business today; by EOD today; by tonight; before the end of the day
        """,
        "e": "by {d}; before {d}; no later than {d}; by {d} at the latest",
        "c": "no later than {d}; by {d} at the latest",
    },
    "on": {
        "wnkodma": "{on}; {on}; {on} at {clock}; at {clock} {on}; first thing {on}; early {on}",
        "wm": ">{d}; {on} {part}; >{d} {part}",
        "od": "on the {part} of {d}; exactly on {d}",
        "t": "today; tonight; this afternoon; later today; at {clock} today",
        "c": "{d}; exactly {d}",
    },
    "until": {
        "wnkodm": """
            until {d}; till {d}; through {d}; up until {d}; up to and including {d}; right up until {d}; at least until {d}
            until {d} inclusive; all the way through {d}; until {clock} {on}; till {clock} {on}; until the end of the day {on}
            until close of business {on}
        """,
        "wm": "until {d} {part}; through {d} {part}",
        "e": "until {d}; till {d}; through {d}; up until {d}",
    },
    "not_before": {
        "wnkoda": """
            >not before {d}; >, not before {d}; >, but not before {d}; no earlier than {d}; no sooner than {d}
            not earlier than {d}; >, not until {d}; >, but not until {d}; >{on} at the earliest; >, {d} at the earliest
            >, {d} or later; at the earliest {on}; >, just not before {d}; not before {d} will {who} {task}
            not until {d} will {who} {task}; {who} won't {task} before {d}; we can't {task} until {d}
            please don't {task} before {d}; let's not {task} before {d}
        """,
        "wnkodm": "on or after {d}",
        "e": ">, not before {d}; no earlier than {d}; >, but not until {d}; we can't {task} before {d}",
        "u": ">, not before {d}; no earlier than {d}; >, {d} at the earliest; {who} can't {task} until {d}",
        "y": "in the new year; sometime in the new year; early in the new year",
    },
    "after": {
        "wnkodm": """
            after {d}; only after {d}; any time after {d}; anytime after {d}; sometime after {d}; at some point after {d}
        """,
        "wnod": """
            right after {d}; shortly after {d}; straight after {d}; immediately after {d}; once {d} is over
            once {d} has passed; as soon as {d} is over; >, but only after {d}; >, but not until after {d}
            >, any day after {d}; {who} can {task} only after {d}
        """,
        "e": "after {d}; only after {d}; any time after {d}",
    },
    "from": {
        "wnkodma": """
            from {d} on; from {d} onwards; from {d} onward; starting {d}; starting {on}; starting from {d}; as of {d}
            beginning {on}; from {d} forward; effective {d}; with effect from {d}; as from {d}; from {d} going forward
        """,
        "wm": "from {d} {part} on; starting {d} {part}",
        "u": "from {d} on; starting {d}; as of {d}; from {d} onwards; beginning {d}",
    },
    "around": {
        "wnkod": """
            around {d}; about {d}; >{on} or so; roughly {d}; around about {d}; approximately {d}; somewhere around {d}
            sometime around {d}; on or about {d}; on or around {d}; >, probably around {d}; >, say around {d}
            right around {d}; >{on} or thereabouts; >, {d} or so; >, maybe around {d}
        """,
    },
}
BEFORE_FORMS = frozenset(("before {d}", "prior to {d}", "any time before {d}"))
RANGES = listed("""
    between {a} and {b}; from {a} to {b}; from {a} through {b}; from {a} until {b}; from {a} till {b}
    any time between {a} and {b}; sometime between {a} and {b}; at some point between {a} and {b}
    anywhere between {a} and {b}; >{a} to {b}; >{a} through {b}
""")
WEEK_RANGES = listed("between {a} and {b} next week; from {a} to {b} next week; from {a} through {b} of next week")
MONTH_RANGES = listed("between the {a} and the {b} of {m}; from the {a} to the {b} of {m}; from {m} {low} to {high}")
IN_PERIOD = listed("{p}; sometime {p}; at some point {p}; some time {p}")
CORRECTED = {
    "by": "by {d}",
    "on": "{on}",
    "until": "until {d}",
    "after": "after {d}",
    "from": "starting {on}",
    "around": "around {d}",
    "not_before": "no earlier than {d}",
}
CORRECTIONS = listed("""
    {first}, no, wait, {again}; {first}, sorry, {day}; {first}, I mean {again}; {first}, no, {again}
    {first}, or rather {again}; {first}, sorry, I meant {day}; {first}, no, make that {day}; {first}, wait, no, {day}
    {first}, scratch that, {again}
""")
EITHER = listed("on {a} or {b}; either on {a} or {b}; by {a} or {b}; >, {a} or {b}; by {a} or by {b}")
VAGUE = listed("""
    as soon as possible; soon; at some point; when there is time; when the auditors are done; right after the call; ASAP
    once the contract is signed; in due course; every now and then
""")
FISCAL = listed("""
    by the end of fiscal Q2; by the end of the fiscal year; before the end of the fiscal year; in the third fiscal quarter
    by the end of the second fiscal quarter; no later than the end of fiscal Q4; by the end of FY27; before the end of FY 2028
""")

# verb | object | rest | participle
ACTIONS = listed("""
    send|the report|to Anna|sent; review|the contract|with the lawyers|reviewed; update|the budget|for the board|updated
    finish|the slides|for the workshop|finished; publish|the release notes|on the wiki|published
    call|the supplier|about the invoice|called; fix|the login page|for the partners|fixed
    share|the minutes|with everyone|shared; sign|the lease||signed; book|the meeting room||booked
    order|the laptops|for the new team|ordered; deploy|the new build|to production|deployed; draft|the press release||drafted
    check|the backups||checked; test|the payment form|with real cards|tested; renew|the certificate||renewed
    pay|the deposit||paid; translate|the manual|into French|translated; submit|the grant application||submitted
    clean up|the test data||cleaned up; prepare|the demo|for the client|prepared; interview|the two candidates||interviewed
    close|the old accounts||closed; collect|the survey answers|from the branches|collected
    hand over|the keys|to the landlord|handed over; approve|the design||approved; merge|the pull request|into main|merged
    print|the posters||printed; migrate|the database|to the new server|migrated; cancel|the old subscription||cancelled
    compare|the three offers|with the old prices|compared; write|the job description||written
    ship|the samples|to the factory|shipped; upload|the recordings|to the archive|uploaded
""")
LASTING = listed("""
    keep|the staging server|running|kept; monitor|the error logs||monitored; cover|the front desk|for Maria|covered
    run|the nightly tests|on both machines|run; answer|the support tickets||answered; freeze|the main branch||frozen
    use|the old template||used; block|the large room|for the trainers|blocked; pause|the newsletter||paused
    keep|the survey|open|kept; watch|the sales figures||watched; rent|the second office||rented
    host|the visitors|in the main building|hosted; limit|the travel budget||limited
    share|the parking space|with the neighbours|shared; track|the working hours||tracked; log|every call|to the hotline|logged
""")
NAMED = listed("""
    send|the Black Friday sale figures|to Anna|sent; update|the Monday.com board||updated
    call|the Sunday Times|about the advert|called; plan|the Cyber Monday campaign|with marketing|planned
    design|the Giving Tuesday newsletter||designed; copy|the Black Friday banners||copied
    check|the Monday.com invoice|with Paul|checked; thank|the Sunday Times|for the article|thanked
""")
PEOPLE = listed("Omar; Anna; Priya; Tom; Mrs. Keller; our intern; the design team; Jonas")

AT_END = listed("""
    I'll {task} {when}.; I will {task} {when}.; {who} will {task} {when}.; can you {task} {when}?
    could you please {task} {when}?; please {task} {when}.; we need to {task} {when}.; I think I'll {task} {when}.
    I'm going to {task} {when}.; let's {task} {when}.; {who} has to {task} {when}.; {who}, can you {task} {when}?
    {who}, please {task} {when}.; {who} agreed to {task} {when}.; I'll, um, {task} {when}.; I think we should {task} {when}.
    {obj} {needs} to be {done} {rest} {when}.; {obj} must be {done} {rest} {when}.; {obj} should be {done} {rest} {when}.
    I'll {task}, um, {when}.; {who} will {task}, I think, {when}.
""")
AT_START = listed("""
    {when}, I'll {task}.; {when}, {who} will {task}.; {when}, can you {task}?; {when}, we need to {task}.; {when} I'll {task}.
    {when}, please {task}.; {when}, um, {who} has to {task}.; {when}, could you please {task}?
    {when}, I think, we should {task}.
""")
IN_MIDDLE = listed("""
    I'll {verb} {obj} {when} {rest}.; {who} will {verb} {obj} {when} {rest}.; can you {verb} {obj} {when} {rest}?
""")
OPENERS = listed("um,; so,; okay,; well,; right,; yeah, so")
TRAILERS = listed("""
    because the auditors come; since the client is waiting; , if that's fine with everyone; , okay?; , all right?
    so that the team can plan; , as we agreed; , if nothing comes up; , I think; , assuming nobody objects
""")
