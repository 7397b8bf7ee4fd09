// The filters of a directory: OR inside a group, AND between groups and words; their state is kept in the address.

import { isForm, wordsOf } from "./words.js";

const form = document.querySelector(".cl-filters");
const directory = form.closest(".cl-organisation-list");
const field = form.querySelector(".cl-filters__field");
const toggle = form.querySelector(".cl-filters__toggle");
const reset = form.querySelector(".cl-filters__reset");
const state = form.querySelector(".cl-filters__state");
const sum = form.querySelector(".cl-filters__number");
const conditions = form.querySelector(".cl-filters__conditions");
const languages = document.querySelectorAll("header a[hreflang]");

const plural = new Intl.PluralRules(document.documentElement.lang);
const shown = JSON.parse(form.dataset.shown);

const options = [...form.querySelectorAll("input[type=checkbox]")].map((input) => ({
  input,
  label: input.closest("label"),
  count: input.closest("label").querySelector(".cl-filters__count"),
  name: input.nextElementSibling.textContent,
}));
const groups = [...new Set(options.map(({ input }) => input.name))];
const sections = [...directory.querySelectorAll(".cl-organisation-list__group")];
const cards = [...directory.querySelectorAll(".cl-organisation-card")].map((element) => ({
  element,
  values: groups.map((name) => element.dataset[name] ?? ""),
  words: undefined,
}));

function hasWords(card, asked) {
  card.words ??= [...card.element.querySelectorAll(".cl-organisation-card__who, .cl-organisation-card__text")].flatMap((part) => wordsOf(part.textContent));
  return asked.every((one) => card.words.some((word) => isForm(word, one)));
}

function apply() {
  const chosen = groups.map((name) => new Set(options.filter(({ input }) => input.name === name && input.checked).map(({ input }) => input.value)));
  const asked = wordsOf(field.value);
  const counts = groups.map(() => new Map());
  let number = 0;
  for (const card of cards) {
    // The number of an option counts the cards that match it, the words and the other groups.
    const failed = groups.flatMap((_, at) => (chosen[at].size && !chosen[at].has(card.values[at]) ? [at] : []));
    const hits = !asked.length || hasWords(card, asked);
    card.element.hidden = !hits || failed.length > 0;
    if (!hits || failed.length > 1) continue;
    if (!failed.length) number++;
    for (const at of failed.length ? failed : groups.keys()) {
      counts[at].set(card.values[at], (counts[at].get(card.values[at]) ?? 0) + 1);
    }
  }
  for (const { input, label, count } of options) {
    const possible = counts[groups.indexOf(input.name)].get(input.value) ?? 0;
    count.textContent = possible;
    label.classList.toggle("cl-filters__option--impossible", !possible);
  }
  for (const section of sections) section.hidden = !section.querySelector(".cl-organisation-card:not([hidden])");
  const picked = options.filter(({ input }) => input.checked);
  toggle.querySelector(".cl-filters__chosen").textContent = picked.length ? `(${picked.length})` : "";
  conditions.replaceChildren(...picked.map(({ input, name }) => describe(name, input)), ...(asked.length ? [describe(field.value.trim(), field)] : []));
  reset.hidden = !conditions.childElementCount;
  sum.textContent = number ? shown[plural.select(number)].replace("{n}", number).replace("{total}", form.dataset.total) : form.dataset.none;
}

// A condition as a button that removes it, whether an option or the words in the field.
function describe(name, input) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "cl-filters__condition", textContent: name });
  button.ariaLabel = form.dataset.remove.replace("{name}", () => name);
  button.addEventListener("click", () => {
    if (input === field) field.value = "";
    else input.checked = false;
    change("pushState");
    (conditions.querySelector("button") ?? sum).focus();
  });
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function read() {
  const asked = new URLSearchParams(location.search);
  for (const { input } of options) input.checked = asked.getAll(input.name).includes(input.value);
  field.value = asked.get("q") ?? "";
  apply();
  for (const link of languages) link.search = location.search;
}

function write(how) {
  const words = field.value.trim();
  const asked = new URLSearchParams(options.flatMap(({ input }) => (input.checked ? [[input.name, input.value]] : [])));
  if (words) asked.set("q", words);
  history[how](null, "", (asked.size ? `?${asked}` : location.pathname) + location.hash);
  for (const link of languages) link.search = location.search;
}

function change(how) {
  apply();
  write(how);
  // The state sticks to the list; a list that is short now may lie above the screen, and the state with it.
  const { top, bottom } = state.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) directory.scrollIntoView();
}

form.addEventListener("change", ({ target }) => target !== field && change("pushState"));
field.addEventListener("input", () => change("replaceState"));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () =>
  setTimeout(() => {
    change("pushState");
    sum.focus();
  }),
);
toggle.addEventListener("click", () => {
  toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true"));
});
addEventListener("popstate", read);
addEventListener("pageshow", (event) => event.persisted && read());
read();
