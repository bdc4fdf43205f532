/* The console's only script. Every act works without it; it adds live news, single keys, upload progress
   and saving of drafts. Nothing here moves what is under eyes, pointer or focus (ui.md §1, §4, §7). */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const body = document.body;
const composing = (event) => event.isComposing || event.keyCode === 229;
const typing = (element) => Boolean(element && element.closest(
  "textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox]):not([type=submit])"));

/* ---- news: one line above the content, read out politely ---- */

const news = $("#news");

function tell(text, act, label) {
  if (!news) return;
  const line = document.createElement("p");
  line.append(text);
  if (act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", act);
    line.append(button);
  }
  news.replaceChildren(line);
}

/* ---- live: the server sends ids; the page asks for itself again and swaps the boxes that changed ---- */

const arrived = new Set();
let stream = null;
let waiting = 0;
let broken = false;
let lost = 0;
const busy = (box) => box.contains(document.activeElement) || box.matches(":hover");

async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Fragment": "live" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  let later = false;
  for (const box of $$("[data-live-box]")) {
    const next = fresh.getElementById(box.id);
    if (!next || next.isEqualNode(box)) continue;
    if (busy(box)) later = true;
    else box.replaceWith(document.importNode(next, true));
  }
  if (later) soon(3000);
}

function soon(after = 300) {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh().catch(() => {}), after);
}

function heard(event) {
  const { topic, seq, kind } = JSON.parse(event.data);
  const here = body.dataset.topic;
  if (here !== "inbox") return here === `bundle:${topic}` ? soon() : undefined;
  if (kind !== "task_opened") return soon();
  arrived.add(`${topic}.${seq}`);
  tell(`有 ${arrived.size} 件新待办`, () => location.reload(), "载入");
}

function listen() {
  if (!body.dataset.live || stream) return;
  stream = new EventSource(body.dataset.live);
  stream.addEventListener("message", heard);
  stream.addEventListener("open", () => {
    clearTimeout(lost);
    if (broken && news && !arrived.size) news.textContent = "";
    if (broken) soon();
    broken = false;
    lost = 0;
  });
  // The server ends a stream now and then; the browser comes back by itself. Only a lasting loss is told.
  stream.addEventListener("error", () => {
    lost = lost || setTimeout(() => {
      broken = true;
      if (!arrived.size) tell("实时更新已中断", () => location.reload(), "刷新");
    }, 10000);
  });
}

function hush() {
  clearTimeout(lost);
  lost = 0;
  if (stream) stream.close();
  stream = null;
}

/* A hidden tab gives its connection back: HTTP/1.1 allows six to a host. */
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return hush();
  listen();
  if (body.dataset.live) soon();
});
addEventListener("pagehide", hush);
if (!document.hidden) listen();

/* What goes on without events of its own is looked at while it does. */
setInterval(() => {
  if (!document.hidden && $("[data-going]")) refresh().catch(() => {});
}, 2000);

/* ---- submitting: once, with the button saying so; Enter never sends a long form ---- */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method !== "post") return;
  form.dataset.sent = "1";
  const button = event.submitter || $("button.primary", form);
  if (!button || !button.dataset.busy) return;
  button.dataset.label = button.textContent;
  button.setAttribute("aria-busy", "true");
  setTimeout(() => { button.textContent = button.dataset.busy; });
});

function awake(form) {
  delete form.dataset.sent;
  for (const button of $$("[aria-busy]", form)) {
    button.removeAttribute("aria-busy");
    button.textContent = button.dataset.label || button.textContent;
  }
}
addEventListener("pageshow", (event) => { if (event.persisted) $$("form").forEach(awake); });

/* ---- uploads: the same POST, with a bar; the answer is shown as if the form had been sent plainly ---- */

function send(form, submitter) {
  const data = new FormData(form);
  if (submitter && submitter.name) data.append(submitter.name, submitter.value);
  const request = new XMLHttpRequest();
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", "上传进度");
  (submitter || form).after(bar);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = event.loaded / event.total;
  });
  const failed = () => {
    bar.remove();
    awake(form);
    tell("没有传成，文件仍在，请再试。");
  };
  request.addEventListener("error", failed);
  request.addEventListener("load", () => {
    if (request.status >= 500) return failed();
    const moved = request.responseURL && request.responseURL !== form.action;
    if (request.status < 300 && moved) return location.assign(request.responseURL);
    document.open();
    document.write(request.responseText);
    document.close();
  });
  request.open("POST", form.action);
  request.send(data);
}

