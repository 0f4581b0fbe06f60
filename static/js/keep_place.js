// How is a part of a page replaced without losing what somebody had in hand?
//
// What was unfolded stays unfolded, and focus stays on the same thing. Both are found by their words.

const words = (element) => element.textContent.trim().replace(/\s+/g, " ");

function holding(place) {
  const held = document.activeElement;
  return held !== place && place.contains(held) ? [held.tagName, words(held)] : null;
}

export function replaced(place, html) {
  const page = document.createElement("template");
  page.innerHTML = html;
  const summaries = () => [...place.querySelectorAll("summary")];
  const opened = new Set(summaries().filter((one) => one.parentElement.open).map(words));
  const held = holding(place);
  const scrolled = place.scrollTop;
  place.replaceChildren(page.content);
  summaries().forEach((one) => (one.parentElement.open = opened.has(words(one))));
  if (held) {
    const again = [...place.querySelectorAll(held[0])].find((one) => words(one) === held[1]);
    (again ?? place).focus({ preventScroll: true });
  }
  place.scrollTop = scrolled;
}
