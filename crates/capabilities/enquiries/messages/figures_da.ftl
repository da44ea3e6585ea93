enquiries-figures = Tal
enquiries-figures-periods = Perioder
enquiries-figures-quarter = { $quarter }. kvartal { $year }
enquiries-figures-all = Alle team
enquiries-figures-others = Andre emner
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
enquiries-figures-satisfaction = af 5 for, hvor nemt det var
enquiries-figures-satisfaction-how = Virksomhedernes egne svar efter afslutningen.
enquiries-figures-col-received = Modtaget
enquiries-figures-col-within = Inden fristen
enquiries-figures-col-late = Forsinket nu
enquiries-figures-col-avoidable = Kunne undgås
enquiries-figures-causes-none = Ingen afsluttede henvendelser i perioden kunne være undgået.
enquiries-figures-cause-count = { $count } henvendelser
enquiries-figures-behind-modtaget = Modtagne henvendelser, { $period }, { $team }
enquiries-figures-behind-for-sent = Svar, der kom for sent eller mangler, { $period }, { $team }
enquiries-figures-behind-forsinket = Forsinkede henvendelser lige nu, { $team }
enquiries-figures-behind-skift = Henvendelser, der skiftede team, { $period }, { $team }
enquiries-figures-behind-undgaas = Henvendelser, der kunne være undgået, { $period }, { $team }
enquiries-figures-behind-vurderet = Vurderede henvendelser, { $period }, { $team }
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
    [0] Vores erfaring: 4 af 5 har fået svar samme dag. Vi har set på { $n } henvendelser fra de seneste 12 måneder.
    [one] Vores erfaring: 4 af 5 har fået svar inden { $days } arbejdsdag. Vi har set på { $n } henvendelser fra de seneste 12 måneder, uden de dage, hvor vi ventede på svar fra virksomheden.
   *[other] Vores erfaring: 4 af 5 har fået svar inden { $days } arbejdsdage. Vi har set på { $n } henvendelser fra de seneste 12 måneder, uden de dage, hvor vi ventede på svar fra virksomheden.
 }
enquiries-figures-title = Holder vi svarfristerne?
enquiries-figures-title-of = Holder vi svarfristerne? { $period }
enquiries-figures-lead-kept = { $share } fik svar inden svarfristen, { $period }.
enquiries-figures-lead-few = Der er endnu for få afgjorte svarfrister til at sige noget sikkert.
enquiries-figures-lead-where = Det halter hos { $team }: { $share }. Det er flere forsinkelser, end tilfældigheder forklarer.
enquiries-figures-lead-nowhere = Intet team ligger lavere, end tilfældigheder kan forklare.
enquiries-figures-small = Tal for team og emner, aldrig for personer. De er talt op af hændelsesloggen efter den dag, henvendelsen kom. Tal med færre end 5 bag sig er skjult, og det er de tal også, der ville røbe dem. Et tal fører til de henvendelser, du har adgang til.
enquiries-figures-table = Team for team
enquiries-figures-topics = Emne for emne
enquiries-figures-topics-lead = Emner med mindst 10 henvendelser i de seneste 12 måneder. De andre står samlet.
enquiries-figures-others-n = { $others } (n = { $n })
enquiries-figures-other-teams = Andre team
enquiries-figures-together = Andre team er { $teams }. Der arbejder kun én person i mindst ét af dem, og dens tal ville være den persons tal. Derfor står de samlet.
enquiries-figures-only-one = { $teams } vises ikke for sig: Der arbejder kun én person, og tallene ville være den persons tal.
enquiries-figures-twelve-months = 12 måneder til og med { $quarter }. kvartal { $year }
enquiries-figures-twelve-months-short = Seneste 12 måneder
enquiries-figures-quarter-short = K{ $quarter } { $year }
enquiries-figures-nine-of-ten = { $days ->
    [one] 9 af 10 inden for { $days } dag.
   *[other] 9 af 10 inden for { $days } dage.
 }
enquiries-figures-late-now = er forsinket lige nu
enquiries-figures-late-now-basis = I dag, uanset hvornår de kom
enquiries-figures-late-now-how = Henvendelser, hvor vi skylder et første svar, et svar eller et opkald, og dagen er gået.
enquiries-figures-answer = arbejdsdage til svaret, for den midterste
enquiries-figures-answer-how = Median uden pauser. De, der stadig venter, tæller med så langt, de er kommet (Kaplan-Meier).
enquiries-figures-avoidable = kunne have været undgået
enquiries-figures-avoidable-how = Af de afsluttede: Den, der afsluttede, sagde, at den skyldtes noget hos os.
enquiries-figures-where = Hvor og hvornår
enquiries-figures-trend = Svar inden fristen, kvartal for kvartal
enquiries-figures-trend-foot = Efter det kvartal, henvendelsen kom. Stregen viser usikkerheden.
enquiries-figures-per-team = Svar inden fristen, team for team
enquiries-figures-per-team-foot = Af dem, hvis svarfrist er afgjort. Laveste først.
enquiries-figures-cohort = Kvartal
enquiries-figures-col-settled = Afgjorte
enquiries-figures-col-first-reply = Første svar, dage: median / 9 af 10
enquiries-figures-col-answer = Svar, dage: median / 9 af 10
enquiries-figures-col-pauses = På pause / dage
enquiries-figures-col-doors = Forkerte døre pr. henvendelse
enquiries-figures-col-satisfaction = Tilfredshed 1-5 (n)
enquiries-figures-causes = De største årsager til henvendelser, der kunne undgås
enquiries-figures-behind-pause = Henvendelser, hvor fristen stod stille, { $period }, { $team }
enquiries-figures-behind-cause = { $cause }, { $period }

enquiries-release-on-front = På forsiden
enquiries-release-nothing = Forsiden viser ingen tal. Du kan lægge tre tal derud, når mindst 20 står bag hvert af dem.
enquiries-release-show = Vis på forsiden
enquiries-release-others = Vis andre tal
enquiries-release-since = Forsiden viser { $period }. { $person } lagde tallene ud { $day }.
enquiries-release-withdraw = Fjern fra forsiden
enquiries-release-title = Vis tal på forsiden
enquiries-release-lead = Sådan ser alle dem. Tallene står fast, til du lægger andre ud eller fjerner dem.
enquiries-release-min = Et tal vises kun, når mindst { $n } står bag. Nye tæller med fem ad gangen.
enquiries-release-none = Der er ingen tal at vise for { $period }.
enquiries-release-do = Læg tallene på forsiden
enquiries-release-not = Gå tilbage
enquiries-release-done = Tallene står på forsiden.
enquiries-release-withdrawn = Tallene er fjernet fra forsiden.
enquiries-release-few = Der står for få bag tallene.
enquiries-release-changed = Tallene har ændret sig, siden du så dem. Se dem igen, før du lægger dem ud.
enquiries-front-numbers = Sådan gik det, { $period }
enquiries-front-within-goal = fik svar inden svarfristen
enquiries-front-answer-median = arbejdsdage, før halvdelen havde fået svar
enquiries-front-satisfaction = af 5 for, hvor nemt det var
enquiries-front-n = ud af { $n } henvendelser
enquiries-front-released = Gjort op { $day }.
enquiries-front-more = Se, hvordan tallene er lavet
enquiries-journal-number_released = Et tal blev lagt på forsiden
enquiries-journal-numbers_withdrawn = Tallene blev fjernet fra forsiden
