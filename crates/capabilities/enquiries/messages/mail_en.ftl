## E-mails to those who answer, and answers by e-mail
enquiries-brief-answer = Reply to this e-mail. We send your reply to { $name }, and the deadline is met. Write above the line at the top. Files that you attach go along.
enquiries-brief-not-mine = It is not mine
enquiries-brief-more = Ask for more
enquiries-brief-close = Close the enquiry
enquiries-brief-first-reply = First reply by
enquiries-brief-due = Answer by
enquiries-brief-paused = paused until the sender answers
enquiries-brief-stated = { $name } (CVR number stated, not confirmed)
enquiries-brief-question = The question
enquiries-brief-since = Written since, newest first
enquiries-brief-gone = The text was taken out.
enquiries-brief-cut = [The rest is on the enquiry]
enquiries-brief-earlier = What is older is on the enquiry.
enquiries-notice-unsent-answer = A reply to enquiry { $number } was not sent. See the note
enquiries-mailed-unsent = { $name } replied by e-mail, but the reply was not sent to the sender. { $why }
enquiries-unsent-heading = Your reply to enquiry { $number } was not sent
enquiries-unsent-sent = Your reply to enquiry { $number } was sent, but please read this
enquiries-unsent-kept = What you wrote is a note on the enquiry. Only colleagues can see it.
enquiries-unsent-unproven = We cannot see that the e-mail comes from you. Reply from the address to which the e-mail about the enquiry was sent, or reply on the enquiry itself. If you did not reply, tell your IT department.
enquiries-unsent-left = Your access is closed, so you can no longer reply for the municipality.
enquiries-unsent-away = You are noted as away. A colleague has been told.
enquiries-unsent-not-yours = The enquiry does not belong to a team that you answer for now.
enquiries-unsent-confidential = The enquiry is confidential and cannot be answered by e-mail. Open it and reply there.
enquiries-unsent-ended = The enquiry is closed.
enquiries-unsent-answered = A colleague has written to the sender since you got the e-mail. Open the enquiry and see whether your reply still fits.
enquiries-unsent-empty = There was nothing above the line in your e-mail.
enquiries-unsent-too-long = The reply is longer than a reply may be. Make it shorter, or put it in a file.
enquiries-unsent-quote = We could not tell your words from what the e-mail quotes. Delete the quote and reply again.
enquiries-unsent-placeholder = A field in braces has not been filled in.
enquiries-unsent-file = The file { $name } cannot be sent: { $why }
enquiries-unsent-refused = { $why }
enquiries-unsent-sent-masked = A number in your reply looked like a CPR number, so we covered it. Never send CPR numbers by e-mail.
enquiries-unsent-sent-open = The sender wrote again after you got the e-mail. Your reply was therefore sent as a message, and the deadline still runs. Open the enquiry and read what is new.
enquiries-alone-case = The whole enquiry
enquiries-alone-hand-over = Is it not yours?
enquiries-alone-ask = Ask for more
enquiries-alone-close = Close the enquiry
enquiries-alone-nothing = There is nothing more to do here
enquiries-alone-walled = Only you can see the enquiry, so it cannot be handed over.
enquiries-alone-hand-over-lead = Choose the team that should have it, and write why. The deadline stays the same.
enquiries-alone-ask-lead = The deadline is paused until the sender answers. They can read why.
enquiries-alone-back = Is it your team’s, but not yours?
enquiries-alone-back-button = Give it back to { $team }
enquiries-tray-along = They come along when the e-mail is placed.
enquiries-digest-subject = Your overview { $date }
enquiries-digest-link = Open the inbox
enquiries-digest-choose = Choose which e-mails you get
enquiries-digest-overdue = Past the deadline
enquiries-digest-today = Due today
enquiries-digest-tomorrow = Due the next working day
enquiries-digest-unassigned = New, and nobody has taken them
enquiries-digest-waiting = Waiting for the sender
enquiries-digest-confidential = confidential enquiry
enquiries-digest-until = answer by { $date }
enquiries-digest-rest = { $count ->
    [one] And 1 more in the inbox.
   *[other] And { $count } more in the inbox.
}
enquiries-digest-tray = { $count ->
    [one] 1 e-mail waits for somebody to say where it belongs.
   *[other] { $count } e-mails wait for somebody to say where they belong.
}
