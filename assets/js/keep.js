// Text that is not lost when the connection is: forms marked data-keep="NAME" keep what is typed in
// this tab (sessionStorage, gone with the tab) until a page marked data-keep-done="NAME" says that
// it has been received: the receipt, or the page one comes back to after sending.
// Never files, passwords, hidden fields or fields marked data-never-keep.

import { release } from "./send.js";
import { words } from "./words.js";

const PREFIX = "samspil-keep:";
const WAIT_MS = 400;

export function keepText() {
  // The receipt names the form that has now been received.
  for (const receipt of document.querySelectorAll("[data-keep-done]")) forget(receipt.dataset.keepDone);
  for (const form of document.querySelectorAll("form[data-keep]")) keepForm(form);
}

function keepForm(form) {
  const name = form.dataset.keep;
  const kept = recall(name);
  const fields = () => [...form.elements].filter(keepable);
  if (kept) {
    // What the server put into the form is newer than what we kept.
    const untouched = fields().filter((field) => kept.texts[field.name] && !field.value && !isTick(field));
    for (const field of untouched) {
      field.value = kept.texts[field.name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (untouched.length > 0) {
      tell(form, kept.tried ? words.tried : words.kept, () => {
        for (const field of untouched) field.value = "";
        forget(name);
      });
    }
  }
  const save = (tried) => {
    const texts = {};
    for (const field of fields()) if (!isTick(field) && field.value) texts[field.name] = field.value;
    remember(name, { texts, tried });
  };
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => save(false), WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    // Whether it arrives we cannot know from here, so we must not say later that it was not sent.
    save(navigator.onLine !== false);
    if (navigator.onLine !== false) return;
    event.preventDefault();
    release(form);
    tell(form, words.offline);
  });
}

function keepable(field) {
  const never = ["hidden", "password", "file", "submit", "button", "reset"];
  return field.name && !never.includes(field.type) && !field.matches("[data-never-keep]") && field.tagName !== "FIELDSET";
}

function isTick(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function tell(form, text, drop) {
  form.querySelector(".s-kept")?.remove();
  const notice = document.createElement("div");
  notice.className = "s-kept";
  notice.setAttribute("role", "status");
  const line = document.createElement("span");
  line.textContent = text;
  notice.append(line);
  if (drop) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "s-linkbutton";
    button.textContent = words.drop;
    button.addEventListener("click", () => {
      drop();
      notice.remove();
      form.querySelector("textarea, input:not([type=hidden])")?.focus();
    });
    notice.append(button);
  }
  form.prepend(notice);
}

// A browser may refuse storage altogether; then nothing is kept, and nothing breaks.
function recall(name) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + name));
    return kept?.texts ? kept : null;
  } catch {
    return null;
  }
}
function remember(name, kept) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(kept));
  } catch {
    // Full or refused.
  }
}
function forget(name) {
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch {
    // Refused.
  }
}
