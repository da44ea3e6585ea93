## Vejviserens emner: det, redaktøren ser.
enquiries-content-heading = Vejviserens emner
enquiries-content-lead = Her retter du, hvad vejviseren siger om hvert emne, hvem der svarer, og hvilke servicemål der er vedtaget.
enquiries-content-count-conflicts = { $count ->
    [one] I { $count } emne er den medfølgende tekst ændret. Vælg, hvilken tekst der skal stå.
   *[other] I { $count } emner er den medfølgende tekst ændret. Vælg, hvilken tekst der skal stå.
 }
enquiries-content-count-unadopted = { $count ->
    [one] { $count } emne har ikke et vedtaget servicemål. Der siger vejviseren "Vi ringer" med et telefonnummer.
   *[other] { $count } emner har ikke et vedtaget servicemål. Der siger vejviseren "Vi ringer" med et telefonnummer.
 }
enquiries-content-all-adopted = Alle emner har et vedtaget servicemål.
enquiries-content-count-unverified = { $count ->
    [one] { $count } KLE-nummer er ikke verificeret.
   *[other] { $count } KLE-numre er ikke verificeret.
 }
enquiries-content-all-verified = Alle KLE-numre er verificeret.
enquiries-content-col-topic = Emne
enquiries-content-col-goal = Servicemål
enquiries-content-col-changed = Senest ændret
enquiries-content-days = { $reply ->
    [one] Første svar på { $reply } arbejdsdag
   *[other] Første svar på { $reply } arbejdsdage
 }, svar på { $answer }
enquiries-content-adopted-by = Vedtaget { $date }, indført af { $person }
enquiries-content-not-adopted = Ikke vedtaget
enquiries-content-verified = Verificeret
enquiries-content-not-verified = Ikke verificeret
enquiries-content-has-conflict = Den medfølgende tekst er ændret
enquiries-content-changed-by = Ændret { $date } af { $person }
enquiries-content-entered-by = Indført { $date } af { $person }
enquiries-content-as-shipped = Som programmet leverer det
enquiries-content-someone = systemet
enquiries-content-no-team = Erhvervskonsulenten, for teamet findes ikke længere
enquiries-content-walled = Kun for teamet

enquiries-content-pages = Emnets sider
enquiries-content-tab-texts = Tekster og ord
enquiries-content-tab-goal = Servicemål
enquiries-content-tab-history = Historik

enquiries-content-say = Det læser virksomheden
enquiries-content-title = Titel
enquiries-content-in-da = på dansk
enquiries-content-in-en = på engelsk
enquiries-content-summary = Én sætning under titlen
enquiries-content-self-help = Det kan virksomheden selv gøre
enquiries-content-hint-self-help = En eller to sætninger i hver rubrik. En tom række tæller ikke med.
enquiries-content-one-help = Råd
enquiries-content-questions = Det skal teamet vide
enquiries-content-hint-questions = Højst tre spørgsmål. De står ved feltet, hvor virksomheden skriver.
enquiries-content-one-question = Spørgsmål
enquiries-content-words = Ordene, emnet findes på
enquiries-content-words-text = Skriv ét ord eller én vending på hver linje. Én form er nok: endelser, sammensatte ord og små stavefejl finder vejviseren selv.
enquiries-content-synonyms = Ord, der peger direkte på emnet
enquiries-content-hint-synonyms = Fagordet og det, folk kalder det. Mindst ét på hvert sprog.
enquiries-content-everyday = Hverdagsord
enquiries-content-hint-everyday = Svagere ord, som også bruges om andet.
enquiries-content-whole = Ord, der kun tæller som helhed
enquiries-content-hint-whole = Vendinger, hvis enkelte ord peger et andet sted hen.
enquiries-content-examples = Spørgsmål, som folk stiller dem
enquiries-content-hint-examples = Hele sætninger. Skriv dem, som de bliver sagt.
enquiries-content-against = Ord, der taler for et andet emne
enquiries-content-hint-against = Står et af dem i spørgsmålet, rykker emnet ned.
enquiries-content-who = Hvem svarer
enquiries-content-team = Team
enquiries-content-team-fixed = Spørgsmål om et udbud, der er i gang, må kun åbnes af udbudsteamet. Det følger af ligebehandlingen af tilbudsgivere (udbudsloven § 2) og kan ikke ændres her.
enquiries-content-confidential = Fortrolighed
enquiries-content-confidential-tick = Henvendelser om emnet må kun ses af teamet, og mails om dem indeholder kun et link
enquiries-content-wall-tender = Kun udbudsteamet kan se, at der er en henvendelse.
enquiries-content-wall-complaint = En klage over en person går uden om personen og personens team. Kun det team, der behandler klagen, kan se den.
enquiries-content-wall-confidence = Kun teamet kan se, at der er en henvendelse. Mails om den indeholder kun et link.
enquiries-content-wall-fixed = Det ligger fast og kan ikke slås fra.
enquiries-content-kle = KLE-nummer
enquiries-content-hint-kle = Emnet i KL's journalplan, skrevet som 02.34.02.
enquiries-content-kle-title = Emnets titel i KLE
enquiries-content-kle-edition = Udgivet den
enquiries-content-hint-kle-edition = Udgivelsesdatoen på den udgave, I slog op i.
enquiries-content-kle-source = { $title } (KLE udgivet { $date })
enquiries-content-kle-verified = Slået op den
enquiries-content-kle-tick = Jeg har slået nummeret op i den gældende KLE
enquiries-content-elsewhere = Andre steder, der hjælper
enquiries-content-self-service = National selvbetjening
enquiries-content-hint-self-service = Stedet, hvor man ansøger eller anmelder. Højst tre.
enquiries-content-link-name = Navn
enquiries-content-link-url = Adresse, som begynder med https://
enquiries-content-link-apply = Skriv "Det her er ikke en ansøgning" ved linket
enquiries-content-referral = Virksomheden kan følges videre til
enquiries-content-hint-referral = En uden for kommunen, som hjælper med emnet.
enquiries-content-referral-none = Ingen
enquiries-content-referral-other = En anden, som står herunder
enquiries-content-referral-name = Den andens navn
enquiries-content-referral-url = Den andens adresse, som begynder med https://

