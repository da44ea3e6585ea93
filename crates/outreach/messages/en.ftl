outreach-journal-message_written = A message was written
outreach-journal-message_sent = A message was sent
outreach-journal-message_captured = A message was put into the demo's mailbox
outreach-journal-message_failed = A message could not be sent
outreach-journal-message_expired = A message grew too old and was not sent
outreach-journal-message_discarded = A message that could not be sent was discarded
outreach-journal-message_retried = A message was put back into the queue
outreach-journal-content_erased = A message's recipient and text were erased
outreach-stays-named = { $count ->
    [one] 1 mail to others names the person. It is part of the case it is about (Access to Public Administration Files Act, section 15) and is erased by itself when the period for mails has passed.
   *[other] { $count } mails to others name the person. They are part of the cases they are about (Access to Public Administration Files Act, section 15) and are erased by themselves when the period for mails has passed.
}
