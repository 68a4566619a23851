// Runs before anything is painted: the theme that was chosen in this browser, else in the settings, else the system's. Classic and tiny, because modules come too late.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("tribute.theme"); } catch { return null; }
  };
  const show = (theme) => {
    root.dataset.theme = theme;
    dispatchEvent(new Event("tribute:theme"));
  };
  const apply = () => show(chosen() ?? root.dataset.chosenTheme ?? (system.matches ? "dark" : "light"));
  root.dataset.scripts = "";
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("beforeprint", () => show("light")); // paper is light
  addEventListener("afterprint", apply);
})();
