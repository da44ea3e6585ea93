## The guide's topics: what the editor sees.
enquiries-content-heading = The guide's topics
enquiries-content-lead = Here you change what the guide says about each topic, who answers, and which service goals are adopted.
enquiries-content-count-conflicts = { $count ->
    [one] The text that comes with the program has changed in { $count } topic. Choose which text to show.
   *[other] The text that comes with the program has changed in { $count } topics. Choose which text to show.
 }
enquiries-content-count-unadopted = { $count ->
    [one] { $count } topic has no adopted service goal. There the guide says "We ring you", with a telephone number.
   *[other] { $count } topics have no adopted service goal. There the guide says "We ring you", with a telephone number.
 }
enquiries-content-all-adopted = Every topic has an adopted service goal.
enquiries-content-count-unverified = { $count ->
    [one] { $count } KLE number is not verified.
   *[other] { $count } KLE numbers are not verified.
 }
enquiries-content-all-verified = Every KLE number is verified.
enquiries-content-col-topic = Topic
enquiries-content-col-goal = Service goal
enquiries-content-col-changed = Last changed
enquiries-content-days = { $reply ->
    [one] First reply in { $reply } working day
   *[other] First reply in { $reply } working days
 }, answer in { $answer }
enquiries-content-adopted-by = Adopted { $date }, entered by { $person }
enquiries-content-not-adopted = Not adopted
enquiries-content-verified = Verified
enquiries-content-not-verified = Not verified
enquiries-content-has-conflict = The program's text has changed
enquiries-content-changed-by = Changed { $date } by { $person }
enquiries-content-entered-by = Entered { $date } by { $person }
enquiries-content-as-shipped = As it comes with the program
enquiries-content-someone = the system
enquiries-content-no-team = The business consultant, since the team is gone
enquiries-content-walled = For the team only

enquiries-content-pages = The topic's pages
enquiries-content-tab-texts = Texts and words
enquiries-content-tab-goal = Service goal
enquiries-content-tab-history = History

enquiries-content-say = What the company reads
enquiries-content-title = Title
enquiries-content-in-da = in Danish
enquiries-content-in-en = in English
enquiries-content-summary = One sentence under the title
enquiries-content-self-help = What the company can do itself
enquiries-content-hint-self-help = A sentence or two in each box. An empty row does not count.
enquiries-content-one-help = Advice
enquiries-content-questions = What the team needs to know
enquiries-content-hint-questions = Three questions at most. They stand beside the box in which the company writes.
enquiries-content-one-question = Question
enquiries-content-words = The words by which the topic is found
enquiries-content-words-text = One word or phrase on each line. One form is enough: the guide finds endings, compounds and small misspellings by itself.
enquiries-content-synonyms = Words that point straight to the topic
enquiries-content-hint-synonyms = The proper word, and what people call it. At least one in each language.
enquiries-content-everyday = Everyday words
enquiries-content-hint-everyday = Weaker words, which are used of other things as well.
enquiries-content-whole = Words that count only as a whole
enquiries-content-hint-whole = Phrases whose single words point elsewhere.
enquiries-content-examples = Questions as people put them
enquiries-content-hint-examples = Whole sentences. Write them as they are said.
enquiries-content-against = Words that speak for another topic
enquiries-content-hint-against = When one of them is in the question, the topic moves down.
enquiries-content-who = Who answers
enquiries-content-team = Team
enquiries-content-team-fixed = Questions on a running tender may be opened by the procurement team only. That follows from the equal treatment of bidders (the Danish Public Procurement Act, section 2) and cannot be changed here.
enquiries-content-confidential = Confidentiality
enquiries-content-confidential-tick = Only the team may see enquiries on the topic, and mails about them hold only a link
enquiries-content-wall-tender = Only the procurement team can see that there is an enquiry.
enquiries-content-wall-complaint = A complaint about a person goes past that person and the person's team. Only the team that handles the complaint can see it.
enquiries-content-wall-confidence = Only the team can see that there is an enquiry. Mails about it hold only a link.
enquiries-content-wall-fixed = That is fixed and cannot be switched off.
enquiries-content-kle = KLE number
enquiries-content-hint-kle = The subject in the national filing plan for municipalities (KLE), written as 02.34.02.
enquiries-content-kle-title = The subject's title in KLE
enquiries-content-kle-edition = Published on
enquiries-content-hint-kle-edition = The date of publication of the edition in which it was looked up.
enquiries-content-kle-source = { $title } (KLE published { $date })
enquiries-content-kle-verified = Looked up on
enquiries-content-kle-tick = I have looked the number up in the KLE in force
enquiries-content-elsewhere = Others who help
enquiries-content-self-service = National self-service
enquiries-content-hint-self-service = Where one applies or gives notice. Three at most.
enquiries-content-link-name = Name
enquiries-content-link-url = Address, beginning with https://
enquiries-content-link-apply = Say "This is not an application" beside the link
enquiries-content-referral = The company can be followed to
enquiries-content-hint-referral = Someone outside the municipality who helps with the topic.
enquiries-content-referral-none = Nobody
enquiries-content-referral-other = Someone else, named below
enquiries-content-referral-name = The other's name
enquiries-content-referral-url = The other's address, beginning with https://

