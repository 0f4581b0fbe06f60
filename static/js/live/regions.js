// What changed on this screen? Replaces only that; what you typed, your focus and your place stay.
import { showCountdowns } from "./clock.js";

const shown = new Map();
const toSay = new Map(); // by its words
let saying = null;
const RECEIPT = ".lv-receipt:not([hidden])";

// Returns whether something was replaced. An update older than what stands here is left alone.
export function apply(message, known) {
  if (message.live) showCounts(message.live);
  if (message.regions === undefined) return false;
  const own = message.seq === undefined; // the part for this person has no place in the log
  if (!own) {
    if (message.epoch === known.epoch && message.seq < known.seq) return false;
    known.epoch = message.epoch;
    known.seq = message.seq;
  }
  return Object.entries(message.regions).map(([name, html]) => replace(name, html)).includes(true);
}

function showCounts(counts) {
  for (const [name, count] of Object.entries(counts)) {
    for (const place of document.querySelectorAll(`[data-live="${CSS.escape(name)}"]`)) place.textContent = count;
    for (const place of document.querySelectorAll(`[data-live-shown="${CSS.escape(name)}"]`)) {
      if (place.hidden && count) say(place.textContent);
      place.hidden = !count;
    }
  }
}

function replace(name, html) {
  const place = document.querySelector(`[data-region="${CSS.escape(name)}"]`);
  if (!place || shown.get(name) === html) return false;
  shown.set(name, html);
  if (place.innerHTML === parsed(html)) return false;
  const before = new Set(spoken(place).map(inWords));
  const restore = keep(place);
  const sent = place.querySelector("#live-sent");
  const hadReceipt = Boolean(place.querySelector(RECEIPT));
  place.innerHTML = html;
  restore();
  if (sent && !standBeside(sent, sent.dataset.pressed)) {
    // What was told of one poll would read as the outcome of the next.
    if (sent.dataset.told !== undefined) sent.hidden = true;
    place.append(sent);
  }
  reloadOldShell(place);
  showMine(place);
  const lane = place.querySelector("[data-lane]");
  if (lane) document.getElementById("live").dataset.lane = lane.dataset.lane;
  showReceipt();
  if (!hadReceipt) bringIntoView(place.querySelector(RECEIPT));
  showCountdowns();
  for (const runs of spoken(place)) if (!before.has(inWords(runs))) say(runs);
  forget();
  return true;
}

// Whether what was sent arrived stands right below the button that was pressed, where somebody looks.
export function standBeside(line, pressed) {
  const button = [...document.querySelectorAll("button[name=do]")].find((one) => one.value === pressed);
  if (!button) return false;
  line.dataset.pressed = pressed;
  (button.closest(".sk-actions, .lv-row") || button).after(line);
  return true;
}

// Only as far as is needed, so that what somebody looks at stays.
export function bringIntoView(place) {
  place?.scrollIntoView({ block: "nearest" });
}

// What a screen reader says of a part: what is written there, each run of words in its language.
export function spoken(place) {
  return [...place.querySelectorAll("[data-say]")].map((words) => {
    const runs = [];
    const texts = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      runs.push({ text: text.data.replace(/\s+/g, " "), lang: text.parentElement.closest("[lang]").lang });
    }
    return runs;
  });
}

function inWords(runs) {
  return runs.map((run) => run.text).join("").replace(/\s+/g, " ").trim();
}

// What is offered only to who counted, only to anybody else, or to whose role it is for. A part that comes is the same for all.
function showMine(place) {
  const reader = document.querySelector("[data-me]");
  const me = reader?.dataset.me;
  const mayNot = (reader?.dataset.mayNot ?? "").split(" ");
  for (const own of place.querySelectorAll("[data-for]")) own.hidden = mayNot.includes(own.dataset.for);
  for (const told of place.querySelectorAll("[data-else]")) told.hidden = !mayNot.includes(told.dataset.else);
  for (const own of place.querySelectorAll("[data-by]")) own.hidden = own.dataset.by !== me;
  for (const other of place.querySelectorAll("[data-not-by]")) other.hidden = other.dataset.notBy === me;
}