enquiries-content-try = Prøv et spørgsmål
enquiries-content-try-text = Se, hvad vejviseren svarer med de ord, der står i felterne nu. Intet bliver gemt, og spørgsmålet bliver ikke skrevet ned nogen steder.
enquiries-content-try-question = Spørgsmål fra en virksomhed
enquiries-content-try-button = Prøv spørgsmålet
enquiries-content-tried = Svaret på "{ $question }"
enquiries-content-tried-with = Med ordene i felterne
enquiries-content-tried-saved = Som vejviseren er nu
enquiries-content-tried-words = På ordene: { $words }
enquiries-content-this-topic = Dette emne
enquiries-content-save = Gem
enquiries-content-topic-save = Gem emnet
enquiries-content-cancel = Fortryd det, der ikke er gemt
enquiries-content-see-public = Se emnet i vejviseren
enquiries-content-saved = Det er gemt. Vejviseren siger det nye inden for to sekunder.
enquiries-content-topic-saved = Emnet er gemt. Vejviseren siger det nye inden for to sekunder.

enquiries-content-meanwhile = Intet er gemt
enquiries-content-stale = En anden har gemt noget her, mens du skrev. Din tekst står stadig i felterne. Sammenlign herunder, og gem igen, hvis din skal gælde.
enquiries-content-incomplete = Nogle af felterne mangler noget.
enquiries-content-no-version = Den version kan ikke hentes frem.
enquiries-content-fixed = Det ligger fast, hvem der svarer, og hvem der må se det.
enquiries-content-you-typed = Det, du har skrevet
enquiries-content-saved-now = Det, der er gemt
enquiries-content-conflicts = Den medfølgende tekst er ændret
enquiries-content-conflicts-text = Programmet leverer en ny tekst, hvor I har jeres egen. Jeres står i vejviseren, til I vælger.
enquiries-content-ours = Jeres tekst
enquiries-content-shipped-now = Den nye medfølgende tekst
enquiries-content-keep-ours = Behold jeres tekst
enquiries-content-take-shipped = Brug den nye tekst
enquiries-content-settled = Valget er gemt.

enquiries-content-wrong-empty = Skriv noget her. Feltet skal udfyldes på begge sprog.
enquiries-content-wrong-too-long = Skriv højst 400 tegn på hver linje.
enquiries-content-wrong-too-many = Der er for mange linjer eller rækker.
enquiries-content-wrong-url = Skriv en adresse, som begynder med https://
enquiries-content-wrong-team = Vælg et team, der findes.
enquiries-content-wrong-kle = Skriv nummeret som 02.34.02.
enquiries-content-wrong-kle-title = Skriv emnets titel, som den står i KLE.
enquiries-content-wrong-kle-edition = Skriv den dag, udgaven kom. Den kan ikke ligge i fremtiden.
enquiries-content-wrong-kle-when = Skriv den dag, nummeret blev slået op. Den kan ikke ligge i fremtiden.
enquiries-content-wrong-kle-again = Nummeret er ændret. Slå det nye op, og skriv dagen, eller fjern fluebenet.

