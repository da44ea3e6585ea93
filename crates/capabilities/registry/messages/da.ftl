registry-nav = Virksomheder

registry-find = Find en virksomhed
registry-find-label = Navn, nummer eller adresse
registry-find-others = Henvendelser og kontakter
registry-find-hint = Navn, tidligere navn, CVR-nummer, P-nummer, adresse, en henvendelses nummer eller en kontaktpersons navn. En enkelt slåfejl gør ikke noget.
registry-find-button = Find virksomhed
registry-find-how = Skriv mindst to bogstaver. Resultatet kommer, mens du skriver.
registry-find-local = Her er { $companies } virksomheder og { $establishments } arbejdssteder i kommunen i dag.
registry-find-none = Vi fandt ingen virksomhed med "{ $question }".
registry-find-none-next = Prøv et kortere ord, CVR-nummeret eller adressen. En helt ny virksomhed kan mangle, til registret er hentet igen.
registry-find-count = { $count ->
    [one] 1 virksomhed
   *[other] { $count } virksomheder
}
registry-find-full = De { $count } bedste. Skriv mere for at finde færre.
registry-find-caption = Virksomheder og arbejdssteder
registry-find-simple = Søgningen er ved at blive bygget op. Lige nu finder den kun navne, der begynder med det, du skriver, og hele numre.
registry-suggestion = CVR { $cvr }, { $town }
registry-suggestion-ceased = CVR { $cvr }, { $town }, ophørt
registry-also-former = Hed tidligere { $name }
registry-also-secondary = Driver også virksomhed som { $name }
registry-as-of = Efter CVR, hentet { $at }.

registry-name = Navn
registry-address = Adresse
registry-area = Område
registry-area-none = Ikke i et område
registry-area-outside = Uden for kommunen
registry-area-approximate = Områdets grænse er kun tegnet omtrent.
registry-industry = Branche
registry-industry-unstated = Uoplyst
registry-form = Virksomhedsform
registry-founded = Startet
registry-employees = Ansatte
registry-employees-here = Ansatte i kommunen
registry-employed = { $count ->
    [0] Ingen ansatte
    [one] 1 ansat
   *[other] { $count } ansatte
}
registry-employed-range = { $low }-{ $high } ansatte
registry-employed-more = Mindst { $low } ansatte
registry-establishment = arbejdssted
registry-ceased = Ophørt
registry-ceased-on = Ophørt { $date }
registry-not-local = Virksomheden har ikke noget arbejdssted i kommunen.
registry-protected = Reklamebeskyttet: Virksomheden må ikke få reklame eller uopfordrede henvendelser uden hjemmel eller samtykke.
registry-protected-short = Reklamebeskyttet
registry-secondary = Driver også virksomhed som { $names }.
registry-breadcrumb = Brødkrumme
registry-aside = Kontakter og oplysninger fra CVR

registry-owed = Hvem venter på svar?
registry-owed-none = Ingen venter på svar lige nu, hverken hos os eller hos dem.
registry-owed-first-reply = Første svar
registry-owed-answer = Svaret
registry-owed-call-back = Et opkald
registry-owed-part-answer = Et delsvar
registry-owed-by-us = De venter på svar fra os
registry-owed-by-them = Vi venter på svar fra dem
registry-places = Arbejdssteder
registry-places-none = CVR kender ingen arbejdssteder.
registry-timeline = Det er der sket
registry-timeline-none = Der er ikke sket noget endnu, som du har adgang til.
registry-timeline-hidden = Der kan være mere, som du ikke har adgang til.
registry-contacts = Dem kender vi
registry-contacts-none = Vi kender ingen endnu. Den første, der skriver til os, kommer til at stå her.
registry-contacts-register = Mail, telefon og web i CVR
registry-contacts-protected = Brug dem ikke til reklame.
registry-contact-first = Vi kender
registry-contact-latest = Sidst i kontakt
registry-contact-confirmed = Bekræftet
registry-contact-stated = Kun oplyst, ikke bekræftet
registry-contact-last = Sidst i kontakt { $at }
registry-facts = Oplysninger fra CVR
registry-source = Kilde: CVR, Erhvervsstyrelsen. Hentet { $fetched }. Ændret i CVR { $changed }.
registry-source-changed = Kilde: CVR, Erhvervsstyrelsen. Ændret i CVR { $changed }.
registry-loaded-with-errors = CVR melder selv om fejl i denne virksomheds oplysninger.
registry-person = En personligt ejet virksomhed: Adressen kan være et hjem og vises aldrig offentligt.
registry-names = Navne
registry-addresses = Adresser
registry-industries = Brancher
registry-employment = Ansatte år for år
registry-employment-company = Tallene gælder hele virksomheden, også uden for kommunen.
registry-correct = Fejl i oplysningerne? Virksomheden retter dem selv på Virk
registry-days-from = siden { $from }
registry-days-to = til { $to }
registry-days-both = { $from } til { $to }

