// Passkeys: asks the server what to sign, asks the browser's authenticators, and sends their answer with the form. A form says which way:
// data-passkey="use" signs in, data-passkey="make" makes a new one. Forms show themselves only where the browser has passkeys.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** What the server asks, as the browser takes it: texts become bytes. */
function asked(options) {
  const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
  };
}

/** What the authenticators answered, as the server takes it: bytes become texts. */
function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function optionsFor(form) {
  const told = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams([...new FormData(form)]) });
  const read = told.headers.get("content-type")?.includes("json") ? await told.json() : {};
  if (!told.ok) throw new Error(read.problem ?? "The server did not answer. Open this page again, then try once more.");
  return asked(read);
}

function why(error, making) {
  if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (error.name === "NotAllowedError" || error.name === "AbortError") return making ? "No passkey was made." : "No passkey was used. Try again, or sign in another way.";
  return error.message;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const making = form.dataset.passkey === "make";
  const told = form.querySelector("[data-passkey-told]");
  const button = form.querySelector("button");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    told.textContent = "Waiting for your device…";
    try {
      const publicKey = await optionsFor(form);
      const credential = making ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
      form.elements.credential.value = answered(credential);
      form.submit(); // past this listener
    } catch (error) {
      told.textContent = why(error, making);
      button.disabled = false;
    }
  });
}
