// The search page: loads Pagefind when somebody types, shows results in the page's language.

import { isForm, wordsOf } from "./words.js";

const box = document.querySelector(".cl-search");
const form = box.querySelector(".cl-search__form");
const field = box.querySelector(".cl-search__words");
const state = box.querySelector(".cl-search__state");
const list = box.querySelector(".cl-search__results");
const more = box.querySelector(".cl-search__more");
const kinds = box.querySelector(".cl-search__kinds");
const hint = box.querySelector(".cl-search__hint");
const pages = box.querySelector(".cl-search__pages");

const PAGE = 10;
const WAIT_MS = 150;
const plural = new Intl.PluralRules(document.documentElement.lang);
const found = JSON.parse(box.dataset.found);
const kindNames = JSON.parse(box.dataset.kinds);

// Words that are on every page, so that finding one answers nothing.
const FUNCTION_WORDS = new Set(
  `а без бы в вам вас весь во вот все всех вы где да для до его ее если есть еще же за и из или им их к как какая какие
   какой ко когда кто ли мы на над не него нет ни но о об он она они оно от по под при про с со так такое там то того
   тоже только у уже чем что чтобы эта эти это этот я
   a about all an and any are as at be been but by can do does for from has have how i if in into is it its no not of on
   or our so than that the their them there these they this to was we were what when where which who why will with you
   your`.split(/\s+/),
);

let pagefind;
let latest = 0;
let results = [];

async function load() {
  if (!pagefind) {
    pagefind = await import(new URL(box.dataset.bundle, document.baseURI));
    await pagefind.options({
      baseUrl: new URL(box.dataset.root, document.baseURI).pathname,
      ranking: { metaWeights: { title: 20 } },
    });
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
  return words.some((asked) => {
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

// Of the pages in the menus, those named by the words, in their title or their address; after a miss, the main ones.
function showPages(words, isFound) {
  for (const item of pages.children) {
    const link = item.querySelector("a");
    const names = wordsOf(`${link.textContent} ${link.pathname.split("/").at(-2)}`);
    const isNamed = words.length > 0 && words.every((asked) => names.some((name) => isForm(name, asked)));
    item.hidden = !isNamed && (isFound || !("main" in item.dataset));
  }
  pages.hidden = ![...pages.children].some((item) => !item.hidden);
}

// Offers other words after a miss: when something is known for each of them, and they find something together.
async function suggest(engine, asked) {
  const { nearest } = await import("./suggest.js");
  const all = await (await fetch(new URL(box.dataset.words, document.baseURI))).json();
  const known = all.filter((word) => !FUNCTION_WORDS.has(word));
  const meant = asked.map((word) => (known.includes(word) ? word : nearest(word, known)));
  if (!meant.every(Boolean) || meant.join() === asked.join()) return "";
  return (await engine.search(meant.join(" "))).results.length ? meant.join(" ") : "";
}

function showHint(meant) {
  hint.hidden = !meant;
  const link = hint.querySelector("a");
  link.textContent = meant;
  link.href = `?${new URLSearchParams({ q: meant })}`;
}

function clear() {
  list.replaceChildren();
  state.textContent = "";
  more.hidden = kinds.hidden = hint.hidden = pages.hidden = true;
  writeAddress("");
}

async function search() {
  const run = ++latest;
  const written = field.value.trim();
  if (!written) {
    clear();
    return;
  }
  const words = wordsOf(written).filter((word) => !FUNCTION_WORDS.has(word));
  try {
    if (!pagefind) state.textContent = box.dataset.searching;
    const engine = await load();
    const all = await engine.search(words.join(" ") || null);
    const sample = await Promise.all(all.results.slice(0, PAGE).map((result) => result.data()));
    if (run !== latest) return;
    const isFound = words.length > 0 && sample.some((result) => isAnswer(result, words));
    countKinds(isFound ? all.results.length : 0, all.filters.kind ?? {});
    writeAddress(written);
    const kind = form.elements.kind.value;
    const answer = isFound && kind ? await engine.search(words.join(" "), { filters: { kind } }) : all;
    const asked = written.toLowerCase().split(/\s+/); // not `words`: on a Russian keyboard, х is where [ is
    const meant = isFound ? "" : await suggest(engine, asked.filter((word) => !FUNCTION_WORDS.has(word)));
    if (run !== latest) return;
    results = isFound ? answer.results : [];
    const first = await loadPage(0);
    if (run !== latest) return;
    show(first);
    showHint(meant);
    showPages(words, isFound);
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

const asked = new URLSearchParams(location.search);
field.value = asked.get("q") ?? "";
if (asked.get("kind") in kindNames) form.elements.kind.value = asked.get("kind");
if (field.value) search();
else if (!location.hash) field.focus();
