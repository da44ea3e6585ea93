operations-nav = Operations
operations-title = Operations
operations-lead = How the program is doing. Numbers and kinds, never recipients or text.
operations-journal = The event log
operations-engine = Database
operations-position = Sealed lines
operations-sealed-at = Last sealed
operations-root-day = Last signed
operations-never = Not yet
operations-roots = The signed roots (JSON)
operations-jobs = Background jobs
operations-jobs-kinds = All jobs
operations-jobs-none = There are no jobs yet. They come when someone uses the program.
operations-jobs-caption = Jobs by kind. Those done are kept for 7 days.
operations-kind = Kind
operations-waiting = Waiting
operations-done = Done
operations-dead = Given up
operations-dead-title = Given up: someone must look at these
operations-dead-caption = Jobs that could not be done
operations-reason = Reason
operations-attempts = Attempts
operations-action = Action
operations-retry = Try again
operations-retried = It is back in the queue.
operations-outbox = Mail
operations-outbox-none = No mail has been written yet.
operations-message = Mail
operations-message-waiting = Waiting
operations-message-sent = Sent
operations-message-captured = Held back, nothing was sent
operations-message-failed = Could not be sent
operations-message-expired = Too old, not sent
operations-message-discarded = Discarded
operations-failed-title = Mail that could not be sent
operations-failed-caption = Mail that could not be sent, newest first
operations-given-up = Given up
operations-post-title = The demo's mailbox
operations-post-lead = All mail from the demo ends here. None leaves it.
operations-post-none = There is no mail yet.
operations-post-begin = Send an enquiry and a receipt will come
operations-post-to = To
operations-post-at = Written
operations-journal-job_retried = A job was put back in the queue
operations-register = The business register
operations-import-began = Last imported
operations-import-state = State
operations-import-staging = Under way
operations-import-done = Done
operations-import-failed = Interrupted, the register is as before
operations-import-reason-interrupted = The program ended in the middle of the import. The next one tidies up.
operations-import-reason-overtaken = Another import took over because this one was silent for too long.
operations-import-reason-input = The file could not be read to its end.
operations-import-reason-full = The disk is full. Make room, and import again.
operations-import-reason-database = The database did not answer as it should. See the log.
operations-import-reason-refused = The register’s service refuses the user or the password. See [register] in samspil.toml.
operations-import-reason-path = The register’s service does not know the path. See [register] in samspil.toml.
operations-import-reason-status = The register’s service answered with an error. It will be tried again.
operations-import-reason-elsewhere = The register’s service pointed elsewhere, which the program does not follow. See endpoint in samspil.toml.
operations-import-reason-unreachable = The register’s service could not be reached. It will be tried again.
operations-import-reason-broke-off = The connection to the register’s service broke. It will be tried again.
operations-import-reason-no-page = The register’s service answered with something that is no documents.
operations-import-read = Documents read
operations-import-rejected = Documents that could not be used
operations-import-none = The register has not been imported yet. That is done with samspil registry import.
operations-index-ready = Search is up to date.
operations-index-missing = The search index is being built. Until then only names that begin with what one writes are found.
operations-number = Number
operations-discard = Discard ...
operations-discard-title = Discard the job?
operations-discard-lead = What the job was to do will not be done. It cannot be brought back.
operations-discard-journal = The event log will say who discarded it, and when.
operations-discard-do = Discard the job
operations-discard-not = Keep it
operations-discarded = The job is discarded. The event log says so.
operations-journal-job_discarded = A job that was given up was discarded
operations-discarded-message = The mail is discarded. The event log says so.
operations-discard-message-title = Discard the mail?
operations-discard-message-lead = The mail will not be sent, and it cannot be brought back. See to it that the receiver is told in another way, where that is needed.
operations-discard-message-why = Why should it not be sent?
operations-discard-message-missing = Choose why the mail should not be sent
operations-discard-message-journal = The event log will say who discarded it, when and why.
operations-discard-message-do = Discard the mail
operations-discard-reason-told-otherwise = The receiver has been told in another way
operations-discard-reason-wrong-address = The address is wrong, and there is no other
operations-discard-reason-out-of-date = What it says no longer holds
operations-discard-reason-mistake = It was a mistake or a trial
operations-journal-backup_made = A backup was made
operations-backup = Backup
operations-backup-made = Last made
operations-backup-size = Size
operations-backup-megabytes = { $count } MB
operations-backup-rows = Rows
operations-backup-files = Files
operations-backup-flaws = { $count ->
    [one] 1 file was missing or changed
   *[other] { $count } files were missing or changed
}
operations-backup-none = No backup has been made. That is done with samspil backup.
operations-backup-never = No backup has been made yet. Have samspil backup run every night: if the disk breaks, everything is gone. This warns when the last one is more than { $count } hours old.
operations-backup-old = The last backup is more than { $count } hours old. Find out why samspil backup has not run.
operations-data-journal = When people who work here did something in the program, under a random number
operations-data-journal-kept = Stays. The event log cannot be changed without it showing.
operations-stays-journal = { $count ->
    [one] 1 line of the event log shows by a random number that the person did something. The log shows whether the municipality acted rightly, and would prove nothing if lines could be taken out (General Data Protection Regulation, article 5(2), article 17(3)(b) and article 32).
   *[other] { $count } lines of the event log show by a random number that the person did something. The log shows whether the municipality acted rightly, and would prove nothing if lines could be taken out (General Data Protection Regulation, article 5(2), article 17(3)(b) and article 32).
}
operations-journal-file_infected = The virus scanner found something in a file, and it is handed to nobody
operations-journal-restored = The installation was restored from a backup
operations-more-dead = There are more. These are the { $count } oldest.
operations-more-failed = There are more. These are the { $count } newest.
operations-reason-no-mail-server = There was no mail server
operations-reason-no-sms-gateway = There was no SMS gateway
operations-reason-sms-never = The SMS gateway said no to the number or the text
operations-reason-connection = The mail server did not answer
operations-reason-timeout = The mail server was too slow
operations-reason-response = The mail server's answer could not be understood
operations-reason-client = The mail server cannot do what the mail needs
operations-reason-tls = The connection to the mail server could not be secured
operations-reason-tls-not-offered = The mail server offers no secure connection
operations-reason-tls-unknown-issuer = The mail server's certificate is from an issuer we do not know
operations-reason-tls-other-name = The mail server's certificate is for another name
operations-reason-tls-expired = The mail server's certificate is not valid now
operations-reason-tls-certificate = The mail server's certificate does not hold
operations-reason-smtp-later = The mail server asked us to wait
operations-reason-smtp-never = The mail server refused
operations-reason-address = The address cannot receive mail
operations-reason-compose = The mail could not be put together
operations-reason-expired = Tried for 5 days
operations-reason-erased = The text was erased before the mail went
operations-reason-claimed = Someone else was at it
operations-reason-database = The database did not answer
operations-reason-disk = The disk could not be written to
operations-reason-panic = A fault in the program
operations-reason-payload = The program cannot read the job
operations-reason-unknown-kind = The program does not know this kind of job
operations-reason-no-such-link = The link that the mail was to bring is gone
operations-reason-no-such-person = Whom the mail was for is gone
operations-reason-no-such-contact = Whom the mail was for has been erased
operations-reason-other = The program's log says more
operations-held-title = Mail is waiting for a mail server
operations-held = { $count ->
    [0] No mail server is set up. Receipts and messages to companies do not arrive until one stands under [smtp] in { $file }.
    [one] 1 mail waits because no mail server is set up. It goes when one stands under [smtp] in { $file }. A mail waits 5 days at most.
   *[other] { $count } mails wait because no mail server is set up. They go when one stands under [smtp] in { $file }. A mail waits 5 days at most.
}
operations-proxy-title = All visitors count as one
operations-proxy-untrusted = { $peer } passes visitors on but does not stand under [proxy] trusted in samspil.toml. All companies therefore share one limit on enquiries and sign-ins: one sender can shut the others out.
operations-proxy-silent = { $peer } stands under [proxy] trusted in samspil.toml but does not say for whom it asks. All companies therefore share one limit on enquiries and sign-ins. Have it set X-Forwarded-For.
operations-begin = Get started
operations-begin-lead = { $done } of { $count } are in place. This is what is missing before companies are invited in.
operations-begin-all = Everything is in place: { $count } of { $count }
operations-begin-what = What
operations-begin-state = State
operations-begin-next = What is there or missing
operations-begin-is-done = In place
operations-begin-is-missing = Missing
operations-begin-in-file = Settings are written in { $file } in the data directory. The program reads it when it starts.
operations-begin-told = The municipality's details
operations-begin-told-todo = { $count ->
    [one] 1 setting is not filled in: { $named }. In its place stands something nobody answers.
   *[other] { $count } settings are not filled in: { $named }. In their place stands something nobody answers.
}
operations-begin-told-done = Name, telephones, mailbox and hours are filled in.
operations-begin-address = The address
operations-begin-address-todo = Companies cannot reach the site by https yet. Put a proxy with TLS before it and write the address as base_url.
operations-begin-address-done = The site has an address with https.
operations-begin-proxy = The proxy
operations-begin-proxy-todo = The proxy before the program does not stand under [proxy] trusted, or does not say for whom it asks. Until then all visitors count as one.
operations-begin-proxy-done = Each visitor is counted apart.
operations-begin-mail = The mail server
operations-begin-mail-todo = There is none. Receipts, answers and sign-in links do not arrive. It is written under [smtp].
operations-begin-mail-done = There is one. Whether it takes mail from us, samspil doctor says.
operations-begin-people = People who answer
operations-begin-people-todo = Nobody can answer enquiries yet. Invite colleagues, give them a role and put them in a team.
operations-begin-people-done = At least one person can answer enquiries.
operations-begin-people-link = Invite people
operations-begin-teams = Teams with members
operations-begin-teams-todo = { $count ->
    [one] 1 of the teams that the guide sends enquiries to has no members.
   *[other] { $count } of the teams that the guide sends enquiries to have no members.
}
operations-begin-teams-done = All teams that the guide sends enquiries to have members.
operations-begin-teams-link = Put people in teams
operations-begin-leaders = Team leaders
operations-begin-leaders-todo = { $count ->
    [one] 1 of the teams that the guide sends enquiries to has no leader. Nobody then hears of enquiries that are not taken.
   *[other] { $count } of the teams that the guide sends enquiries to have no leader. Nobody then hears of enquiries that are not taken.
}
operations-begin-leaders-done = All teams that the guide sends enquiries to have a leader.
operations-begin-leaders-link = Choose leaders
operations-begin-register = The business register
operations-begin-register-todo = It is not imported. Companies cannot be found by name, and /politik shows no growth.
operations-begin-register-done = It is imported.
operations-begin-areas = The areas
operations-begin-areas-todo = The municipality's areas are not imported. Figures by area are missing.
operations-begin-areas-done = The municipality's areas are imported.
operations-begin-policy = The business policy
operations-begin-policy-todo = It is not imported. /politik is empty.
operations-begin-policy-done = It is imported.
operations-begin-goals = The reply times
operations-begin-goals-todo = { $count ->
    [one] The service goal of 1 topic is a proposal that has not been adopted. The page says "we will ring" and shows no date.
   *[other] The service goals of { $count } topics are proposals that have not been adopted. The pages say "we will ring" and show no date.
}
operations-begin-goals-done = The service goals of all topics are adopted.
operations-begin-goals-link = See the topics (needs the right to edit them)

