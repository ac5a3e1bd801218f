// Every page works without it. Words come from the page, translated; no text is parsed as HTML.
(() => {
  "use strict";
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const on = (type, selector, act) =>
    document.addEventListener(type, (e) => {
      const el = e.target instanceof Element && e.target.closest(selector);
      if (el) act(el, e);
    });
  const headers = { "X-Matricule-Fragment": "1", "X-Requested-With": "fetch" };
  const say = (text) => { const box = $("#say"); if (box) box.textContent = text; };

  // session: every answer of the server puts its end off
  const dialog = $("dialog[data-session-end]");
  const life = dialog ? dialog.dataset.sessionEnd * 1000 : 0;
  let end = Date.now() + life;
  const touched = () => { end = Date.now() + life; };
  const ask = async (url, options = {}) => {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    if (answer.ok && !answer.redirected) touched();
    return answer;
  };
  if (dialog && dialog.showModal) {
    setInterval(() => {
      const left = end - Date.now();
      if (left <= 0) location.assign(location.href);
      else if (left <= 120000 && !dialog.open) dialog.showModal();
      else if (left > 120000 && dialog.open) dialog.close();
    }, 2000);
    on("click", "[data-stay]", async () => {
      try {
        const answer = await ask(dialog.dataset.sessionStay || location.href);
        if (answer.redirected) return location.assign(location.href); // ended already
      } catch { return; }
      touched();
      dialog.close();
    });
  }

  // one piece of the page replaced by the server's own HTML
  const local = new Map(); // id of a piece -> its files on their way
  const waiting = (id) => local.get(id) || local.set(id, new Set()).get(id);
  const list = (input) => { // a piece may hold two: original, translation
    const form = document.getElementById(input).form;
    let files = form.previousElementSibling;
    if (!files || !files.matches(".files")) {
      files = document.createElement("ul");
      files.className = "files";
      files.setAttribute("role", "list");
      form.before(files);
    }
    return files;
  };
  const older = (one, other) => +one.dataset.asOf < +other.dataset.asOf;
  const words = (piece) => $$(".file:not([data-input])", piece).map((file) => file.textContent).join();
  const swap = (piece, html, polled) => {
    const answer = new DOMParser().parseFromString(html, "text/html"), fresh = answer.getElementById(piece.id);
    if (!fresh) return null;
    for (const also of $$("[data-also]", answer)) { // a count that changed too
      const old = document.getElementById(also.id);
      if (old && !older(also, old)) old.replaceWith(document.importNode(also, true));
    }
    if (older(fresh, piece)) return piece; // the later answer came first
    if (polled && words(fresh) === words(piece)) { prepare(piece); return piece; }
    const node = document.importNode(fresh, true);
    const focus = piece.contains(document.activeElement) && document.activeElement.id;
    piece.replaceWith(node);
    if (window.htmx) window.htmx.process(node);
    for (const row of waiting(node.id)) list(row.dataset.input).append(row);
    const next = (focus !== false && $("[aria-invalid=true], .has-error :is(input, select)", node)) || (focus && document.getElementById(focus)) || (focus !== false && $("h2, h3, h4", node));
    if (next) {
      if (next.tabIndex < 0) next.tabIndex = -1;
      next.focus({ preventScroll: true });
    }
    prepare(node);
    return node;
  };

  // files: sent one by one, each with its progress, stop and retry
  const queue = [];
  let running = 0;
  const size = (bytes, form) => {
    const kilo = bytes < 999500;
    const n = kilo ? Math.round(bytes / 1000) : Math.round(bytes / 1e5) / 10;
    return n.toLocaleString(document.documentElement.lang) + "\u00a0" + form.dataset[kilo ? "kilo" : "mega"];
  };
  const row = (form, state, job) => {
    const li = $(`template[data-state="${state}"]`, form).content.firstElementChild.cloneNode(true);
    const walker = document.createTreeWalker(li, NodeFilter.SHOW_TEXT);
    const words = { name: job.file.name, done: size(job.sent || 0, form), all: size(job.file.size, form) };
    while (walker.nextNode()) {
      walker.currentNode.data = walker.currentNode.data.replace(/\{(name|done|all)\}/g, (_, key) => words[key]);
    }
    li.dataset.input = job.input;
    if (job.li) job.li.replaceWith(li);
    else list(job.input).append(li);
    waiting(job.id).delete(job.li);
    waiting(job.id).add(li);
    job.li = li;
    const stop = $("[data-stop]", li);
    if (stop) stop.onclick = () => { job.stopped = true; if (job.xhr) job.xhr.abort(); done(job); };
    const again = $("[data-retry]", li);
    if (again) again.onclick = () => { job.broken = false; push(job); };
    return li;
  };
  const done = (job) => { waiting(job.id).delete(job.li); job.li.remove(); };
  const broken = (job, status) => {
    const li = row(job.form, "interrupted", job), words = $("#stopped"), told = words && $(`[data-status~="${status}"]`, words.content);
    if (told) { // the server's reason, not the connection's
      $(".verdict > span", li).replaceChildren(...told.cloneNode(true).childNodes);
      if (!told.hasAttribute("data-again")) $("[data-retry]", li).remove();
    }
    job.broken = !told;
    say($(".verdict", li).textContent.trim());
    if (!told) addEventListener("online", () => { if (job.broken && !job.stopped) { job.broken = false; push(job); } }, { once: true });
  };
  const push = (job) => { job.sent = 0; row(job.form, "sending", job); queue.push(job); pump(); };
  const pump = () => {
    while (running < 2 && queue.length) {
      const job = queue.shift();
      if (job.stopped) continue;
      running += 1;
      send(job, () => { running -= 1; pump(); });
    }
  };
  const send = (job, next) => {
    const data = new FormData();
    for (const [key, value] of new FormData(job.form)) if (!(value instanceof File)) data.append(key, value);
    data.append(job.field, job.file, job.file.name);
    const xhr = (job.xhr = new XMLHttpRequest());
    const bar = () => $("progress", job.li);
    xhr.open("POST", job.form.action);
    for (const key in headers) xhr.setRequestHeader(key, headers[key]);
    xhr.upload.onprogress = (e) => {
      if (!e.lengthComputable || job.stopped) return;
      job.sent = Math.min(e.loaded, job.file.size);
      const share = Math.round((100 * e.loaded) / e.total);
      if (bar()) { bar().max = 100; bar().value = share; }
      const text = $("[data-count]", job.li);
      if (text) text.textContent = job.form.dataset.count.replace("{done}", size(job.sent, job.form)).replace("{all}", size(job.file.size, job.form));
    };
    xhr.onload = () => {
      if (job.stopped) return;
      const li = job.li;
      waiting(job.id).delete(li);
      const piece = xhr.status < 400 && job.piece() && swap(job.piece(), xhr.responseText);
      if (!piece) { waiting(job.id).add(li); broken(job, xhr.status); return; }
      li.remove();
      touched();
      const mine = $$(".file", piece).filter((f) => $(".file-name", f).textContent === job.file.name).pop();
      if (mine) say(job.file.name + ", " + $(".verdict", mine).textContent.trim());
    };
    xhr.onerror = () => broken(job);
    xhr.onloadend = next;
    xhr.send(data);
  };
  const take = (form) => { // said first what it is, else it waits
    const input = $("input[type=file]", form), asked = $("select", form);
    if (asked && !asked.value && input.files.length) {
      asked.focus();
      return say(asked.labels[0].textContent);
    }
    const id = form.closest("[data-piece]").id;
    for (const file of input.files) push({ form, file, id, field: input.name, input: input.id, piece: () => document.getElementById(id) });
    input.value = "";
  };
  on("change", "form[data-upload] :is(input[type=file], select)", (el) => take(el.form));
  for (const type of ["dragover", "dragleave", "drop"]) {
    on(type, "[data-piece]", (piece, e) => {
      const form = e.target.closest("form[data-upload]") || $("form[data-upload]", piece);
      if (!form || ![...e.dataTransfer.types].includes("Files")) return;
      e.preventDefault();
      form.classList.toggle("drop-over", type === "dragover");
      if (type === "drop") { $("input[type=file]", form).files = e.dataTransfer.files; take(form); }
    });
  }
  on("submit", "form[data-act]", async (form, e) => {
    const piece = document.getElementById(form.dataset.target || "") || form.closest("[data-piece]");
    if (!piece) return;
    e.preventDefault();
    try {
      const answer = await ask(form.action, { method: "POST", body: new FormData(form, e.submitter), headers });
      if ((answer.ok || answer.status === 422) && swap(piece, await answer.text())) return;
    } catch { /* the browser says so itself */ }
    form.submit();
  });
  const typing = (piece) => $$("input:not([type=file]), select", piece).some((el) => el.matches(":focus") || el.value !== (el.defaultValue || "") || el.checked !== el.defaultChecked);
  const prepare = (root) => {
    for (const form of $$("form[data-upload]", root)) form.classList.add("drop-auto");
    for (const piece of [root, ...$$("[data-poll]", root)]) {
      if (!(piece instanceof Element) || !piece.dataset.poll) continue;
      const tries = piece.tries || 0;
      if (tries < 8) setTimeout(async () => { // then the session can end
        if (!piece.isConnected) return;
        if (typing(piece)) return prepare(piece);
        piece.tries = tries + 1;
        try {
          const answer = await fetch(piece.dataset.poll, { headers, credentials: "same-origin" });
          if (!answer.ok || !swap(piece, await answer.text(), true)) throw 0;
        } catch { prepare(piece); }
      }, 1000 * 2 ** tries);
    }
  };
  prepare(document);

  // answers saved while they are typed
  for (const form of $$("form[data-autosave]")) {
    const box = $("[data-saved]", form) || $("[data-saved]");
    const skipped = (el) => !el.name || ["file", "submit", "button"].includes(el.type) || el.hasAttribute("data-autosave-skip") || el.type === "hidden";
    const values = () => {
      const data = new FormData(form), now = new Map();
      for (const el of form.elements) if (!skipped(el)) now.set(el.name, data.getAll(el.name));
      return now;
    };
    const known = values();
    const held = new Map(); // changed in another window meanwhile
    let timer, first = 0, busy = false, over = false, spoken = 0, fails = 0;
    const changed = () => [...values()].filter(([name, now]) => String(known.get(name) || []) !== String(now) && String(held.get(name)) !== String(now));
    const show = (text, kind, loud) => {
      if (!box) return;
      const quiet = !loud && Date.now() - spoken < 30000;
      if (!quiet) spoken = Date.now();
      box.setAttribute("aria-live", quiet || kind === "run" ? "off" : "polite");
      box.className = "saved" + (kind ? " saved-" + kind : "");
      $(".saved-mark", box).hidden = Boolean(kind);
      $(".saved-text", box).textContent = text;
      let again = $("button", box);
      if (kind === "failed" && !again) {
        again = document.createElement("button");
        box.append(Object.assign(again, { type: "button", className: "btn btn-s btn-bare", textContent: box.dataset.retry, onclick: () => save() }));
      } else if (kind !== "failed" && again) again.remove();
    };
    const conflict = ({ name, text }) => {
      const el = form.elements[name], id = "conflict-" + name;
      const field = el && (el.closest ? el : el[0]).closest(".field");
      if (!field) return;
      const p = document.getElementById(id) || document.createElement("p");
      p.id = id;
      p.className = "field-error";
      p.setAttribute("role", "status");
      field.append(p);
      p.textContent = text;
    };
    const stop = ({ text, link, href }) => {
      show(text, "conflict", true);
      if (box) box.append(" ", Object.assign(document.createElement("a"), { href, textContent: link }));
    };
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
    const save = async (leaving) => {
      clearTimeout(timer);
      const news = changed();
      if (over || busy || !news.length) return;
      const body = new URLSearchParams({ autosave: "1" });
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken ? form.elements.csrfmiddlewaretoken.value : "");
      for (const [name, now] of news) {
        const before = known.get(name) || [];
        for (const value of now.length ? now : [""]) body.append(name, value);
        for (const value of before.length ? before : [""]) body.append("base:" + name, value);
      }
      busy = true;
      first = 0;
      if (!leaving) show(box ? box.dataset.saving : "", "run");
      try {
        const answer = await ask(form.dataset.autosave, { method: "POST", body, headers, keepalive: leaving === true });
        const sent = answer.status === 409;
        if ((!answer.ok && !sent) || answer.redirected) throw new Error("not saved");
        const result = await answer.json();
        if (sent) return stop(result); // and stay busy
        const conflicts = result.conflicts || [], lost = conflicts.map(({ name }) => name);
        for (const [name, now] of news) {
          held.delete(name);
          (lost.includes(name) ? held : known).set(name, now);
        }
        conflicts.forEach(conflict);
        const unsaved = box && box.dataset[held.size > 1 ? "unsavedMany" : "unsaved"];
        if (held.size) show((unsaved || "").replace("{n}", held.size), "conflict", true);
        else show(result.text || "", "", fails > 0);
        fails = 0;
      } catch {
        show(box ? box.dataset.failed : "", "failed", fails === 0);
        fails += 1;
        later(Math.min(60000, 2500 * 2 ** fails));
      }
      busy = false;
      if (!fails && changed().length) later(1500);
    };
    form.addEventListener("input", () => {
      first = first || Date.now();
      later(Math.max(0, Math.min(1500, first + 2800 - Date.now())));
    });
    form.addEventListener("change", () => save());
    form.addEventListener("focusout", () => save());
    form.addEventListener("submit", () => { over = true; });
    addEventListener("pagehide", () => save(true));
    addEventListener("pageshow", () => { over = false; });
    addEventListener("online", () => save());
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
  }

  // small things
  const summary = $("#error-summary");
  addEventListener("load", () => setTimeout(() => {
    if (summary && document.activeElement === document.body) summary.focus(); // browsers without autofocus on a div
  }, 100));
  on("click", ".error-summary a", (a, e) => {
    const field = document.getElementById(a.hash.slice(1));
    if (!field) return;
    e.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
  on("input", "[data-code]", (input) => { input.value = input.value.replace(/\D/g, "").slice(0, 6); });
  for (const el of $$("[data-print]")) el.hidden = false;
  on("click", "[data-print]", () => print());
  if (navigator.clipboard) for (const el of $$("[data-copy], [data-copy-text]")) el.hidden = false;
  on("click", "[data-copy-text]", (el) => navigator.clipboard.writeText(el.dataset.copyText));
  on("click", "[data-copy]", async (el) => {
    await navigator.clipboard.writeText(new URL(el.dataset.copy || location.href, location.href).href);
    $("[role=status]", el.parentNode).textContent = el.dataset.copied;
    $("span", el).textContent = el.dataset.copied;
  });
  on("keydown", "[data-search-pick] input[type=search]", (input, e) => {
    const box = input.closest("[data-search-pick]");
    if (e.key === "Enter" && window.htmx) { e.preventDefault(); window.htmx.trigger(input, "search"); }
    const hit = e.key === "ArrowDown" && $("input[type=radio]", box);
    if (hit) { e.preventDefault(); hit.focus(); }
  });
  on("click", "[data-fill]", (el) => { // a found row fills the fields it names
    const first = document.getElementById(el.dataset.fill);
    for (const end of ["", "-2"]) {
      const field = document.getElementById(el.getAttribute("data-fill" + end));
      if (field) field.value = el.getAttribute("data-value" + end);
    }
    first.dispatchEvent(new Event("change", { bubbles: true })); // saves them together
    first.focus();
    el.closest(".search-results").textContent = "";
  });
  document.addEventListener("keydown", (e) => { // arrows walk through what was found
    const box = $(`.search-results[data-for="${CSS.escape(e.target.id || "-")}"]`) || e.target.closest(".search-results[data-for]");
    const hits = box && [document.getElementById(box.dataset.for), ...$$("button", box)];
    if (!box || hits.length < 2 || !["ArrowDown", "ArrowUp", "Escape"].includes(e.key)) return;
    e.preventDefault();
    const at = e.key === "Escape" ? 0 : hits.indexOf(e.target) + (e.key === "ArrowDown" ? 1 : -1);
    hits[Math.max(0, Math.min(hits.length - 1, at))].focus();
    if (e.key === "Escape") box.textContent = "";
  });
  on("submit", "form", (form, e) => {
    const button = e.submitter;
    if (e.defaultPrevented || !button || !button.dataset.busy) return;
    const words = $("span", button), before = words.textContent;
    words.textContent = button.dataset.busy;
    addEventListener("pageshow", () => { words.textContent = before; }, { once: true });
  });
  let closed = [];
  addEventListener("beforeprint", () => { closed = $$("details:not([open])"); for (const d of closed) d.open = true; });
  addEventListener("afterprint", () => { for (const d of closed) d.open = false; });
})();