enquiries-content-try = Try a question
enquiries-content-try-text = See what the guide answers with the words that stand in the boxes now. Nothing is saved, and the question is not written down anywhere.
enquiries-content-try-question = A question from a company
enquiries-content-try-button = Try the question
enquiries-content-tried = The answer to "{ $question }"
enquiries-content-tried-with = With the words in the boxes
enquiries-content-tried-saved = As the guide is now
enquiries-content-tried-words = By the words: { $words }
enquiries-content-this-topic = This topic
enquiries-content-save = Save
enquiries-content-topic-save = Save the topic
enquiries-content-cancel = Undo what is not saved
enquiries-content-see-public = See the topic in the guide
enquiries-content-saved = Saved. The guide says so within two seconds.
enquiries-content-topic-saved = The topic is saved. The guide says so within two seconds.

enquiries-content-meanwhile = Nothing is saved
enquiries-content-stale = Someone else saved something here while you were writing. Your text is still in the boxes. Compare below, and save again if yours is to stand.
enquiries-content-incomplete = Some of the boxes lack something.
enquiries-content-no-version = That version cannot be brought back.
enquiries-content-fixed = It is fixed who answers, and who may see it.
enquiries-content-you-typed = What you wrote
enquiries-content-saved-now = What is saved
enquiries-content-conflicts = The program's text has changed
enquiries-content-conflicts-text = The program comes with a new text where you have your own. Yours is shown in the guide until you choose.
enquiries-content-ours = Your text
enquiries-content-shipped-now = The program's new text
enquiries-content-keep-ours = Keep your text
enquiries-content-take-shipped = Use the new text
enquiries-content-settled = The choice is saved.

enquiries-content-wrong-empty = Write something here. The box is needed in both languages.
enquiries-content-wrong-too-long = Write 400 characters at most on each line.
enquiries-content-wrong-too-many = There are too many lines or rows.
enquiries-content-wrong-url = Write an address that begins with https://
enquiries-content-wrong-team = Choose a team that exists.
enquiries-content-wrong-kle = Write the number as 02.34.02.
enquiries-content-wrong-kle-title = Write the subject's title as it stands in KLE.
enquiries-content-wrong-kle-edition = Write the day the edition was published. It cannot be in the future.
enquiries-content-wrong-kle-when = Write the day on which the number was looked up. It cannot be in the future.
enquiries-content-wrong-kle-again = The number has changed. Look the new one up and write the day, or remove the tick.

enquiries-content-goal-title = Service goal: { $topic }
enquiries-content-goal-now = Goals
enquiries-content-goal-shown = For an enquiry sent now the guide shows an answer by { $date }.
enquiries-content-goal-not-shown = The goal is not adopted. The guide says "We ring you" and shows the team's telephone.
enquiries-content-goal-holds = Holds now
enquiries-content-goal-replaced = Corrected the same day
enquiries-content-goal-from = For enquiries received from { $date }
enquiries-content-goal-shipped = The program's proposal. No municipality has adopted it.
enquiries-content-goal-decided = Adopted { $date }: { $reference }
enquiries-content-goal-proposal = Not adopted
enquiries-content-goal-set-heading = Set a new goal
enquiries-content-goal-set-text = A new goal holds for enquiries that come from that day on. Dates that companies have been given do not move.
enquiries-content-goal-first-reply = Working days until the first reply from a person
enquiries-content-goal-answer = Working days until the answer
enquiries-content-goal-valid-from = Holds from
enquiries-content-goal-valid-from-hint = Today or later.
enquiries-content-goal-adopted = Is the goal adopted?
enquiries-content-goal-adopted-yes = Yes, it has been decided
enquiries-content-goal-adopted-no = No, it is a proposal. No date is shown
enquiries-content-goal-decided-on = Date of the decision
enquiries-content-goal-reference = Where the decision can be found
enquiries-content-goal-reference-hint = For example "The council, item 12".
enquiries-content-goal-save = Set the goal
enquiries-content-goal-set = The goal is set.
enquiries-content-goal-number = Write a whole number of working days, for example 2.
enquiries-content-goal-choose = Choose whether the goal is adopted.
enquiries-content-goal-from-missing = Write the day from which the goal holds.
enquiries-content-goal-decided-missing = Write the day of the decision.
enquiries-content-goal = Both take one working day at least and 120 at most, and the answer does not come before the first reply.
enquiries-content-valid-from = The goal cannot hold from a day that has passed. The dates that companies were given stand.
enquiries-content-decided-on = The decision cannot be in the future.
enquiries-content-reference = Write where the decision can be found.
enquiries-content-reference-long = Write 200 characters at most.

