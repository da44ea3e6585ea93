policy-nav = Politik og tal
policy-title = Holder vi, hvad vi siger?
policy-back = Politik og tal
policy-none = Der er endnu ikke læst en erhvervspolitik ind.
policy-none-next = Gå til forsiden
policy-csv = Hent alle tal (CSV)

policy-not-begun = Politikken begynder { $day }. Tallene viser, hvordan det står før.
policy-ended = Politikken sluttede { $day }. Regnskabet er ved at blive lukket.
policy-ended-closed = Politikken sluttede { $day }. Her er slutregnskabet, lukket { $closed }. Det ændrer sig ikke mere.

policy-basis = n = { $n }, { $when }
policy-until = { $span } til og med { $day }. { $month }
policy-same-time = samme tid i { $span }
policy-quarter = { $quarter }. kvartal { $year }
policy-working-days = { $days ->
    [one] { $days } dag
   *[other] { $days } dage
 }
policy-up = Op fra { $earlier } ({ $when })
policy-down = Ned fra { $earlier } ({ $when })
policy-same = Som før: { $earlier } ({ $when })
policy-interval = Tallet er et skøn: Det ligger med 95 % sikkerhed inden for { $range }.
policy-too-few = For få svar
policy-too-few-more = Tallet kommer, når mindst { $n } står bag.
policy-behind = Formel: { $formula }. Kilde: { $source }.
policy-made-at = Genberegnet { $at }.
policy-hidden = skjult
policy-few = under 5
policy-not-reached = Kan ikke gøres op endnu
policy-no-source = Måles ikke her
policy-no-source-more = Der er ingen kilde til { $metric } i denne installation.
policy-missing = Mangler
policy-missing-fact = Mangler:
policy-stale-fact = Forældet:
policy-from-text = Regnet ud af politikkens egne tal
policy-target = Målet er { $target }
policy-target-reached = Målet er { $target }: nået
policy-target-missed = Målet er { $target }: ikke nået
policy-not-yet = { $count ->
    [one] { $count } tal måles ikke endnu, fordi
   *[other] { $count } tal måles ikke endnu, fordi
 }
policy-not-measured = Måles ikke endnu.

policy-facts = Det siger politikken om byen
policy-facts-lead = Tallene er politikkens egne. Hvor et tal følger af andre, har vi regnet efter.
policy-worked-out = Regnet ud: { $sum }.
policy-check-agrees = Politikken skriver { $stated }, og det passer.
policy-check-cut-off = Politikken skriver { $stated }: decimalerne er skåret af. Afrundet er det { $rounded }.
policy-check-differs = Politikken skriver { $stated }, og det passer ikke med dens øvrige tal.
policy-quote = I politikken:

policy-growth = Sådan vokser byen
policy-growth-lead = Talt op i CVR, det offentlige virksomhedsregister. Nye, ophørte og flyttede er talt over året.
policy-growth-chart = { $what } i hele kommunen
policy-growth-whole = Hele kommunen, år for år
policy-growth-areas = { $what } per område, { $when }
policy-growth-map = Områderne, { $when }
policy-growth-map-approximate = Områdernes grænser er kun tegnet omtrent.
policy-growth-table = Alle tal per område og år
policy-growth-small = Tal under 5 vises ikke, og heller ikke dem, der ville røbe dem.
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

policy-how = I ord
policy-formula = Formel
policy-formula-version = { $formula } (udgave { $version })
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
policy-min-n = Mindst bag tallet
policy-min-n-words = Vises kun, når mindst { $n } står bag. Nye tæller med fem ad gangen, så ingen enkelt sag kan læses af tallet.
policy-confidence = Forbehold
policy-history-foot = Stregen ved en søjle viser, hvad tallet kan ligge imellem. Grå søjler er tidligere.
policy-period = Periode
policy-figure = Tallet
policy-n = n
policy-range = 95 %-interval
policy-goes-on = Tallet fortsætter fra den forrige politik.
policy-earlier-link = Se det tidligere tal
policy-lines = Hændelserne bag tallet
policy-lines-lead = De op til 50 nyeste linjer i hændelsesloggen, som tallet er talt op af. Du ser dem, hvis sag du har adgang til.
policy-lines-none = Der er ingen hændelser bag tallet, som du har adgang til.
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
policy-refused-unmapped = Politikken afløser en anden og skal sige, hvad der blev af alle dens tal.
policy-refused-closed = Politikkens regnskab er lukket. Det, der er besluttet senere, hører til i dens afløser.
policy-refused-not-ended = Politikken gælder endnu. Regnskabet lukkes, når den er slut.
