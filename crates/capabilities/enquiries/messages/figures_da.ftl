enquiries-figures = Tal
enquiries-figures-title = Sådan går det, { $period }
enquiries-figures-lead = Tal for team og emner, aldrig for personer. De er talt op af hændelsesloggen efter den dag, henvendelsen kom.
enquiries-figures-periods = Perioder
enquiries-figures-quarter = { $quarter }. kvartal { $year }
enquiries-figures-all = Alle team
enquiries-figures-others = Andre emner
enquiries-figures-table = Team og emner
enquiries-figures-small = Tal med færre end 5 bag sig vises ikke, og heller ikke dem, der ville røbe dem. Et tal fører til de henvendelser, du har adgang til.
enquiries-figures-few = skjult
enquiries-figures-too-few = Vises, når mindst 5 står bag.
enquiries-figures-not-yet = ikke endnu
enquiries-figures-days = { $days ->
    [one] { $days } dag
   *[other] { $days } dage
 }
enquiries-figures-basis = n = { $n }, { $period }
enquiries-figures-before = { $earlier } i { $period }
enquiries-figures-within-goal = fik svar inden svarfristen
enquiries-figures-within-goal-how = Af dem, hvis svarfrist er afgjort. De, der venter efter fristen, tæller som for sene.
enquiries-figures-first-reply = arbejdsdage til første svar, for den midterste
enquiries-figures-first-reply-how = Median. De, der stadig venter, tæller med så langt, de er kommet (Kaplan-Meier).
enquiries-figures-wrong-doors = forkerte døre per afsluttet henvendelse
enquiries-figures-wrong-doors-how = Hvor tit en henvendelse skiftede team eller kom tilbage.
enquiries-figures-satisfaction = af 5 for, hvor nemt det var
enquiries-figures-satisfaction-how = Virksomhedernes egne svar efter afslutningen.
enquiries-figures-col-name = Team eller emne
enquiries-figures-col-received = Modtaget
enquiries-figures-col-first-reply = Første svar, dage: midterste / 9 af 10
enquiries-figures-col-answer = Svar, dage: midterste / 9 af 10
enquiries-figures-col-within = Inden fristen
enquiries-figures-col-late = Forsinket nu
enquiries-figures-col-pauses = På pause / dage
enquiries-figures-col-doors = Forkerte døre pr. sag
enquiries-figures-col-avoidable = Kunne undgås
enquiries-figures-col-satisfaction = Tilfredshed / svar
enquiries-figures-causes = De tre største årsager til henvendelser, der kunne undgås
enquiries-figures-causes-none = Ingen afsluttede henvendelser i perioden kunne være undgået.
enquiries-figures-cause-count = { $count } henvendelser
enquiries-figures-behind-modtaget = Modtagne henvendelser, { $period } { $team }
enquiries-figures-behind-for-sent = Svar, der kom for sent eller mangler, { $period } { $team }
enquiries-figures-behind-forsinket = Forsinkede henvendelser lige nu { $team }
enquiries-figures-behind-skift = Henvendelser, der skiftede team, { $period } { $team }
enquiries-figures-behind-undgaas = Henvendelser, der kunne være undgået, { $period } { $team }
enquiries-figures-behind-vurderet = Vurderede henvendelser, { $period } { $team }
enquiries-figures-behind-none = Der er ingen henvendelser bag tallet, som du har adgang til.
enquiries-figures-behind-more = Der kan være flere, som ikke vises her, eller som du ikke har adgang til.
enquiries-figures-case = Henvendelse
enquiries-figures-asker = Virksomhed
enquiries-figures-topic = Emne
enquiries-figures-team = Team
enquiries-figures-came = Modtaget
enquiries-cause-chaser = Virksomheden rykkede for svar
enquiries-cause-unclear-letter = Vores brev var uklart
enquiries-cause-wrong-door = De var sendt til det forkerte sted
enquiries-cause-missing-guidance = Det stod ikke i vores vejledning
enquiries-cause-our-mistake = Vi havde lavet en fejl
enquiries-cause-by = { $owner } gør noget ved det senest { $due }
enquiries-cause-nobody = Ingen gør noget ved det endnu.
enquiries-cause-plan = Aftal, hvem der gør noget
enquiries-cause-what = Hvad gør vi?
enquiries-cause-owner = Hvem?
enquiries-cause-choose = Vælg en person
enquiries-cause-due = Senest hvornår?
enquiries-cause-save = Gem aftalen
enquiries-cause-end = Det er gjort
enquiries-cause-planned = Aftalen er gemt.
enquiries-cause-done = Aftalen er afsluttet.
enquiries-cause-unknown = Årsagen findes ikke.
enquiries-cause-owner-missing = Vælg, hvem der gør noget ved det.
enquiries-cause-due-missing = Skriv en dato, der ikke er gået.
enquiries-cause-what-missing = Skriv, hvad I gør, med højst 500 tegn.
enquiries-journal-cause_planned = En årsag fik en ansvarlig
enquiries-journal-cause_ended = En aftale om en årsag blev afsluttet
enquiries-experience = { $days ->
    [0] Vores erfaring: 8 af 10 får svar samme dag.
    [one] Vores erfaring: 8 af 10 får svar inden for { $days } arbejdsdag.
   *[other] Vores erfaring: 8 af 10 får svar inden for { $days } arbejdsdage.
 }