// Codes stand in the page around the parts, so new codes need a new page.
function reloadOldShell(place) {
  const shell = place.querySelector("[data-shell]");
  if (!shell || place.dataset.shellShown === undefined || shell.dataset.shell === place.dataset.shellShown) return;
  // A page that came as the answer to a form would ask whether to send that once more.
  const screen = document.querySelector("a[data-refresh]")?.getAttribute("href");
  if (screen) location.replace(screen);
  else location.reload();
}

// As the browser writes it, to compare with what stands there.
function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.innerHTML;
}

// A vote is in: draws what the server would draw of that, so that a full hall doesn't make it draw each one's.
export function drawReceipt(code) {
  const me = document.querySelector(".lv-me");
  const now = document.querySelector("[data-round]");
  if (!me || !now) return;
  const before = me.querySelector(".lv-receipt");
  const isNew = !before || before.hidden;
  const receipt = before || document.getElementById("receipt").content.firstElementChild.cloneNode(true);
  const proof = receipt.querySelector("[data-proof]");
  if ("shared" in me.dataset) proof?.remove();
  else if (proof) proof.querySelector("code").textContent = code;
  receipt.dataset.forRound = now.dataset.round;
  if (!before) me.prepend(receipt);
  for (const way of me.querySelectorAll("[data-change-lane]")) way.remove();
  showReceipt();
  bringIntoView(receipt);
  if (isNew) for (const runs of spoken(receipt)) say(runs);
}

// A receipt is for one round; with the next question it goes.
function showReceipt() {
  const now = document.querySelector("[data-round]");
  const receipt = document.querySelector("[data-for-round]");
  if (now && receipt) receipt.hidden = receipt.dataset.forRound !== now.dataset.round;
}

// Remember what somebody was doing inside a part that is replaced.
function keep(place) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const touched = [];
  for (const field of place.querySelectorAll("input[id], textarea[id], details[id]")) {
    if (field.matches("details")) touched.push([field.id, "open", field.open]);
    else if (field.checked !== field.defaultChecked) touched.push([field.id, "checked", field.checked]);
    else if (field.value !== field.defaultValue) touched.push([field.id, "value", field.value]);
  }
  return () => {
    for (const [id, property, value] of touched) {
      const field = document.getElementById(id);
      if (field && place.contains(field)) field[property] = value;
    }
    if (!focused) return;
    const again = focused.id && document.getElementById(focused.id);
    if (!again) place.setAttribute("tabindex", "-1");
    (again || place).focus({ preventScroll: true });
  };
}

// One polite announcement per five seconds, with everything in it. `words`: a text of ours, or runs of `spoken`.
export function say(words) {
  const runs = typeof words === "string" ? [{ text: words, lang: document.documentElement.lang }] : words;
  const line = inWords(runs);
  if (!line) return;
  toSay.set(line, { runs, stands: runs === words });
  if (saying) return;
  setTimeout(speak, 100); // with what else came in the same update
  saying = setInterval(() => {
    if (toSay.size) return speak();
    clearInterval(saying);
    saying = null;
    forget();
  }, 5000);
}

function speak() {
  const said = [...toSay].map(([line, { runs, stands }]) => {
    const words = document.createElement("span");
    if (stands) words.dataset.line = line;
    words.append(...runs.map(inItsLanguage), " ");
    return words;
  });
  document.getElementById("status").replaceChildren(...said);
  toSay.clear();
}

// Nobody finds words in what was said last that stand on the screen no more. It goes as a whole: what stayed of it
// would be read aloud once more.
function forget() {
  const status = document.getElementById("status");
  const lines = [...status.children].map((words) => words.dataset.line).filter(Boolean);
  if (!lines.length) return;
  const now = new Set(spoken(document).map(inWords));
  if (lines.some((line) => !now.has(line))) status.replaceChildren();
}

function inItsLanguage({ text, lang }) {
  if (lang === document.documentElement.lang) return text;
  const other = document.createElement("span");
  other.lang = lang;
  other.textContent = text;
  return other;
}