for (const form of $$("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    const some = $$("input[type=file]", form).some((input) => input.files.length);
    if (!some || event.defaultPrevented) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

/* ---- drafts: saved two seconds after the last change, without checking; files wait for the button ---- */

function autosave(form) {
  const address = form.dataset.autosave || form.action;
  const place = $("[data-saved]", form);
  let timer = 0;
  async function save() {
    if (form.dataset.sent) return;
    const data = new FormData();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    try {
      const answer = await fetch(address, {
        method: "POST", body: data, headers: { "X-Autosave": "1" }, credentials: "same-origin",
      });
      if (answer.status === 409) { place.textContent = "他人刚改过，请按“继续”比对"; return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const saved = await answer.json();
      const version = $("input[name=version]", form);
      if (version && saved.version) version.value = saved.version;
      place.textContent = `已保存 ${saved.saved_at}`;
    } catch { place.textContent = "没有保存成功，内容仍在"; }
  }
  const later = (event) => {
    if (composing(event) || event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}
for (const form of $$("form[data-autosave]")) if ($("[data-saved]", form)) autosave(form);

/* ---- small helps ---- */

for (const input of $$("[data-code]")) {
  input.addEventListener("change", () => { input.value = input.value.replace(/\s+/g, "").toUpperCase(); });
}
for (const button of $$("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const part of $$("[data-only-for]")) {
  const form = part.closest("form");
  const follow = () => {
    part.hidden = !$$("input[type=radio]:checked", form).some((input) => part.dataset.onlyFor.split(" ").includes(input.value));
  };
  form.addEventListener("change", follow);
  follow();
}
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.target.closest("a, button, input, label, summary") || String(getSelection())) return;
  $("[data-open]", row).click();
});
const errors = $("#errors");
if (errors) errors.focus();

const ticked = $("[data-ticked]");
function count() {
  if (ticked) ticked.textContent = ` ${$$("input[form=bulk]:checked").length} 件`;
}
document.addEventListener("change", count);
addEventListener("pageshow", count);

/* Who else looks at this: told as long as the page is open and seen. */
const looking = $("[data-looking]");
async function look() {
  if (document.hidden) return;
  const answer = await fetch(looking.dataset.looking, { method: "POST", credentials: "same-origin" });
  if (!answer.ok) return;
  const says = await answer.text();
  if (says !== looking.textContent) looking.textContent = says;
}
if (looking) setInterval(() => look().catch(() => {}), 15000);

/* ---- keys (ui.md §7) ---- */

let row = null;
let led = 0;

function step(by) {
  const rows = $$("[data-row]");
  if ($("[data-looking]") || !rows.length) return press($(`[data-key="${by > 0 ? "j" : "k"}"]`));
  const at = rows.indexOf(row);
  if (row) row.classList.remove("current");
  row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  row.classList.add("current");
  $("[data-open]", row).focus();
  return true;
}

function press(element) {
  if (!element) return false;
  if (element.matches("input:not([type=checkbox]), select, textarea")) { element.focus(); if (element.select) element.select(); }
  else element.click();
  return true;
}

function choose(number) {
  const groups = $$("fieldset").filter((group) => $("[data-choice]", group));
  const group = groups.find((each) => each.contains(document.activeElement)) || groups[0];
  const input = group && $(`[data-choice="${number}"]`, group);
  if (!input || input.disabled) return false;
  input.focus();
  input.click();
  return true;
}

function nextOpen() {
  const open = $$("[data-open-field]").filter((input) => !input.value);
  const after = open.find((input) =>
    document.activeElement.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING);
  return press(after || open[0]);
}

const singles = {
  j: () => step(1),
  k: () => step(-1),
  o: () => row && press($("[data-open]", row)),
  n: nextOpen,
  g: () => { led = Date.now(); return true; },
};

function single(event) {
  if (Date.now() - led < 1500) { led = 0; return press($(`[data-go="${CSS.escape(event.key)}"]`)); }
  if (/^[1-9]$/.test(event.key)) return choose(event.key);
  if (singles[event.key]) return singles[event.key]() !== false;
  const key = CSS.escape(event.key);
  return press((row && $(`[data-key="${key}"]`, row)) || $(`main [data-key="${key}"]`) || $(`[data-key="${key}"]`));
}

document.addEventListener("keydown", (event) => {
  if (composing(event)) {
    // Some browsers end a pinyin choice with an Enter that would send the form.
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
    return;
  }
  const form = event.target.closest && event.target.closest("form");
  if (event.key === "Enter" && event.ctrlKey) {
    const main = form && form.matches("[data-main]") ? form : $("form[data-main]");
    if (main) press($("button.primary, button[data-primary]", main));
    return;
  }
  if (event.key === "Enter" && form && form.matches("[data-main]") && event.target.matches("input")) {
    event.preventDefault();
    return;
  }
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (!("keys" in body.dataset) || typing(event.target)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (single(event)) event.preventDefault();
});
