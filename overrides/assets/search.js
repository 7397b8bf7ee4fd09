// The search page: loads Pagefind when somebody types, shows results in the page's language.

import { wordsOf } from "./words.js";

const box = document.querySelector(".cl-search");
const form = box.querySelector(".cl-search__form");
const field = box.querySelector(".cl-search__words");
const state = box.querySelector(".cl-search__state");
const list = box.querySelector(".cl-search__results");
const more = box.querySelector(".cl-search__more");
const kinds = box.querySelector(".cl-search__kinds");

const PAGE = 10;
const WAIT_MS = 150;
const plural = new Intl.PluralRules(document.documentElement.lang);
const found = JSON.parse(box.dataset.found);
const kindNames = JSON.parse(box.dataset.kinds);

let pagefind;
let latest = 0;
let results = [];

async function load() {
  if (!pagefind) {
    pagefind = await import(new URL(box.dataset.bundle, document.baseURI));
    await pagefind.options({ baseUrl: new URL(box.dataset.root, document.baseURI).pathname });
    await pagefind.filters(); // without it, results have no kinds
  }
  return pagefind;
}

function entry({ url, meta, excerpt }) {
  const item = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: url, textContent: meta.title });
  // The excerpt is Pagefind's: text with references escaped, and <mark> around the words found.
  const text = document.createElement("p");
  for (const part of excerpt.split(/(<mark>.*?<\/mark>)/)) {
    const words = new DOMParser().parseFromString(part, "text/html").body.textContent;
    if (part.startsWith("<mark>")) {
      text.append(Object.assign(document.createElement("mark"), { textContent: words }));
    } else {
      // Parsing trims the space at the edges that keeps the words apart.
      text.append(/^\s/.test(part) ? " " : "", words.trim(), /\s$/.test(part) ? " " : "");
    }
  }
  const what = document.createElement("p");
  what.className = "cl-search__what";
  what.textContent = [kindNames[meta.kind], meta.date].filter(Boolean).join(", ");
  item.append(link, what, text);
  return item;
}

// For a word that no page has, Pagefind 1.5.2 returns pages with its first letters as a word of their own («заводов» →
// «за»). Such results are dropped: a found word must share half of its letters with a search word.
function isAnswer({ excerpt }, words) {
  const marked = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].flatMap(([, text]) => wordsOf(text));
  return wordsOf(words).some((asked) => {
    const needed = Math.min(asked.length, Math.max(3, Math.ceil(asked.length / 2)));
    return marked.some((word) => word.startsWith(asked.slice(0, needed)));
  });
}

const loadPage = (start) => Promise.all(results.slice(start, start + PAGE).map((result) => result.data()));

function append(next) {
  list.append(...next.map(entry));
  more.hidden = list.childElementCount >= results.length;
}

async function showMore() {
  const start = list.childElementCount;
  const run = latest;
  const next = await loadPage(start);
  if (run !== latest) return;
  append(next);
  list.children[start]?.querySelector("a").focus();
}

// Shows the number of results of each kind, and disables kinds without any.
function countKinds(total, counts) {
  for (const input of form.elements.kind) {
    const number = input.value ? (counts[input.value] ?? 0) : total;
    input.nextElementSibling.textContent = number;
    input.disabled = !number;
    if (input.checked && !number) form.elements.kind[0].checked = true; // setting the group's value to "" does nothing
  }
  kinds.hidden = !total;
}

function writeAddress(words) {
  const kind = form.elements.kind.value;
  const address = new URLSearchParams({ ...(words && { q: words }), ...(words && kind && { kind }) });
  history.replaceState(null, "", address.size ? `?${address}` : location.pathname);
}

function show(first) {
  list.replaceChildren();
  append(first);
  const number = results.length;
  state.textContent = number ? found[plural.select(number)].replace("{n}", number) : box.dataset.none;
}

async function search() {
  const run = ++latest;
  const words = field.value.trim();
  if (!words) {
    list.replaceChildren();
    state.textContent = "";
    more.hidden = kinds.hidden = true;
    writeAddress("");
    return;
  }
  try {
    const engine = await load();
    const all = await engine.search(words);
    const sample = await Promise.all(all.results.slice(0, PAGE).map((result) => result.data()));
    if (run !== latest) return;
    const isFound = sample.some((result) => isAnswer(result, words));
    countKinds(isFound ? all.results.length : 0, all.filters.kind ?? {});
    writeAddress(words);
    const kind = form.elements.kind.value;
    const answer = isFound && kind ? await engine.search(words, { filters: { kind } }) : all;
    if (run !== latest) return;
    results = isFound ? answer.results : [];
    const first = await loadPage(0);
    if (run === latest) show(first);
  } catch (error) {
    state.textContent = box.dataset.failed;
    throw error;
  }
}

// Up and down lead from the field through the results and back.
box.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = [field, ...list.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  if (!step || at < 0 || !stops[at + step]) return;
  event.preventDefault();
  stops[at + step].focus();
});

let timer;
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, WAIT_MS);
});
kinds.addEventListener("change", search);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
more.addEventListener("click", showMore);

form.hidden = false;
box.querySelector(".cl-search__without").hidden = true;
const asked = new URLSearchParams(location.search);
field.value = asked.get("q") ?? "";
if (asked.get("kind") in kindNames) form.elements.kind.value = asked.get("kind");
if (field.value) search();
else if (!location.hash) field.focus();
