# Journalisering
enquiries-filing = Journalisering
enquiries-filing-choice-owed = Skal journaliseres. Arkivet gør det.
enquiries-filing-choice-filed = Er journaliseret i kommunens arkiv
enquiries-filing-choice-not-filed = Er ikke journalpligtig, fordi ...
enquiries-filing-more = Nummer i arkivet, eller hvorfor ikke
enquiries-filing-number = Nummer i arkivet
enquiries-filing-because = Hvorfor er den ikke journalpligtig?
enquiries-filing-because-choose = Vælg en grund
enquiries-filing-because-no-casework = Vejledning uden sagsbehandling
enquiries-filing-because-no-weight = Uden betydning for en sag
enquiries-filing-because-filed-already = Dokumenterne er journaliseret på en anden sag
enquiries-filing-because-other = En anden grund
enquiries-filing-words = Mere om grunden
enquiries-filing-say = Sig, hvor den er journaliseret
enquiries-filing-button = Gem
enquiries-filing-is-owed = Skal journaliseres. Ingen har sagt hvor endnu.
enquiries-filing-is-filed = Journaliseret i kommunens arkiv: { $number }
enquiries-filing-is-not-filed = Ikke journalpligtig: { $because }. { $words }
enquiries-filing-number-missing = Skriv nummeret i arkivet med højst 100 tegn.
enquiries-filing-because-missing = Vælg, hvorfor den ikke er journalpligtig.
enquiries-filing-words-missing = Skriv grunden med højst 500 tegn.
enquiries-reference-filed = Henvendelsen er journaliseret her. Sig først, hvor den ellers ligger.
enquiries-done-filing = Det er noteret, hvor henvendelsen er journaliseret.
enquiries-event-filed = { $person } noterede, at henvendelsen er journaliseret.
enquiries-event-not-filed = { $person } noterede, at henvendelsen ikke er journalpligtig: { $because }.
enquiries-event-filing-owed = { $person } noterede, at henvendelsen skal journaliseres igen.
enquiries-journal-filed = Henvendelsen blev journaliseret
enquiries-journal-not_filed = Henvendelsen er ikke journalpligtig
enquiries-journal-filing_owed = Henvendelsen skal journaliseres igen
enquiries-filing-list = Skal journaliseres
enquiries-filing-list-lead = Henvendelser, der er slut, og som ingen har sagt, hvor er journaliseret. De ældste står øverst.
enquiries-filing-list-none = Der er ingen. Alt, der er slut, har sin plads.
enquiries-filing-ended = Sluttede

# Aktindsigt, der tager længere tid
enquiries-do-longer = Fortæl, hvorfor aktindsigten tager længere tid
enquiries-do-longer-lead = En anmodning skal være færdigbehandlet inden 7 arbejdsdage, medmindre det undtagelsesvis ikke er muligt, for eksempel fordi sagen er stor. Så skal den, der spurgte, vide hvorfor og hvornår (offentlighedsloven § 36, stk. 2). Svarfristen flytter ikke.
enquiries-do-longer-until = Hvornår venter I at være færdige?
enquiries-do-longer-text = Hvorfor tager det længere tid?
enquiries-do-longer-hint = Afsenderen læser det. Datoen sættes ind efter din tekst.
enquiries-do-longer-button = Send forklaringen
enquiries-done-longer = Forklaringen og datoen er sendt. Svarfristen er den samme.
enquiries-longer-words = { $reason }

    Derfor kan vi ikke nå at svare på jeres anmodning om aktindsigt inden for fristen i offentlighedsloven § 36, stk. 2. Vi forventer at være færdige senest { $date }.
enquiries-longer-not = Her skyldes ikke længere aktindsigt.
enquiries-event-decided-longer = Afsenderen fik at vide, hvorfor aktindsigten tager længere tid. Svaret ventes senest { $date }. { $people } fik besked.
enquiries-event-decided-longer-quietly = Afsenderen fik at vide, hvorfor aktindsigten tager længere tid. Svaret ventes senest { $date }.
enquiries-longer-date = Skriv en dato efter svarfristen, højst et halvt år frem.

# Sendt videre uden for kommunen
enquiries-authority-planning-appeals = Planklagenævnet
enquiries-authority-environment-appeals = Miljø- og Fødevareklagenævnet
enquiries-authority-building-appeals = Byggeklageenheden
enquiries-authority-appeals-agency = Ankestyrelsen
enquiries-authority-procurement-appeals = Klagenævnet for Udbud
enquiries-do-close-forwarded-on = Hvornår er den sendt videre?
enquiries-do-close-forwarded-on-hint = Kun hvis den er sendt videre. Afsenderen får dagen og stedet at vide sammen med dine ord.
enquiries-forwarded-on = Skriv den dag, den blev sendt videre: tidligst da den kom, og senest i dag.
enquiries-forwarded-words = { $text }

    Vi sendte det videre { $date } til: { $authority }.
enquiries-event-forwarded-on = { $person } sendte henvendelsen videre uden for kommunen { $date }: { $authority }.

# Pakker til arkivet
enquiries-archive-rated = { $score } af 5
enquiries-archive-way = På vej til arkivet
enquiries-archive-none = Der er ikke sat et arkiv op. Henvendelserne journaliseres i hånden: Skriv nummeret i arkivet på hver af dem.
enquiries-archive-by-hand = Journaliseres i hånden
enquiries-archive-waiting = Sendes til arkivet nu
enquiries-archive-lies-there = Ligger i arkivets mappe. Kvitteringen mangler.
enquiries-archive-missed = Kom ikke frem. Prøves igen { $next }.
enquiries-archive-refused = Arkivet sagde nej. Den sendes ikke igen af sig selv.
enquiries-archive-said = Svaret var: { $words }
enquiries-archive-again = Prøv igen
enquiries-archive-again-done = Pakken sendes til arkivet igen.
enquiries-archive-refused-count = { $count ->
    [one] Arkivet har sagt nej til én henvendelse på siden. Se svaret, ret årsagen, og prøv igen.
   *[other] Arkivet har sagt nej til { $count } henvendelser på siden. Se svaret, ret årsagen, og prøv igen.
}
enquiries-archive-received = Modtaget af arkivet
enquiries-archive-received-at = Modtaget
enquiries-filing-past = Skulle være slettet. Venter på journalisering.
enquiries-filing-past-count = { $count ->
    [one] Én henvendelse er gemt længere end fristen, fordi den ikke er journaliseret. Den slettes natten efter, at den er det.
   *[other] { $count } henvendelser er gemt længere end fristen, fordi de ikke er journaliseret. De slettes natten efter, at de er det.
}
enquiries-stays-to-file = { $count ->
    [one] Én henvendelse skal journaliseres, før den kan slettes ({ $named }): offentlighedsloven § 15 og databeskyttelsesforordningen artikel 17, stk. 3, litra b.
   *[other] { $count } henvendelser skal journaliseres, før de kan slettes ({ $named }): offentlighedsloven § 15 og databeskyttelsesforordningen artikel 17, stk. 3, litra b.
}

# Oplyst efter artikel 13
enquiries-told-heading = Læs højt for den, der spørger
enquiries-told-tick = Jeg har læst det højt
enquiries-journal-informed = Den, der spurgte, fik at vide, hvad vi gør med oplysningerne
enquiries-event-informed = { $person } læste højt, hvad vi gør med oplysningerne.
