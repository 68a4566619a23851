// Tribute's snippet, version 1: tells page views, remembers which affiliate sent the visitor, and never throws into the page.
//
// Published as t.v1.js, which `python -m tests.support.snippet` makes of this: the same program without comments and with short names.
// It is at most 2.5 KB gzipped, hence the plain style: no shorthand properties, templates or destructuring, which the shortening does
// not read, and few different names.
((w, d, l, n) => {
  const stub = w.tribute || {}, tag = d.querySelector("script[data-key][src*='/t.']");
  if (!tag || stub.version) return;
  const data = tag.dataset, key = data.key, base = tag.src.replace(/\/t(\.v\d+)?\.js.*/, "");
  const ID = "tribute_aid", REF = "tribute_ref", CONSENT = "tribute_consent", CONFIG = "tribute_config", QUEUE = "tribute_queue", OWN = "tribute_own";
  // `config` is what the server wants of this website; until it is known events wait in `pending`. `held` is what is to be stored once
  // that is allowed, and `memory` stands in for storage until then, and where nothing may be stored. `calls` came before the page is seen.
  let config, refused, path, previous, calls = stub.q || [], pending = [], held = [], memory = {};

  const safe = (f) => (...all) => { try { return f(...all); } catch {} };
  const attempt = (f) => safe(f)();
  const flush = (all) => all.splice(0).map(attempt);
  const parsed = safe(JSON.parse), text = JSON.stringify, now = Date.now;
  const listen = (on, name, f) => on.addEventListener(name, safe(f), true);
  const id = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => (one + 256).toString(16).slice(1)).join("");

  // Storage: localStorage, and a cookie that the website's subdomains share.
  const local = safe((name, value) => value ? localStorage[name] = value : localStorage[name]);
  const cookie = safe((name) => decodeURIComponent(("; " + d.cookie).match("; " + name + "=([^;]*)")[1]));
  const bake = safe((name, value, days, host) => {
    d.cookie = name + "=" + encodeURIComponent(value) + ";path=/;samesite=lax;domain=" + host + ";max-age=" + days * 86400 +
      (l.protocol == "https:" ? ";secure" : "");
  });
  const hosts = () => l.hostname.split(".").map((one, at, all) => all.slice(-at - 1).join("."));
  const kept = (name) => cookie(name) || local(name);
  const recall = (name) => (stores() && kept(name)) || memory[name];
  // With `days` also as a cookie. One that stands is left alone: the server may have set it, and some browsers let scripts' cookies
  // live for a week only.
  const write = (name, value, days) => {
    memory[name] = value;
    if (!stores()) return;
    local(name, value);
    // On the widest domain that takes it: no browser takes a cookie for a public suffix.
    if (days && cookie(name) != value) hosts().find((host) => {
      bake(name, value, days, host);
      return cookie(name) == value;
    });
    if (kept(name) == value) delete memory[name];
  };
  // Anyone may have written there: what is no list is taken as one.
  const listed = (value) => [].concat(parsed(value) || []);
  const erase = safe((name) => {
    delete memory[name];
    if (cookie(name)) hosts().map((host) => bake(name, "", 0, host));
    delete localStorage[name];
  });
  // What waits to be sent without an identifier stays in memory.
  const forget = safe(() => {
    [ID, REF, CONSENT, CONFIG, OWN].map(erase);
    delete localStorage[QUEUE];
  });

  // Without consent, with Global Privacy Control, and while the server's wishes are not known: nothing stored, no identifier, the page
  // view alone. Consent is looked up each time, because another tab may have given it or taken it back.
  const barred = () => n.globalPrivacyControl || refused || ((data.consent || (config && config.consent)) && !kept(CONSENT) && !memory[CONSENT]);
  const silent = () => !config || barred();
  const stores = () => !data.storage && !silent();

  // Does nothing when that is no answer of the server's: whatever stands between may answer in its place.
  const ready = safe((value) => {
    value.parameters.map(String);
    config = value;
    if (silent()) forget();
    return flush(pending);
  });
  // The server is away, or the page is left: then the page view alone, and the next event asks again.
  const alone = () => config || flush(pending);
  const configure = async () => {
    const old = listed(local(CONFIG));
    if (ready(old[1]) && now() - old[0] < 864e5) return;
    try {
      const value = await (await fetch(base + "/v1/snippet/" + key)).json();
      if (ready(value)) write(CONFIG, text([now(), value]));
    } catch {}
    alone();
  };
  const whenReady = (f) => config || barred() ? attempt(f) : pending.push(f) > 1 || configure();
  // Stores it for a year as soon as that is allowed.
  const keep = (name, value) => whenReady(() => {
    held.push(() => write(name, value, 365));
    silent() || flush(held);
  });

  // The affiliate: [first, last], each [code, when, click id].
  const clicks = () => listed(recall(REF)).map((one) => one && one[1] + config.days * 864e5 > now() && one);
  const isOf = (host, domains) => (domains + "").split(" ").some((one) => one && ("." + host).endsWith("." + one));
  // Remembers the code in the address, and tells the event which click it belongs to. An arrival's click has the event's own id.
  const credit = (context, page, fresh, click) => {
    const query = {}, all = clicks();
    const arrived = fresh && !attempt(() => isOf(new URL(page.referrer).hostname, data.domains + " " + config.domain + " " + l.hostname));
    new URLSearchParams(page.search).forEach((value, name) => {
      name = name.toLowerCase();
      query[name] = query[name] || value.trim();
    });
    const code = query[config.parameters.find((name) => query[name])];
    if (code && (fresh || !all[1])) {
      all[1] = [code.toLowerCase(), now(), query.tid || (arrived ? click : "")];
      all[0] = all[0] || all[1];
      write(REF, text(all), config.days);
    }
    const first = all[0], one = all[1];
    if (!one) return;
    if (one[2]) context.click_id = one[2];
    if (first && first[0] != one[0]) context.affiliate_first = first[0];
    // An arrival says so by its address; every other event by what is remembered.
    if (code && arrived) return;
    context.affiliate_id = one[0];
    context.affiliate_remembered = true;
  };

  const here = (referrer) => ({ url: l.href, path: l.pathname, search: l.search, referrer: referrer, title: d.title });
  const send = (type, properties, page, fresh, name) => {
    const context = { library: { name: "tribute.js", version: "1" }, locale: n.language, page: page };
    const event = { type: type, event: name, messageId: id(), originalTimestamp: new Date(), context: context, properties: properties, writeKey: key };
    const tie = (to) => credit(to, page, fresh, event.messageId);
    whenReady(() => {
      if (silent()) {
        if (name) return;
        context.consent = false;
        held.push(() => tie({}));
      } else {
        flush(held);
        const own = recall(ID) || id();
        write(ID, own, 365);
        // Where nothing can be stored the server counts the visitor for the day.
        if (memory[ID]) context.cookieless = true;
        else event.anonymousId = own;
        context.own_visit = recall(OWN);
        tie(context);
      }
      queue([...waiting(), event]);
      transmit([event], type);
    });
  };

  // At most 20 events wait until the server has them, with their message ids, so that each counts once however often it is sent.
  const waiting = () => listed(recall(QUEUE)).filter(Boolean);
  const queue = (all) => all[0] ? write(QUEUE, text(all.slice(-20))) : erase(QUEUE);
  // A beacon says only that the browser will try, so what it takes waits on.
  const beacon = safe((all) => all.map((one) => n.sendBeacon(base + "/beacon/v1/batch?writeKey=" + key, text({ batch: [one], sentAt: new Date() }))));
  // Until it is taken, or refused for good, it is sent again: by the next page at the latest.
  const transmit = async (all, type) => {
    let done;
    try {
      const e = await fetch(base + "/v1/" + (type || "batch"), {
        method: "POST",
        body: text({ ...(type ? all[0] : { batch: all }), sentAt: new Date() }),
        keepalive: !!type,
        // A tracker on the website's own subdomain may set its cookie; elsewhere no cookies are sent.
        credentials: new URL(base).hostname.endsWith(hosts()[1]) ? "include" : "omit"
      });
      done = e.status < 500 && e.status != 429;
    } catch {
      if (type) beacon(all);
    }
    queue([...waiting().filter((one) => !all.some((e) => e.messageId == one.messageId)), ...(done ? [] : all)]);
  };
  const drain = () => waiting()[0] && transmit(waiting());

  const view = (referrer, fresh) => {
    const page = here(referrer);
    previous = l.href;
    path = l.pathname + l.search;
    send("page", page, page, fresh);
  };
  // In a moment, because the page's router may still change its mind and its title.
  const moved = () => setTimeout(safe(() => l.pathname + l.search == path || view(previous)));

  const commands = {
    page: () => view(previous),
    track: (name, properties) => send("track", properties || {}, here(d.referrer), 0, name + ""),
    consent: (value) => {
      refused = !(memory[CONSENT] = value);
      barred() ? forget() : keep(CONSENT, 1);
    }
  };
  const call = safe((name, ...all) => commands[name](...all));

  const begin = () => {
    const all = calls, own = l.hash.match(/^#tribute-own-visit=([\w-]+)/);
    const settle = (value) => all.map((one) => (one[0] == "consent") == value && call(...one));
    calls = 0;
    settle(true);
    if (barred()) forget();
    if (own) {
      // Not left in the address, which the owner may copy for others.
      history.replaceState(history.state, "", l.pathname + l.search);
      own[1] == "off" ? erase(OWN) : keep(OWN, own[1]);
    }
    whenReady(drain);
    // A page that is shown again is no arrival: it names itself as its referrer, and counts as a view and not as a click.
    if ((/^[rb]/).test(attempt(() => performance.getEntriesByType("navigation")[0].type))) view(l.href); // reload, back_forward
    else view(d.referrer, true);
    settle(false);
    ["pushState", "replaceState"].map((name) => {
      const original = history[name];
      history[name] = (...all) => {
        original.apply(history, all);
        moved();
      };
    });
    listen(w, "popstate", moved);
    listen(w, "online", drain);
    setInterval(drain, 6e4);
    listen(w, "pageshow", (e) => e.persisted && view(l.href));
    listen(w, "pagehide", () => {
      alone();
      // Where the page's requests end with it, or nothing is kept for the next page.
      if (memory[QUEUE] || !("keepalive" in Request.prototype)) beacon(waiting());
    });
    // Hand the last click on to the owner's other domains.
    ["click", "auxclick"].map((name) => listen(d, name, (e) => {
      const link = e.target.closest("a[href]"), one = !silent() && clicks()[1];
      if (!one || link.hostname == l.hostname || !isOf(link.hostname, data.domains)) return;
      const query = new URLSearchParams(link.search);
      query.set(config.parameters[0], one[0]);
      if (one[2]) query.set("tid", one[2]);
      link.search = query;
    }));
  };

  w.tribute = (...all) => { calls ? calls.push(all) : call(...all); };
  w.tribute.version = "1";
  if (d.prerendering) listen(d, "prerenderingchange", begin);
  else attempt(begin);
})(window, document, location, navigator);
