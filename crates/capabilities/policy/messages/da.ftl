policy-nav = Politik og tal
policy-title = Holder vi, hvad vi siger?
policy-back = Politik og tal
policy-none = Der er endnu ikke læst en erhvervspolitik ind.
policy-none-next = Gå til forsiden
policy-open-data = Hent alle tal:
policy-csv = CSV til regneark
policy-json = JSON til programmer
policy-data = Kilder og vilkår
policy-brief = Politikken er delt op i { $all } tal. Vi måler { $measured } af dem; ved resten står der, hvorfor vi ikke gør det endnu.
policy-brief-moved = Af de tal, der kan sammenlignes med året før, er { $better ->
    [0] ingen
   *[other] { $better }
 } blevet bedre, { $worse ->
    [0] ingen
   *[other] { $worse }
 } er blevet dårligere, og { $same ->
    [0] ingen
   *[other] { $same }
 } har kun flyttet sig så lidt, at det kan være et tilfælde.
policy-no-figures = Her har vi endnu ingen tal.

policy-not-begun = Politikken begynder { $day }. Tallene viser, hvordan det står før.
policy-ended = Politikken gjaldt til og med { $day }. Slutregnskabet bliver gjort op inden for en time.
policy-ended-closed = Politikken gjaldt til og med { $day }. Her er slutregnskabet. Det blev gjort op { $closed } og ændrer sig ikke mere.
policy-not-intact = Pas på: Slutregnskabet er ikke længere det, der blev låst. Nogen eller noget har ændret det bagefter, så tallene her kan ikke bruges. Skriv til kommunen, at I har set det.
policy-no-successor = Der er endnu ikke kommet en ny politik.
policy-later = Den er afløst af
policy-closed-edition = { $title }, slutregnskab
policy-council = Byrådet, der vedtog den

policy-basis = { $n } bag tallet, { $when }
policy-until = { $span } til og med { $day }. { $month }
policy-same-time = samme tid i { $span }
policy-quarter = { $quarter }. kvartal { $year }
policy-working-days = { $days ->
    [one] { $days } arbejdsdag
   *[other] { $days } arbejdsdage
 }
policy-up = Op fra { $earlier } ({ $when })
policy-down = Ned fra { $earlier } ({ $when })
policy-same = Som før: { $earlier } ({ $when })
policy-interval = Tallet er et skøn: Det ligger med 95 % sikkerhed inden for { $range }.
policy-too-few = For få til at vise
policy-too-few-more = Tallet vises, når der er mindst { $n } bag det.
policy-behind-formula = Formel: { $formula }.
policy-behind-source = Kilde: { $source }.
policy-made-at = Regnet ud { $at }.
policy-hidden = skjult
policy-few = for få til at vise
policy-not-reached = Kan ikke gøres op endnu
policy-no-source = Måles ikke her
policy-no-source-more = Der er ikke noget her, der tæller { $metric }.
policy-missing = Mangler
policy-missing-fact = Mangler:
policy-stale-fact = Forældet:
policy-from-text = Regnet ud af politikkens egne tal
policy-target = Målet er { $target }
policy-target-reached = Målet er { $target }: nået
policy-target-missed = Målet er { $target }: ikke nået
policy-not-yet = { $count ->
    [one] { $count } tal måler vi ikke endnu. Se hvorfor
   *[other] { $count } tal måler vi ikke endnu. Se hvorfor
 }
policy-not-measured = Måles ikke endnu.

policy-facts = Det siger politikken om byen
policy-facts-lead = Tallene er politikkens egne. Hvor et tal følger af andre, har vi regnet efter.
policy-worked-out = Regnet ud: { $sum }.
policy-check-agrees = Politikken skriver { $stated }, og det passer.
policy-check-cut-off = Politikken skriver { $stated }, altså rundet ned. Med almindelig afrunding er det { $rounded }.
policy-out-of = { $part } ud af { $whole }
policy-check-differs = Politikken skriver { $stated }, og det passer ikke med dens øvrige tal.
policy-quote = I politikken:

policy-growth = Sådan vokser byen
policy-growth-lead = Talt op i CVR, det offentlige virksomhedsregister. Virksomheder, arbejdssteder og job er talt ved årets slutning; nye, ophørte og flyttede er talt over året.
policy-growth-as-of = Registeret er sidst læst ind { $at }.
policy-growth-chart = { $what } i hele kommunen
policy-growth-whole = Hele kommunen, år for år
policy-growth-areas = { $what } per område, { $when }
policy-growth-map = Områderne, { $when }
policy-growth-map-approximate = Områdernes grænser er kun tegnet omtrent.
policy-growth-table = Alle tal per område og år
policy-growth-small = Tal under 5 vises ikke. Heller ikke dem, man kunne regne dem ud af; derfor er resten af kommunen skjult, når et område er det.
policy-growth-stock = Talt ved årets slutning; det sidste år den { $day }.
policy-growth-flow = Talt over året; det sidste til og med { $day }.
policy-growth-none = Der er endnu ikke læst et virksomhedsregister ind.
policy-year = År
policy-area = Område
policy-rest = Resten af kommunen
policy-whole = Hele kommunen

