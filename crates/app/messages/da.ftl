operations-nav = Drift
operations-title = Drift
operations-lead = Sådan har programmet det. Her står numre og slags, aldrig modtagere eller tekst.
operations-journal = Hændelsesloggen
operations-engine = Database
operations-position = Forseglede linjer
operations-sealed-at = Senest forseglet
operations-root-day = Senest underskrevet
operations-never = Ikke endnu
operations-roots = De underskrevne rødder (JSON)
operations-jobs = Opgaver i baggrunden
operations-jobs-kinds = Alle opgaver
operations-jobs-none = Der er ingen opgaver endnu. De kommer, når nogen bruger programmet.
operations-jobs-caption = Opgaver efter slags. Udførte gemmes i 7 dage.
operations-kind = Slags
operations-waiting = Venter
operations-done = Udført
operations-dead = Opgivet
operations-dead-title = Opgivet: nogen skal se på dem
operations-dead-caption = Opgaver, som ikke kunne udføres
operations-reason = Årsag
operations-attempts = Forsøg
operations-action = Handling
operations-retry = Prøv igen
operations-retried = Opgaven er lagt i køen igen.
operations-outbox = Mails
operations-outbox-none = Der er ikke skrevet mails endnu.
operations-message = Mail
operations-message-waiting = Venter
operations-message-sent = Sendt
operations-message-captured = Holdt tilbage, intet er sendt
operations-message-failed = Kunne ikke sendes
operations-message-expired = For gamle, ikke sendt
operations-message-discarded = Kasseret
operations-failed-title = Mails, som ikke kunne sendes
operations-failed-caption = Mails, som ikke kunne sendes, nyeste først
operations-given-up = Opgivet
operations-post-title = Demoens postkasse
operations-post-lead = Alle mails fra demoen ender her. Ingen forlader den.
operations-post-none = Der er ingen mails endnu.
operations-post-begin = Send en henvendelse, så kommer der en kvittering
operations-post-to = Til
operations-post-at = Skrevet
operations-journal-job_retried = En opgave blev lagt i køen igen
operations-register = Erhvervsregistret
operations-import-began = Senest indlæst
operations-import-state = Tilstand
operations-import-staging = I gang
operations-import-done = Færdig
operations-import-failed = Afbrudt, registret er som før
operations-import-reason-interrupted = Programmet sluttede midt i indlæsningen. Den næste indlæsning rydder op.
operations-import-reason-overtaken = En anden indlæsning tog over, fordi denne var tavs for længe.
operations-import-reason-input = Filen kunne ikke læses til ende.
operations-import-reason-full = Disken er fuld. Skaf plads, og indlæs igen.
operations-import-reason-database = Databasen svarede ikke, som den skulle. Se loggen.
operations-import-reason-refused = Registrets tjeneste afviser brugeren eller adgangskoden. Se [register] i samspil.toml.
operations-import-reason-path = Registrets tjeneste kender ikke stien. Se [register] i samspil.toml.
operations-import-reason-status = Registrets tjeneste svarede med en fejl. Der prøves igen.
operations-import-reason-elsewhere = Registrets tjeneste henviste et andet sted hen, og det følger programmet ikke. Se endpoint i samspil.toml.
operations-import-reason-unreachable = Registrets tjeneste kunne ikke nås. Der prøves igen.
operations-import-reason-broke-off = Forbindelsen til registrets tjeneste blev brudt. Der prøves igen.
operations-import-reason-no-page = Registrets tjeneste svarede med noget, der ikke er dokumenter.
operations-import-read = Dokumenter læst
operations-import-rejected = Dokumenter, som ikke kunne bruges
operations-import-none = Registret er ikke indlæst endnu. Det gør man med samspil registry import.
operations-index-ready = Søgningen er ajour.
operations-index-missing = Søgeindekset bygges. Indtil da findes kun navne, der begynder med det, man skriver.
operations-number = Nummer
operations-discard = Kassér ...
operations-discard-title = Kassér opgaven?
operations-discard-lead = Det, opgaven skulle gøre, bliver ikke gjort. Den kan ikke hentes tilbage.
operations-discard-journal = Det kommer til at stå i hændelsesloggen, hvem der kasserede den, og hvornår.
operations-discard-do = Kassér opgaven
operations-discard-not = Behold den
operations-discarded = Opgaven er kasseret. Det står i hændelsesloggen.
operations-journal-job_discarded = En opgivet opgave blev kasseret
operations-discarded-message = Mailen er kasseret. Det står i hændelsesloggen.
operations-discard-message-title = Kassér mailen?
operations-discard-message-lead = Mailen bliver ikke sendt, og den kan ikke hentes tilbage. Sørg for, at modtageren har fået besked på en anden måde, hvis det er nødvendigt.
operations-discard-message-why = Hvorfor skal den ikke sendes?
operations-discard-message-missing = Vælg, hvorfor mailen ikke skal sendes
operations-discard-message-journal = Det kommer til at stå i hændelsesloggen, hvem der kasserede den, hvornår og hvorfor.
operations-discard-message-do = Kassér mailen
operations-discard-reason-told-otherwise = Modtageren har fået besked på en anden måde
operations-discard-reason-wrong-address = Adressen er forkert, og der er ingen anden
operations-discard-reason-out-of-date = Det, der står i den, gælder ikke længere
operations-discard-reason-mistake = Den var en fejl eller en prøve
operations-journal-backup_made = Der blev taget en sikkerhedskopi
operations-backup = Sikkerhedskopi
operations-backup-made = Senest taget
operations-backup-size = Størrelse
operations-backup-megabytes = { $count } MB
operations-backup-rows = Rækker
operations-backup-files = Filer
operations-backup-flaws = { $count ->
    [one] 1 fil manglede eller var ændret
   *[other] { $count } filer manglede eller var ændret
}
operations-backup-none = Der er ikke taget en sikkerhedskopi. Det gør man med samspil backup.
operations-backup-never = Der er ikke taget en sikkerhedskopi endnu. Sæt samspil backup til at køre hver nat: Hvis disken går i stykker, er alt væk. Her advares, når den seneste er mere end { $count } timer gammel.
operations-backup-old = Den seneste sikkerhedskopi er mere end { $count } timer gammel. Undersøg, hvorfor samspil backup ikke har kørt.
operations-data-journal = Hvornår medarbejdere gjorde noget i programmet, under et tilfældigt nummer
operations-data-journal-kept = Bliver stående. Hændelsesloggen kan ikke ændres, uden at det kan ses.
operations-stays-journal = { $count ->
    [one] 1 linje i hændelsesloggen viser med et tilfældigt nummer, at personen gjorde noget. Loggen viser, om kommunen har handlet rigtigt, og den ville ikke bevise noget, hvis linjer kunne tages ud (databeskyttelsesforordningen, artikel 5, stk. 2, artikel 17, stk. 3, litra b, og artikel 32).
   *[other] { $count } linjer i hændelsesloggen viser med et tilfældigt nummer, at personen gjorde noget. Loggen viser, om kommunen har handlet rigtigt, og den ville ikke bevise noget, hvis linjer kunne tages ud (databeskyttelsesforordningen, artikel 5, stk. 2, artikel 17, stk. 3, litra b, og artikel 32).
}
operations-journal-file_infected = Virusscanneren fandt noget i en fil, og den udleveres ikke
operations-journal-restored = Installationen blev gendannet fra en sikkerhedskopi
operations-more-dead = Der er flere. Her står de { $count } ældste.
operations-more-failed = Der er flere. Her står de { $count } nyeste.
operations-reason-no-mail-server = Der var ingen mailserver
operations-reason-no-sms-gateway = Der var ingen SMS-udbyder
operations-reason-sms-never = SMS-udbyderen sagde nej til nummeret eller teksten
operations-reason-connection = Mailserveren svarede ikke
operations-reason-timeout = Mailserveren svarede for langsomt
operations-reason-response = Mailserveren svarede uforståeligt
operations-reason-client = Mailserveren kan ikke det, mailen kræver
operations-reason-tls = Forbindelsen til mailserveren kunne ikke sikres
operations-reason-tls-not-offered = Mailserveren tilbyder ikke en sikker forbindelse
operations-reason-tls-unknown-issuer = Mailserverens certifikat er fra en udsteder, vi ikke kender
operations-reason-tls-other-name = Mailserverens certifikat gælder et andet navn
operations-reason-tls-expired = Mailserverens certifikat er ikke gyldigt nu
operations-reason-tls-certificate = Mailserverens certifikat holder ikke
operations-reason-smtp-later = Mailserveren bad os vente
operations-reason-smtp-never = Mailserveren sagde nej
operations-reason-address = Adressen kan ikke modtage mail
operations-reason-compose = Mailen kunne ikke sættes sammen
operations-reason-expired = Forsøgt i 5 dage
operations-reason-erased = Teksten blev slettet, før mailen gik
operations-reason-claimed = En anden var i gang med den
operations-reason-database = Databasen svarede ikke
operations-reason-disk = Der kunne ikke skrives på disken
operations-reason-panic = En fejl i programmet
operations-reason-payload = Programmet kan ikke læse opgaven
operations-reason-unknown-kind = Programmet kender ikke den slags opgave
operations-reason-no-such-link = Linket, som mailen skulle bringe, findes ikke mere
operations-reason-no-such-person = Den, mailen var til, findes ikke mere
operations-reason-no-such-contact = Den, mailen var til, er slettet
operations-reason-other = Det er fortalt i programmets log
operations-held-title = Mails venter på en mailserver
operations-held = { $count ->
    [0] Der er ikke sat en mailserver op. Kvitteringer og beskeder til virksomhederne kommer ikke frem, før den står under [smtp] i { $file }.
    [one] 1 mail venter, fordi der ikke er sat en mailserver op. Den sendes, når den står under [smtp] i { $file }. En mail venter højst 5 dage.
   *[other] { $count } mails venter, fordi der ikke er sat en mailserver op. De sendes, når den står under [smtp] i { $file }. En mail venter højst 5 dage.
}
operations-proxy-title = Alle besøgende tæller som én
operations-proxy-untrusted = { $peer } sender besøgende videre, men står ikke under [proxy] trusted i samspil.toml. Derfor deler alle virksomheder én grænse for henvendelser og log ind: én afsender kan lukke de andre ude.
operations-proxy-silent = { $peer } står under [proxy] trusted i samspil.toml, men fortæller ikke, hvem den spørger for. Derfor deler alle virksomheder én grænse for henvendelser og log ind. Lad den sætte X-Forwarded-For.
operations-begin = Kom i gang
operations-begin-lead = { $done } af { $count } er på plads. Her står, hvad der mangler, før virksomhederne bliver budt indenfor.
operations-begin-all = Alt er på plads: { $count } af { $count }
operations-begin-what = Hvad
operations-begin-state = Tilstand
operations-begin-next = Hvad der er eller mangler
operations-begin-is-done = På plads
operations-begin-is-missing = Mangler
operations-begin-in-file = Indstillinger skrives i { $file } i datamappen. Programmet læser den, når det starter.
operations-begin-told = Kommunens oplysninger
operations-begin-told-todo = { $count ->
    [one] 1 indstilling er ikke udfyldt: { $named }. I stedet står der noget, som ingen svarer på.
   *[other] { $count } indstillinger er ikke udfyldt: { $named }. I stedet står der noget, som ingen svarer på.
}
operations-begin-told-done = Navn, telefoner, postkasse og åbningstid er udfyldt.
operations-begin-address = Adressen
operations-begin-address-todo = Virksomhederne kan ikke komme til siden over https endnu. Sæt en proxy med TLS foran, og skriv adressen som base_url.
operations-begin-address-done = Siden har en adresse med https.
operations-begin-proxy = Proxyen
operations-begin-proxy-todo = Proxyen foran programmet står ikke under [proxy] trusted, eller den fortæller ikke, hvem den spørger for. Så længe tæller alle besøgende som én.
operations-begin-proxy-done = Hver besøgende tælles for sig.
operations-begin-mail = Mailserveren
operations-begin-mail-todo = Der er ingen. Kvitteringer, svar og links til at logge ind kommer ikke frem. Den skrives under [smtp].
operations-begin-mail-done = Der er en. Om den tager imod mail fra os, siger samspil doctor.
operations-begin-people = Personer, der svarer
operations-begin-people-todo = Ingen kan svare på henvendelser endnu. Inviter kollegerne, giv dem en rolle, og sæt dem i et team.
operations-begin-people-done = Mindst én person kan svare på henvendelser.
operations-begin-people-link = Inviter personer
operations-begin-teams = Teams med medlemmer
operations-begin-teams-todo = { $count ->
    [one] 1 af de teams, som vejviseren sender henvendelser til, har ingen medlemmer.
   *[other] { $count } af de teams, som vejviseren sender henvendelser til, har ingen medlemmer.
}
operations-begin-teams-done = Alle de teams, som vejviseren sender henvendelser til, har medlemmer.
operations-begin-teams-link = Sæt personer i teams
operations-begin-leaders = Teamledere
operations-begin-leaders-todo = { $count ->
    [one] 1 af de teams, som vejviseren sender henvendelser til, har ingen leder. Så hører ingen om henvendelser, der ikke bliver taget.
   *[other] { $count } af de teams, som vejviseren sender henvendelser til, har ingen leder. Så hører ingen om henvendelser, der ikke bliver taget.
}
operations-begin-leaders-done = Alle de teams, som vejviseren sender henvendelser til, har en leder.
operations-begin-leaders-link = Vælg ledere
operations-begin-register = Erhvervsregistret
operations-begin-register-todo = Det er ikke læst ind. Virksomheder kan ikke findes på navn, og /politik viser ingen vækst.
operations-begin-register-done = Det er læst ind.
operations-begin-areas = Områderne
operations-begin-areas-todo = Kommunens områder er ikke læst ind. Tal efter område mangler.
operations-begin-areas-done = Kommunens områder er læst ind.
operations-begin-policy = Erhvervspolitikken
operations-begin-policy-todo = Den er ikke læst ind. /politik er tom.
operations-begin-policy-done = Den er læst ind.
operations-begin-goals = Svarfristerne
operations-begin-goals-todo = { $count ->
    [one] Servicemålet for 1 emne er et forslag, som ikke er vedtaget. Siden siger "vi ringer" og viser ingen dato.
   *[other] Servicemålene for { $count } emner er forslag, som ikke er vedtaget. Siderne siger "vi ringer" og viser ingen dato.
}
operations-begin-goals-done = Servicemålene for alle emner er vedtaget.
operations-begin-goals-link = Se emnerne (kræver retten til at rette dem)

