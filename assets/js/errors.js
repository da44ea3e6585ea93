// After a form was refused: the summary gets the focus, and its links put the cursor in the field.

export function focusErrors() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.setAttribute("tabindex", "-1");
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    // The label should be seen as well as the field.
    (field.labels?.[0] ?? field.closest("fieldset") ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
