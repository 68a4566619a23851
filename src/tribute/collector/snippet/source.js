// Tribute's snippet, version 1: tells page views, remembers which affiliate sent the visitor, and never throws into the page.
//
// Published as t.v1.js, which `python -m tests.support.snippet` makes of this: the same program without comments and with short names.
// It is at most 2.5 KB gzipped, hence the plain style: no shorthand properties, templates or destructuring, which the shortening does
// not read, and few different names.
((w, d, l, n) => {
  const stub = w.tribute, tag = d.querySelector("script[data-key][src*='/t.']");
  if (!tag || (stub && stub.version)) return;
  const data = tag.dataset, key = data.key, base = tag.src.replace(/\/t(\.v\d+)?\.js.*/, ""), DAY = 864e5;
  const ID = "tribute_aid", REF = "tribute_ref", CONSENT = "tribute_consent", CONFIG = "tribute_config", QUEUE = "tribute_queue", OWN = "tribute_own";
  // `config` is what the server wants of this website; until it is known events wait in `pending`.
  // `memory` stands in for storage where nothing may be stored.
  let config, loading, consent, path, previous, draining, pending = [], memory = {}, delay = 5e3;

  const safe = (f) => (...all) => { try { return f(...all); } catch (e) {} };
  const attempt = (f) => safe(f)();
  const parsed = safe(JSON.parse), text = JSON.stringify, now = Date.now, time = () => new Date().toJSON();
  const listen = (on, name, f) => on.addEventListener(name, safe(f), true);
  const id = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => (one + 256).toString(16).slice(1)).join("");

  // Storage: localStorage, and a cookie that the website's subdomains share.
  const local = safe((name, value) => (value ? (localStorage[name] = value) : value === "" ? delete localStorage[name] : localStorage[name]));
  const cookie = safe((name) => decodeURIComponent(d.cookie.match("(^|; )" + name + "=([^;]*)")[2]));
  const bake = safe((name, value, days, host) => {
    d.cookie = name + "=" + encodeURIComponent(value) + ";path=/;samesite=lax;max-age=" + days * 86400 +
      (host ? ";domain=" + host : "") + (l.protocol == "https:" ? ";secure" : "");
  });
  const hosts = () => l.hostname.split(".").map((one, at, all) => all.slice(-at - 1).join("."));
  const recall = (name) => (stores() ? cookie(name) || local(name) : memory[name]);
  // With `days` also as a cookie. One that stands is left alone: the server may have set it, and some browsers let scripts' cookies
  // live for a week only.
  const write = (name, value, days) => {
    if (!stores()) return (memory[name] = value);
    local(name, value);
    if (!days || cookie(name) == value) return;
    // On the widest domain that takes it: no browser takes a cookie for a public suffix.
    hosts().find((host) => {
      bake(name, value, days, host);
      return cookie(name) == value;
    });
  };
  // Anyone may have written there: what is no list is taken as one.
  const listed = (name) => [].concat(parsed(recall(name)) || []);
  const forget = () => {
    memory = {};
    [ID, REF, CONSENT, CONFIG, QUEUE].map((name) => {
      local(name, "");
      if (cookie(name)) ["", ...hosts()].map((host) => bake(name, "", 0, host));
    });
  };

  // Without consent, and with Global Privacy Control: nothing stored, no identifier, the page view alone.
  const silent = () => n.globalPrivacyControl || consent === false || (!consent && (data.consent || (config && config.consent)));
  const stores = () => !silent() && !data.storage;

  const ready = (value) => {
    config = value;
    if (silent()) forget();
    pending.splice(0).map(attempt);
  };
  // The server's wishes cannot be known (it is away, or the page is left): then the page view alone, and the next event asks again.
  const alone = () => {
    if (config) return;
    config = { consent: 1 };
    pending.splice(0).map(attempt);
    config = loading = 0;
  };
  const configure = () => {
    const kept = parsed(recall(CONFIG));
    if (kept) {
      ready(kept[1]);
      if (now() - kept[0] < DAY) return;
    }
    loading = loading || Promise.resolve().then(() => fetch(base + "/v1/snippet/" + key)).then((e) => (e.ok ? e.json() : Promise.reject())).then((value) => {
      ready(value);
      write(CONFIG, text([now(), value]));
    }).catch(alone);
  };
  const whenReady = (f) => {
    if (config || silent()) return attempt(f);
    pending.push(f);
    attempt(configure);
  };

  // The affiliate: [first, last], each [code, when, click id].
  const clicks = () => listed(REF).map((one) => one && one[1] + config.days * DAY > now() && one);
  const isOwn = (host) => data.domains && data.domains.split(" ").some((one) => one && ("." + host).endsWith("." + one));
  // Remembers the code in the address, and tells the event which click it belongs to.
  const credit = (context, page, fresh) => {
    const query = {}, all = clicks();
    new URLSearchParams(page.search).forEach((value, name) => {
      name = name.toLowerCase();
      query[name] = query[name] || value.trim();
    });
    const code = query[config.parameters.find((name) => query[name])], passed = page.referrer && isOwn(new URL(page.referrer).hostname);
    if (code && (fresh || !all[1])) {
      all[1] = [code.toLowerCase(), now(), query.tid || (fresh && !passed ? id() : "")];
      all[0] = all[0] || all[1];
      write(REF, text(all), config.days);
    }
    const first = all[0], one = all[1];
    if (!one) return;
    if (one[2]) context.click_id = one[2];
    if (first && first[0] != one[0]) context.affiliate_first = first[0];
    // An arrival says so by its address; every other event by what is remembered.
    if (code && fresh && !passed) return;
    context.affiliate_id = one[0];
    context.affiliate_remembered = true;
  };

  const here = (referrer) => ({ url: l.href, path: l.pathname, search: l.search, referrer: referrer, title: d.title });
  const send = (type, name, properties, page, fresh) => {
    const context = { library: { name: "tribute.js", version: "1" }, locale: n.language, page: page, screen: { width: screen.width, height: screen.height } };
    const event = { type: type, event: name, messageId: id(), anonymousId: null, originalTimestamp: time(), context: context, properties: properties, writeKey: key };
    whenReady(() => {
      if (local(OWN)) context.own_visit = true;
      if (silent()) {
        if (name) return;
        context.consent = false;
      } else {
        const own = recall(ID) || id();
        write(ID, own, 365);
        // Where nothing can be stored the server counts the visitor for the day.
        if (stores() && recall(ID) == own) event.anonymousId = own;
        else context.cookieless = true;
        credit(context, page, fresh);
      }
      event.sentAt = time();
      transmit("/v1/" + type, event, event).then((done) => done || queue([...waiting(), event]));
    });
  };

  // Resolves to whether there is nothing left to do: taken, or refused for good.
  const transmit = (path, value, one) => {
    try {
      return fetch(base + path, {
        method: "POST",
        body: text(value),
        keepalive: !!one,
        // A tracker on the website's own subdomain may set its cookie; elsewhere no cookies are sent.
        credentials: new URL(base).hostname.endsWith(hosts()[1]) ? "include" : "omit"
      }).then((e) => e.status < 500 && e.status != 429, () => 0);
    } catch (e) {
      return Promise.resolve(attempt(() => n.sendBeacon(base + "/beacon/v1/batch?writeKey=" + key, text(one ? { batch: [one] } : value))));
    }
  };
  // What could not be sent: at most 20 events, with their message ids, so that each counts once however often it is sent.
  const waiting = () => listed(QUEUE);
  const queue = (all) => {
    write(QUEUE, text(all.slice(-20)));
    if (all.length) setTimeout(drain, delay = Math.min(delay * 2, 3e5));
  };
  const drain = () => {
    const all = waiting();
    if (draining || !all.length) return;
    draining = transmit("/v1/batch", { batch: all, sentAt: time() }).then((done) => {
      draining = 0;
      queue(waiting().filter((one) => !done || !all.some((e) => e.messageId == one.messageId)));
    });
  };

  const view = (referrer, fresh) => {
    const page = here(referrer);
    previous = l.href;
    path = l.pathname + l.search;
    send("page", undefined, page, page, fresh);
  };
  // In a moment, because the page's router may still change its mind and its title.
  const moved = () => { setTimeout(safe(() => l.pathname + l.search == path || view(previous))); };

  const commands = {
    page: () => view(previous),
    track: (name, properties) => send("track", name + "", properties || {}, here(d.referrer)),
    consent: (value) => {
      consent = !!value;
      if (silent()) return forget();
      write(CONSENT, 1, 365);
      whenReady(() => credit({}, here(d.referrer)));
    }
  };
  const call = safe((name, ...all) => commands[name](...all));

  const begin = () => {
    const all = (stub && stub.q) || [], type = attempt(() => performance.getEntriesByType("navigation")[0].type);
    const settle = (value) => all.map((one) => (one[0] == "consent") == value && call(...one));
    if (l.hash.startsWith("#tribute-own-visit")) local(OWN, l.hash.endsWith("f") ? "" : 1);
    consent = cookie(CONSENT) || local(CONSENT);
    settle(true);
    if (silent()) forget();
    // A page that is shown again is no arrival: it names itself as its referrer, and counts as a view and not as a click.
    if ((/^[rb]/).test(type)) view(l.href); // reload, back_forward
    else view(d.referrer, 1);
    settle(false);
    drain();
    ["pushState", "replaceState"].map((name) => {
      const original = history[name];
      history[name] = function () {
        const value = original.apply(this, arguments);
        moved();
        return value;
      };
    });
    listen(w, "popstate", moved);
    listen(w, "online", drain);
    listen(w, "pageshow", (e) => e.persisted && view(l.href));
    listen(w, "pagehide", alone);
    // Hand the last click on to the owner's other domains.
    ["click", "auxclick"].map((name) => listen(d, name, (e) => {
      const link = e.target.closest("a[href]"), one = config && !silent() && clicks()[1];
      if (!one || link.hostname == l.hostname || !isOwn(link.hostname)) return;
      const url = new URL(link.href);
      url.searchParams.set(config.parameters[0], one[0]);
      if (one[2]) url.searchParams.set("tid", one[2]);
      link.href = url;
    }));
  };

  w.tribute = (...all) => { call(...all); };
  w.tribute.version = "1";
  if (d.prerendering) listen(d, "prerenderingchange", begin);
  else attempt(begin);
})(window, document, location, navigator);
