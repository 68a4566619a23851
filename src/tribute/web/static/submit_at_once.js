// Signs an affiliate in without a click. The page itself uses nothing up, so that what only looks at links leaves them good.

document.querySelector("form[data-submit-at-once]")?.requestSubmit();