enquiries-content-goal-title = Servicemål: { $topic }
enquiries-content-goal-now = Mål
enquiries-content-goal-shown = Sendes en henvendelse nu, viser vejviseren svar senest { $date }.
enquiries-content-goal-not-shown = Målet er ikke vedtaget. Vejviseren siger "Vi ringer" og viser teamets telefon.
enquiries-content-goal-holds = Gælder nu
enquiries-content-goal-replaced = Rettet samme dag
enquiries-content-goal-from = For henvendelser modtaget fra { $date }
enquiries-content-goal-shipped = Programmets forslag. Ingen kommune har vedtaget det.
enquiries-content-goal-decided = Vedtaget { $date }: { $reference }
enquiries-content-goal-proposal = Ikke vedtaget
enquiries-content-goal-set-heading = Sæt et nyt mål
enquiries-content-goal-set-text = Et nyt mål gælder henvendelser, der kommer fra dagen af. De svarfrister, virksomheder allerede har fået, flytter sig ikke.
enquiries-content-goal-first-reply = Arbejdsdage til det første svar fra et menneske
enquiries-content-goal-answer = Arbejdsdage til svaret
enquiries-content-goal-valid-from = Gælder fra
enquiries-content-goal-valid-from-hint = I dag eller senere.
enquiries-content-goal-adopted = Er målet vedtaget?
enquiries-content-goal-adopted-yes = Ja, der er truffet en beslutning
enquiries-content-goal-adopted-no = Nej, det er et forslag. Der vises ingen dato
enquiries-content-goal-decided-on = Dato for beslutningen
enquiries-content-goal-reference = Hvor beslutningen kan findes
enquiries-content-goal-reference-hint = Fx "Kommunalbestyrelsen, punkt 12".
enquiries-content-goal-save = Sæt målet
enquiries-content-goal-set = Målet er sat.
enquiries-content-goal-number = Skriv et helt antal arbejdsdage, fx 2.
enquiries-content-goal-choose = Vælg, om målet er vedtaget.
enquiries-content-goal-from-missing = Skriv den dag, målet gælder fra.
enquiries-content-goal-decided-missing = Skriv den dag, beslutningen blev truffet.
enquiries-content-goal = Begge dele tager mindst én arbejdsdag og højst 120, og svaret kommer ikke før det første svar.
enquiries-content-valid-from = Målet kan ikke gælde fra en dag, der er gået. De datoer, virksomheder har fået, står ved magt.
enquiries-content-decided-on = Beslutningen kan ikke ligge i fremtiden.
enquiries-content-reference = Skriv, hvor beslutningen kan findes.
enquiries-content-reference-long = Skriv højst 200 tegn.

enquiries-content-short-title = titel
enquiries-content-short-summary = sætningen under titlen
enquiries-content-short-self-help = råd
enquiries-content-short-questions = spørgsmål til virksomheden
enquiries-content-short-synonyms = ord
enquiries-content-short-everyday = hverdagsord
enquiries-content-short-whole = vendinger
enquiries-content-short-examples = eksempler på spørgsmål
enquiries-content-short-against = ord, der taler imod
enquiries-content-short-team = team
enquiries-content-short-kle = KLE-nummer
enquiries-content-short-kle-title = titel i KLE
enquiries-content-short-kle-edition = udgave af KLE
enquiries-content-short-kle-verified = kontrol af KLE-nummer
enquiries-content-short-confidential = fortrolighed
enquiries-content-short-self-service = links til selvbetjening
enquiries-content-short-referral = henvisning
enquiries-content-wrong-in = { $field }: { $text }
enquiries-content-history-title = Historik: { $topic }
enquiries-content-history-none = Ingen har ændret emnet. Det står, som programmet leverer det.
enquiries-content-history-edit = Ret emnet
enquiries-content-history-text = Alt, hvad der er gemt, kan hentes frem igen. En version, der hentes frem, bliver den nyeste, og intet forsvinder.
enquiries-content-history-texts = Se, hvad der blev ændret
enquiries-content-history-before = Før
enquiries-content-history-after = Efter
enquiries-content-version-now = Står i vejviseren
enquiries-content-event-edited = Version { $version }: ændret { $fields }
enquiries-content-event-restored = Version { $version }: en tidligere version hentet frem. Ændret { $fields }
enquiries-content-event-took-shipped = Version { $version }: den nye medfølgende tekst taget i brug
enquiries-content-event-kept-ours = Version { $version }: egen tekst beholdt
enquiries-content-event-adopted = Servicemål fra { $date }: { $days }. Vedtaget { $decided }
enquiries-content-event-proposed = Servicemål foreslået fra { $date }: { $days }
enquiries-content-restore = Hent version { $version } frem
enquiries-content-restore-shipped-heading = Begynd forfra
enquiries-content-restore-shipped-text = Brug programmets egne tekster og ord igen. Jeres versioner bliver stående i historikken. Servicemålene ændres ikke.
enquiries-content-restore-shipped = Brug de medfølgende tekster
enquiries-content-restored = Versionen er hentet frem.

