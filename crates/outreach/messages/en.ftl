outreach-journal-message_written = A message was written
outreach-journal-message_sent = A message was sent
outreach-journal-message_captured = A message was put into the demo's mailbox
outreach-journal-message_failed = A message could not be sent
outreach-journal-message_retried = A message was put back into the queue
outreach-journal-content_erased = A message's recipient and text were erased
