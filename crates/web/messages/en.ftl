web-skip = Skip to content
web-demo = Demo data, not the municipality's figures.
web-demo-more = Companies, people and enquiries here are invented.
web-other-language = Dansk
web-sign-in = Sign in
web-signed-in-as = Signed in as { $name }
web-sign-out = Sign out
web-tagline = Where companies meet the municipality
web-search-label = Search for a company, CVR number, P-number or address
web-search-hint = Company, CVR or address
web-search = Search
web-menu = Menu
web-main-menu = Main menu
web-all-areas = All areas
web-contact = Contact
web-find = Find your way
web-about = About this site
web-field-error = Error:
web-form-errors = Correct these fields and send again. What you wrote is still here.

web-promise-due = Answer due
web-promise-by = by { $date }
web-promise-was = It was due by { $date }
web-promise-left = { $days ->
    [one] in { $days } working day
   *[other] in { $days } working days
 }
web-promise-today = By the end of today
web-promise-late = { $days ->
    [one] { $days } working day late
   *[other] { $days } working days late
 }
web-promise-paused = Paused
web-promise-paused-why = { $reason }, since { $since }. The date moves by as many days as we wait.
web-promise-kept = Answered
web-promise-kept-late = Answered, but late
web-promise-broken = Closed without an answer
web-promise-withdrawn = Withdrawn
web-pause-waiting-for-company = We are waiting for your answer
web-pause-waiting-for-documents = We are waiting for information from you
web-pause-ours-waiting-for-company = We are waiting for an answer from the company
web-pause-ours-waiting-for-documents = We are waiting for information from the company

web-error-not-found-title = We cannot find the page
web-error-not-found = The link is wrong, or the page has moved. If the link came in an e-mail, try to copy all of it.
web-error-forbidden-title = You do not have access
web-error-forbidden = This page needs another role than yours. Ask your manager if you think you should have access.
web-unsent-title = What you wrote is still here
web-unsent = You had been signed out, so it was not sent. Read it through, and send it now. It stays here for a day.
web-unsent-files = Files could not wait. Send them afterwards, or go to the page and choose them again.
web-unsent-send = Send it now
web-unsent-not = Do not send it
web-error-stale-title = The form is too old
web-error-stale = The form could not be sent, because it came from another site or was open for too long. Go back, reload the page and send again.
web-error-too-many-title = Please wait a moment
web-error-too-many = There have been too many tries from your network in a short time. Try again in a few minutes, or call us.
web-error-too-large-title = That is too large to send
web-error-too-large = You can send up to 5 files of at most 20 MB each.
web-error-gone-title = This page is no longer here
web-error-gone = It was the answer to a form. We keep it for one day only, and only for whoever sent the form. Go to the front page and start again, or call us.
web-error-full-title = We cannot save just now
web-error-full = Nothing was saved and nothing was sent. Try again shortly, or call us.
web-error-internal-title = Something went wrong on our side
web-error-internal = It is not your fault. Try again shortly. If it happens again, call us and give the number below.
web-error-refused-title = That is not possible
web-error-reference = Error number: { $reference }
web-error-search = What are you looking for?
web-error-search-button = Find the way
web-error-home = Go to the front page
web-error-call = Call us on

web-file-too-large = The file is larger than 20 MB. Make it smaller, or split it.
web-file-type = The file cannot be sent. We take PDF, images and office documents.
web-file-too-many = You can send at most 5 files at a time.
web-file-empty = The file is empty.
web-file-infected = We do not take the file, because our virus scanner found something in it. Scan your own computer, and send the file again when it is clean.
web-file-no-room = We have no room for files right now. Send without the file, and we will answer what you write. If the file is urgent, call us.
web-file-busy = Many files are arriving at once right now. Try again in a moment, or send without the file.
web-file-quota = We have received so many files today that we cannot take more. Send without the file, or call us.
web-file-enquiry-quota = So many files are already attached to this enquiry that we cannot take more here. Write without the file, or call us.

cvr-length = The CVR number must have 8 digits.
cvr-digits = The CVR number may only have digits.
cvr-check-digit = There is no such CVR number. Check whether two digits have changed places.

p-number-length = The P-number must have 10 digits.
p-number-digits = The P-number may only have digits.
email-at = The e-mail address must have one @, as in name@company.dk.
email-name = The e-mail address lacks the name before the @.
email-domain = The e-mail address lacks a valid domain after the @, for example company.dk.
email-length = The e-mail address is too long.
phone-characters = The phone number may only have digits, spaces and a leading +.
phone-length = The phone number must have 8 digits. Foreign numbers begin with + and the country code.
web-optional = (optional)
web-breadcrumbs = Breadcrumb
web-front = Front page
web-title-error = Error: { $title }
date-invalid = Write a date, for example 23/11/2026.
time-invalid = Write a time, for example 9:00.