registry-memory-founded = Virksomheden startede
registry-memory-ceased = Virksomheden ophørte
registry-memory-renamed = Skiftede navn fra { $from } til { $to }
registry-memory-moved = Flyttede fra { $from } til { $to }
registry-memory-place-opened = Åbnede arbejdsstedet { $name }
registry-memory-place-closed = Lukkede arbejdsstedet { $name }

registry-journal-imported = CVR blev hentet
registry-journal-new = En ny virksomhed eller et nyt arbejdssted
registry-journal-moved_in = Flyttede til kommunen
registry-journal-moved_out = Flyttede fra kommunen
registry-journal-ceased = Ophørte

registry-data-companies = Navne, adresser og offentlige kontaktoplysninger på virksomheder fra CVR, også personligt ejede virksomheder. Personer i CVR hentes ikke.
registry-data-companies-kept = Så længe oplysningerne står i CVR.

registry-places-here = Arbejdssteder i kommunen
registry-places-former = { $count ->
    [one] 1 ophørt arbejdssted
   *[other] { $count } ophørte arbejdssteder
}
registry-places-more = { $count ->
    [one] 1 arbejdssted mere
   *[other] { $count } arbejdssteder mere
}
registry-places-order = Dem i kommunen står først. Ellers efter navn og nummer, så 2 står før 10.
registry-places-none-now = Alle arbejdssteder er ophørt.
registry-map = Her ligger arbejdsstederne
registry-map-places = { $count ->
    [one] 1 arbejdssted
   *[other] { $count } arbejdssteder
}
registry-map-unplaced = { $count ->
    [one] 1 arbejdssted er ikke på kortet, fordi adressens punkt mangler.
   *[other] { $count } arbejdssteder er ikke på kortet, fordi adressernes punkter mangler.
}
registry-map-approximate = Områdernes grænser er kun tegnet omtrent.
registry-timeline-filter = Vis en del af det, der er sket
registry-timeline-kind = Slags
registry-timeline-all = Alt
registry-timeline-contact = Kontakt med os
registry-timeline-register = Ændringer i CVR
registry-timeline-department = Afdeling
registry-timeline-departments = Alle afdelinger
registry-timeline-show = Vis
registry-timeline-show-all = Vis alt
registry-timeline-none-chosen = Der er ikke sket noget af den slags.
registry-confirm = Bekræft kontakten
registry-confirm-how = Hvordan ved I, at { $name } taler for virksomheden?
registry-confirm-register-phone = Vi ringede til virksomhedens telefonnummer i CVR
registry-confirm-register-email = Vi skrev til virksomhedens mailadresse i CVR og fik svar derfra
registry-confirm-visit = Vi mødte personen hos virksomheden
registry-confirm-authority = Vi har set en fuldmagt eller en underskrift fra dem, der tegner virksomheden
registry-confirm-what = Det mærker kontakten som bekræftet for kollegerne. Kontakten får ikke adgang til mere.
registry-confirm-button = Bekræft kontakten
registry-confirm-withdraw = Tag bekræftelsen tilbage
registry-confirm-done = Kontakten er bekræftet.
registry-confirm-withdrawn = Kontakten er ikke længere bekræftet.
registry-confirm-how-missing = Vælg, hvordan I ved det.
registry-confirm-not-in-register = CVR har ikke noget telefonnummer eller nogen mailadresse, I kan have brugt. Vælg en anden måde.
registry-confirmed = { $date } af { $name }: { $how }
registry-confirmed-someone = en kollega
registry-journal-contact_confirmed = En kontakt blev bekræftet
registry-journal-confirmation_withdrawn = En bekræftelse blev taget tilbage
registry-data-confirmed = Mailadresser på dem, kommunens medarbejdere har bekræftet taler for en virksomhed, med hvem der bekræftede det og hvordan.
registry-data-confirmed-kept = { $period }. Så skal det bekræftes igen.
registry-stays-register = { $count ->
    [one] Adressen står ved { $named } i CVR-registret. Kommunen har en kopi af registret, og kopien følger det: Oplysningen rettes eller fjernes på Virk (databeskyttelsesforordningen, artikel 17, stk. 3, litra b).
   *[other] Adressen står ved { $named } i CVR-registret. Kommunen har en kopi af registret, og kopien følger det: Oplysningerne rettes eller fjernes på Virk (databeskyttelsesforordningen, artikel 17, stk. 3, litra b).
}
