policy-nav = Policy and figures
policy-title = Do we keep our word?
policy-back = Policy and figures
policy-none = No business policy has been read in yet.
policy-none-next = Go to the front page
policy-open-data = Download all numbers:
policy-csv = CSV for spreadsheets
policy-json = JSON for programs
policy-data = Sources and terms
policy-brief = The policy is split into { $all } numbers. We measure { $measured } of them; beside the rest it says why we do not yet.
policy-brief-moved = Of the numbers that can be compared with the year before, { $better ->
    [0] none
   *[other] { $better }
 } got better, { $worse ->
    [0] none
   *[other] { $worse }
 } got worse, and { $same ->
    [0] none
   *[other] { $same }
 } moved no more than chance can explain.
policy-no-figures = Here we have no numbers yet.

policy-not-begun = The policy begins on { $day }. The numbers show how things stand before it.
policy-ended = The policy was in force until { $day }. Its closing account will be made within an hour.
policy-ended-closed = The policy was in force until { $day }. This is its closing account. It was made on { $closed } and will not change any more.
policy-not-intact = Beware: this closing account is no longer the one that was locked. Someone or something has changed it since, so the numbers here cannot be used. Please tell the municipality that you have seen it.
policy-no-successor = No new policy has come yet.
policy-later = It has been replaced by
policy-closed-edition = { $title }, closing account
policy-council = The council that adopted it

policy-basis = { $n } behind the number, { $when }
policy-until = { $span } until { $day } { $month }
policy-same-time = the same time in { $span }
policy-quarter = Quarter { $quarter } of { $year }
policy-working-days = { $days ->
    [one] { $days } working day
   *[other] { $days } working days
 }
policy-up = Up from { $earlier } ({ $when })
policy-down = Down from { $earlier } ({ $when })
policy-same = As before: { $earlier } ({ $when })
policy-interval = The number is an estimate: with 95 % confidence it lies within { $range }.
policy-too-few = Too few to show
policy-too-few-more = The number is shown when there are at least { $n } behind it.
policy-behind-formula = Formula: { $formula }.
policy-behind-source = Source: { $source }.
policy-made-at = Worked out { $at }.
policy-hidden = hidden
policy-few = too few to show
policy-not-reached = Cannot be given yet
policy-no-source = Not measured here
policy-no-source-more = Nothing here counts { $metric }.
policy-missing = Missing
policy-missing-fact = Missing:
policy-stale-fact = Out of date:
policy-from-text = Worked out from the policy's own figures
policy-target = The target is { $target }
policy-target-reached = The target is { $target }: reached
policy-target-missed = The target is { $target }: not reached
policy-not-yet = { $count ->
    [one] { $count } number we do not measure yet. See why
   *[other] { $count } numbers we do not measure yet. See why
 }
policy-not-measured = Not measured yet.

policy-facts = What the policy says of the town
policy-facts-lead = The figures are the policy's own. Where one follows from others, we have done the sum.
policy-worked-out = Worked out: { $sum }.
policy-check-agrees = The policy says { $stated }, and that is right.
policy-check-cut-off = The policy says { $stated }, so it rounds down. Rounded the usual way it is { $rounded }.
policy-out-of = { $part } of { $whole }
policy-check-differs = The policy says { $stated }, which does not fit its other figures.
policy-quote = In the policy:

policy-growth = How the town grows
policy-growth-lead = Counted in CVR, the public register of companies. Companies, establishments and jobs are counted at the end of the year; new, ceased and moved ones over the year.
policy-growth-as-of = The register was last read in on { $at }.
policy-growth-chart = { $what } in the whole municipality
policy-growth-whole = The whole municipality, year by year
policy-growth-areas = { $what } per area, { $when }
policy-growth-map = The areas, { $when }
policy-growth-map-approximate = The areas’ borders are drawn only roughly.
policy-growth-table = All numbers per area and year
policy-growth-small = Numbers under 5 are not shown. Nor are those from which one could work them out; so the rest of the municipality is hidden when an area is.
policy-growth-stock = Counted at the end of the year; the last one on { $day }.
policy-growth-flow = Counted over the year; the last one until { $day }.
policy-growth-none = No register of companies has been read in yet.
policy-year = Year
policy-area = Area
policy-rest = The rest of the municipality
policy-whole = The whole municipality