web-evidence-how = How the number is made
web-within-noise = The difference is within chance.
web-beyond-noise = More than chance explains.
web-chart-table = Show the table
web-chart-csv = Download the numbers as CSV
web-table-wide = The table is wider than the screen. Scroll it sideways.
web-map-cluster = { $count } workplaces, { $name } among them
web-privacy-title = How we use your information
web-privacy-lead = { $municipality } is responsible for what you tell us here. We use it to answer you, and to see whether we do what we say.
web-privacy-what = What we hold about you
web-privacy-data = Information
web-privacy-basis = Basis (GDPR)
web-privacy-kept = For how long
web-privacy-article = Article { $article }
web-privacy-rights = What you can ask for
web-privacy-rights-text = You can always call or write to us and ask:
web-privacy-own = Sign in and download everything we hold about you
web-kept-title = What the site keeps in your browser
web-kept-text = Only what the site cannot work without. None of it follows you, and nobody else can read it.
web-kept-name = Name
web-kept-what = What it is for
web-kept-until = For how long
web-kept-session = Keeps you signed in after you have used the link in a mail
web-kept-session-until = Until you sign out or close the browser, at most 12 hours unused
web-kept-provider = Goes along while a sign-in provider, such as MitID Erhverv, asks who it is
web-kept-provider-until = For 10 minutes, or until the sign-in is done
web-kept-language = Remembers whether you read Danish or English
web-kept-language-until = A year
web-kept-visitor = Makes sure that a form comes from your own browser. Set only when you open a form
web-kept-visitor-until = Until you close the browser
web-kept-flash = Carries a message such as "We have received your message" from one page to the next
web-kept-flash-until = Until the next page has been shown
web-kept-draft = Keeps what you write in a form in case the connection is lost. It stays in your browser (sessionStorage) and is not sent to us
web-kept-draft-until = Until the form is sent, or you close the tab
web-privacy-from = Where does it come from?
web-privacy-from-text = From you, when you write or call, and from the CVR register, when you give a number. It is up to you whether you write to us. Without an e-mail address we cannot answer here, but you can call. Never write CPR numbers.
web-privacy-who = Who sees it?
web-privacy-who-text = The employees who answer you, and the business consultant. The municipality's internal audit can see it when it checks us. If the topic is confidential, only the team that answers. If the enquiry must go to another authority, we tell you. We sell no information, and no program decides anything about you.
web-privacy-right-see = to see everything we hold about you
web-privacy-right-mend = to have mistakes corrected
web-privacy-right-erase = to have something erased. What we must keep by law stays in the municipality's archive
web-privacy-right-object = that we stop using something, if you have a good reason
web-privacy-complain = If you are not content with our answer, you can complain to Datatilsynet, the Danish data protection authority:
web-was-title = Accessibility
web-was-lead = { $municipality } wants everyone to be able to use this site.
web-was-how = How accessible is the site?
web-was-how-text = The site is built to WCAG 2.2 AA. Every version is tried automatically, by keyboard alone and without JavaScript. It has not yet been tried by people using a screen reader, and the municipality's own statement is made in WAS-Tool.
web-was-known = What we know is missing
web-was-known-text = Files that others have sent in may be hard to read with a screen reader.
web-was-tell = Do you meet an obstacle?
web-was-tell-text = Then call or write to us:
web-was-enforce = Do you get no answer?
web-was-enforce-text = Then you can complain to the Agency for Digital Government, which enforces the Danish act on web accessibility (act no. 692 of 8 June 2018):
web-menu-privacy = How we use your information
web-menu-was = Accessibility statement
web-period-months = { $count ->
    [one] 1 month
   *[other] { $count } months
}
web-period-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
web-period-working-days = { $count ->
    [one] 1 working day
   *[other] { $count } working days
}
web-told-who = { $municipality } is the controller. We use what you write or tell us to answer you. We may, because it is a task of the municipality (General Data Protection Regulation, article { $basis }). Only the staff who help with the answer see it, and the authority to which we may send it on.
web-told-kept = { $kept }.
web-told-rights = You can ask to see what we have about you, have it corrected or erased, and object.
web-told-dpo = The municipality’s data protection officer: { $contact }.
web-told-complain = You can complain to the Danish Data Protection Agency: datatilsynet.dk.
