// Runs in the head of every page, before the first paint: settings of the accessibility panel, stored on this device
// only; print buttons; the key that opens search.

(() => {
  const KEY = "cl-settings";
  const NAMES = ["size", "scheme", "spacing", "images", "keys"];
  const root = document.documentElement;

  function load() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      return {}; // no storage, or something else in it
    }
  }

  function save(chosen) {
    try {
      localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // No storage: the settings apply to this page only.
    }
  }

  function apply(chosen) {
    for (const name of NAMES) {
      if (/^[a-z0-9-]+$/.test(chosen[name] ?? "")) root.dataset[name] = chosen[name];
      else delete root.dataset[name];
    }
  }

  function show(form) {
    for (const name of NAMES) {
      for (const input of form.elements[name]) input.checked = input.value === (root.dataset[name] ?? "");
    }
  }

  // With large text a long word may be wider than a phone. Few browsers know how to divide Russian words, so the places
  // are marked here, and only then: marks in the page itself would be copied, searched and read aloud. A long address
  // is divided before its dots.
  const [VOWEL, CONSONANT] = ["[аеёиоуыэюя]", "[бвгджзклмнпрстфхцчшщ]"];
  const SYLLABLE = new RegExp(
    `(?<=[а-яё]{2})(?:[йъь]|${VOWEL}(?=${VOWEL}|${CONSONANT}${VOWEL})|${VOWEL}${CONSONANT}(?=${CONSONANT}+${VOWEL}))(?=[а-яё]{3})`,
    "giu",
  );

  function hyphenate() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      if (node.parentElement.closest("svg, script, pre")) continue;
      node.data = node.data
        .replace(/[a-zа-яё]{11,}/giu, (word) => word.replace(SYLLABLE, "$&\u00ad"))
        .replace(/[a-z0-9-]*(?:\.[a-z][a-z0-9-]*){2,}/gi, (address) => address.replaceAll(".", "\u200b."));
    }
  }

  apply(load());

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".cl-settings__form");
    show(form);
    for (const image of document.querySelectorAll("main img[alt]:not([alt=''])")) {
      const words = document.createElement("span");
      words.className = "cl-alt";
      words.textContent = image.alt;
      image.after(words);
    }
    if (root.dataset.size) hyphenate();
    const choose = () => {
      const chosen = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
      apply(chosen);
      save(chosen);
      if (root.dataset.size) hyphenate();
    };
    form.addEventListener("change", choose);
    form.addEventListener("reset", () => setTimeout(choose)); // after the fields have changed
    const follow = () => {
      apply(load());
      show(form);
    };
    addEventListener("storage", follow); // chosen in another tab
    addEventListener("pageshow", (event) => event.persisted && follow());
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-print]")) print();
    target.closest(".cl-header__menu a")?.closest("[popover]").hidePopover(); // open no more when one comes back
  });

  // A single key must be possible to switch off (WCAG 2.2, 2.1.4), and is not for those who type.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off") return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    const field = document.querySelector(".cl-search__words");
    if (field) field.focus();
    else document.querySelector(".cl-header__search").click();
  });
})();
