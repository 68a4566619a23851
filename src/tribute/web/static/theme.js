// Runs before anything is painted: the theme that was chosen here, else the system's. Classic and tiny, because modules come too late.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("tribute.theme"); } catch { return null; }
  };
  const apply = () => {
    root.dataset.theme = chosen() ?? (system.matches ? "dark" : "light");
    dispatchEvent(new Event("tribute:theme"));
  };
  root.dataset.scripts = "";
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
})();
