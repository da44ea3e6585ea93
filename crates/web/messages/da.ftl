web-skip = Gå til indholdet
web-demo = Demodata, ikke kommunens tal.
web-demo-more = Virksomheder, personer og henvendelser her er opdigtet.
web-other-language = English
web-sign-in = Log ind
web-signed-in-as = Logget ind som { $name }
web-sign-out = Log ud
web-tagline = Virksomhedernes indgang til kommunen
web-search-label = Søg efter virksomhed, CVR-nummer, P-nummer eller adresse
web-search-hint = Virksomhed, CVR eller adresse
web-search = Søg
web-menu = Menu
web-main-menu = Hovedmenu
web-all-areas = Alle områder
web-contact = Kom i kontakt
web-find = Find rundt
web-about = Om siden
web-field-error = Fejl:
web-form-errors = Ret disse felter, så kan I sende igen. Det, I har skrevet, står her endnu.

web-promise-due = Svarfrist
web-promise-by = senest { $date }
web-promise-was = Svarfristen var { $date }
web-promise-left = { $days ->
    [one] om { $days } arbejdsdag
   *[other] om { $days } arbejdsdage
 }
web-promise-today = Senest i dag
web-promise-late = { $days ->
    [one] { $days } arbejdsdag forsinket
   *[other] { $days } arbejdsdage forsinket
 }
web-promise-paused = Sat på pause
web-promise-paused-why = { $reason }, siden { $since }. Datoen bliver flyttet lige så mange dage, som vi venter.
web-promise-kept = Svaret
web-promise-kept-late = Svaret, men for sent
web-promise-broken = Afsluttet uden svar
web-promise-withdrawn = Trukket tilbage
web-pause-waiting-for-company = Vi venter på svar fra jer
web-pause-waiting-for-documents = Vi venter på oplysninger fra jer
web-pause-ours-waiting-for-company = Vi venter på svar fra virksomheden
web-pause-ours-waiting-for-documents = Vi venter på oplysninger fra virksomheden

web-error-not-found-title = Vi kan ikke finde siden
web-error-not-found = Linket er forkert, eller siden er flyttet. Har I fået linket i en mail, så prøv at kopiere hele linket.
web-error-forbidden-title = Her har du ikke adgang
web-error-forbidden = Siden kræver en anden rolle end din. Spørg din leder, hvis du mener, at du skal have adgang.
web-unsent-title = Det, du skrev, er her stadig
web-unsent = Du var blevet logget ud, så det blev ikke sendt. Se det igennem, og send det nu. Det ligger her i et døgn.
web-unsent-files = Filer kunne ikke vente. Send dem bagefter, eller gå til siden, og vælg dem igen.
web-unsent-send = Send det nu
web-unsent-not = Send det ikke
web-error-stale-title = Formularen er for gammel
web-error-stale = Formularen kunne ikke sendes, fordi den kom fra en anden side eller har stået åben for længe. Gå tilbage, genindlæs siden, og send igen.
web-error-too-many-title = Vent et øjeblik
web-error-too-many = Der er kommet for mange forsøg fra jeres netværk på kort tid. Prøv igen om et par minutter, eller ring til os.
web-error-too-large-title = Det er for stort at sende
web-error-too-large = I kan sende op til 5 filer på hver højst 20 MB.
web-error-gone-title = Siden er her ikke mere
web-error-gone = Det var svaret på en formular, og det gemmer vi kun et døgn, og kun til den, der sendte den. Gå til forsiden, og begynd forfra, eller ring til os.
web-error-full-title = Vi kan ikke gemme lige nu
web-error-full = Intet er gemt, og intet er sendt. Prøv igen om lidt, eller ring til os.
web-error-internal-title = Der er sket en fejl hos os
web-error-internal = Det er ikke jeres skyld. Prøv igen om lidt. Sker det igen, så ring og oplys nummeret herunder.
web-error-refused-title = Det kan ikke lade sig gøre
web-error-reference = Fejlnummer: { $reference }
web-error-search = Hvad leder I efter?
web-error-search-button = Find vej
web-error-home = Gå til forsiden
web-error-call = Ring til os på

