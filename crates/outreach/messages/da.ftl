outreach-journal-message_written = En besked blev skrevet
outreach-journal-message_sent = En besked blev sendt
outreach-journal-message_captured = En besked blev lagt i demoens postkasse
outreach-journal-message_failed = En besked kunne ikke sendes
outreach-journal-message_retried = En besked blev lagt i kø igen
outreach-journal-content_erased = Modtager og tekst i en besked blev slettet
