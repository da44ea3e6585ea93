// Pieces of a page that follow what one types: <form method="get" data-live="ID" action="/url">.
// On every change the same address that the form would open is fetched with the header
// `X-Fragment: ID`, and what comes back replaces the inside of #ID. Without the script one presses
// the button and gets the whole page. A form with method="post" names another address that only
// shows (data-live-from="/url"), and its text travels in the body, never in the address.

const WAIT_MS = 250;

export function fragments() {
  for (const form of document.querySelectorAll("form[data-live]")) {
    const place = document.getElementById(form.dataset.live);
    // A form that changes something must not do so while one types.
    if (!place || (form.method === "post" && !form.dataset.liveFrom)) continue;
    if (!place.hasAttribute("aria-live")) place.setAttribute("aria-live", "polite");
    let timer;
    form.addEventListener("input", (event) => {
      if (event.target.matches("[type=file], [data-typeahead]")) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const address = new URL(form.dataset.liveFrom ?? form.action, location.href);
        if (form.method === "post") loadInto(place, address, { body: texts(form) });
        else {
          for (const [name, value] of texts(form)) if (value !== "") address.searchParams.append(name, value);
          loadInto(place, address, { remember: true });
        }
      }, WAIT_MS);
    });
  }
}

/** The fields of the form, without files. */
function texts(form) {
  return new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}

const running = new WeakMap();

/** Replaces the inside of `place` by the fragment at `address`; the newest question wins. Says whether it did. */
export async function loadInto(place, address, { body, remember = false } = {}) {
  running.get(place)?.abort();
  const controller = new AbortController();
  running.set(place, controller);
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers: { "x-fragment": place.id }, signal: controller.signal });
    // A redirect means signed out: the whole page has to go there.
    if (answer.redirected) {
      location.assign(answer.url);
      return false;
    }
    if (!answer.ok) return false;
    const html = await answer.text();
    if (controller.signal.aborted) return false;
    const template = document.createElement("template");
    template.innerHTML = html;
    // A server that sends the whole page is served as well: we take the piece out of it.
    const piece = template.content.getElementById(place.id);
    place.replaceChildren(...(piece ?? template.content).childNodes);
    if (remember) history.replaceState(null, "", address);
    return true;
  } catch {
    return false;
  } finally {
    if (running.get(place) === controller) place.removeAttribute("aria-busy");
  }
}
