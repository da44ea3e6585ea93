# The answer or a message
enquiries-do-reply-which = Is it the answer to the enquiry? If not, the answer stays due, also after a message.
enquiries-do-message-button = Send a message, not the answer
enquiries-do-more-button = Send message
enquiries-do-was-answer-button = That was the answer
enquiries-case-written-not-answered = You have written to the sender, but the answer is still due.
enquiries-done-message = The message has been sent. The answer is still due.
enquiries-done-more = The message has been sent.
enquiries-done-was-answer = The enquiry is answered now.
enquiries-nothing-sent = Nothing has been sent that could be the answer. Write the answer and send it.

# Spam
enquiries-do-spam-why = Why is it no enquiry?
enquiries-spam-advertising = Advertising
enquiries-spam-fraud = Fraud, or fishing for information
enquiries-spam-automatic = An automatic e-mail or message
enquiries-spam-empty = Empty or impossible to understand
enquiries-spam-reason = Choose why it is no enquiry.
enquiries-spam-answered = We have written to the sender, so it is an enquiry. Close it with an answer, or merge it with the enquiry that it belongs to.
enquiries-spam-registered = The company is in the business register, so somebody may wait for an answer. Reply, and close with "We could not help" if there is nothing to help with.
enquiries-spam-confirmed = The sender has confirmed the e-mail address or talked with one of us, so somebody waits for an answer. Close the enquiry with an answer.
enquiries-do-not-spam-hint = Was it a mistake? Then you owe the same answers as before, with the same dates.
enquiries-do-not-spam-button = It was not spam
enquiries-done-not-spam = The enquiry is open again.
enquiries-not-spam-late = It is not marked as spam, or that was more than 30 days ago. Ask the sender to write again.
enquiries-event-spam-why = { $person } marked the enquiry as spam: { $why }.
enquiries-event-not-spam = { $person } took the enquiry up again: it was not spam.
enquiries-notice-spam = Enquiry { $number } has been marked as spam
enquiries-notice-not-spam = Enquiry { $number } was not spam and is open again
enquiries-journal-not_spam = The enquiry was not spam

# Complaints
enquiries-nobody-reads = The complaint cannot be sent here, since everyone who could read it may be whom it is about. Write whom it is about with the full name, or call the municipality's main number.

# The inbox
enquiries-inbox-owes-first-reply = First reply
enquiries-inbox-owes-answer = Answer
enquiries-inbox-owes-call-back = Call
enquiries-inbox-owes-part-answer = Part of an answer

# Figures
enquiries-figures-lead-own = Your team, { $team }: First replies in time: { $first }. Answers in time: { $answer }. Late right now: { $late }.
enquiries-figures-first-within = { $share } in time.
enquiries-figures-col-first-within = First reply in time
enquiries-figures-behind-foerste-for-sent = First replies that came late or are missing, { $period }, { $team }
enquiries-figures-behind-spam = Marked as spam, { $period }, { $team }
enquiries-figures-behind-samlet = Merged with another enquiry, { $period }, { $team }
enquiries-figures-elsewhere = A figure without a link leads to nothing that you may open. Those enquiries are with { $teams }.
enquiries-figures-public = Everything counts here. On the front page and the pages about the policy the newest are counted once they are five, so the count may be up to four lower there. An enquiry that is taken up again is owed one more answer, so there may be more answers than enquiries.
enquiries-figures-aside = Counted by themselves
enquiries-figures-aside-lead = Spam and merged enquiries count in no other figure, and no answer is owed on them. A message after the answer that needed no further one counts neither as answered in time nor as late; its enquiry counts as before.
enquiries-figures-aside-spam = Marked as spam
enquiries-figures-aside-merged = Merged with another

# The search
enquiries-found-case = { $topic }, { $asker }
enquiries-found-elsewhere = { $team } has it. Call { $phone }.
enquiries-found-contact = { $email }. Latest { $asker }, enquiry { $number }

# Remove for good
enquiries-do-redact-sure = Remove this for good?
enquiries-do-redact-sure-why = Reason: { $why }. It disappears for everyone and cannot be brought back.
enquiries-do-redact-who = { $person }, { $at }:
enquiries-do-redact-part = The question to { $team }:
enquiries-do-redact-file = The file:
enquiries-do-redact-not = Keep it

# When no answer is needed
enquiries-case-written-after-answer = The sender has written after your answer. Is there something to answer? If not, say so here, and no answer is due any more.
enquiries-do-settle-why = Why does it need no answer? The sender can read it on its page.
enquiries-do-settle-button = Needs no answer
enquiries-settled-no-answer-thanks = Thanks or a greeting
enquiries-settled-no-answer-told = Something we were told and have read
enquiries-settled-no-answer-known = Something we have answered already
enquiries-settled-told-no-answer-thanks = Thank you for your message. We read it { $at } and will not write more about it. If you need anything else, write again.
enquiries-settled-told-no-answer-told = We read your message { $at } and have noted it. We will not write more about it. If you need anything else, write again.
enquiries-settled-told-no-answer-known = We read your message { $at }. The answer is above, so we will not write more about it. If you need anything else, write again.
enquiries-done-settle = The message needs no answer. The sender can read why.
enquiries-nothing-to-settle = No answer has been given here yet, or none is due. Write the answer and send it.
enquiries-settle-reason = Choose why the message needs no answer.
enquiries-event-settled = { $person } read the message. It needs no answer: { $why }.
enquiries-figures-aside-settled = With a message that needed no answer
enquiries-figures-behind-uden-svar = With a message that needed no answer, { $period }, { $team }

# When someone is away
enquiries-inbox-stands-in = You are the substitute for { $name } until further notice.
enquiries-inbox-stands-in-until = You are the substitute for { $name } up to and including { $date }.
enquiries-notice-moved-absent = Enquiry { $number } is yours now, since { $person } is away
enquiries-notice-moved-left = Enquiry { $number } is yours now, since { $person } is no longer here
enquiries-notice-moved-back = Enquiry { $number } is yours again. { $person } had it meanwhile
enquiries-calendar-due = { $kind ->
    [first_reply] First reply due today: case { $number }
    [call_back] Call back due today: case { $number }
   *[other] Answer due: case { $number }
}
