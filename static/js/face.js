// Can people read the colours while somebody still types them?
//
// The server measures; this file only asks. Without it the same is said when the form is sent.

const PAUSE = 400; // milliseconds without a change before we ask
const COLOUR = /^#[0-9a-f]{6}$/i;

const form = document.querySelector("form[data-measure]");
const place = document.getElementById("pairs");
let timer = 0;

async function measure() {
  const body = new FormData(form);
  body.delete("logo"); // only the colours are measured
  const response = await fetch(form.dataset.measure, { method: "POST", body, redirect: "error" });
  if (!response.ok) return;
  const page = document.createElement("template");
  page.innerHTML = await response.text();
  place.replaceChildren(page.content);
}

function paint(field) {
  const one = field.closest(".sk-colours__one");
  if (!COLOUR.test(field.value)) return;
  one.querySelector("rect").setAttribute("fill", field.value);
  one.querySelector("[type=color]").value = field.value;
}

function addPicker(field) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.className = "sk-colours__picker";
  picker.setAttribute("aria-label", field.labels[0].textContent);
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.closest(".sk-colours__one").append(picker);
  paint(field);
}

form.querySelectorAll("[data-colour]").forEach(addPicker);
form.addEventListener("input", (event) => {
  if (!event.target.matches("[data-colour]")) return;
  paint(event.target);
  clearTimeout(timer);
  timer = setTimeout(measure, PAUSE);
});
