relations-nav-visits = Visits
relations-nav-lists = Contacts
relations-lists = Contacts and lists
relations-lists-lead = Bring the lists you already have, so that nothing you know is lost.
relations-lists-brought = Lists brought
relations-lists-none = No list has been brought yet.
relations-list-file = File
relations-list-kind = Content
relations-list-state = Status
relations-list-day = Brought
relations-newsletter-counts = Newsletter: { $consented } said yes, { $needed } lack consent, { $asked } have been asked.
relations-kind-contacts = Contact persons at companies
relations-kind-visits = Visits that took place
relations-kind-newsletter = Receivers of the newsletter
relations-state-uploaded = Choose sheet
relations-state-columns = Choose columns
relations-state-trying = Being checked
relations-state-tried = Ready to import
relations-state-importing = Being imported
relations-state-done = Imported
relations-state-taken-back = Taken back
relations-state-dropped = Given up
relations-step-uploaded = Choose sheet and headings
relations-step-columns = What do the columns say?
relations-step-trying = The list is being checked
relations-step-tried = See what happens to the rows
relations-step-importing = The list is being imported
relations-step-done = The list is imported
relations-step-taken-back = The list is taken back
relations-step-dropped = The list is given up
relations-bring = Bring a list
relations-bring-lead = From Excel, LibreOffice or a CSV file. You see what happens to each row before anything is saved.
relations-bring-kind = What is the list?
relations-bring-file = The file
relations-bring-file-hint = .xlsx, .ods, .xls or .csv. At most 20,000 rows and 10 MB.
relations-bring-nothing-yet = The list must not hold CPR numbers. Digits that look like one are masked.
relations-bring-button = See the list
relations-import-kind-missing = Choose what the list is
relations-file-missing = Choose a file
relations-file-too-large = The file is over 10 MB. Split the list into several files.
relations-file-unreadable = The file cannot be read as a spreadsheet or a CSV file. Save it as .xlsx or .csv and try again.
relations-file-no-rows = There are no rows below the headings
relations-file-too-many-rows = The list has over 20,000 rows. Split it into several files.
relations-import-no-such-line = Choose the line in which the headings stand
relations-import-column-needed = A column is missing that the list cannot do without
relations-import-column-twice = Two columns cannot be the same thing. Choose one of them.
relations-import-not-now = That cannot be done with the list as it is now. See its status.
relations-import-nothing-to-take = There are no rows to import. Choose first what is to be taken.
relations-import-stands-on-it = Something from the list was changed since, or a receiver was asked. The list can therefore not be taken back as a whole.
relations-sheet-lead = Choose the sheet to bring, and the line in which the headings stand.
relations-sheet = The sheet { $name }
relations-sheet-only = The lines of the file
relations-sheet-lines = { $count ->
    [one] 1 line
   *[other] { $count } lines
}
relations-sheet-header = Where are the headings?
relations-sheet-button = Use this sheet
relations-line = Line { $number }:
relations-line-empty = (empty)
relations-columns = Columns
relations-columns-lead = We guessed by the headings. Correct what is wrong.
relations-columns-needed-contacts = The list must have a name and either CVR number or company.
relations-columns-needed-visits = The list must have a date and either CVR number or company.
relations-columns-needed-newsletter = The list must have an email address. Without both date and proof of consent the receiver is kept but gets no newsletter.
relations-column = Column
relations-column-samples = Examples
relations-column-says = Is
relations-column-label = What is the column { $name }?
relations-column-nameless = Column { $number }
relations-column-unused = Not used
relations-columns-button = Check the rows
relations-again-sheet = Choose another sheet
relations-again-columns = Correct the columns
relations-drop = Give the list up
relations-dropped = The list is given up. The file is deleted.
relations-field-cvr = CVR number
relations-field-company = Company
relations-field-name = Name
relations-field-title = Job title
relations-field-email = Email
relations-field-phone = Telephone
relations-field-date = Date
relations-field-visitor = Who visited
relations-field-kind = Kind of contact
relations-field-place = Place
relations-field-note = Note
relations-field-consent-date = Date of consent
relations-field-proof = Proof of consent
relations-trying-lead = A long list takes a little while. You can leave and come back.
relations-look-again = See how far it is
relations-importing-lead = { $done } of { $all } rows are imported. You can leave and come back.
relations-tried-lead = Nothing is saved yet. Look at the rows, and choose what happens to those that need a choice.
relations-done-lead = { $done } of { $all } rows were dealt with.
relations-taken-back-lead = What the list brought is removed again.
relations-masked = { $count ->
    [one] In 1 row digits are masked, because they look like a CPR number.
   *[other] In { $count } rows digits are masked, because they look like a CPR number.
}
relations-rows-gone = The rows are no longer kept.
relations-fates = The rows
relations-fate = What we found
relations-fate-rows = Rows
relations-fate-taken = Taken
relations-fate-decide = Your choice
relations-fate-open = { $count ->
    [one] 1 needs a choice
   *[other] { $count } need a choice
}
relations-fate-new = New
relations-fate-by-name = The company is found by name only
relations-fate-differs = Known, but says something else
relations-fate-ceased = The company has ceased
relations-fate-private = Private email address
relations-fate-same = Known already
relations-fate-duplicate = Twice in the file
relations-fate-no-company = The company was not found
relations-fate-invalid = Error in the row
relations-fate-left = Said no to the newsletter
relations-why-new = Will be imported.
relations-why-by-name = Choose the right company. Without a choice the row is not taken.
relations-why-differs = We keep what we have, unless you choose the list's.
relations-why-ceased = The company has ceased in CVR. Not taken unless you choose so.
relations-why-private = The address looks like a person's own. Not taken unless you choose so.
relations-why-same = Says the same as what we have.
relations-why-duplicate = An earlier row says the same.
relations-why-no-company = The CVR number or the name is not in the CVR register.
relations-why-invalid = Correct the row and bring it again.
relations-why-left = The address was taken off the list before and does not come back.
relations-why-earlier = The same as row { $row }.
relations-why-masked = Digits that look like a CPR number are masked.
relations-problem-cvr = The CVR number is not right.
relations-problem-email = The email address is not right.
relations-problem-phone = The telephone number is not right.
relations-problem-date = The date cannot be read.
relations-problem-date-ahead = The date lies in the future.
relations-problem-name-missing = The name is missing.
relations-problem-email-missing = The email address is missing.
relations-problem-date-missing = The date is missing.
relations-problem-company-missing = The company is missing.
relations-choose-companies = Choose companies
relations-take-all = Take all
relations-skip-all = Skip all
relations-start = { $count ->
    [one] Import 1 row
   *[other] Import { $count } rows
}
relations-report = Rows that are not taken
relations-report-lead = Fetch them with an explanation, correct them, and bring the file again as a new list.
relations-report-xlsx = Fetch as a spreadsheet
relations-report-csv = Fetch as a CSV file
relations-report-row = Row
relations-report-why = Why not
relations-take-back = Undo the import
relations-take-back-lead = Everything the list brought is removed again. That is possible as long as nothing of it was changed.
relations-take-back-button = Take the list back
relations-rows-none = There are no rows here.
relations-decide-row = Row { $number }
relations-difference = We have: { $ours }. The list says: { $theirs }.
relations-take-by-name = Take
relations-take-differs = Use what the list says
relations-take-ceased = Take anyway
relations-take-private = Take anyway
relations-take-new = Take
relations-take-same = Take
relations-take-duplicate = Take
relations-take-no-company = Take
relations-take-invalid = Take
relations-take-left = Take
relations-skip = Skip
relations-save = Save the choices
relations-save-next = Save and show the next
relations-more-rows = Show the next
relations-first-rows = Show the first
relations-before = Previous
relations-after = Next
relations-source = From the list { $file }, row { $row }, brought { $date }
relations-newsletter = Newsletter
relations-newsletter-lead = Only those who said yes may get the newsletter. The others can be asked once.
relations-newsletter-yes = Said yes
relations-newsletter-missing = Lack consent
relations-newsletter-waiting = Asked, no answer yet
relations-newsletter-left = Have left
relations-newsletter-all = Everyone on the list
relations-newsletter-none = Nobody is on the list.
relations-newsletter-consented = Said yes { $date }: { $proof }
relations-newsletter-needed = Lacks consent: gets no newsletter
relations-newsletter-asked = Asked { $date }, no answer yet
relations-newsletter-strike = Remove
relations-newsletter-struck = The address is removed and does not come back on the list.
relations-newsletter-asking = The question is being sent.
relations-ask = Ask those who lack consent
relations-ask-lead = Each address gets one mail with a link where the receiver says yes or no. No reminder is sent.
relations-ask-days = Whoever has not answered after { $days } days is removed.
relations-unverified = The rule has not been verified. Ask your lawyer before you send.
relations-not-asked-protected = { $count ->
    [one] 1 address is not asked: the company is protected from advertising.
   *[other] { $count } addresses are not asked: the company is protected from advertising.
}
relations-not-asked-no-company = { $count ->
    [one] 1 address is not asked: the company is no longer in CVR.
   *[other] { $count } addresses are not asked: the company is no longer in CVR.
}
relations-ask-send = { $count ->
    [one] Ask 1 address
   *[other] Ask { $count } addresses
}
relations-ask-subject = Would you like the newsletter from { $town }?
relations-ask-heading = Would you like our newsletter?
relations-ask-why = You are on { $town }'s list of receivers of the newsletter for companies. We cannot see whether you have said yes to it, so we ask you once.
relations-ask-no-answer = If you say no, or we have not heard from you in { $days } days, we remove your address. You will not hear from us about it again.
relations-ask-basis = We write as part of the municipality's service to companies (GDPR article 6(1)(e)). The newsletter itself we only send with your consent.
relations-ask-button = Answer yes or no
relations-ask-sender = { $town }, telephone { $phone }, { $email }
relations-ask-demo = This is a demo.
relations-question = Newsletter for companies
relations-question-lead = Would you like the newsletter from { $town }?
relations-question-on = You get the newsletter. You can stop whenever you like.
relations-question-yes = Yes, send me the newsletter
relations-question-no = No, thank you
relations-question-leave = Stop the newsletter
relations-question-what = If you say no, we delete your address. We only keep a code so that the address does not come back on the list.
relations-question-yes-done = Thank you. You are on the list now.
relations-question-no-done = Your address is deleted. You get no newsletter.
relations-question-proof = answered yes by the link in the mail on { $date }
relations-visits = My visits
relations-visits-none = You have no visits ahead.
relations-visit-when = { $day } at { $time }
relations-visit-plan = Plan a visit
relations-visit-log = Note a visit that took place
relations-visit-change = Visit
relations-visit-plan-button = Save the visit
relations-visit-log-button = Save the visit
relations-visit-change-button = Save the change
relations-visit-planned = The visit is planned.
relations-visit-noted = The visit is noted.
relations-visit-changed = The visit is changed.
relations-visit-cancelled = The visit is cancelled.
relations-visit-cancel = Cancel the visit
relations-visit-is-cancelled = Cancelled
relations-visit-cvr-label = The company's CVR number
relations-visit-cvr-hint = You can also begin from the company's page.
relations-visit-cvr = The CVR number is not right
relations-visit-kind = Kind of contact
relations-visit-day = Day
relations-visit-at = Time
relations-visit-at-hint = May be empty: then the visit stands for the whole day.
relations-visit-time = Write the time as 10:30
relations-visit-minutes = Duration
relations-visit-minutes-count = { $count } minutes
relations-visit-place = Place
relations-visit-contact = Whom do you meet?
relations-visit-note = Note
relations-visit-note-hint = Short. Nothing about single employees, and no CPR numbers.
relations-visit-no-company = The company is not in the CVR register
relations-visit-day-past = The day is over. Note a visit that took place instead.
relations-visit-day-ahead = The day has not come yet. Plan a visit instead.
relations-visit-ended = The visit is cancelled or over
relations-visit-too-long = Write at most 2,000 characters
relations-contact-visit = Visit
relations-contact-meeting = Meeting
relations-contact-call = Call
relations-contact-online = Online meeting
relations-contact-mail = Email
relations-memory-planned = { $kind ->
    [visit] Visit planned
    [meeting] Meeting planned
    [call] Call planned
    [online] Online meeting planned
   *[mail] Email planned
}{ $has_what ->
    [yes] : { $what }
   *[no] {""}
}{ $is_brought ->
    [yes] {""} (from the list { $file }, row { $row }, brought { $date })
   *[no] {""}
}
relations-memory-held = { $kind ->
    [visit] Visit
    [meeting] Meeting
    [call] Call
    [online] Online meeting
   *[mail] Email
}{ $has_what ->
    [yes] : { $what }
   *[no] {""}
}{ $is_brought ->
    [yes] {""} (from the list { $file }, row { $row }, brought { $date })
   *[no] {""}
}
relations-memory-cancelled = { $kind ->
    [visit] Visit cancelled
    [meeting] Meeting cancelled
    [call] Call cancelled
    [online] Online meeting cancelled
   *[mail] Email cancelled
}{ $has_what ->
    [yes] : { $what }
   *[no] {""}
}{ $is_brought ->
    [yes] {""} (from the list { $file }, row { $row }, brought { $date })
   *[no] {""}
}
relations-calendar = My calendar
relations-calendar-here = Show visits and due answers in your own calendar
relations-calendar-name = Samspil
relations-calendar-visit = { $kind ->
    [visit] Visit
    [meeting] Meeting
    [call] Call
    [online] Online meeting
   *[mail] Email
}: { $company }
relations-calendar-lead = See your own visits and due answers in Outlook, Google Calendar or another program.
relations-calendar-new = Your address
relations-calendar-once = Copy the address now. It is not shown again.
relations-calendar-address = The calendar's address
relations-calendar-outlook = Outlook: Add calendar, Subscribe from web.
relations-calendar-google = Google Calendar: Other calendars, From URL.
relations-calendar-made = You have an address, made { $at }.
relations-calendar-renew-what = If others have seen the address, make a new one. The old one stops working.
relations-calendar-renew = Make a new address
relations-calendar-close = Remove the address
relations-calendar-open = Make an address
relations-calendar-closed = The address no longer works.
relations-calendar-secret = Anyone who has the address can see the calendar. It only holds case numbers, the company's name at visits and short titles, and nothing about confidential cases.
relations-journal-list_brought = A list was brought
relations-journal-list_taken = A list was imported
relations-journal-list_taken_back = A list was taken back
relations-journal-list_dropped = A list was given up
relations-journal-visit_planned = A visit was planned
relations-journal-visit_changed = A visit was changed
relations-journal-visit_cancelled = A visit was cancelled
relations-journal-visit_noted = A visit was noted
relations-journal-permission_asked = A receiver was asked about the newsletter
relations-journal-subscribed = A receiver said yes to the newsletter
relations-journal-unsubscribed = A receiver came off the newsletter's list
relations-journal-calendar_opened = A calendar address was made
relations-journal-calendar_closed = A calendar address was removed
relations-journal-erased = Personal data was erased
relations-data-contacts = Contact persons at companies: name, job title, email, telephone and note, from the municipality's own lists
relations-data-contacts-kept = { $count ->
    [one] 1 month after the last change
   *[other] { $count } months after the last change
}
relations-data-visits = Visits at companies: day, who was there, and a short note
relations-data-visits-kept = { $count ->
    [one] 1 month after the visit; then only that there was a visit on that day
   *[other] { $count } months after the visit; then only that there was a visit on that day
}
relations-data-newsletter = Receivers of the newsletter: email, name and consent
relations-data-newsletter-kept = { $count ->
    [one] Until consent is withdrawn; without an answer to our question 1 day. Then only a code, so that the address does not come back on the list
   *[other] Until consent is withdrawn; without an answer to our question { $count } days. Then only a code, so that the address does not come back on the list
}
relations-data-lists = Files and rows of lists that the municipality brought
relations-data-lists-kept = { $count ->
    [one] 1 day
   *[other] { $count } days
}
relations-data-calendar = Employees' private calendar address, as a code
relations-data-calendar-kept = Until it is removed, or the employee has their data erased
relations-stays-left = { $count ->
    [one] 1 code stays, so that the address does not come back on the newsletter's list (GDPR article 17(3)(b))
   *[other] { $count } codes stay, so that the addresses do not come back on the newsletter's list (GDPR article 17(3)(b))
}
relations-stays-visited = { $count ->
    [one] 1 visit still shows who of the municipality visited the company (GDPR article 17(3)(b))
   *[other] { $count } visits still show who of the municipality visited the company (GDPR article 17(3)(b))
}
