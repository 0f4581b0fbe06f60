// What happens to a press on a button while Wagtail saves a draft by itself?
//
// It waits for that, or the same page is made twice: the second is refused, as the first has its address.

let saving = false;
let waiting = null; // what was pressed: [form, button]
let sent = false;

document.addEventListener("w-autosave:save", (event) => {
  if (sent) event.preventDefault();
  else saving = true;
});

for (const end of ["success", "error"]) {
  document.addEventListener(`w-autosave:${end}`, () => {
    saving = false;
    if (!waiting) return;
    const [form, button] = waiting;
    if (button) button.disabled = false; // it shows that it is at work
    form.requestSubmit(button);
  });
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-controller~='w-autosave']")) return;
  if (saving && !waiting) {
    event.preventDefault();
    waiting = [event.target, event.submitter];
  } else {
    sent = true;
  }
}, true);
