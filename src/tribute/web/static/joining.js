// Says while somebody types whether a code is free. The page works without it: sending the form says so too.

const PAUSE = 350;
const field = document.querySelector("[data-code-check]");
const place = document.getElementById("code-told");

if (field && place) {
  let timer = 0;
  let running = null;

  const check = async () => {
    running?.abort();
    const code = field.value.trim();
    if (!code) { tell("", null); return; }
    running = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.codeCheck}?code=${encodeURIComponent(code)}`, { signal: running.signal });
      const { free, told } = answer.ok ? await answer.json() : { free: null, told: "" };
      tell(told, free);
    } catch (error) {
      if (error.name !== "AbortError") tell("", null); // the form tells when it is sent
    }
  };

  const tell = (words, free) => {
    place.textContent = words;
    place.classList.toggle("good", free === true);
    place.classList.toggle("bad", free === false);
  };

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, PAUSE); });
}
