// Text that is not lost when the connection is: forms marked data-keep="NAME" keep what is typed in
// this tab (sessionStorage, gone with the tab) until the server has answered with another page.
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
    const untouched = fields().filter((field) => kept[field.name] && !field.value && !isTick(field));
    for (const field of untouched) {
      field.value = kept[field.name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (untouched.length > 0) tell(form, words.kept, () => {
      for (const field of untouched) field.value = "";
      forget(name);
    });
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const texts = {};
      for (const field of fields()) if (!isTick(field) && field.value) texts[field.name] = field.value;
      remember(name, texts);
    }, WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
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
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}
function remember(name, texts) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(texts));
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
