// How does the advice follow the answers without a reload?
//
// A choice is saved at once and a text a moment later, one save at a time, and the server answers with the advice.
// Without this file the same form works by its buttons.

import { replaced } from "./keep_place.js";

const PAUSE = 500; // milliseconds without typing before a save

const form = document.querySelector("form[data-autosave]");
const place = document.getElementById("advice-place");
const status = document.getElementById("save-status");

let timer = 0;
let saving = null; // the promise of the saves that are under way
let again = false; // something changed since the last save began
let stuck = false; // a colleague was first: from here on only the button saves

function say(text) {
  if (text && status.textContent !== text) status.textContent = text;
}

function panelFrom(html) {
  const page = document.createElement("template");
  page.innerHTML = html;
  return page.content;
}

function showAdvice(html) {
  replaced(place, html);
  const { seen, short, route } = place.querySelector("[data-seen]").dataset;
  form.elements.seen.value = seen;
  document.getElementById("advice-short").textContent = short;
  showRoute(route);
  say(short);
}

// Where the purpose alone leads elsewhere, one sentence is asked; what was typed there stays.
function showRoute(text) {
  const route = form.querySelector("[data-route]");
  if (!route) return;
  route.hidden = !text;
  route.querySelector("[data-route-text]").textContent = text;
}

// Count what is answered, per part and in all.
function count() {
  form.querySelectorAll("[data-answered]").forEach((shown) => {
    const part = shown.closest(".sk-part") ?? form;
    const answered = part.querySelectorAll("input[type=radio]:checked:not([value=''])").length;
    shown.textContent = answered;
    const link = document.querySelector(`[data-answered-in="${part.id}"]`);
    if (link) link.textContent = answered;
  });
}

// A link to a question opens the part that it is folded in.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const folded = target && target.closest("details:not([open])");
  if (folded) {
    folded.open = true;
    target.scrollIntoView();
  }
}

function showRefusal(html) {
  stuck = true;
  document.querySelector("[data-not-saved]")?.remove();
  form.prepend(panelFrom(html)); // it is an alert, so it is read out
}

async function save() {
  const response = await fetch(location.pathname, { // form.action is the button of that name
    method: "POST",
    body: new FormData(form),
    headers: { "X-Fragment": "advice" },
    redirect: "error",
  });
  const html = await response.text();
  if (response.ok && html.includes("data-seen")) showAdvice(html);
  else if (html.includes("data-not-saved")) showRefusal(html);
  else say(form.dataset.notSavedText);
}

// One save at a time: what changes meanwhile goes along with the next one.
async function saveAll() {
  do {
    again = false;
    await save().catch(() => say(form.dataset.notSavedText));
  } while (again && !stuck);
  saving = null;
}

function saveNow() {
  clearTimeout(timer);
  if (stuck) return;
  again = true;
  saving ??= saveAll();
}

function saveSoon() {
  clearTimeout(timer);
  timer = setTimeout(saveNow, PAUSE);
}

// A button waits for a save under way, because its form has to know what was saved last; then it takes
// all answers along itself. The advice may have been replaced meanwhile, and the button with it: when it
// is gone there is nothing to go on with, and the answers are saved as ever.
async function waitForSave(event) {
  clearTimeout(timer);
  if (!saving) return;
  event.preventDefault();
  const pressed = event.submitter.value;
  again = false;
  await saving;
  const button = [...form.elements].find((one) => one.type === "submit" && one.value === pressed);
  if (button) form.requestSubmit(button);
  else saveNow();
}

if (form && place && status) {
  form.addEventListener("change", () => { count(); saveNow(); });
  form.addEventListener("input", saveSoon);
  document.addEventListener("submit", (event) => {
    if (event.target === form) waitForSave(event);
  });
  addEventListener("hashchange", unfold);
  unfold();
}
