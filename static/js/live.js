// What does a live screen add to its page? It listens, it sends, and it says how that goes.
import { lastSeconds, serverTime, showCountdowns } from "./live/clock.js";
import { startOutbox } from "./live/outbox.js";
import { apply, drawReceipt, say, spoken } from "./live/regions.js";
import { startTransport } from "./live/transport.js";

const place = document.getElementById("live");
const offline = document.getElementById("live-offline");
const known = { epoch: place.dataset.epoch, seq: Number(place.dataset.seq) };

const transport = startTransport({
  socket: place.dataset.socket,
  regions: place.dataset.regions,
  known,
  onMessage(message) {
    if (message.now) serverTime(message.now);
    if (apply(message, known) && message.seq !== undefined) outbox?.moveOn();
    // Staff settled the sound: what this person said of it stands in their own part, which comes when asked for.
    if (message.seq !== undefined && message.regions?.sound && document.querySelector(".lv-silent")) transport.resume();
  },
  onState(state) {
    offline.hidden = state === "connected";
    place.dataset.state = state;
    for (const link of document.querySelectorAll("[data-refresh]")) link.hidden = state === "connected";
    if (state === "connected" && outbox) outbox.wake();
    if (state === "refused") offline.querySelector("[data-refresh]").hidden = false;
  },
});
const form = document.getElementById("do");
const outbox = form && startOutbox(form, place, {
  ask: transport.ask,
  onAnswer: () => transport.resume(),
  onReceived: (answer) => drawReceipt(answer.receipt),
});

serverTime(place.dataset.now);
showCountdowns();
setInterval(() => { showCountdowns(); say(lastSeconds()); }, 500);
// Who just came in hears that they are in, and what happens now.
if (new URLSearchParams(location.search).has("nieuw")) setTimeout(() => spoken(document).forEach(say), 1000);