enquiries-content-short-title = title
enquiries-content-short-summary = the sentence under the title
enquiries-content-short-self-help = advice
enquiries-content-short-questions = questions to the company
enquiries-content-short-synonyms = words
enquiries-content-short-everyday = everyday words
enquiries-content-short-whole = phrases
enquiries-content-short-examples = example questions
enquiries-content-short-against = words against
enquiries-content-short-team = team
enquiries-content-short-kle = KLE number
enquiries-content-short-kle-title = title in KLE
enquiries-content-short-kle-edition = edition of KLE
enquiries-content-short-kle-verified = check of the KLE number
enquiries-content-short-confidential = confidentiality
enquiries-content-short-self-service = links to self-service
enquiries-content-short-referral = referral
enquiries-content-wrong-in = { $field }: { $text }
enquiries-content-history-title = History: { $topic }
enquiries-content-history-none = Nobody has changed the topic. It is as it comes with the program.
enquiries-content-history-edit = Edit the topic
enquiries-content-history-text = Everything that was saved can be brought back. A version that is brought back becomes the newest, and nothing goes away.
enquiries-content-history-texts = See what was changed
enquiries-content-history-before = Before
enquiries-content-history-after = After
enquiries-content-version-now = Shown in the guide
enquiries-content-event-edited = Version { $version }: changed { $fields }
enquiries-content-event-restored = Version { $version }: an earlier version brought back. Changed { $fields }
enquiries-content-event-took-shipped = Version { $version }: the program's new text taken
enquiries-content-event-kept-ours = Version { $version }: own text kept
enquiries-content-event-adopted = Service goal from { $date }: { $days }. Adopted { $decided }
enquiries-content-event-proposed = Service goal proposed from { $date }: { $days }
enquiries-content-restore = Bring back version { $version }
enquiries-content-restore-shipped-heading = Begin again
enquiries-content-restore-shipped-text = Use the program's own texts and words again. Your versions stay in the history. The service goals do not change.
enquiries-content-restore-shipped = Use the program's texts
enquiries-content-restored = The version is brought back.

enquiries-journal-content_edited = A topic of the guide was changed
enquiries-journal-goal_set = A topic got a service goal

## Short ways in.
enquiries-way-ring = Ring { $team }:
enquiries-way-write = Write to us

# The short ways
enquiries-content-ways = Short ways
enquiries-content-way-lead = A short way stands at the top when the question can be told. The words by which it is told come with the program.
enquiries-content-phone = Telephone
enquiries-content-short-phone = telephone
enquiries-content-hint-way-phone = Empty: the team's telephone.

# Topics that are answered on the telephone
enquiries-content-answered = How the company gets an answer
enquiries-content-answered-here = The topic is open: companies can write here, and see when they get an answer.
enquiries-content-answered-by-phone = The topic has not begun yet: the guide shows telephone and hours instead of the form and its date. If a company writes in a mail all the same, it becomes an enquiry for the team.
enquiries-content-begin = Begin: let companies write about it
enquiries-content-to-phone = Leave the topic to the telephone
enquiries-content-now-begun = The topic is open. Companies can write about it within two seconds.
enquiries-content-now-by-phone = The topic is left to the telephone. Enquiries that were sent are answered by their date.
enquiries-content-is-by-phone = Telephone
enquiries-content-by-phone = Telephone only
enquiries-content-short-by-phone = whether it is left to the telephone
enquiries-content-event-begun = Version { $version }: opened for enquiries
enquiries-content-event-to-phone = Version { $version }: left to the telephone

# Looking topics through
enquiries-content-event-confirmed = Looked through: still right
enquiries-content-count-due = { $count ->
    [one] One topic is to be looked through
   *[other] { $count } topics are to be looked through
}
enquiries-review-title = Is it still right? { $topic }
enquiries-review-lead = This is what a company sees. Read it as if you did not know it, and call the number if you are in doubt.
enquiries-review-good = Looked through { $date }
enquiries-review-due = To be looked through
enquiries-review-unreviewed = Not looked through for a year
enquiries-review-more = Besides
enquiries-review-button = Still right
enquiries-review-edit = Mend it
enquiries-review-who-edits = If it is not right, tell whoever edits the guide: the business consultant, communications or the manager.
enquiries-review-look = Look through
enquiries-review-done = Thank you. Companies see that the topic was looked through today.
enquiries-review-inbox = Is it still right? Look your topics through
enquiries-review-mail-subject = { $count ->
    [one] Is it still right? A topic of the guide is to be looked through
   *[other] Is it still right? { $count } topics of the guide are to be looked through
}
enquiries-review-mail-body = Companies act on what stands there. Read it through and press "Still right", or mend it. It takes a few minutes every half-year.
enquiries-review-mail-link = Begin here
enquiries-journal-topic_confirmed = A topic of the guide was looked through