policy-about = About the policy and the numbers
policy-effective = In force
policy-version = Version in Samspil
policy-made = Computed
policy-closing-hash = Checksum of the closing account
policy-others = Other editions

policy-how = How we count
policy-formula = Formula
policy-data-name = Name in the program
policy-formula-version = { $formula }, version { $version }
policy-source = Source
policy-direction = What is good
policy-better-up = The higher, the better
policy-better-down = The lower, the better
policy-better-none = Neither high nor low is better; the number tells how things stand
policy-baseline = Baseline
policy-no-baseline = Not measured when the policy began
policy-target-name = Target
policy-no-target = The policy sets no number
policy-owner = Who answers for it
policy-frequency = How often
policy-yearly = Every year, and as it goes in the current one
policy-quarterly = Every quarter
policy-min-n = When it is shown
policy-min-n-words = When there are at least { $n } behind the number. Numbers about enquiries grow by five at a time, so that no single enquiry can be read from them.
policy-confidence = Reservations
policy-history-range = The line at a bar shows between what the number may lie.
policy-history-grey = Grey bars are earlier.
policy-history-began = Before { $span } there is not enough to count, and { $span } may not be a whole year.
policy-period = Period
policy-figure = The number
policy-n = How many behind it
policy-range = Lies between (95% certain)
policy-earlier-was = In { $policy } the number ended at { $value } ({ $when }).
policy-earlier-none = The number was in { $policy } too.
policy-earlier-link = See the old number: { $title }
policy-later-goes-on = The number goes on in { $policy }.
policy-later-ends = The number does not go on in { $policy }.
policy-later-link = See the new number: { $title }
policy-succession-from = What became of the numbers of { $title }?
policy-succession-to = What became of the numbers in { $title }?
policy-succession-lead = Numbers that are worked out in different ways cannot be compared. It says so beside each of them.
policy-succession-new = Now
policy-succession-what = Difference
policy-succession-ends = Does not go on
policy-succession-same = Worked out in the same way.
policy-succession-other = Worked out in another way, so the two numbers cannot be compared.
policy-succession-now = Was not measured before.
policy-succession-not-yet = Is not measured yet.
policy-lines = The journal lines behind the number
policy-lines-lead = Every line of the journal from which the number is counted, the newest first. You see those whose enquiry you may open.
policy-lines-none = There are no lines behind the number that you may open.
policy-lines-elsewhere = The number is not counted in the journal but here: { $source }.
policy-lines-periods = Choose a period
policy-lines-newer = Newer lines
policy-lines-older = Older lines
policy-line-at = When
policy-line-what = What
policy-line-case = Enquiry
policy-line-position = Line

policy-role-business_consultant = The business consultant
policy-role-case_officer = The case officer
policy-role-procurement_officer = The procurement officer
policy-role-contract_owner = The contract owner
policy-role-employment_consultant = The employment consultant
policy-role-school_coordinator = The school coordinator
policy-role-guidance_counsellor = The guidance counsellor
policy-role-green_coordinator = The climate coordinator
policy-role-planner = The planner
policy-role-comms_officer = The communications officer
policy-role-manager = The manager
policy-role-committee_member = The committee
policy-role-mayor = The mayor
policy-role-dpo = The data protection officer
policy-role-records_officer = The records officer
policy-role-admin = The system administrator
policy-role-auditor = The auditor
policy-role-anyone = Nobody
policy-role-company_contact = The company

policy-journal-imported = The policy was read in
policy-journal-closed = The closing account was closed

policy-refused-file = The file is not a valid policy.
policy-refused-municipality = The policy is another municipality's.
policy-refused-unmapped = The policy replaces another and must say what became of each of its numbers.
policy-refused-closed = The policy's account is closed. What was decided later belongs in its successor.
policy-refused-not-ended = The policy still holds. Its account is closed when it has ended.