web-file-too-large = Filen er større end 20 MB. Gør den mindre, eller del den op.
web-file-type = Filen kan ikke sendes. Vi tager imod PDF, billeder og kontordokumenter.
web-file-too-many = I kan sende højst 5 filer ad gangen.
web-file-empty = Filen er tom.
web-file-infected = Vi tager ikke imod filen, fordi vores virusscanner fandt noget i den. Scan jeres egen computer, og send filen igen, når den er renset.
web-file-no-room = Vi har ikke plads til filer lige nu. Send uden filen, så svarer vi på det, I skriver. Haster filen, så ring til os.
web-file-busy = Der kommer mange filer på én gang lige nu. Prøv igen om lidt, eller send uden filen.
web-file-quota = Vi har fået så mange filer i dag, at vi ikke kan tage imod flere. Send uden filen, eller ring til os.
web-file-enquiry-quota = Der ligger allerede så mange filer på henvendelsen, at vi ikke kan tage imod flere her. Skriv uden filen, eller ring til os.

cvr-length = CVR-nummeret skal have 8 cifre.
cvr-digits = CVR-nummeret må kun have cifre.
cvr-check-digit = CVR-nummeret findes ikke. Tjek, om to cifre er byttet om.

p-number-length = P-nummeret skal have 10 cifre.
p-number-digits = P-nummeret må kun have cifre.
email-at = Mailadressen skal have ét @, for eksempel navn@firma.dk.
email-name = Mailadressen mangler navnet før @.
email-domain = Mailadressen mangler et gyldigt domæne efter @, for eksempel firma.dk.
email-length = Mailadressen er for lang.
phone-characters = Telefonnummeret må kun have cifre, mellemrum og et + forrest.
phone-length = Telefonnummeret skal have 8 cifre. Udenlandske numre begynder med + og landekoden.
web-optional = (frivilligt)
web-breadcrumbs = Brødkrumme
web-front = Forside
web-title-error = Fejl: { $title }
date-invalid = Skriv en dato, for eksempel 23.11.2026.
time-invalid = Skriv et klokkeslæt, for eksempel 9.00.

