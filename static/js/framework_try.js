// Spares the officer a press: the advice follows each answer, and the address keeps up with it.
// Without this module the button does the same.

import { replaced } from "./keep_place.js";

const form = document.querySelector("form[data-try]");
const place = document.getElementById("advice-place");
const status = document.getElementById("try-status");

let asked = 0; // of answers that come late only the newest counts

async function follow() {
  const mine = ++asked;
  const address = `?${new URLSearchParams(new FormData(form))}`;
  const response = await fetch(address);
  if (!response.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const advice = page.getElementById("advice-place");
  if (!advice || mine !== asked) return;
  replaced(place, advice.innerHTML);
  history.replaceState(null, "", address);
  status.textContent = advice.querySelector("h2 + p, p")?.textContent.trim() ?? "";
}

form?.addEventListener("change", () => follow().catch(() => {}));
