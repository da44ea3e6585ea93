// A form is sent once. The server drops the second of two anyway; this spares people the doubt.

import { words } from "./words.js";

export function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target === "_blank" || form.matches("[data-many]")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    // A disabled button would not send its own name and value, so it waits until the form is read.
    setTimeout(() => {
      for (const button of buttons(form)) {
        button.dataset.wasDisabled = String(button.disabled);
        button.disabled = true;
      }
      const pressed = event.submitter;
      if (pressed?.tagName === "BUTTON" && !pressed.matches("[data-keep-label]")) {
        pressed.setAttribute("aria-busy", "true");
        const label = pressed.querySelector("span") ?? pressed;
        if (label.childElementCount === 0) {
          pressed.dataset.label = label.textContent;
          label.textContent = words.sending;
        }
      }
    });
  });
  // Back from the next page, or the browser was stopped: the form can be used again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) release(form);
  });
}

/** Makes the form ready to be sent again. */
export function release(form) {
  delete form.dataset.sending;
  for (const button of buttons(form)) {
    if ("wasDisabled" in button.dataset) button.disabled = button.dataset.wasDisabled === "true";
    button.removeAttribute("aria-busy");
    if (button.dataset.label) {
      (button.querySelector("span") ?? button).textContent = button.dataset.label;
      delete button.dataset.label;
    }
  }
}

function buttons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}
