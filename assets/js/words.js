// The few words the script itself says, in the language of the page. They stand here and not in the
// message catalogue because no page should wait for them.

const danish = {
  left: (n) => `${n} tegn tilbage`,
  over: (n) => `${n} tegn for meget`,
  hits: (n) => (n === 1 ? "1 forslag" : `${n} forslag`),
  noHits: "Ingen forslag. Skriv navnet, som I selv skriver det.",
  kept: "Vi har hentet den tekst, I skrev tidligere. Den er ikke sendt.",
  drop: "Slet teksten",
  offline: "Der er ingen forbindelse lige nu. Teksten er gemt her på siden. Prøv at sende igen, når forbindelsen er tilbage.",
  sending: "Sender …",
  failed: "Kunne ikke hentes.",
};
const english = {
  left: (n) => `${n} characters left`,
  over: (n) => `${n} characters too many`,
  hits: (n) => (n === 1 ? "1 suggestion" : `${n} suggestions`),
  noHits: "No suggestions. Write the name the way you write it yourself.",
  kept: "We have brought back the text you wrote earlier. It has not been sent.",
  drop: "Delete the text",
  offline: "There is no connection right now. Your text is kept on this page. Try again when you are back online.",
  sending: "Sending …",
  failed: "Could not be loaded.",
};

export const words = document.documentElement.lang.startsWith("en") ? english : danish;
