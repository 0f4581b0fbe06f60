// Spares the officer a press: shows answers as soon as a subject is chosen, and totals as soon as a number changes.
// Without this module the buttons on the form do the same.

const form = document.querySelector("form[data-framework-editor]");

async function pressed(button) {
  const sent = new FormData(form);
  sent.set("do", button);
  const response = await fetch(form.action, { method: "POST", body: sent });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function swap(place, page) {
  const now = document.querySelector(place), then = page.querySelector(place);
  if (!now || !then) return;
  const focused = document.activeElement?.id;
  now.replaceWith(then);
  if (focused && then.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
}

async function follow(event) {
  if (event.target.matches("[data-menus] select, select[name=effect]")) swap("[data-menus]", await pressed("menus"));
  else if (form.querySelector("[data-look]")) swap("[data-look]", await pressed("look"));
}

form?.addEventListener("change", (event) => follow(event).catch(() => {}));
