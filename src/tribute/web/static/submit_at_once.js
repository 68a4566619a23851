// Signs an affiliate in without a click. The page itself uses nothing up, so that what only looks at links leaves them good.

import "./controls.js"; // first, so that the page that follows is on the reader's clock

document.querySelector("form[data-submit-at-once]")?.requestSubmit();
