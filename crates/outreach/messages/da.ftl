outreach-journal-message_written = En besked blev skrevet
outreach-journal-message_sent = En besked blev sendt
outreach-journal-message_captured = En besked blev lagt i demoens postkasse
outreach-journal-message_failed = En besked kunne ikke sendes
outreach-journal-message_expired = En besked blev for gammel og blev ikke sendt
outreach-journal-message_discarded = En besked, der ikke kunne sendes, blev kasseret
outreach-journal-message_retried = En besked blev lagt i kø igen
outreach-journal-content_erased = Modtager og tekst i en besked blev slettet
outreach-stays-named = { $count ->
    [one] 1 mail til andre nævner personen. Den er en del af den sag, den handler om (offentlighedsloven § 15), og slettes af sig selv, når fristen for mails er gået.
   *[other] { $count } mails til andre nævner personen. De er en del af de sager, de handler om (offentlighedsloven § 15), og slettes af sig selv, når fristen for mails er gået.
}