policy-about = Om politikken og tallene
policy-effective = Gælder
policy-version = Udgave i Samspil
policy-made = Regnet ud
policy-closing-hash = Slutregnskabets kontrolsum
policy-others = Andre udgaver

policy-how = Sådan tæller vi
policy-formula = Formel
policy-data-name = Navn i programmet
policy-formula-version = { $formula }, udgave { $version }
policy-source = Kilde
policy-direction = Hvad er godt
policy-better-up = Jo højere, jo bedre
policy-better-down = Jo lavere, jo bedre
policy-better-none = Hverken højt eller lavt er bedre; tallet fortæller, hvordan det står
policy-baseline = Udgangspunkt
policy-no-baseline = Ikke målt, da politikken begyndte
policy-target-name = Mål
policy-no-target = Politikken sætter intet tal
policy-owner = Ansvarlig
policy-frequency = Hvor tit
policy-yearly = Hvert år, og løbende i det igangværende
policy-quarterly = Hvert kvartal
policy-min-n = Hvornår det vises
policy-min-n-words = Når der er mindst { $n } bag tallet. Tal om henvendelser vokser med fem ad gangen, så ingen enkelt henvendelse kan læses af dem.
policy-confidence = Forbehold
policy-history-range = Stregen ved en søjle viser, hvad tallet kan ligge imellem.
policy-history-grey = Grå søjler er tidligere.
policy-history-began = Før { $span } er der ikke nok at tælle, og { $span } er måske ikke et helt år.
policy-period = Periode
policy-figure = Tallet
policy-n = Antal bag tallet
policy-range = Ligger mellem (95 % sikkert)
policy-earlier-was = I { $policy } endte tallet på { $value } ({ $when }).
policy-earlier-none = Tallet stod også i { $policy }.
policy-earlier-link = Se det gamle tal: { $title }
policy-later-goes-on = Tallet fortsætter i { $policy }.
policy-later-ends = Tallet fortsætter ikke i { $policy }.
policy-later-link = Se det nye tal: { $title }
policy-succession-from = Hvad blev der af tallene fra { $title }?
policy-succession-to = Hvad blev der af tallene i { $title }?
policy-succession-lead = Tal, der er gjort op på hver sin måde, kan ikke sammenlignes. Det står ud for hvert af dem.
policy-succession-new = Nu
policy-succession-what = Forskel
policy-succession-ends = Fortsætter ikke
policy-succession-same = Gjort op på samme måde.
policy-succession-other = Gjort op på en anden måde, så de to tal kan ikke sammenlignes.
policy-succession-now = Blev ikke målt før.
policy-succession-not-yet = Måles ikke endnu.
policy-lines = Hændelserne bag tallet
policy-lines-lead = Hver linje i hændelsesloggen, som tallet er talt op af, de nyeste først. Du ser dem, hvis henvendelse du har adgang til.
policy-lines-none = Der er ingen hændelser bag tallet, som du har adgang til.
policy-lines-elsewhere = Tallet er ikke talt i hændelsesloggen, men her: { $source }.
policy-lines-periods = Vælg periode
policy-lines-newer = Nyere linjer
policy-lines-older = Ældre linjer
policy-line-at = Hvornår
policy-line-what = Hvad
policy-line-case = Henvendelse
policy-line-position = Linje

policy-role-business_consultant = Erhvervskonsulenten
policy-role-case_officer = Sagsbehandleren
policy-role-procurement_officer = Udbudskonsulenten
policy-role-contract_owner = Den kontraktansvarlige
policy-role-employment_consultant = Virksomhedskonsulenten
policy-role-school_coordinator = Åben skole-koordinatoren
policy-role-guidance_counsellor = Uddannelsesvejlederen
policy-role-green_coordinator = Klimakoordinatoren
policy-role-planner = Byplanlæggeren
policy-role-comms_officer = Kommunikationsmedarbejderen
policy-role-manager = Lederen
policy-role-committee_member = Udvalget
policy-role-mayor = Borgmesteren
policy-role-dpo = Databeskyttelsesrådgiveren
policy-role-records_officer = Arkivet
policy-role-admin = Systemadministratoren
policy-role-auditor = Revisionen
policy-role-anyone = Ingen
policy-role-company_contact = Virksomheden

policy-journal-imported = Politikken blev læst ind
policy-journal-closed = Slutregnskabet blev lukket

policy-refused-file = Filen er ikke en gyldig politik.
policy-refused-municipality = Politikken er en anden kommunes.
policy-refused-unmapped = Politikken afløser en anden og skal sige, hvad der blev af hvert af dens tal.
policy-refused-closed = Politikkens regnskab er lukket. Det, der er besluttet senere, hører til i dens afløser.
policy-refused-not-ended = Politikken gælder endnu. Regnskabet lukkes, når den er slut.
