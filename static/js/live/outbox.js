// Did what I sent arrive? Keeps it until the server said so, and never says so before.
import { bringIntoView, say, standBeside } from "./regions.js";

const PATIENCE = 8000; // a server that hangs is as silent as one that is away
const VERSION = 2; // of one thing that is kept: its body, as a form sends it, who pressed it and the words they pressed
const TO_READ = 10000; // a refusal, before what happens next takes it away
const FIRST_PAUSE = 1000;
const MOST_PAUSE = 4000; // a server that is back hears within ten seconds what waited for it

export function startOutbox(form, place, { ask, onAnswer, onReceived }) {
  const key = `outbox ${place.dataset.run}`;
  const whose = form.dataset.whose;
  let sending = false;
  let pause = FIRST_PAUSE;
  let shown = null;
  let shownAt = 0;
  let retry = null;
  let unread = setAside();
  let due = 0;

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.name) return;
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    data.set(button.name, button.value);
    data.set("op_id", uuid());
    const words = button.textContent.trim();
    keep([...stored(), { version: VERSION, body: new URLSearchParams(data).toString(), whose, words }]);
    event.preventDefault(); // where nothing can be kept the page sends it itself
    mark("", "");
    forgetRefusal();
    show("busy", button.value);
    flush();
  });

  // One after another, in order: of two votes the last one counts.
  async function flush() {
    if (sending) return;
    sending = true;
    while (waiting().length) {
      const body = waiting()[0].body;
      const answer = await send(body);
      if (answer === null) {
        show("unsent", pressedIn(body));
        later();
        break;
      }
      pause = FIRST_PAUSE;
      keep(stored().filter((one) => one.body !== body));
      if (answer.sign_in) return location.assign(answer.door); // there it waits; what comes after waits here for them
      if (answer.status === "refused" && answer.field) mark(answer.field, pressedIn(body));
      show(answer.status === "refused" ? "refused" : "received", pressedIn(body), answer.reason);
      if (!answer.drawn) onAnswer();
    }
    sending = false;
    if (waiting().length) return;
    if (unread) show("refused");
    unread = false;
    tellOthers();
  }

  // What was pressed by who was here before goes out under nobody's name, and who is here now hears that.
  function tellOthers() {
    const others = stored().filter((one) => one.whose !== whose);
    if (!others.length) return;
    keep(waiting());
    const words = others.map((one) => one.words).filter(Boolean).join(", ");
    show("refused", pressedIn(others.at(-1).body), place.dataset.saysOthers + (words ? `: ${words}` : "."));
  }

  function later() {
    clearTimeout(retry);
    const wait = pause * (0.5 + Math.random() / 2);
    due = Date.now() + wait;
    retry = setTimeout(() => { retry = null; flush(); }, wait);
    pause = Math.min(MOST_PAUSE, pause * 2);
  }

  // Something else got through: what was planned from failures before comes sooner, and what comes soon stays.
  function wake() {
    pause = FIRST_PAUSE;
    if (!retry) flush();
    else if (due - Date.now() > FIRST_PAUSE) later();
  }

  // A vote goes over the socket, which costs the server least; all else, and what got no answer there, by HTTP.
  async function send(body) {
    const ballot = asBallot(body);
    const told = ballot && (await ask(ballot));
    if (ballot && told === null) show("unsent", pressedIn(body));
    if (!told) return post(body);
    if (told.code >= 500) return null;
    // A first answer to the poll on stage is drawn here; of any other the server says what is so now.
    const drawn = told.status === "applied" && [...place.querySelectorAll("button[name=do]")].some((one) => one.value === pressedIn(body));
    if (drawn) onReceived(told);
    return { ...told, drawn };
  }

  async function post(body) {
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: {
          Accept: "application/json",
          "Content-Type": "application/x-www-form-urlencoded",
          "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
        },
        body,
        signal: AbortSignal.timeout(PATIENCE),
      });
      // Busy, or of a network that asks to log in: not ours, so nobody knows yet, and it is kept.
      if (answer.status >= 500 || answer.status === 429) return null;
      const told = await answer.json();
      if (!["applied", "duplicate", "refused"].includes(told.status)) return null;
      // Who sent it has to sign in first: the server keeps it behind that page.
      const door = answer.headers.get("Location");
      return told.sign_in && !door ? null : { ...told, door };
    } catch {
      return null;
    }
  }

  function show(state, pressed, reason) {
    const line = document.getElementById("live-sent");
    standBeside(line, pressed);
    const says = { busy: "saysBusy", received: "saysReceived", unsent: "saysUnsent", refused: "saysRefused" };
    const text = reason || place.dataset[says[state]];
    line.hidden = !text;
    line.dataset.state = state;
    line.toggleAttribute("data-told", state === "received" && Boolean(reason));
    line.querySelector("[data-words]").textContent = text;
    line.querySelector("[data-again]").hidden = state !== "unsent";
    if (state !== "busy" && text) say(text);
    if (state === "refused") bringIntoView(line);
    shownAt = Date.now();
    clearTimeout(shown);
    if (state === "received" && !reason) shown = setTimeout(() => (line.hidden = true), 8000);
  }

  // The session went on: why something was refused then says nothing of what stands here now.
  function moveOn() {
    const line = document.getElementById("live-sent");
    if (line.dataset.state === "refused" && Date.now() - shownAt > TO_READ) line.hidden = true;
  }

  // What was refused of a form that was sent without a script stands in the page; of what is sent next it says nothing.
  function forgetRefusal() {
    const alert = place.querySelector("[data-refused]");
    if (!alert) return;
    alert.remove();
    document.title = document.title.replace(/^[^:]*: /, "");
  }

  // The fields that have to change: of a count those that are not a number, else all of that name.
  function mark(name, pressed) {
    const command = pressed.split("?")[0];
    const part = new URLSearchParams(pressed.split("?")[1]).get("part");
    const ends = part && part !== "0" ? `.${part}` : "";
    const fields = [...form.elements].filter((field) => [`${name}${ends}`, `${command}.${name}${ends}`].includes(field.name));
    const empty = fields.filter((field) => !/^\d+$/.test(field.value.trim()));
    for (const field of form.elements) field.removeAttribute("aria-invalid");
    for (const field of empty.length ? empty : fields) field.setAttribute("aria-invalid", "true");
  }

  function stored() {
    return readOutbox(sessionStorage.getItem(key)).list;
  }

  function waiting() {
    return stored().filter((one) => one.whose === whose);
  }

  // What can't be read can't be sent either. It stays beside, and whoever sent it is told to try again.
  function setAside() {
    const text = sessionStorage.getItem(key);
    const { list, whole } = readOutbox(text);
    if (whole) return false;
    sessionStorage.setItem(`unread ${key} ${Date.now()}`, text);
    keep(list);
    return true;
  }

  function keep(list) {
    if (list.length) sessionStorage.setItem(key, JSON.stringify(list));
    else sessionStorage.removeItem(key);
  }

  document.querySelector("[data-again]").addEventListener("click", flush);
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  if (unread || stored().length) flush();
  return { wake, moveOn };
}

// Reads what this or an earlier version left: a list of bodies, of before it said its version too.
function readOutbox(text) {
  let kept;
  try {
    kept = JSON.parse(text || "[]");
  } catch {
    kept = null;
  }
  const list = Array.isArray(kept) ? kept.filter((one) => one && typeof one.body === "string") : [];
  return { list, whole: Array.isArray(kept) && list.length === kept.length };
}

function pressedIn(body) {
  return new URLSearchParams(body).get("do") || "";
}

// A vote as the socket takes it; null for every other command.
function asBallot(body) {
  const sent = new URLSearchParams(body);
  const [name, about] = (sent.get("do") || "").split("?");
  if (name !== "cast_ballot") return null;
  const poll = new URLSearchParams(about);
  const ballot = { do: name, op_id: sent.get("op_id"), activity: Number(poll.get("activity")) };
  if (poll.has("round")) ballot.round = Number(poll.get("round"));
  if (sent.has("choice")) ballot.choice = Number(sent.get("choice"));
  if (sent.has("choices")) ballot.choices = sent.getAll("choices").map(Number);
  if (sent.has("card")) ballot.card = Number(sent.get("card"));
  return ballot;
}

// crypto.randomUUID exists on https only; a demo on a local network has none.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
