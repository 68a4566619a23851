// What every page shares: the theme button, copy buttons, and the time on the reader's own clock.

import { chosenZone, clock } from "./words.js";

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = root.dataset.theme === "dark" ? "light" : "dark";
    const usual = root.dataset.chosenTheme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    // choosing what is usual is following it again
    try {
      if (next === usual) localStorage.removeItem("tribute.theme");
      else localStorage.setItem("tribute.theme", next);
    } catch { /* storage may be closed to us: the choice then lasts for this page */ }
    root.dataset.theme = next;
    dispatchEvent(new Event("tribute:theme"));
  });
}

// a row of links that is wider than the screen shows where one is
for (const here of document.querySelectorAll(".pages [aria-current], .sections [aria-current]")) {
  const row = here.parentElement;
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

/** Put text on the clipboard and say so on the button for a moment. */
export async function copyFrom(button, text) {
  const label = button.dataset.label ??= button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  setTimeout(() => { button.textContent = label; }, 1600);
}

for (const button of document.querySelectorAll("[data-copy], [data-copy-from]")) {
  button.hidden = false;
  button.addEventListener("click", () =>
    copyFrom(button, button.dataset.copy ?? document.getElementById(button.dataset.copyFrom).textContent));
}

// whoever signs in and chose no zone is written for on their browser's clock (web/reader.py): kept for minutes where one signs in, so that the
// first page has it, and from there for as long as a session lasts
const keeper = document.querySelector("[data-keeps-zone]");
if (keeper && !chosenZone) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (zone) document.cookie = `tribute_zone=${zone}; path=/; max-age=${keeper.dataset.keepsZone}; samesite=lax${secure}`;
}

for (const form of document.querySelectorAll("form[data-send-on-change]")) {
  // what is left empty is left out of the address
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
  form.addEventListener("change", () => form.requestSubmit());
}

for (const place of document.querySelectorAll("time[data-local-clock]")) place.textContent = clock(new Date(place.dateTime));
