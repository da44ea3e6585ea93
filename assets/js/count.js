// How many characters are left: <textarea maxlength-like data-count="4000">. Nothing is cut off;
// the server says what is too long. Read aloud only after a pause in typing.

import { words } from "./words.js";

const PAUSE_MS = 900;
// Silent while there is plenty of room, so that nobody feels counted.
const SHOW_BELOW = 0.25;

export function countCharacters() {
  for (const field of document.querySelectorAll("[data-count]")) {
    const max = Number(field.dataset.count);
    if (!(max > 0)) continue;
    const seen = document.createElement("span");
    seen.className = "s-count-left";
    seen.setAttribute("aria-hidden", "true");
    const heard = document.createElement("span");
    heard.className = "sr-only";
    heard.setAttribute("role", "status");
    field.after(seen, heard);
    let timer;
    const update = () => {
      // The server counts characters, not UTF-16 halves, and a line end as one.
      const left = max - [...field.value].length;
      const text = left < 0 ? words.over(-left) : words.left(left);
      const near = left < max * SHOW_BELOW;
      seen.textContent = near ? text : "";
      seen.classList.toggle("s-count-left--over", left < 0);
      clearTimeout(timer);
      timer = setTimeout(() => {
        heard.textContent = near ? text : "";
      }, PAUSE_MS);
    };
    field.addEventListener("input", update);
    update();
  }
}
