enquiries-figures = Figures
enquiries-figures-periods = Periods
enquiries-figures-quarter = Quarter { $quarter } of { $year }
enquiries-figures-all = All teams
enquiries-figures-others = Other topics
enquiries-figures-few = hidden
enquiries-figures-too-few = Shown when at least 5 stand behind it.
enquiries-figures-not-yet = not yet
enquiries-figures-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
 }
enquiries-figures-basis = n = { $n }, { $period }
enquiries-figures-before = { $earlier } in { $period }
enquiries-figures-within-goal = were answered by the reply date
enquiries-figures-within-goal-how = Of those whose reply date is settled. Those waiting past it count as late.
enquiries-figures-first-reply = working days until the first reply, for the one in the middle
enquiries-figures-first-reply-how = The median. Those still waiting count as far as they have come (Kaplan-Meier).
enquiries-figures-satisfaction = of 5 for how easy it was
enquiries-figures-satisfaction-how = The companies' own answers after the end.
enquiries-figures-col-received = Received
enquiries-figures-col-within = By the date
enquiries-figures-col-late = Late now
enquiries-figures-col-avoidable = Avoidable
enquiries-figures-causes-none = No ended enquiry of the period could have been avoided.
enquiries-figures-cause-count = { $count } enquiries
enquiries-figures-behind-modtaget = Enquiries received, { $period }, { $team }
enquiries-figures-behind-for-sent = Answers that came late or are missing, { $period }, { $team }
enquiries-figures-behind-forsinket = Enquiries that are late now, { $team }
enquiries-figures-behind-skift = Enquiries that changed team, { $period }, { $team }
enquiries-figures-behind-undgaas = Enquiries that could have been avoided, { $period }, { $team }
enquiries-figures-behind-vurderet = Rated enquiries, { $period }, { $team }
enquiries-figures-behind-none = There are no enquiries behind the number that you may open.
enquiries-figures-behind-more = There may be more that are not shown here, or that you may not open.
enquiries-figures-case = Enquiry
enquiries-figures-asker = Company
enquiries-figures-topic = Topic
enquiries-figures-team = Team
enquiries-figures-came = Received
enquiries-cause-chaser = The company asked where its answer was
enquiries-cause-unclear-letter = Our letter was unclear
enquiries-cause-wrong-door = They had been sent to the wrong place
enquiries-cause-missing-guidance = Our guidance lacked it
enquiries-cause-our-mistake = We had made a mistake
enquiries-cause-by = { $owner } does something about it by { $due }
enquiries-cause-nobody = Nobody does anything about it yet.
enquiries-cause-plan = Agree who does something
enquiries-cause-what = What do we do?
enquiries-cause-owner = Who?
enquiries-cause-choose = Choose a person
enquiries-cause-due = By when?
enquiries-cause-save = Save the agreement
enquiries-cause-end = It is done
enquiries-cause-planned = The agreement is saved.
enquiries-cause-done = The agreement has ended.
enquiries-cause-unknown = There is no such cause.
enquiries-cause-owner-missing = Choose who does something about it.
enquiries-cause-due-missing = Give a day that has not passed.
enquiries-cause-what-missing = Say what you do, in at most 500 characters.
enquiries-journal-cause_planned = A cause was given to someone
enquiries-journal-cause_ended = An agreement on a cause ended
enquiries-experience = { $days ->
    [0] Our experience: 4 of 5 got an answer the same day. We looked at { $n } enquiries from the last 12 months.
    [one] Our experience: 4 of 5 got an answer within { $days } working day. We looked at { $n } enquiries from the last 12 months, without the days on which we waited for the company.
   *[other] Our experience: 4 of 5 got an answer within { $days } working days. We looked at { $n } enquiries from the last 12 months, without the days on which we waited for the company.
 }
