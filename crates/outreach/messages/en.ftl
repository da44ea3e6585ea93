outreach-journal-message_written = A message was written
outreach-journal-message_sent = A message was sent
outreach-journal-message_captured = A message was put into the demo's mailbox
outreach-journal-message_failed = A message could not be sent
outreach-journal-message_expired = A message grew too old and was not sent
outreach-journal-message_discarded = A message that could not be sent was discarded
outreach-journal-message_retried = A message was put back into the queue
outreach-journal-content_erased = A message's recipient and text were erased
outreach-journal-mail_waits = A mail that came in waits for someone to say where it belongs
outreach-journal-mail_ended = A mail that came in was dealt with
outreach-journal-mail_erased = Sender and text of a mail that came in were erased
outreach-stays-named = { $count ->
    [one] 1 mail to others names the person. It is part of the case it is about (Access to Public Administration Files Act, section 15) and is erased by itself when the period for mails has passed.
   *[other] { $count } mails to others name the person. They are part of the cases they are about (Access to Public Administration Files Act, section 15) and are erased by themselves when the period for mails has passed.
}
outreach-stays-mail-named = { $count ->
    [one] 1 mail from others that waits to be put where it belongs names the person. It is erased when it has been, and at the latest when the period for mails has passed.
   *[other] { $count } mails from others that wait to be put where they belong name the person. They are erased when they have been, and at the latest when the period for mails has passed.
}
outreach-data-mails = Recipient and text of mails
