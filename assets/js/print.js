// <button data-print hidden>: shown only where there is a script to make it work.

export function printPage() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
