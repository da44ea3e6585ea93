policy-nav = Policy and figures
policy-title = Do we keep our word?
policy-back = Policy and figures
policy-none = No business policy has been read in yet.
policy-none-next = Go to the front page
policy-csv = Download all numbers (CSV)

policy-not-begun = The policy begins on { $day }. The numbers show how things stand before it.
policy-ended = The policy ended on { $day }. Its account is being closed.
policy-ended-closed = The policy ended on { $day }. This is its closing account, closed on { $closed }. It will not change any more.

policy-basis = n = { $n }, { $when }
policy-until = { $span } until { $day } { $month }
policy-same-time = the same time in { $span }
policy-quarter = Quarter { $quarter } of { $year }
policy-working-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
 }
policy-up = Up from { $earlier } ({ $when })
policy-down = Down from { $earlier } ({ $when })
policy-same = As before: { $earlier } ({ $when })
policy-interval = The number is an estimate: with 95 % confidence it lies within { $range }.
policy-too-few = Too few answers
policy-too-few-more = The number comes when at least { $n } stand behind it.
policy-behind = Formula: { $formula }. Source: { $source }.
policy-made-at = Recomputed { $at }.
policy-hidden = hidden
policy-few = under 5
policy-not-reached = Cannot be given yet
policy-no-source = Not measured here
policy-no-source-more = Nothing in this installation counts { $metric }.
policy-missing = Missing
policy-missing-fact = Missing:
policy-stale-fact = Out of date:
policy-from-text = Worked out from the policy's own figures
policy-target = The target is { $target }
policy-target-reached = The target is { $target }: reached
policy-target-missed = The target is { $target }: not reached
policy-not-yet = { $count ->
    [one] { $count } number is not measured yet, because
   *[other] { $count } numbers are not measured yet, because
 }
policy-not-measured = Not measured yet.

policy-facts = What the policy says of the town
policy-facts-lead = The figures are the policy's own. Where one follows from others, we have done the sum.
policy-worked-out = Worked out: { $sum }.
policy-check-agrees = The policy says { $stated }, and that is right.
policy-check-cut-off = The policy says { $stated }: the decimals were cut off. Rounded it is { $rounded }.
policy-check-differs = The policy says { $stated }, which does not fit its other figures.
policy-quote = In the policy:

policy-growth = How the town grows
policy-growth-lead = Counted in CVR, the public register of companies. New, ceased and moved ones are counted over the year.
policy-growth-chart = { $what } in the whole municipality
policy-growth-whole = The whole municipality, year by year
policy-growth-areas = { $what } per area, { $when }
policy-growth-map = The areas, { $when }
policy-growth-map-approximate = The areas’ borders are drawn only roughly.
policy-growth-table = All numbers per area and year
policy-growth-small = Numbers under 5 are not shown, nor those that would give them away.
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

policy-how = In words
policy-formula = Formula
policy-formula-version = { $formula } (version { $version })
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
policy-min-n = Least behind the number
policy-min-n-words = Shown only when at least { $n } stand behind it. New ones count five at a time, so that no single case can be read from the number.
policy-confidence = Reservations
policy-history-foot = The line at a bar shows between what the number may lie. Grey bars are earlier.
policy-period = Period
policy-figure = The number
policy-n = n
policy-range = 95% interval
policy-goes-on = The number goes on from the former policy.
policy-earlier-link = See the earlier number
policy-lines = The journal lines behind the number
policy-lines-lead = The newest lines, at most 50, of the journal from which the number is counted. You see those whose case you may open.
policy-lines-none = There are no lines behind the number that you may open.
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
policy-refused-unmapped = The policy replaces another and must say what became of all its numbers.
policy-refused-closed = The policy's account is closed. What was decided later belongs in its successor.
policy-refused-not-ended = The policy still holds. Its account is closed when it has ended.