operations-roots-title = The journal's signed roots
operations-roots-lead = Everything that happens in Samspil is written into a journal that cannot be changed without showing it. It is signed here every evening.
operations-roots-how = A root is a fingerprint of every line until then. Keep one, and you can later have it checked that nothing before it was changed or removed. What the lines say cannot be read from it.
operations-roots-none = There is no signed root yet. The first comes this evening.
operations-roots-numbers = See policy and figures
operations-roots-file = Download all roots (JSON)
operations-roots-key = Public key (Ed25519)
operations-roots-check = How to check it
operations-roots-root-short = ROOT
operations-roots-lines = Covers lines 1 to { $position }.
operations-roots-root = Root
operations-roots-signature = Signature

operations-import-refused = Refused: nothing in it could be used, and the register is as before
operations-import-newest = Latest attempt
operations-import-tried = Tried
operations-import-in-force = What holds
operations-mail-refused-title = The mail server does not take mail from us
operations-mail-refused = Last tried { $at }: { $reason }. Receipts, answers and sign-in links wait, and the program tries again for at most 5 days. Mend [smtp] in { $file }, or ask whoever runs the mail server.
operations-mail-tried = Last tried
operations-mail-next = Next attempt
operations-begin-mail-refused = The mail server
operations-begin-mail-refused-todo = It did not take the last mail. Why, stands under Mail. It is written under [smtp].
operations-jobs-well = { $count ->
    [0] Nothing was given up, and nothing is late.
    [one] Nothing was given up, and nothing is late. 1 job waits for its time.
   *[other] Nothing was given up, and nothing is late. { $count } jobs wait for their time.
}
operations-jobs-late-title = More than a quarter of an hour late
operations-jobs-late = { $what }: { $count ->
    [one] 1 job
   *[other] { $count } jobs
}
operations-job-relations-ask-permission = Asks receivers whether they want the newsletter
operations-job-relations-remove-file = Removes the file of a list
operations-job-relations-take-rows = Imports the rows of a list
operations-job-relations-try-rows = Checks the rows of a list
operations-job-enquiries-deliver-package = Sends an enquiry to the archive
operations-job-enquiries-sweep-packages = Looks for enquiries that are to go to the archive
operations-job-enquiries-follow-people = Moves enquiries on when someone leaves or is absent
operations-job-enquiries-forget-drafts = Erases files of forms that were not sent
operations-job-enquiries-mail-notice = Writes a mail on something that happened
operations-job-enquiries-send-digests = Sends the morning overview to those who answer
operations-job-enquiries-remove-file = Erases a file that was taken out
operations-job-enquiries-fetch-mail = Fetches mails to the municipality and places them
operations-job-enquiries-watch = Looks for dates that are about to pass
operations-job-identity-check-session = Asks the identity provider whether an employee may still come in
operations-job-identity-mail-link = Writes the mail with a link to sign in by
operations-job-identity-tell-of-emergency = Tells the system administrators that the emergency access was used
operations-job-outreach-deliver = Hands a mail to the mail server
operations-job-outreach-sweep = Looks for mails that got stuck
operations-job-policy-close-ended = Closes a policy when it ends
operations-job-protection-night = Erases what has been kept long enough
operations-job-registry-record-changes = Writes into the journal who came and went in the register
operations-job-operations-scan-files = Has the virus scanner look at files that wait for it
operations-job-storage-erasures = Writes into erasures.jsonl what was erased
operations-job-other = Something that this version of the program does not know
operations-data-nav = Open data
operations-data-title = Open data
operations-data-lead = This is what anyone can download: the figures on the business policy, and the proof that our journal has not been changed. No account or key is needed, and no persons are in it.
operations-data-numbers = The figures on the business policy
operations-data-numbers-what = Each goal with figure, count, period and uncertainty, and growth year by year. Small numbers are hidden, so that no company can be recognised.
operations-data-numbers-source = Our own enquiries and the Danish business register (CVR). How each figure is made stands beside it.
operations-data-numbers-often = Made anew at least every day
operations-data-numbers-see = See the figures
operations-data-roots-what = A signed root for each day: a fingerprint of everything written into the journal until then. What the journal says cannot be read from it.
operations-data-roots-source = Samspil itself
operations-data-roots-often = A new one each day
operations-data-roots-see = See the latest, and how to check them
operations-data-source = Source
operations-data-often = How often
operations-data-files = Files
operations-data-csv = CSV for spreadsheets
operations-data-json = JSON for programs
operations-data-terms = Terms
operations-data-terms-text = { $name } decides on what terms the data may be used. If you use it in something you publish, say where it comes from and when you downloaded it, and ask us when in doubt.
operations-data-demo = This is a demo: companies and figures are invented.

operations-data-guide = The guide
operations-data-guide-what = Telephone, hours, acute numbers and all topics with links. Other web sites may read and show it.
operations-data-guide-source = What the municipality's staff have written in the guide
operations-data-guide-often = At once, when someone edits
operations-data-guide-embed = Put the box on the municipality's web site

operations-job-enquiries-ask-for-reviews = Asks teams to look through their topics of the guide
operations-begin-reviews = The guide's topics have been looked through
operations-begin-reviews-done = All topics were looked through within half a year, or their time has not run out.
operations-begin-reviews-todo = { $count ->
    [one] One topic is to be looked through by its team.
   *[other] { $count } topics are to be looked through by their teams.
}
operations-begin-reviews-link = See the topics
