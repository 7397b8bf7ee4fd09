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

async function showMore() {
  const start = list.childElementCount;
  const run = latest;
  const next = await Promise.all(results.slice(start, start + PAGE).map((result) => result.data()));
  if (run !== latest) return;
  list.append(...next.map(entry));
  more.hidden = list.childElementCount >= results.length;
  if (start) list.children[start]?.querySelector("a").focus();
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
    list.replaceChildren();
    const number = results.length;
    state.textContent = number ? found[plural.select(number)].replace("{n}", number) : box.dataset.none;
    await showMore();
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
field.value = new URLSearchParams(location.search).get("q") ?? "";
if (field.value) search();
