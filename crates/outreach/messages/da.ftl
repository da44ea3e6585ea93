outreach-journal-message_written = En besked blev skrevet
outreach-journal-message_sent = En besked blev sendt
outreach-journal-message_captured = En besked blev lagt i demoens postkasse
outreach-journal-message_failed = En besked kunne ikke sendes
outreach-journal-message_expired = En besked blev for gammel og blev ikke sendt
outreach-journal-message_discarded = En besked, der ikke kunne sendes, blev kasseret
outreach-journal-message_retried = En besked blev lagt i kø igen
outreach-journal-content_erased = Modtager og tekst i en besked blev slettet
outreach-journal-mail_waits = En mail, der kom ind, venter på, at nogen siger, hvor den hører til
outreach-journal-mail_ended = En mail, der kom ind, blev behandlet
outreach-journal-mail_erased = Afsender og tekst i en mail, der kom ind, blev slettet
outreach-stays-named = { $count ->
    [one] 1 mail til andre nævner personen. Den er en del af den sag, den handler om (offentlighedsloven § 15), og slettes af sig selv, når fristen for mails er gået.
   *[other] { $count } mails til andre nævner personen. De er en del af de sager, de handler om (offentlighedsloven § 15), og slettes af sig selv, når fristen for mails er gået.
}
outreach-stays-mail-named = { $count ->
    [one] 1 mail fra andre, der venter på at blive lagt på plads, nævner personen. Den slettes, når den er lagt på plads, og senest når fristen for mails er gået.
   *[other] { $count } mails fra andre, der venter på at blive lagt på plads, nævner personen. De slettes, når de er lagt på plads, og senest når fristen for mails er gået.
}
outreach-data-mails = Modtager og tekst i mails
