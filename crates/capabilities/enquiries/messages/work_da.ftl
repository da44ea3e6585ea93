# Svaret eller en besked
enquiries-do-reply-which = Er det svaret på henvendelsen? Ellers løber svarfristen videre, også efter en besked.
enquiries-do-message-button = Send en besked, ikke svaret
enquiries-do-more-button = Send besked
enquiries-do-was-answer-button = Det var svaret
enquiries-case-written-not-answered = I har skrevet til afsenderen, men svarfristen løber stadig.
enquiries-done-message = Beskeden er sendt. Svarfristen løber stadig.
enquiries-done-more = Beskeden er sendt.
enquiries-done-was-answer = Henvendelsen står nu som besvaret.
enquiries-nothing-sent = Der er ikke sendt noget, der kan være svaret. Skriv svaret, og send det.

# Spam
enquiries-do-spam-why = Hvorfor er det ikke en henvendelse?
enquiries-spam-advertising = Reklame
enquiries-spam-fraud = Svindel eller forsøg på at få oplysninger
enquiries-spam-automatic = En automatisk mail eller besked
enquiries-spam-empty = Tom eller uforståelig
enquiries-spam-reason = Vælg, hvorfor det ikke er en henvendelse.
enquiries-spam-answered = Vi har skrevet til afsenderen, så det er en henvendelse. Afslut den med et svar, eller saml den med den henvendelse, den hører til.
enquiries-spam-registered = Virksomheden står i CVR, så nogen venter måske på svar. Svar, og afslut med "Vi kunne ikke hjælpe", hvis der ikke er noget at hjælpe med.
enquiries-spam-confirmed = Afsenderen har bekræftet sin mailadresse eller talt med en af os, så nogen venter på svar. Afslut henvendelsen med et svar.
enquiries-do-not-spam-hint = Er det en fejl? Så skylder I igen de svar, I skyldte før, med de samme datoer.
enquiries-do-not-spam-button = Det var ikke spam
enquiries-done-not-spam = Henvendelsen er åben igen.
enquiries-not-spam-late = Den er ikke mærket som spam, eller det er mere end 30 dage siden. Bed afsenderen om at skrive igen.
enquiries-event-spam-why = { $person } mærkede henvendelsen som spam: { $why }.
enquiries-event-not-spam = { $person } tog henvendelsen op igen: Det var ikke spam.
enquiries-notice-spam = Henvendelse { $number } er mærket som spam
enquiries-notice-not-spam = Henvendelse { $number } var ikke spam og er åben igen
enquiries-journal-not_spam = Henvendelsen var ikke spam

# Klager
enquiries-nobody-reads = Klagen kan ikke sendes her, for alle, der kunne læse den, er måske dem, den handler om. Skriv, hvem den handler om, med hele navnet, eller ring til kommunens hovednummer.

# Indbakken
enquiries-inbox-owes-first-reply = Første svar
enquiries-inbox-owes-answer = Svar
enquiries-inbox-owes-call-back = Opkald
enquiries-inbox-owes-part-answer = Delsvar

# Tal
enquiries-figures-lead-own = Dit team, { $team }: Første svar inden fristen: { $first }. Svar inden svarfristen: { $answer }. Forsinket lige nu: { $late }.
enquiries-figures-first-within = { $share } inden fristen.
enquiries-figures-col-first-within = Første svar inden fristen
enquiries-figures-behind-foerste-for-sent = Første svar, der kom for sent eller mangler, { $period }, { $team }
enquiries-figures-behind-spam = Mærket som spam, { $period }, { $team }
enquiries-figures-behind-samlet = Samlet med en anden henvendelse, { $period }, { $team }
enquiries-figures-elsewhere = Et tal uden link fører ikke til noget, du har adgang til. De henvendelser ligger hos { $teams }.
enquiries-figures-public = Her tæller alt med. På forsiden og på siderne om politikken kommer de nyeste først med, når de er fem, så antallet kan være op til fire lavere dér. En henvendelse, der tages op igen, skylder et svar til, så der kan være flere svar end henvendelser.
enquiries-figures-aside = Talt for sig
enquiries-figures-aside-lead = Spam og samlede henvendelser tæller ikke med i de andre tal, og der skyldes ikke svar på dem. En besked efter svaret, der ikke krævede et nyt, tæller hverken som svaret til tiden eller for sent; henvendelsen tæller med som før.
enquiries-figures-aside-spam = Mærket som spam
enquiries-figures-aside-merged = Samlet med en anden

# Søgningen
enquiries-found-case = { $topic }, { $asker }
enquiries-found-elsewhere = { $team } har den. Ring { $phone }.
enquiries-found-contact = { $email }. Senest { $asker }, henvendelse { $number }

# Fjern for altid
enquiries-do-redact-sure = Skal det fjernes for altid?
enquiries-do-redact-sure-why = Grund: { $why }. Det forsvinder for alle og kan ikke hentes igen.
enquiries-do-redact-who = { $person }, { $at }:
enquiries-do-redact-part = Spørgsmålet til { $team }:
enquiries-do-redact-file = Filen:
enquiries-do-redact-not = Behold det

# Når der ikke skal svares
enquiries-case-written-after-answer = Afsenderen har skrevet, efter at I svarede. Er der noget at svare på? Ellers kan I sige det her, så løber svarfristen ikke længere.
enquiries-do-settle-why = Hvorfor kræver det ikke svar? Afsenderen kan læse det på sin side.
enquiries-do-settle-button = Kræver ikke svar
enquiries-settled-no-answer-thanks = En tak eller en hilsen
enquiries-settled-no-answer-told = En oplysning, vi har læst
enquiries-settled-no-answer-known = Noget, vi allerede har svaret på
enquiries-settled-told-no-answer-thanks = Tak for beskeden. Vi læste den { $at } og skriver ikke mere om den. Mangler I noget, så skriv igen.
enquiries-settled-told-no-answer-told = Vi læste jeres besked { $at } og har den med. Vi skriver ikke mere om den. Mangler I noget, så skriv igen.
enquiries-settled-told-no-answer-known = Vi læste jeres besked { $at }. Svaret står ovenfor, så vi skriver ikke mere om den. Mangler I noget, så skriv igen.
enquiries-done-settle = Der skal ikke svares på beskeden. Afsenderen kan læse hvorfor.
enquiries-nothing-to-settle = Her er ikke givet et svar endnu, eller der skyldes intet. Skriv svaret, og send det.
enquiries-settle-reason = Vælg, hvorfor beskeden ikke kræver svar.
enquiries-event-settled = { $person } læste beskeden. Den kræver ikke svar: { $why }.
enquiries-figures-aside-settled = Med en besked, der ikke krævede svar
enquiries-figures-behind-uden-svar = Med en besked, der ikke krævede svar, { $period }, { $team }

# Når nogen er væk
enquiries-inbox-stands-in = Du er vikar for { $name } indtil videre.
enquiries-inbox-stands-in-until = Du er vikar for { $name } til og med { $date }.
enquiries-notice-moved-absent = Henvendelse { $number } er din nu, fordi { $person } er væk
enquiries-notice-moved-left = Henvendelse { $number } er din nu, fordi { $person } ikke længere er her
enquiries-notice-moved-back = Henvendelse { $number } er din igen. { $person } har haft den imens
enquiries-calendar-due = { $kind ->
    [first_reply] Første svar senest i dag: sag { $number }
    [call_back] Ring tilbage senest i dag: sag { $number }
   *[other] Svarfrist: sag { $number }
}
