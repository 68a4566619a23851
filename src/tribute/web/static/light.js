// Keeps the light of a website right while its page is open. Without scripts it is right when the page is loaded.

import { Freshness } from "./portal/freshness.js";

const REST = 1_500;
const light = document.querySelector("[data-light-source]");

if (light) {
  const told = light.querySelector(".light-told");
  const more = light.querySelector(".light-more");
  const troubles = document.querySelector("[data-while-grey]");

  const ask = async (signal) => {
    const answer = await fetch(light.dataset.lightSource, { credentials: "same-origin", redirect: "error", signal });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const seen = await answer.json();
    light.dataset.light = seen.light;
    troubles.hidden = seen.light !== "grey";
    // only what changed: a screen reader says what is written anew
    if (told.textContent !== seen.told) told.textContent = seen.told;
    if (more.textContent !== seen.more) more.textContent = seen.more;
  };

  const failed = (_error, seconds) => {
    more.textContent = `The server did not answer; asking again in ${seconds} s.`;
  };

  new Freshness(ask, failed, REST).now();
}
