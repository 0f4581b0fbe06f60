// How long is left, by the server's clock?
let ahead = 0; // milliseconds that the server's clock is ahead of this one

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
