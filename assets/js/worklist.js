// Keys for the inbox and other work lists: <table data-worklist data-preview-into="ID"> whose rows
// have data-row, one link each, and data-preview="/url". j/k move, enter opens, a and r open the
// action named so (data-key="a") in the preview, / goes to the search, ? shows the keys.

import { loadInto } from "./fragment.js";

const WAIT_MS = 120;

export function workList() {
  const list = document.querySelector("[data-worklist]");
  const help = document.getElementById("keys");
  if (!list && !document.querySelector("[data-key]")) return;
  const rows = () => [...(list?.querySelectorAll("[data-row]") ?? [])];
  const preview = list && document.getElementById(list.dataset.previewInto);
  let current = rows().findIndex((row) => row.hasAttribute("data-current"));
  let timer;

  const link = (row) => row?.querySelector("a[href]");
  const go = (index, focus = true) => {
    const all = rows();
    if (all.length === 0) return;
    current = Math.max(0, Math.min(all.length - 1, index));
    all.forEach((row, i) => row.toggleAttribute("data-current", i === current));
    const row = all[current];
    if (focus) {
      link(row)?.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
    clearTimeout(timer);
    // Nobody needs a preview beside it that the screen is too narrow to show.
    if (preview && preview.offsetParent !== null && row.dataset.preview) {
      timer = setTimeout(() => loadInto(preview, row.dataset.preview), WAIT_MS);
    }
  };

  list?.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || event.target.closest("a, button, input, label, select, summary")) return;
    if (getSelection()?.toString()) return;
    const index = rows().indexOf(row);
    if (preview && preview.offsetParent !== null && index !== current) go(index);
    else link(row)?.click();
  });
  list?.addEventListener("focusin", (event) => {
    const index = rows().indexOf(event.target.closest("[data-row]"));
    if (index >= 0 && index !== current) go(index, false);
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const row = rows()[current];
    switch (event.key) {
      case "j":
        go(current + 1);
        break;
      case "k":
        go(current - 1);
        break;
      case "Enter":
        // On a link or a button the browser already does the right thing.
        if (event.target.closest("a, button, summary") || !row) return;
        link(row)?.click();
        break;
      case "/": {
        const search = document.querySelector("[data-search]");
        if (!search) return;
        search.focus();
        search.select?.();
        break;
      }
      case "?":
        if (!help?.showModal) return;
        help.showModal();
        break;
      default:
        if (!press(event.key)) return;
    }
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]") && help?.showModal) {
      event.preventDefault();
      help.showModal();
    }
  });
}

/** Presses what carries this key: a folded action is opened with the cursor in its first field, a link is followed. */
function press(key) {
  if (!/^[a-z]$/.test(key)) return false;
  const target = [...document.querySelectorAll(`[data-key="${key}"]`)].find((element) => element.offsetParent !== null);
  if (!target) return false;
  if (target.tagName === "DETAILS") {
    target.open = true;
    target.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
    target.scrollIntoView({ block: "nearest" });
  } else {
    target.click();
  }
  return true;
}
