// How long is left, by the server's clock?
const LAST = 10; // seconds
const LONG = 15; // seconds: who heard so much hears once more when the last ones begin
let ahead = 0; // milliseconds that the server's clock is ahead of this one
let longClosing = ""; // when it ends

export function serverTime(text) {
  const then = Date.parse(text);
  if (!Number.isNaN(then)) ahead = then - Date.now();
}

export function showCountdowns() {
  for (const place of document.querySelectorAll("[data-ends]")) {
    const left = Math.max(0, Math.ceil((Date.parse(place.dataset.ends) - Date.now() - ahead) / 1000));
    if (!Number.isNaN(left) && place.textContent !== String(left)) place.textContent = left;
  }
}

// The words to say now that the last seconds of a long closing begin; blank at every other moment.
export function lastSeconds() {
  const place = document.querySelector("[data-say] [data-ends]");
  const left = place ? Number(place.textContent) : 0;
  if (left > LONG) longClosing = place.dataset.ends;
  if (left > LAST || !place || place.dataset.ends !== longClosing) return "";
  longClosing = "";
  return place.closest("[data-say]").textContent;
}
