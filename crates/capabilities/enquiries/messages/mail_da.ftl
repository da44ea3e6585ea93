## Mails til dem, der svarer, og svar fra mailen
enquiries-brief-answer = Svar på denne mail. Så sender vi dit svar til { $name }, og svarfristen er overholdt. Skriv over linjen øverst. Filer, du vedhæfter, kommer med.
enquiries-brief-not-mine = Den er ikke min
enquiries-brief-more = Spørg om mere
enquiries-brief-close = Luk henvendelsen
enquiries-brief-first-reply = Første svar senest
enquiries-brief-due = Svar senest
enquiries-brief-paused = sat på pause, til afsenderen svarer
enquiries-brief-stated = { $name } (CVR-nummer oplyst, ikke bekræftet)
enquiries-brief-question = Spørgsmålet
enquiries-brief-since = Skrevet siden, det nyeste først
enquiries-brief-gone = Teksten er fjernet.
enquiries-brief-cut = [Resten står på henvendelsen]
enquiries-brief-earlier = Det ældre står på henvendelsen.
enquiries-notice-unsent-answer = Et svar på henvendelse { $number } blev ikke sendt. Se notatet
enquiries-mailed-unsent = { $name } svarede fra sin mail, men svaret blev ikke sendt til afsenderen. { $why }
enquiries-unsent-heading = Dit svar på henvendelse { $number } er ikke sendt
enquiries-unsent-sent = Dit svar på henvendelse { $number } er sendt, men læs dette
enquiries-unsent-kept = Det, du skrev, står som et notat på henvendelsen. Kun kolleger kan se det.
enquiries-unsent-unproven = Vi kan ikke se, at mailen kommer fra dig. Svar fra den adresse, som mailen om henvendelsen blev sendt til, eller svar på selve henvendelsen. Har du ikke svaret, så sig det til jeres it-afdeling.
enquiries-unsent-left = Din adgang er lukket, så du kan ikke længere svare for kommunen.
enquiries-unsent-away = Du står som fraværende. En kollega har fået besked.
enquiries-unsent-not-yours = Henvendelsen hører ikke til et team, som du svarer for nu.
enquiries-unsent-confidential = Henvendelsen er fortrolig og kan ikke besvares fra mailen. Åbn den, og svar der.
enquiries-unsent-ended = Henvendelsen er lukket.
enquiries-unsent-answered = En kollega har skrevet til afsenderen, siden du fik mailen. Åbn henvendelsen, og se, om dit svar stadig passer.
enquiries-unsent-empty = Der stod ikke noget over linjen i din mail.
enquiries-unsent-too-long = Svaret er længere, end et svar må være. Gør det kortere, eller læg det i en fil.
enquiries-unsent-quote = Vi kunne ikke skille dine ord fra det, som mailen citerer. Slet citatet, og svar igen.
enquiries-unsent-placeholder = Der er et felt i klammer, som ikke er udfyldt.
enquiries-unsent-file = Filen { $name } kan ikke sendes: { $why }
enquiries-unsent-refused = { $why }
enquiries-unsent-sent-masked = Et tal i dit svar lignede et CPR-nummer, så vi dækkede det til. Send aldrig CPR-numre i en mail.
enquiries-unsent-sent-open = Afsenderen skrev igen, efter at du fik mailen. Derfor er dit svar sendt som en besked, og svarfristen løber stadig. Åbn henvendelsen, og læs det nye.
enquiries-alone-case = Hele henvendelsen
enquiries-alone-hand-over = Er den ikke din?
enquiries-alone-ask = Spørg om mere
enquiries-alone-close = Luk henvendelsen
enquiries-alone-nothing = Der er ikke mere at gøre her
enquiries-alone-walled = Kun du kan se henvendelsen, så den kan ikke gives videre.
enquiries-alone-hand-over-lead = Vælg det team, der skal have den, og skriv hvorfor. Svarfristen er den samme.
enquiries-alone-ask-lead = Svarfristen står stille, til afsenderen svarer. De kan læse hvorfor.
enquiries-alone-back = Er den jeres, men ikke din?
enquiries-alone-back-button = Giv den tilbage til { $team }
enquiries-tray-along = De kommer med, når mailen lægges på plads.
enquiries-digest-subject = Dit overblik { $date }
enquiries-digest-link = Åbn indbakken
enquiries-digest-choose = Vælg, hvilke mails du får
enquiries-digest-overdue = Svarfristen er overskredet
enquiries-digest-today = Svarfrist i dag
enquiries-digest-tomorrow = Svarfrist næste arbejdsdag
enquiries-digest-unassigned = Nye, som ingen har taget
enquiries-digest-waiting = Venter på svar fra afsenderen
enquiries-digest-confidential = fortrolig henvendelse
enquiries-digest-until = svar senest { $date }
enquiries-digest-rest = { $count ->
    [one] Og 1 mere i indbakken.
   *[other] Og { $count } mere i indbakken.
}
enquiries-digest-tray = { $count ->
    [one] 1 mail venter på, at nogen siger, hvor den hører til.
   *[other] { $count } mails venter på, at nogen siger, hvor de hører til.
}