enquiries-figures-title = Do we keep our reply dates?
enquiries-figures-title-of = Do we keep our reply dates? { $period }
enquiries-figures-lead-kept = { $share } were answered by the reply date, { $period }.
enquiries-figures-lead-few = Too few reply dates are settled yet to say anything for certain.
enquiries-figures-lead-where = It falls short at { $team }: { $share }. That is more delay than chance explains.
enquiries-figures-lead-nowhere = No team is lower than chance can explain.
enquiries-figures-small = Figures for teams and topics, never for people. They are counted from the journal by the day on which the enquiry came. Numbers with fewer than 5 behind them are hidden, and so are those that would give them away. A number leads to the enquiries that you may open.
enquiries-figures-table = Team by team
enquiries-figures-topics = Topic by topic
enquiries-figures-topics-lead = Topics with at least 10 enquiries in the last 12 months. The others stand together.
enquiries-figures-others-n = { $others } (n = { $n })
enquiries-figures-other-teams = Other teams
enquiries-figures-together = Other teams are { $teams }. Only one person works in at least one of them, and its figures would be that person's. So they stand together.
enquiries-figures-only-one = { $teams } is not shown by itself: only one person works there, and the figures would be that person's.
enquiries-figures-twelve-months = 12 months to the end of quarter { $quarter } of { $year }
enquiries-figures-twelve-months-short = Last 12 months
enquiries-figures-quarter-short = Q{ $quarter } { $year }
enquiries-figures-nine-of-ten = { $days ->
    [one] 9 of 10 within { $days } day.
   *[other] 9 of 10 within { $days } days.
 }
enquiries-figures-late-now = are late right now
enquiries-figures-late-now-basis = Today, whenever they came
enquiries-figures-late-now-how = Enquiries on which we owe a first reply, an answer or a call, and the day has passed.
enquiries-figures-answer = working days until the answer, for the one in the middle
enquiries-figures-answer-how = The median, without pauses. Those still waiting count as far as they have come (Kaplan-Meier).
enquiries-figures-avoidable = could have been avoided
enquiries-figures-avoidable-how = Of the closed: whoever closed it said that something of ours had caused it.
enquiries-figures-where = Where and when
enquiries-figures-trend = Answers by the reply date, quarter by quarter
enquiries-figures-trend-foot = By the quarter in which the enquiry came. The line shows the uncertainty.
enquiries-figures-per-team = Answers by the reply date, team by team
enquiries-figures-per-team-foot = Of those whose reply date is settled. Lowest first.
enquiries-figures-cohort = Quarter
enquiries-figures-col-settled = Settled
enquiries-figures-col-first-reply = First reply, days: median / 9 of 10
enquiries-figures-col-answer = Answer, days: median / 9 of 10
enquiries-figures-col-pauses = Paused / days
enquiries-figures-col-doors = Wrong doors per enquiry
enquiries-figures-col-satisfaction = Satisfaction 1-5 (n)
enquiries-figures-causes = The largest causes of enquiries that could have been avoided
enquiries-figures-behind-pause = Enquiries whose clock stood still, { $period }, { $team }
enquiries-figures-behind-cause = { $cause }, { $period }

enquiries-release-on-front = On the front page
enquiries-release-nothing = The front page shows no figures. You can put three there, once at least 20 stand behind each of them.
enquiries-release-show = Show on the front page
enquiries-release-others = Show other figures
enquiries-release-since = The front page shows { $period }. { $person } released the figures on { $day }.
enquiries-release-withdraw = Take off the front page
enquiries-release-title = Show figures on the front page
enquiries-release-lead = This is how everyone sees them. They stay as they are until you release others or take them away.
enquiries-release-min = A figure is shown only when at least { $n } stand behind it. New ones count five at a time.
enquiries-release-none = There are no figures to show for { $period }.
enquiries-release-do = Put the figures on the front page
enquiries-release-not = Go back
enquiries-release-done = The figures are on the front page.
enquiries-release-withdrawn = The figures are off the front page.
enquiries-release-few = Too few stand behind the figures.
enquiries-release-changed = The figures have changed since you saw them. Look at them again before you release them.
enquiries-front-numbers = How it went, { $period }
enquiries-front-within-goal = were answered by the reply date
enquiries-front-answer-median = working days until half had their answer
enquiries-front-satisfaction = of 5 for how easy it was
enquiries-front-n = of { $n } enquiries
enquiries-front-released = Counted on { $day }.
enquiries-front-more = See how the figures are made
enquiries-journal-number_released = A figure was put on the front page
enquiries-journal-numbers_withdrawn = The figures were taken off the front page
