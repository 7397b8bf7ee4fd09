// The search page: loads Pagefind when somebody types, shows results in the page's language.

const box = document.querySelector(".cl-search");
const form = box.querySelector(".cl-search__form");
const field = box.querySelector(".cl-search__words");
const state = box.querySelector(".cl-search__state");
const list = box.querySelector(".cl-search__results");
const more = box.querySelector(".cl-search__more");

const PAGE = 10;
const WAIT_MS = 150;
const plural = new Intl.PluralRules(document.documentElement.lang);
const found = JSON.parse(box.dataset.found);

let pagefind;
let latest = 0;
let results = [];

async function load() {
  if (!pagefind) {
    pagefind = await import(new URL(box.dataset.bundle, document.baseURI));
    await pagefind.options({ baseUrl: new URL(box.dataset.root, document.baseURI).pathname });
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
  item.append(link, text);
  return item;
}

const plain = (text) => text.toLowerCase().replaceAll("ё", "е").match(/[\p{L}\p{N}]+/gu) ?? [];

// A word that no page has is answered by Pagefind 1.5.2 with pages that have its first letters as a word of their own
// («заводов» → «за»). Such an answer is none: a word found must share half of its letters with a word asked for.
function isAnswer({ excerpt }, words) {
  const marked = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].flatMap(([, text]) => plain(text));
  return plain(words).some((asked) => {
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

async function search() {
  const run = ++latest;
  const words = field.value.trim();
  history.replaceState(null, "", words ? `?q=${encodeURIComponent(words)}` : location.pathname);
  if (!words) {
    list.replaceChildren();
    state.textContent = "";
    more.hidden = true;
    return;
  }
  try {
    const answer = await (await load()).search(words);
    if (run !== latest) return;
    results = answer.results;
    const first = await loadPage(0);
    if (run !== latest) return;
    if (!first.some((result) => isAnswer(result, words))) results = [];
    const number = results.length;
    list.replaceChildren();
    append(number ? first : []);
    state.textContent = number ? found[plural.select(number)].replace("{n}", number) : box.dataset.none;
  } catch (error) {
    state.textContent = box.dataset.failed;
    throw error;
  }
}

let timer;
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, WAIT_MS);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
more.addEventListener("click", showMore);

form.hidden = false;
box.querySelector(".cl-search__without").hidden = true;
field.value = new URLSearchParams(location.search).get("q") ?? "";
if (field.value) search();