operations-roots-title = Hændelsesloggens signerede rødder
operations-roots-lead = Alt, der sker i Samspil, skrives i en hændelseslog, der ikke kan ændres, uden at det kan ses. Hver aften underskrives loggen her.
operations-roots-how = En rod er et fingeraftryk af alle linjer indtil da. Gemmer I én, kan I senere få kontrolleret, at intet før den er ændret eller fjernet. Linjernes indhold kan ikke læses af den.
operations-roots-none = Der er endnu ingen underskrevet rod. Den første kommer i aften.
operations-roots-numbers = Se politik og tal
operations-roots-file = Hent alle rødder (JSON)
operations-roots-key = Offentlig nøgle (Ed25519)
operations-roots-check = Sådan kontrolleres den
operations-roots-root-short = RODEN
operations-roots-lines = Dækker linje 1 til { $position }.
operations-roots-root = Rod
operations-roots-signature = Underskrift

operations-import-refused = Afvist: intet i den kunne bruges, og registret er som før
operations-import-newest = Seneste forsøg
operations-import-tried = Forsøgt
operations-import-in-force = Det, der gælder
operations-mail-refused-title = Mailserveren tager ikke imod mails fra os
operations-mail-refused = Senest forsøgt { $at }: { $reason }. Kvitteringer, svar og links til at logge ind venter, og programmet prøver igen i højst 5 dage. Ret [smtp] i { $file }, eller spørg dem, der driver mailserveren.
operations-mail-tried = Senest forsøgt
operations-mail-next = Næste forsøg
operations-begin-mail-refused = Mailserveren
operations-begin-mail-refused-todo = Den tog ikke imod den seneste mail. Hvorfor, står under Mails. Den skrives under [smtp].
operations-jobs-well = { $count ->
    [0] Intet er opgivet, og intet er forsinket.
    [one] Intet er opgivet, og intet er forsinket. 1 opgave venter på sin tid.
   *[other] Intet er opgivet, og intet er forsinket. { $count } opgaver venter på deres tid.
}
operations-jobs-late-title = Forsinket mere end et kvarter
operations-jobs-late = { $what }: { $count ->
    [one] 1 opgave
   *[other] { $count } opgaver
}
operations-job-relations-ask-permission = Spørger modtagere, om de vil have nyhedsbrevet
operations-job-relations-remove-file = Sletter filen til en liste
operations-job-relations-take-rows = Indlæser rækkerne i en liste
operations-job-relations-try-rows = Gennemgår rækkerne i en liste
operations-job-enquiries-deliver-package = Sender en henvendelse til arkivet
operations-job-enquiries-sweep-packages = Ser efter henvendelser, der skal til arkivet
operations-job-enquiries-follow-people = Flytter henvendelser videre, når nogen stopper eller er fraværende
operations-job-enquiries-forget-drafts = Sletter filer fra formularer, der ikke blev sendt
operations-job-enquiries-mail-notice = Skriver en mail om noget, der er sket
operations-job-enquiries-send-digests = Sender morgenens overblik til dem, der svarer
operations-job-enquiries-remove-file = Sletter en fil, der er fjernet
operations-job-enquiries-fetch-mail = Henter mails til kommunen og lægger dem på plads
operations-job-enquiries-watch = Ser efter svarfrister, der er ved at løbe ud
operations-job-identity-check-session = Spørger login-udbyderen, om en medarbejder stadig må komme ind
operations-job-identity-mail-link = Skriver mailen med et link til at logge ind
operations-job-identity-tell-of-emergency = Fortæller systemadministratorerne, at nødadgangen blev brugt
operations-job-outreach-deliver = Afleverer en mail til mailserveren
operations-job-outreach-sweep = Ser efter mails, der er blevet hængende
operations-job-policy-close-ended = Afslutter en politik, når den udløber
operations-job-protection-night = Sletter det, der er gemt længe nok
operations-job-registry-record-changes = Skriver i loggen, hvem der er kommet og gået i registret
operations-job-operations-scan-files = Lader virusscanneren se på filer, der venter på den
operations-job-storage-erasures = Skriver i erasures.jsonl, hvad der er slettet
operations-job-other = Noget, som denne udgave af programmet ikke kender
operations-data-nav = Åbne data
operations-data-title = Åbne data
operations-data-lead = Her er det, alle kan hente: tallene om erhvervspolitikken og beviset for, at vores hændelseslog ikke er ændret. Ingen adgang eller nøgle er nødvendig, og ingen personer står i det.
operations-data-numbers = Tallene om erhvervspolitikken
operations-data-numbers-what = Hvert mål med tal, antal, periode og usikkerhed, og væksten år for år. Små tal er skjult, så ingen virksomhed kan kendes.
operations-data-numbers-source = Vores egne henvendelser og CVR-registret. Hvordan hvert tal er regnet ud, står ved tallet.
operations-data-numbers-often = Regnes ud på ny mindst hver dag
operations-data-numbers-see = Se tallene
operations-data-roots-what = En signeret rod for hver dag: et fingeraftryk af alt, der er skrevet i loggen indtil da. Hvad der står i loggen, kan ikke læses af det.
operations-data-roots-source = Samspil selv
operations-data-roots-often = Én ny om dagen
operations-data-roots-see = Se de seneste, og hvordan de kontrolleres
operations-data-source = Kilde
operations-data-often = Hvor tit
operations-data-files = Filer
operations-data-csv = CSV til regneark
operations-data-json = JSON til programmer
operations-data-terms = Vilkår
operations-data-terms-text = { $name } fastsætter, på hvilke vilkår tallene må bruges. Vil I bruge dem i noget, I udgiver, så skriv, hvor de kommer fra og hvornår I hentede dem, og spørg os, hvis I er i tvivl.
operations-data-demo = Det her er en demo: virksomheder og tal er opfundet.

operations-data-guide = Vejviseren
operations-data-guide-what = Telefon, åbningstid, akutnumre og alle emner med links. Andre websteder må læse og vise det.
operations-data-guide-source = Det, kommunens medarbejdere har skrevet i vejviseren
operations-data-guide-often = Med det samme, når nogen retter
operations-data-guide-embed = Sæt feltet på kommunens websted

operations-job-enquiries-ask-for-reviews = Beder teams gennemse deres emner i vejviseren
operations-begin-reviews = Emnerne i vejviseren er gennemset
operations-begin-reviews-done = Alle emner er gennemset inden for et halvt år, eller fristen løber endnu.
operations-begin-reviews-todo = { $count ->
    [one] Ét emne skal gennemses af sit team.
   *[other] { $count } emner skal gennemses af deres team.
}
operations-begin-reviews-link = Se emnerne
