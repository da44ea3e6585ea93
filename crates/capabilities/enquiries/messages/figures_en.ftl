enquiries-figures = Figures
enquiries-figures-title = How it goes, { $period }
enquiries-figures-lead = Figures for teams and topics, never for people. They are counted from the journal, by the day on which the enquiry came.
enquiries-figures-periods = Periods
enquiries-figures-quarter = Quarter { $quarter } of { $year }
enquiries-figures-all = All teams
enquiries-figures-others = Other topics
enquiries-figures-table = Teams and topics
enquiries-figures-small = Numbers with fewer than 5 behind them are not shown, nor those that would give them away. A number leads to the enquiries that you may open.
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
enquiries-figures-wrong-doors = wrong doors per ended enquiry
enquiries-figures-wrong-doors-how = How often an enquiry changed team or came back.
enquiries-figures-satisfaction = of 5 for how easy it was
enquiries-figures-satisfaction-how = The companies' own answers after the end.
enquiries-figures-col-name = Team or topic
enquiries-figures-col-received = Received
enquiries-figures-col-first-reply = First reply, days: middle / 9 of 10
enquiries-figures-col-answer = Answer, days: middle / 9 of 10
enquiries-figures-col-within = By the date
enquiries-figures-col-late = Late now
enquiries-figures-col-pauses = Paused / days
enquiries-figures-col-doors = Wrong doors per case
enquiries-figures-col-avoidable = Avoidable
enquiries-figures-col-satisfaction = Satisfaction / answers
enquiries-figures-causes = The three largest causes of avoidable enquiries
enquiries-figures-causes-none = No ended enquiry of the period could have been avoided.
enquiries-figures-cause-count = { $count } enquiries
enquiries-figures-behind-modtaget = Enquiries received, { $period } { $team }
enquiries-figures-behind-for-sent = Answers that came late or are missing, { $period } { $team }
enquiries-figures-behind-forsinket = Enquiries that are late now { $team }
enquiries-figures-behind-skift = Enquiries that changed team, { $period } { $team }
enquiries-figures-behind-undgaas = Enquiries that could have been avoided, { $period } { $team }
enquiries-figures-behind-vurderet = Rated enquiries, { $period } { $team }
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
    [0] Our experience: 8 of 10 get an answer the same day.
    [one] Our experience: 8 of 10 get an answer within { $days } working day.
   *[other] Our experience: 8 of 10 get an answer within { $days } working days.
 }
