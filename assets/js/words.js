// The few words the script itself says, in the language of the page. They stand here and not in the
// message catalogue because no page should wait for them.

const danish = {
  left: (n) => `${n} tegn tilbage`,
  over: (n) => `${n} tegn for meget`,
  hits: (n) => (n === 1 ? "1 forslag" : `${n} forslag`),
  noHits: "Ingen forslag. Skriv navnet helt ud.",
  kept: "Her er teksten fra før. Den er ikke sendt.",
  tried: "Her er teksten fra sidste forsøg på at sende. Se efter, om den er kommet frem, før den sendes igen.",
  drop: "Slet teksten",
  offline: "Der er ingen forbindelse lige nu. Teksten er gemt her på siden. Prøv at sende igen, når forbindelsen er tilbage.",
  sending: "Sender …",
  failed: "Kunne ikke hentes.",
};
const english = {
  left: (n) => `${n} characters left`,
  over: (n) => `${n} characters too many`,
  hits: (n) => (n === 1 ? "1 suggestion" : `${n} suggestions`),
  noHits: "No suggestions. Write the name in full.",
  kept: "Here is the text from before. It has not been sent.",
  tried: "Here is the text from the last attempt to send. Check whether it has arrived before you send it again.",
  drop: "Delete the text",
  offline: "There is no connection right now. Your text is kept on this page. Try again when you are back online.",
  sending: "Sending …",
  failed: "Could not be loaded.",
};

export const words = document.documentElement.lang.startsWith("en") ? english : danish;
