// Suggestions under a field (ARIA combobox with a list): <input data-typeahead="/url">.
// Asks `/url?q=TEXT` and expects JSON [{value, label, detail}]. Choosing fills the field with the
// label and, when data-typeahead-into="ID" is given, that hidden field with the value. Without the
// script, or when the answer fails, the field is what it was: a field.

import { words } from "./words.js";

const WAIT_MS = 180;
const LETTERS_MIN = 2;
const SHOWN_MAX = 8;

export function typeahead() {
  document.querySelectorAll("input[data-typeahead]").forEach(attach);
}

function attach(input, number) {
  const listId = `${input.id || `typeahead-${number}`}-list`;
  const target = input.dataset.typeaheadInto ? document.getElementById(input.dataset.typeaheadInto) : null;
  const wrapper = document.createElement("div");
  wrapper.className = "s-typeahead";
  input.before(wrapper);
  const list = document.createElement("ul");
  list.className = "s-typeahead__list";
  list.id = listId;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
  const status = document.createElement("span");
  status.className = "sr-only";
  status.setAttribute("role", "status");
  wrapper.append(input, list, status);
  input.setAttribute("role", "combobox");
  // The browser's own list must not lie over ours. Only while one is in the field: a field that is off when one leaves
  // the page is empty when one comes back to it.
  const own = input.getAttribute("autocomplete") ?? "on";
  input.addEventListener("focus", () => input.setAttribute("autocomplete", "off"));
  input.addEventListener("blur", () => input.setAttribute("autocomplete", own));
  addEventListener("pagehide", () => input.setAttribute("autocomplete", own));
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", listId);
  input.setAttribute("aria-expanded", "false");

  let hits = [];
  let active = -1;
  let timer;
  let asked = 0;
  let running;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (index) => {
    active = index;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    if (index < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };
  const choose = (hit) => {
    input.value = target ? hit.label : hit.value;
    if (target) target.value = hit.value;
    close();
    input.dispatchEvent(new CustomEvent("samspil:chosen", { bubbles: true, detail: hit }));
  };
  const show = () => {
    list.replaceChildren(...hits.map((hit, i) => option(hit, `${listId}-${i}`)));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    if (hits.length === 0) {
      const none = document.createElement("li");
      none.className = "s-typeahead__none";
      none.setAttribute("role", "presentation");
      none.textContent = words.noHits;
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    status.textContent = hits.length === 0 ? words.noHits : words.hits(hits.length);
  };
  const ask = async () => {
    const text = input.value.trim();
    running?.abort();
    if (text.length < LETTERS_MIN) {
      close();
      return;
    }
    const mine = ++asked;
    running = new AbortController();
    try {
      const address = new URL(input.dataset.typeahead, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { headers: { accept: "application/json" }, signal: running.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      // A slow answer to an older question is no answer, nor is one for a field that was left.
      if (mine !== asked || document.activeElement !== input) return;
      hits = found.slice(0, SHOWN_MAX);
      show();
    } catch {
      if (mine === asked) close();
    }
  };

  input.addEventListener("input", () => {
    if (target) target.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden && hits.length > 0;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "ArrowDown" && !open) {
      event.preventDefault();
      ask();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && open) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Past either end one is back in the field itself.
      const places = hits.length + 1;
      point(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      choose(hits[active]);
    } else if (event.key === "Tab") {
      close();
    }
  });
  input.addEventListener("blur", () => {
    running?.abort();
    close();
  });
  // Pressing must not take the cursor out of the field before the choice is made.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(event.target.closest("li"));
    if (hits[index]) choose(hits[index]);
  });
}

function option(hit, id) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const label = document.createElement("span");
  label.textContent = hit.label;
  item.append(label);
  if (hit.detail) {
    const detail = document.createElement("span");
    detail.className = "s-typeahead__detail";
    detail.textContent = hit.detail;
    item.append(detail);
  }
  return item;
}
