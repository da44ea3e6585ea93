ledger-journal-promise_opened = En svarfrist begyndte
ledger-journal-promise_paused = Svarfristen blev sat på pause
ledger-journal-promise_resumed = Svarfristen løber igen
ledger-journal-promise_due_moved = Svarfristen blev flyttet med de dage, pausen varede
ledger-journal-promise_handed_over = Andre skal nu svare, til samme svarfrist
ledger-journal-promise_kept = Der blev svaret
ledger-journal-promise_owed_again = Svaret kom ikke frem, så det skyldes stadig
ledger-journal-promise_broken = Afsluttet uden svar
ledger-journal-promise_withdrawn = Der skal ikke længere svares
ledger-journal-decided = Der blev truffet en beslutning
ledger-journal-reasons_erased = Begrundelsen for en beslutning blev slettet
ledger-stays-decided = { $count ->
    [one] 1 afgørelse viser stadig med et nummer, hvem der traf den. Det skal kunne ses, hvem der har truffet en afgørelse (forvaltningsloven § 32 b).
   *[other] { $count } afgørelser viser stadig med et nummer, hvem der traf dem. Det skal kunne ses, hvem der har truffet en afgørelse (forvaltningsloven § 32 b).
}
