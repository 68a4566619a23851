// The settings' small conveniences: the browser's own zone at a touch, fields of one method of payment at a time, a look that holds at once.

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-use-own-zone]")) {
  const input = button.form.elements.zone;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const show = () => { button.hidden = !own || input.value === own; };
  button.textContent = `Use this browser's: ${own}`;
  button.addEventListener("click", () => {
    input.value = own;
    show();
    input.focus();
  });
  input.addEventListener("input", show);
  show();
}

for (const form of document.querySelectorAll("[data-forget-theme]")) {
  form.addEventListener("submit", () => {
    if (form.elements.theme.value === (root.dataset.chosenTheme ?? "")) return;
    try { localStorage.removeItem("tribute.theme"); } catch { /* nothing was kept then */ }
  });
}

for (const select of document.querySelectorAll("[data-shows]")) {
  const show = () => {
    for (const part of select.form.querySelectorAll("[data-shown-for]")) part.hidden = part.dataset.shownFor !== select.value;
  };
  select.addEventListener("change", show);
  show();
}