enquiries-journal-content_edited = Et emne i vejviseren blev rettet
enquiries-journal-goal_set = Et emne fik et servicemål

## Korte veje ind.
enquiries-way-ring = Ring til { $team }:
enquiries-way-write = Skriv til os

# De korte veje
enquiries-content-ways = Korte veje
enquiries-content-way-lead = En kort vej står øverst, når spørgsmålet er til at kende. Hvilke ord den kendes på, følger med programmet.
enquiries-content-phone = Telefon
enquiries-content-short-phone = telefon
enquiries-content-hint-way-phone = Tomt: teamets telefon.

# Emner, der svares på telefonen
enquiries-content-answered = Sådan får virksomheden svar
enquiries-content-answered-here = Emnet er åbent: virksomheder kan skrive her og får en svarfrist at se.
enquiries-content-answered-by-phone = Emnet er ikke begyndt endnu: vejviseren viser telefon og åbningstid i stedet for formularen og svarfristen. Skriver en virksomhed alligevel i en mail, bliver det en henvendelse til teamet.
enquiries-content-begin = Begynd: lad virksomheder skrive om emnet
enquiries-content-to-phone = Lad emnet gå over telefonen
enquiries-content-now-begun = Emnet er åbent. Virksomheder kan skrive om det inden for to sekunder.
enquiries-content-now-by-phone = Emnet går over telefonen. Henvendelser, der er sendt, bliver besvaret inden deres svarfrist.
enquiries-content-is-by-phone = Telefon
enquiries-content-by-phone = Kun telefon
enquiries-content-short-by-phone = om emnet går over telefonen
enquiries-content-event-begun = Version { $version }: emnet åbnet for henvendelser
enquiries-content-event-to-phone = Version { $version }: emnet lagt over på telefonen

# Gennemsyn af emnerne
enquiries-content-event-confirmed = Gennemset: det passer stadig
enquiries-content-count-due = { $count ->
    [one] Ét emne skal gennemses
   *[other] { $count } emner skal gennemses
}
enquiries-review-title = Passer det stadig? { $topic }
enquiries-review-lead = Det her ser en virksomhed. Læs det, som om du ikke kendte det, og ring til nummeret, hvis du er i tvivl.
enquiries-review-good = Gennemset { $date }
enquiries-review-due = Skal gennemses
enquiries-review-unreviewed = Ikke gennemset i et år
enquiries-review-more = Desuden
enquiries-review-button = Det passer stadig
enquiries-review-edit = Ret det
enquiries-review-who-edits = Passer det ikke, så sig det til den, der retter vejviseren: erhvervskonsulenten, kommunikation eller lederen.
enquiries-review-look = Gennemse
enquiries-review-done = Tak. Virksomheder ser, at emnet er gennemset i dag.
enquiries-review-inbox = Passer det stadig? Gennemse jeres emner
enquiries-review-mail-subject = { $count ->
    [one] Passer det stadig? Et emne i vejviseren skal gennemses
   *[other] Passer det stadig? { $count } emner i vejviseren skal gennemses
}
enquiries-review-mail-body = Virksomheder handler efter det, der står. Læs det igennem, og tryk på "Det passer stadig", eller ret det. Det tager et par minutter hvert halve år.
enquiries-review-mail-link = Begynd her
enquiries-journal-topic_confirmed = Et emne i vejviseren blev gennemset
