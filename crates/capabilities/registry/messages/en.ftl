registry-nav = Companies

registry-find = Find a company
registry-find-label = Name, number or address
registry-find-others = Enquiries and contacts
registry-find-hint = Name, former name, CVR number, P-number, address, the number of an enquiry or the name of a contact. A single typing mistake does no harm.
registry-find-button = Find company
registry-find-how = Type at least two letters. Results come while you type.
registry-find-local = There are { $companies } companies and { $establishments } establishments in the municipality today.
registry-find-none = We found no company with "{ $question }".
registry-find-none-next = Try a shorter word, the CVR number or the address. A brand-new company may be missing until the register has been fetched again.
registry-find-count = { $count ->
    [one] 1 company
   *[other] { $count } companies
}
registry-find-full = The best { $count }. Type more to find fewer.
registry-find-caption = Companies and establishments
registry-find-simple = The search is being built. For now it finds only names that begin with what you type, and whole numbers.
registry-suggestion = CVR { $cvr }, { $town }
registry-suggestion-ceased = CVR { $cvr }, { $town }, ceased
registry-also-former = Formerly called { $name }
registry-also-secondary = Also trades as { $name }
registry-as-of = From the business register, fetched { $at }.

registry-name = Name
registry-address = Address
registry-area = Area
registry-area-none = In no area
registry-area-outside = Outside the municipality
registry-area-approximate = The border of the area is drawn only approximately.
registry-industry = Industry
registry-industry-unstated = Not stated
registry-form = Legal form
registry-founded = Founded
registry-employees = Employees
registry-employees-here = Employees in the municipality
registry-employed = { $count ->
    [0] No employees
    [one] 1 employee
   *[other] { $count } employees
}
registry-employed-range = { $low }-{ $high } employees
registry-employed-more = At least { $low } employees
registry-establishment = establishment
registry-ceased = Ceased
registry-ceased-on = Ceased { $date }
registry-not-local = The company has no establishment in the municipality.
registry-protected = Advertising protection: the company must not get advertising or unasked approaches without a basis in law or its consent.
registry-protected-short = Advertising protection
registry-secondary = Also trades as { $names }.
registry-breadcrumb = Breadcrumb
registry-aside = Contacts and facts from the business register

registry-owed = Who is waiting for an answer?
registry-owed-none = Nobody is waiting for an answer just now, neither here nor there.
registry-owed-first-reply = First reply
registry-owed-answer = The answer
registry-owed-call-back = A call
registry-owed-part-answer = A part of an answer
registry-owed-by-us = They are waiting for us
registry-owed-by-them = We are waiting for them
registry-places = Establishments
registry-places-none = The business register knows no establishments.
registry-timeline = What has happened
registry-timeline-none = Nothing has happened yet that you have access to.
registry-timeline-hidden = There may be more that you have no access to.
registry-contacts = Who we know
registry-contacts-none = We know nobody yet. The first who writes to us will stand here.
registry-contacts-register = E-mail, telephone and web in the register
registry-contacts-protected = Do not use them for advertising.
registry-contact-first = We know
registry-contact-latest = Last in touch
registry-contact-confirmed = Confirmed
registry-contact-stated = Only stated, not confirmed
registry-contact-last = Last in touch { $at }
registry-facts = Facts from the business register
registry-source = Source: CVR, the Danish Business Authority. Fetched { $fetched }. Changed in CVR { $changed }.
registry-source-changed = Source: CVR, the Danish Business Authority. Changed in CVR { $changed }.
registry-loaded-with-errors = The register itself reports errors in this company's data.
registry-person = Owned by a person: the address may be a home and is never shown in public.
registry-names = Names
registry-addresses = Addresses
registry-industries = Industries
registry-employment = Employees year by year
registry-employment-company = These figures are for the whole company, also outside the municipality.
registry-correct = Something wrong? The company corrects it itself at Virk
registry-days-from = since { $from }
registry-days-to = until { $to }
registry-days-both = { $from } to { $to }

registry-memory-founded = The company was founded
registry-memory-ceased = The company ceased
registry-memory-renamed = Changed its name from { $from } to { $to }
registry-memory-moved = Moved from { $from } to { $to }
registry-memory-place-opened = Opened the establishment { $name }
registry-memory-place-closed = Closed the establishment { $name }

registry-journal-imported = The business register was fetched
registry-journal-new = A new company or establishment
registry-journal-moved_in = Moved to the municipality
registry-journal-moved_out = Moved out of the municipality
registry-journal-ceased = Ceased

registry-data-companies = Names, addresses and public contact details of companies from the business register, also of those owned by a person. Persons in the register are not fetched.
registry-data-companies-kept = As long as they stand in the business register.

registry-places-here = Workplaces in the municipality
registry-places-former = { $count ->
    [one] 1 workplace that has closed
   *[other] { $count } workplaces that have closed
}
registry-places-more = { $count ->
    [one] 1 more workplace
   *[other] { $count } more workplaces
}
registry-places-order = Those in the municipality come first, otherwise by name and number, so that 2 stands before 10.
registry-places-none-now = All workplaces have closed.
registry-map = Where the workplaces are
registry-map-places = { $count ->
    [one] 1 workplace
   *[other] { $count } workplaces
}
registry-map-unplaced = { $count ->
    [one] 1 workplace is not on the map because the point of its address is missing.
   *[other] { $count } workplaces are not on the map because the points of their addresses are missing.
}
registry-map-approximate = The areas’ borders are drawn only roughly.
registry-timeline-filter = Show a part of what happened
registry-timeline-kind = Kind
registry-timeline-all = Everything
registry-timeline-contact = Contact with us
registry-timeline-register = Changes in CVR
registry-timeline-department = Department
registry-timeline-departments = All departments
registry-timeline-show = Show
registry-timeline-show-all = Show everything
registry-timeline-none-chosen = Nothing of that kind has happened.
registry-confirm = Confirm the contact
registry-confirm-how = How do you know that { $name } speaks for the company?
registry-confirm-register-phone = We called the company’s telephone number in CVR
registry-confirm-register-email = We wrote to the company’s mail address in CVR and got an answer from there
registry-confirm-visit = We met the person at the company
registry-confirm-authority = We have seen a power of attorney or a signature from those who bind the company
registry-confirm-what = It marks the contact as confirmed for colleagues. The contact is given no further access.
registry-confirm-button = Confirm the contact
registry-confirm-withdraw = Take the confirmation back
registry-confirm-done = The contact is confirmed.
registry-confirm-withdrawn = The contact is no longer confirmed.
registry-confirm-how-missing = Choose how you know.
registry-confirm-not-in-register = CVR has no telephone number or mail address that you can have used. Choose another way.
registry-confirmed = { $date } by { $name }: { $how }
registry-confirmed-someone = a colleague
registry-journal-contact_confirmed = A contact was confirmed
registry-journal-confirmation_withdrawn = A confirmation was taken back
registry-data-confirmed = Mail addresses of those whom the municipality’s staff have confirmed to speak for a company, with who confirmed it and how.
registry-data-confirmed-kept = { $period }. Then it has to be confirmed again.
registry-stays-register = { $count ->
    [one] The address stands with { $named } in the business register (CVR). The municipality has a copy of the register, and the copy follows it: the entry is corrected or removed at Virk (General Data Protection Regulation, article 17(3)(b)).
   *[other] The address stands with { $named } in the business register (CVR). The municipality has a copy of the register, and the copy follows it: the entries are corrected or removed at Virk (General Data Protection Regulation, article 17(3)(b)).
}
