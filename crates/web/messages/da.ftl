web-skip = Gå til indholdet
web-demo = Demodata, ikke kommunens tal.
web-demo-more = Virksomheder, personer og henvendelser her er opdigtet.
web-other-language = English
web-sign-in = Log ind
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

web-promise-due = Senest { $date }
web-promise-left = { $days ->
    [one] om { $days } arbejdsdag
   *[other] om { $days } arbejdsdage
 }
web-promise-today = Senest i dag
web-promise-was-due = Skulle være sket { $date }
web-promise-late = { $days ->
    [one] { $days } arbejdsdag forsinket
   *[other] { $days } arbejdsdage forsinket
 }
web-promise-paused = Sat på pause
web-promise-kept = Svaret
web-promise-kept-late = Svaret, men for sent
web-promise-broken = Afsluttet uden svar
web-promise-withdrawn = Trukket tilbage
web-pause-waiting-for-company = Vi venter på svar fra jer
web-pause-waiting-for-documents = Vi venter på oplysninger fra jer

web-error-not-found-title = Vi kan ikke finde siden
web-error-not-found = Linket er forkert, eller siden er flyttet. Har I fået linket i en mail, så prøv at kopiere hele linket.
web-error-forbidden-title = Her har du ikke adgang
web-error-forbidden = Siden kræver en anden rolle end din. Spørg din leder, hvis du mener, at du skal have adgang.
web-error-stale-title = Formularen er for gammel
web-error-stale = Formularen kunne ikke sendes, fordi den kom fra en anden side eller har stået åben for længe. Gå tilbage, genindlæs siden, og send igen.
web-error-too-many-title = Vent et øjeblik
web-error-too-many = Der er kommet for mange forsøg fra jeres netværk på kort tid. Prøv igen om et par minutter, eller ring til os.
web-error-too-large-title = Det er for stort at sende
web-error-too-large = I kan sende op til 5 filer på hver højst 20 MB.
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

cvr-length = CVR-nummeret skal have 8 cifre.
cvr-digits = CVR-nummeret må kun have cifre.
cvr-check-digit = CVR-nummeret findes ikke. Tjek, om to cifre er byttet om.

p-number-length = P-nummeret skal have 10 cifre.
p-number-digits = P-nummeret må kun have cifre.
email-at = Mailadressen mangler @.
email-name = Mailadressen mangler navnet før @.
email-domain = Mailadressen mangler et gyldigt domæne efter @, for eksempel firma.dk.
email-length = Mailadressen er for lang.
phone-characters = Telefonnummeret må kun have cifre, mellemrum og et + forrest.
phone-length = Telefonnummeret skal have 8 cifre. Udenlandske numre begynder med + og landekoden.
