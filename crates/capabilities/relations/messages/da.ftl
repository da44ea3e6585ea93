relations-nav-visits = Besøg
relations-nav-lists = Kontakter
relations-lists = Kontakter og lister
relations-lists-lead = Hent de lister, I har i forvejen, så intet af det, I ved, går tabt.
relations-lists-brought = Lister, der er hentet
relations-lists-none = Der er ikke hentet nogen liste endnu.
relations-list-file = Fil
relations-list-kind = Indhold
relations-list-state = Status
relations-list-day = Hentet
relations-newsletter-counts = Nyhedsbrev: { $consented } har sagt ja, { $needed } mangler samtykke, { $asked } er spurgt.
relations-kind-contacts = Kontaktpersoner i virksomheder
relations-kind-visits = Besøg, der har været
relations-kind-newsletter = Modtagere af nyhedsbrev
relations-state-uploaded = Vælg ark
relations-state-columns = Vælg kolonner
relations-state-trying = Bliver gennemgået
relations-state-tried = Klar til indlæsning
relations-state-importing = Bliver indlæst
relations-state-done = Indlæst
relations-state-taken-back = Taget tilbage
relations-state-dropped = Opgivet
relations-step-uploaded = Vælg ark og overskrifter
relations-step-columns = Hvad står i kolonnerne?
relations-step-trying = Listen bliver gennemgået
relations-step-tried = Se, hvad der sker med rækkerne
relations-step-importing = Listen bliver indlæst
relations-step-done = Listen er indlæst
relations-step-taken-back = Listen er taget tilbage
relations-step-dropped = Listen er opgivet
relations-bring = Hent en liste
relations-bring-lead = Fra Excel, LibreOffice eller en csv-fil. Du ser, hvad der sker med hver række, før noget bliver gemt.
relations-bring-kind = Hvad er listen?
relations-bring-file = Filen
relations-bring-file-hint = .xlsx, .ods, .xls eller .csv. Højst 20.000 rækker og 10 MB.
relations-bring-nothing-yet = Listen må ikke rumme CPR-numre. Cifre, der ligner et, bliver dækket.
relations-bring-button = Se listen
relations-import-kind-missing = Vælg, hvad listen er
relations-file-missing = Vælg en fil
relations-file-too-large = Filen er over 10 MB. Del listen op i flere filer.
relations-file-unreadable = Filen kan ikke læses som et regneark eller en csv-fil. Gem den som .xlsx eller .csv, og prøv igen.
relations-file-no-rows = Der er ingen rækker under overskrifterne
relations-file-too-many-rows = Listen har over 20.000 rækker. Del den op i flere filer.
relations-import-no-such-line = Vælg den linje, hvor overskrifterne står
relations-import-column-needed = Der mangler en kolonne, som listen ikke kan undvære
relations-import-column-twice = To kolonner kan ikke være det samme. Vælg én af dem.
relations-import-not-now = Det kan listen ikke, som den står nu. Se dens status.
relations-import-nothing-to-take = Der er ingen rækker at indlæse. Vælg først, hvad der skal tages med.
relations-import-stands-on-it = Noget fra listen er ændret siden, eller en modtager er spurgt. Listen kan derfor ikke tages tilbage som helhed.
relations-sheet-lead = Vælg det ark, der skal hentes, og den linje, hvor overskrifterne står.
relations-sheet = Arket { $name }
relations-sheet-only = Filens linjer
relations-sheet-lines = { $count ->
    [one] 1 linje
   *[other] { $count } linjer
}
relations-sheet-header = Hvor står overskrifterne?
relations-sheet-button = Brug dette ark
relations-line = Linje { $number }:
relations-line-empty = (tom)
relations-columns = Kolonner
relations-columns-lead = Vi har gættet ud fra overskrifterne. Ret det, der er forkert.
relations-columns-needed-contacts = Listen skal have navn og enten CVR-nummer eller virksomhed.
relations-columns-needed-visits = Listen skal have dato og enten CVR-nummer eller virksomhed.
relations-columns-needed-newsletter = Listen skal have e-mail. Uden både dato og bevis for samtykke bliver modtageren gemt, men får intet nyhedsbrev.
relations-column = Kolonne
relations-column-samples = Eksempler
relations-column-says = Er
relations-column-label = Hvad er kolonnen { $name }?
relations-column-nameless = Kolonne { $number }
relations-column-unused = Bruges ikke
relations-columns-button = Gennemgå rækkerne
relations-again-sheet = Vælg et andet ark
relations-again-columns = Ret kolonnerne
relations-drop = Opgiv listen
relations-dropped = Listen er opgivet. Filen er slettet.
relations-field-cvr = CVR-nummer
relations-field-company = Virksomhed
relations-field-name = Navn
relations-field-title = Stilling
relations-field-email = E-mail
relations-field-phone = Telefon
relations-field-date = Dato
relations-field-visitor = Hvem besøgte
relations-field-kind = Slags kontakt
relations-field-place = Sted
relations-field-note = Note
relations-field-consent-date = Dato for samtykke
relations-field-proof = Bevis for samtykke
relations-trying-lead = Det tager lidt tid for en lang liste. Du kan gå væk imens og komme tilbage.
relations-look-again = Se, hvor langt den er
relations-importing-lead = { $done } af { $all } rækker er indlæst. Du kan gå væk imens og komme tilbage.
relations-tried-lead = Intet er gemt endnu. Se rækkerne, og vælg, hvad der skal ske med dem, der kræver et valg.
relations-done-lead = { $done } af { $all } rækker er behandlet.
relations-taken-back-lead = Det, listen bragte, er fjernet igen.
relations-masked = { $count ->
    [one] I 1 række er cifre dækket, fordi de ligner et CPR-nummer.
   *[other] I { $count } rækker er cifre dækket, fordi de ligner et CPR-nummer.
}
relations-rows-gone = Rækkerne bliver ikke gemt længere.
relations-fates = Rækkerne
relations-fate = Hvad vi fandt
relations-fate-rows = Rækker
relations-fate-taken = Tages med
relations-fate-decide = Dit valg
relations-fate-open = { $count ->
    [one] 1 mangler et valg
   *[other] { $count } mangler et valg
}
relations-fate-new = Nye
relations-fate-by-name = Virksomheden er kun fundet på navnet
relations-fate-differs = Findes, men siger noget andet
relations-fate-ceased = Virksomheden er ophørt
relations-fate-private = Privat e-mailadresse
relations-fate-same = Findes i forvejen
relations-fate-duplicate = Står to gange i filen
relations-fate-no-company = Virksomheden er ikke fundet
relations-fate-invalid = Fejl i rækken
relations-fate-left = Har sagt nej til nyhedsbrevet
relations-why-new = Bliver indlæst.
relations-why-by-name = Vælg den rigtige virksomhed. Uden valg bliver rækken ikke taget med.
relations-why-differs = Vi beholder det, vi har, medmindre du vælger listens.
relations-why-ceased = Virksomheden er ophørt i CVR. Bliver ikke taget med, medmindre du vælger det.
relations-why-private = Adressen ligner en privatpersons egen. Bliver ikke taget med, medmindre du vælger det.
relations-why-same = Siger det samme som det, vi har.
relations-why-duplicate = En tidligere række siger det samme.
relations-why-no-company = CVR-nummeret eller navnet er ikke i CVR-registret.
relations-why-invalid = Ret rækken, og hent den igen.
relations-why-left = Adressen er tidligere taget af listen og kommer ikke på igen.
relations-why-earlier = Samme som række { $row }.
relations-why-masked = Cifre, der ligner et CPR-nummer, er dækket.
relations-problem-cvr = CVR-nummeret er ikke rigtigt.
relations-problem-email = E-mailadressen er ikke rigtig.
relations-problem-phone = Telefonnummeret er ikke rigtigt.
relations-problem-date = Datoen kan ikke læses.
relations-problem-date-ahead = Datoen ligger ude i fremtiden.
relations-problem-name-missing = Navnet mangler.
relations-problem-email-missing = E-mailadressen mangler.
relations-problem-date-missing = Datoen mangler.
relations-problem-company-missing = Virksomheden mangler.
relations-choose-companies = Vælg virksomheder
relations-take-all = Tag alle med
relations-skip-all = Spring alle over
relations-start = { $count ->
    [one] Indlæs 1 række
   *[other] Indlæs { $count } rækker
}
relations-report = Rækker, der ikke er taget med
relations-report-lead = Hent dem med en forklaring, ret dem, og hent filen igen som en ny liste.
relations-report-xlsx = Hent som regneark
relations-report-csv = Hent som csv-fil
relations-report-row = Række
relations-report-why = Hvorfor ikke
relations-take-back = Fortryd indlæsningen
relations-take-back-lead = Alt, hvad listen har bragt, bliver fjernet igen. Det kan kun lade sig gøre, så længe intet af det er ændret.
relations-take-back-button = Tag listen tilbage
relations-rows-none = Der er ingen rækker her.
relations-decide-row = Række { $number }
relations-difference = Vi har: { $ours }. Listen siger: { $theirs }.
relations-take-by-name = Tag med
relations-take-differs = Brug det, listen siger
relations-take-ceased = Tag med alligevel
relations-take-private = Tag med alligevel
relations-take-new = Tag med
relations-take-same = Tag med
relations-take-duplicate = Tag med
relations-take-no-company = Tag med
relations-take-invalid = Tag med
relations-take-left = Tag med
relations-skip = Spring over
relations-save = Gem valgene
relations-save-next = Gem, og vis de næste
relations-more-rows = Vis de næste
relations-first-rows = Vis de første
relations-before = Forrige
relations-after = Næste
relations-source = Fra listen { $file }, række { $row }, hentet { $date }
relations-newsletter = Nyhedsbrev
relations-newsletter-lead = Kun de, der har sagt ja, må få nyhedsbrevet. De andre kan spørges én gang.
relations-newsletter-yes = Har sagt ja
relations-newsletter-missing = Mangler samtykke
relations-newsletter-waiting = Spurgt, venter på svar
relations-newsletter-left = Er gået
relations-newsletter-all = Alle på listen
relations-newsletter-none = Der er ingen på listen.
relations-newsletter-consented = Sagde ja { $date }: { $proof }
relations-newsletter-needed = Mangler samtykke: får intet nyhedsbrev
relations-newsletter-asked = Spurgt { $date }, venter på svar
relations-newsletter-strike = Fjern
relations-newsletter-struck = Adressen er fjernet og kommer ikke på listen igen.
relations-newsletter-asking = Spørgsmålet bliver sendt.
relations-ask = Spørg dem, der mangler samtykke
relations-ask-lead = Hver adresse får én mail med et link, hvor modtageren siger ja eller nej. Der bliver ikke sendt en rykker.
relations-ask-days = Den, der ikke har svaret efter { $days } dage, bliver fjernet.
relations-unverified = Reglen er ikke efterprøvet. Spørg jeres jurist, før I sender.
relations-not-asked-protected = { $count ->
    [one] 1 adresse bliver ikke spurgt: virksomheden er reklamebeskyttet.
   *[other] { $count } adresser bliver ikke spurgt: virksomheden er reklamebeskyttet.
}
relations-not-asked-no-company = { $count ->
    [one] 1 adresse bliver ikke spurgt: virksomheden er ikke længere i CVR.
   *[other] { $count } adresser bliver ikke spurgt: virksomheden er ikke længere i CVR.
}
relations-ask-send = { $count ->
    [one] Spørg 1 adresse
   *[other] Spørg { $count } adresser
}
relations-ask-subject = Vil du have nyhedsbrevet fra { $town }?
relations-ask-heading = Vil du have vores nyhedsbrev?
relations-ask-why = Du står på { $town }s liste over modtagere af nyhedsbrevet til virksomheder. Vi kan ikke se, om du har sagt ja til det, og derfor spørger vi dig én gang.
relations-ask-no-answer = Siger du nej, eller har vi ikke hørt fra dig om { $days } dage, fjerner vi din adresse. Du hører ikke mere fra os om det.
relations-ask-basis = Vi skriver som led i kommunens opgave med erhvervsservice (databeskyttelsesforordningen artikel 6, stk. 1, litra e). Nyhedsbrevet selv sender vi kun med dit samtykke.
relations-ask-button = Svar ja eller nej
relations-ask-sender = { $town }, telefon { $phone }, { $email }
relations-ask-demo = Dette er en demo.
relations-question = Nyhedsbrev til virksomheder
relations-question-lead = Vil du have nyhedsbrevet fra { $town }?
relations-question-on = Du får nyhedsbrevet. Du kan stoppe, når du vil.
relations-question-yes = Ja, send mig nyhedsbrevet
relations-question-no = Nej tak
relations-question-leave = Stop nyhedsbrevet
relations-question-what = Siger du nej, sletter vi din adresse. Vi gemmer kun en kode, så adressen ikke kommer på listen igen.
relations-question-yes-done = Tak. Du står nu på listen.
relations-question-no-done = Din adresse er slettet. Du får intet nyhedsbrev.
relations-question-proof = svarede ja på linket fra mailen { $date }
relations-visits = Mine besøg
relations-visits-none = Du har ingen besøg foran dig.
relations-visit-when = { $day } kl. { $time }
relations-visit-plan = Planlæg et besøg
relations-visit-log = Notér et besøg, der har været
relations-visit-change = Besøg
relations-visit-plan-button = Gem besøget
relations-visit-log-button = Gem besøget
relations-visit-change-button = Gem ændringen
relations-visit-planned = Besøget er planlagt.
relations-visit-noted = Besøget er noteret.
relations-visit-changed = Besøget er ændret.
relations-visit-cancelled = Besøget er aflyst.
relations-visit-cancel = Aflys besøget
relations-visit-is-cancelled = Aflyst
relations-visit-cvr-label = Virksomhedens CVR-nummer
relations-visit-cvr-hint = Du kan også begynde fra virksomhedens side.
relations-visit-cvr = CVR-nummeret er ikke rigtigt
relations-visit-kind = Slags kontakt
relations-visit-day = Dag
relations-visit-at = Klokken
relations-visit-at-hint = Kan stå tomt: så står besøget hele dagen.
relations-visit-time = Skriv klokkeslættet som 10.30
relations-visit-minutes = Varighed
relations-visit-minutes-count = { $count } minutter
relations-visit-place = Sted
relations-visit-contact = Hvem mødes du med?
relations-visit-note = Note
relations-visit-note-hint = Kort. Intet om enkelte medarbejdere, og ingen CPR-numre.
relations-visit-no-company = Virksomheden er ikke i CVR-registret
relations-visit-day-past = Dagen er gået. Notér et besøg, der har været, i stedet.
relations-visit-day-ahead = Dagen er ikke kommet endnu. Planlæg et besøg i stedet.
relations-visit-ended = Besøget er aflyst eller har været
relations-visit-too-long = Skriv højst 2.000 tegn
relations-contact-visit = Besøg
relations-contact-meeting = Møde
relations-contact-call = Opkald
relations-contact-online = Onlinemøde
relations-contact-mail = E-mail
relations-memory-planned = { $kind ->
    [visit] Besøg planlagt
    [meeting] Møde planlagt
    [call] Opkald planlagt
    [online] Onlinemøde planlagt
   *[mail] E-mail planlagt
}{ $has_what ->
    [yes] : { $what }
   *[no] {""}
}{ $is_brought ->
    [yes] {""} (fra listen { $file }, række { $row }, hentet { $date })
   *[no] {""}
}
relations-memory-held = { $kind ->
    [visit] Besøg
    [meeting] Møde
    [call] Opkald
    [online] Onlinemøde
   *[mail] E-mail
}{ $has_what ->
    [yes] : { $what }
   *[no] {""}
}{ $is_brought ->
    [yes] {""} (fra listen { $file }, række { $row }, hentet { $date })
   *[no] {""}
}
relations-memory-cancelled = { $kind ->
    [visit] Besøg aflyst
    [meeting] Møde aflyst
    [call] Opkald aflyst
    [online] Onlinemøde aflyst
   *[mail] E-mail aflyst
}{ $has_what ->
    [yes] : { $what }
   *[no] {""}
}{ $is_brought ->
    [yes] {""} (fra listen { $file }, række { $row }, hentet { $date })
   *[no] {""}
}
relations-calendar = Min kalender
relations-calendar-here = Vis besøg og svarfrister i din egen kalender
relations-calendar-name = Samspil
relations-calendar-visit = { $kind ->
    [visit] Besøg
    [meeting] Møde
    [call] Opkald
    [online] Onlinemøde
   *[mail] E-mail
}: { $company }
relations-calendar-lead = Se dine egne besøg og svarfrister i Outlook, Google Kalender eller et andet program.
relations-calendar-new = Din adresse
relations-calendar-once = Kopiér adressen nu. Den bliver ikke vist igen.
relations-calendar-address = Kalenderens adresse
relations-calendar-outlook = Outlook: Tilføj kalender, Abonner fra internettet.
relations-calendar-google = Google Kalender: Andre kalendere, Fra webadresse.
relations-calendar-made = Du har en adresse, lavet { $at }.
relations-calendar-renew-what = Har andre set adressen, så lav en ny. Den gamle virker så ikke mere.
relations-calendar-renew = Lav en ny adresse
relations-calendar-close = Fjern adressen
relations-calendar-open = Lav en adresse
relations-calendar-closed = Adressen virker ikke mere.
relations-calendar-secret = Enhver, der har adressen, kan se kalenderen. Der står kun sagsnumre, virksomhedens navn ved besøg og korte titler, og intet om fortrolige sager.
relations-journal-list_brought = En liste blev hentet
relations-journal-list_taken = En liste blev indlæst
relations-journal-list_taken_back = En liste blev taget tilbage
relations-journal-list_dropped = En liste blev opgivet
relations-journal-visit_planned = Et besøg blev planlagt
relations-journal-visit_changed = Et besøg blev ændret
relations-journal-visit_cancelled = Et besøg blev aflyst
relations-journal-visit_noted = Et besøg blev noteret
relations-journal-permission_asked = En modtager blev spurgt om nyhedsbrevet
relations-journal-subscribed = En modtager sagde ja til nyhedsbrevet
relations-journal-unsubscribed = En modtager kom af nyhedsbrevets liste
relations-journal-calendar_opened = En kalenderadresse blev lavet
relations-journal-calendar_closed = En kalenderadresse blev fjernet
relations-journal-erased = Personoplysninger blev slettet
relations-data-contacts = Kontaktpersoner i virksomheder: navn, stilling, e-mail, telefon og note, fra kommunens egne lister
relations-data-contacts-kept = { $count ->
    [one] 1 måned efter den sidste ændring
   *[other] { $count } måneder efter den sidste ændring
}
relations-data-visits = Besøg i virksomheder: dag, hvem der var med, og en kort note
relations-data-visits-kept = { $count ->
    [one] 1 måned efter besøget; derefter kun, at der var et besøg den dag
   *[other] { $count } måneder efter besøget; derefter kun, at der var et besøg den dag
}
relations-data-newsletter = Modtagere af nyhedsbrevet: e-mail, navn og samtykke
relations-data-newsletter-kept = { $count ->
    [one] Til samtykket bliver trukket tilbage; uden svar på vores spørgsmål 1 dag. Derefter kun en kode, så adressen ikke kommer på listen igen
   *[other] Til samtykket bliver trukket tilbage; uden svar på vores spørgsmål { $count } dage. Derefter kun en kode, så adressen ikke kommer på listen igen
}
relations-data-lists = Filer og rækker fra lister, som kommunen har hentet
relations-data-lists-kept = { $count ->
    [one] 1 dag
   *[other] { $count } dage
}
relations-data-calendar = Medarbejderes private kalenderadresse, som en kode
relations-data-calendar-kept = Til den bliver fjernet, eller medarbejderen sletter sine oplysninger
relations-stays-left = { $count ->
    [one] 1 kode bliver, så adressen ikke kommer på nyhedsbrevets liste igen (databeskyttelsesforordningen artikel 17, stk. 3, litra b)
   *[other] { $count } koder bliver, så adresserne ikke kommer på nyhedsbrevets liste igen (databeskyttelsesforordningen artikel 17, stk. 3, litra b)
}
relations-stays-visited = { $count ->
    [one] 1 besøg viser stadig, hvem fra kommunen der besøgte virksomheden (databeskyttelsesforordningen artikel 17, stk. 3, litra b)
   *[other] { $count } besøg viser stadig, hvem fra kommunen der besøgte virksomheden (databeskyttelsesforordningen artikel 17, stk. 3, litra b)
}
