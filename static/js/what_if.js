// How do two advices stand side by side as soon as another answer is picked?
//
// Nothing is kept here: each choice asks the server for the difference. Without this file the button does.

import { replaced } from "./keep_place.js";

const form = document.querySelector("form[data-try]");
const place = document.getElementById("difference-place");
const status = document.getElementById("try-status");

let asked = 0; // only the answer to the last question counts

async function show() {
  const number = ++asked;
  const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
  const response = await fetch(address, { headers: { "X-Fragment": "difference" } });
  const html = await response.text();
  if (number !== asked) return;
  if (!response.ok) throw new Error(response.status);
  replaced(place, html);
  history.replaceState(null, "", address);
  status.textContent = html.trim() ? status.dataset.new : "";
}

form?.addEventListener("change", () => show().catch(() => (status.textContent = status.dataset.failed)));
