ledger-journal-promise_opened = A reply deadline began
ledger-journal-promise_paused = The reply deadline was paused
ledger-journal-promise_resumed = The reply deadline runs again
ledger-journal-promise_due_moved = The reply deadline was moved by the days of the pause
ledger-journal-promise_handed_over = Others are now to reply, by the same deadline
ledger-journal-promise_kept = A reply was given
ledger-journal-promise_owed_again = The reply did not arrive, so it is still owed
ledger-journal-promise_broken = Ended without a reply
ledger-journal-promise_withdrawn = A reply is no longer needed
ledger-journal-decided = A decision was taken
ledger-journal-reasons_erased = The reasons for a decision were erased
ledger-stays-decided = { $count ->
    [one] 1 decision still shows by a number who took it. It must be possible to see who took a decision (Public Administration Act, section 32 b).
   *[other] { $count } decisions still show by a number who took them. It must be possible to see who took a decision (Public Administration Act, section 32 b).
}