web-evidence-how = Sådan er tallet gjort op
web-within-noise = Forskellen er inden for tilfældige udsving.
web-beyond-noise = Mere end tilfældige udsving.
web-chart-table = Vis tabel
web-chart-csv = Hent tallene som CSV
web-table-wide = Tabellen er bredere end skærmen. Rul den til siden.
web-map-cluster = { $count } arbejdssteder, blandt andre { $name }
web-privacy-title = Sådan bruger vi jeres oplysninger
web-privacy-lead = { $municipality } er ansvarlig for de oplysninger, I giver os her. Vi bruger dem til at svare jer og til at se, om vi holder, hvad vi siger.
web-privacy-what = Det har vi om jer
web-privacy-data = Oplysning
web-privacy-basis = Grundlag (GDPR)
web-privacy-kept = Hvor længe
web-privacy-article = Artikel { $article }
web-privacy-rights = Det kan I bede om
web-privacy-rights-text = I kan altid ringe eller skrive til os og bede om:
web-privacy-own = Log ind og hent alt, hvad vi har om jer
web-kept-title = Det gemmer siden i jeres browser
web-kept-text = Kun det, siden ikke virker uden. Intet af det følger jer, og ingen andre kan læse det.
web-kept-name = Navn
web-kept-what = Hvad det er til
web-kept-until = Hvor længe
web-kept-session = Holder jer logget ind, når I har brugt linket i en mail
web-kept-session-until = Til I logger ud eller lukker browseren, højst 12 timer uden brug
web-kept-provider = Følger med, mens en login-udbyder, for eksempel MitID Erhverv, spørger, hvem det er
web-kept-provider-until = I 10 minutter, eller til login er færdigt
web-kept-language = Husker, om I læser dansk eller engelsk
web-kept-language-until = Et år
web-kept-visitor = Sikrer, at en formular kommer fra jeres egen browser. Sættes først, når I åbner en formular
web-kept-visitor-until = Til I lukker browseren
web-kept-flash = Husker en besked som "Vi har fået jeres besked" fra den ene side til den næste
web-kept-flash-until = Til næste side er vist
web-kept-draft = Gemmer det, I skriver i en formular, hvis forbindelsen ryger. Bliver i jeres browser (sessionStorage) og bliver ikke sendt til os
web-kept-draft-until = Til formularen er sendt, eller I lukker fanen
web-privacy-from = Hvor kommer det fra?
web-privacy-from-text = Fra jer selv, når I skriver eller ringer, og fra CVR-registret, når I oplyser et nummer. I bestemmer selv, om I vil skrive til os. Uden en e-mail kan vi ikke svare her, men I kan ringe. Skriv aldrig CPR-numre.
web-privacy-who = Hvem ser det?
web-privacy-who-text = De medarbejdere, der svarer jer, og erhvervskonsulenten. Kommunens interne revision kan se det, når den kontrollerer os. Er emnet fortroligt, ser kun det team det, som svarer. Skal henvendelsen til en anden myndighed, får I det at vide. Vi sælger ikke oplysninger, og intet program træffer afgørelser om jer.
web-privacy-right-see = at se alt, hvad vi har om jer
web-privacy-right-mend = at få fejl rettet
web-privacy-right-erase = at få noget slettet. Det, vi har pligt til at gemme, bliver i kommunens arkiv
web-privacy-right-object = at vi lader være med at bruge en oplysning, hvis I har en god grund
web-privacy-complain = Er I utilfredse med vores svar, kan I klage til Datatilsynet:
web-was-title = Tilgængelighed
web-was-lead = { $municipality } vil have, at alle kan bruge denne side.
web-was-how = Hvor tilgængelig er siden?
web-was-how-text = Siden er bygget efter WCAG 2.2 AA. Hver udgave bliver afprøvet automatisk, med tastatur alene og uden JavaScript. Den er endnu ikke afprøvet af mennesker med skærmlæser, og kommunens egen erklæring bliver lavet i WAS-Tool.
web-was-known = Det ved vi, der mangler
web-was-known-text = Filer, som andre har sendt ind, kan være svære at læse med en skærmlæser.
web-was-tell = Møder I en forhindring?
web-was-tell-text = Så ring eller skriv til os:
web-was-enforce = Får I ikke svar?
web-was-enforce-text = Så kan I klage til Digitaliseringsstyrelsen, som fører tilsyn med loven om tilgængelighed (lov nr. 692 af 8. juni 2018):
web-menu-privacy = Sådan bruger vi jeres oplysninger
web-menu-was = Tilgængelighedserklæring
web-period-months = { $count ->
    [one] 1 måned
   *[other] { $count } måneder
}
web-period-days = { $count ->
    [one] 1 dag
   *[other] { $count } dage
}
web-period-working-days = { $count ->
    [one] 1 arbejdsdag
   *[other] { $count } arbejdsdage
}
web-told-who = { $municipality } er dataansvarlig. Vi bruger det, du skriver eller fortæller, til at svare dig. Det må vi, fordi det er en opgave for kommunen (databeskyttelsesforordningen artikel { $basis }). Kun de medarbejdere, der skal hjælpe med svaret, ser det, og den myndighed, vi eventuelt sender det videre til.
web-told-kept = { $kept }.
web-told-rights = Du kan bede om at se, hvad vi har om dig, få det rettet eller slettet, og gøre indsigelse.
web-told-dpo = Kommunens databeskyttelsesrådgiver: { $contact }.
web-told-complain = Du kan klage til Datatilsynet: datatilsynet.dk.
