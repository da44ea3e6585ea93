# Filing
enquiries-filing = Filing
enquiries-filing-choice-owed = To be filed. The archive does it.
enquiries-filing-choice-filed = Filed in the municipality’s archive
enquiries-filing-choice-not-filed = Need not be filed, because ...
enquiries-filing-more = Number in the archive, or why not
enquiries-filing-number = Number in the archive
enquiries-filing-because = Why need it not be filed?
enquiries-filing-because-choose = Choose a reason
enquiries-filing-because-no-casework = Guidance without casework
enquiries-filing-because-no-weight = Of no weight to a case
enquiries-filing-because-filed-already = The documents are filed under another case
enquiries-filing-because-other = Another reason
enquiries-filing-words = More on the reason
enquiries-filing-say = Say where it is filed
enquiries-filing-button = Save
enquiries-filing-is-owed = To be filed. Nobody has said where yet.
enquiries-filing-is-filed = Filed in the municipality’s archive: { $number }
enquiries-filing-is-not-filed = Need not be filed: { $because }. { $words }
enquiries-filing-number-missing = Write the number in the archive in at most 100 characters.
enquiries-filing-because-missing = Choose why it need not be filed.
enquiries-filing-words-missing = Write the reason in at most 500 characters.
enquiries-reference-filed = The enquiry is filed here. Say first where else it is.
enquiries-done-filing = It is noted where the enquiry is filed.
enquiries-event-filed = { $person } noted that the enquiry is filed.
enquiries-event-not-filed = { $person } noted that the enquiry need not be filed: { $because }.
enquiries-event-filing-owed = { $person } noted that the enquiry is to be filed again.
enquiries-journal-filed = The enquiry was filed
enquiries-journal-not_filed = The enquiry need not be filed
enquiries-journal-filing_owed = The enquiry is to be filed again
enquiries-filing-list = To be filed
enquiries-filing-list-lead = Enquiries that have ended and of which nobody has said where they are filed. The oldest stand first.
enquiries-filing-list-none = There are none. Everything that has ended has its place.
enquiries-filing-ended = Ended

# Access to documents that takes longer
enquiries-do-longer = Tell why access to the documents takes longer
enquiries-do-longer-lead = A request is dealt with within 7 working days, unless that exceptionally cannot be done, for example because the case is large. Then whoever asked must know why and when (Access to Public Administration Files Act, section 36(2)). The date to answer by does not move.
enquiries-do-longer-until = When do you expect to be done?
enquiries-do-longer-text = Why does it take longer?
enquiries-do-longer-hint = The sender reads it. The date is put in after your text.
enquiries-do-longer-button = Send the explanation
enquiries-done-longer = The explanation and the date are sent. The date to answer by is the same.
enquiries-longer-words = { $reason }

    That is why we cannot answer your request for access to documents within the time limit of the Access to Public Administration Files Act, section 36(2). We expect to be done by { $date }.
enquiries-longer-not = No access to documents is owed here any more.
enquiries-event-decided-longer = The sender was told why access to the documents takes longer. The answer is expected by { $date }. { $people } were told.
enquiries-event-decided-longer-quietly = The sender was told why access to the documents takes longer. The answer is expected by { $date }.
enquiries-longer-date = Write a date after the one to answer by, at most half a year ahead.

# Sent on outside the municipality
enquiries-authority-planning-appeals = The Planning Appeals Board
enquiries-authority-environment-appeals = The Environment and Food Board of Appeal
enquiries-authority-building-appeals = The Building Appeals Unit
enquiries-authority-appeals-agency = The National Social Appeals Board
enquiries-authority-procurement-appeals = The Complaints Board for Public Procurement
enquiries-do-close-forwarded-on = When was it sent on?
enquiries-do-close-forwarded-on-hint = Only if it was sent on. The sender is told the day and the place together with your words.
enquiries-forwarded-on = Write the day on which it was sent on: not before it came, and not after today.
enquiries-forwarded-words = { $text }

    We sent it on { $date } to: { $authority }.
enquiries-event-forwarded-on = { $person } sent the enquiry on outside the municipality { $date }: { $authority }.

# Packages for the archive
enquiries-archive-rated = { $score } of 5
enquiries-archive-way = On its way to the archive
enquiries-archive-none = No archive is set up. Enquiries are filed by hand: write the number in the archive on each of them.
enquiries-archive-by-hand = Filed by hand
enquiries-archive-waiting = Being sent to the archive
enquiries-archive-lies-there = Lies in the archive’s folder. The receipt is missing.
enquiries-archive-missed = Did not arrive. Tried again { $next }.
enquiries-archive-refused = The archive said no. It is not sent again by itself.
enquiries-archive-said = The answer was: { $words }
enquiries-archive-again = Try again
enquiries-archive-again-done = The package is sent to the archive again.
enquiries-archive-refused-count = { $count ->
    [one] The archive has refused one enquiry on this page. Read the answer, mend the cause, and try again.
   *[other] The archive has refused { $count } enquiries on this page. Read the answers, mend the cause, and try again.
}
enquiries-archive-received = Received by the archive
enquiries-archive-received-at = Received
enquiries-filing-past = Was to be erased. Waits to be filed.
enquiries-filing-past-count = { $count ->
    [one] One enquiry has been kept longer than the deadline, since it is not filed. It is erased the night after it is.
   *[other] { $count } enquiries have been kept longer than the deadline, since they are not filed. They are erased the night after they are.
}
enquiries-stays-to-file = { $count ->
    [one] One enquiry must be filed before it can be erased ({ $named }): Access to Public Administration Files Act, section 15, and GDPR article 17(3)(b).
   *[other] { $count } enquiries must be filed before they can be erased ({ $named }): Access to Public Administration Files Act, section 15, and GDPR article 17(3)(b).
}

# Told under article 13
enquiries-told-heading = Read aloud to whoever asks
enquiries-told-tick = I have read it aloud
enquiries-journal-informed = Whoever asked was told what we do with the data
enquiries-event-informed = { $person } read aloud what we do with the data.
