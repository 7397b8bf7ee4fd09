// What a visitor chose in the accessibility panel. Runs in the head, before anything is painted; kept on this device only.

(() => {
  const KEY = "cl-settings";
  const NAMES = ["size", "scheme", "spacing"];
  const root = document.documentElement;

  function load() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      return {}; // no storage, or not ours
    }
  }

  function save(chosen) {
    try {
      localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // It still holds on this page.
    }
  }

  function apply(chosen) {
    for (const name of NAMES) {
      if (/^[a-z0-9-]+$/.test(chosen[name] ?? "")) root.dataset[name] = chosen[name];
      else delete root.dataset[name];
    }
  }

  function show(form) {
    for (const name of NAMES) form.elements[name].value = root.dataset[name] ?? "";
  }

  apply(load());

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".cl-settings__form");
    document.querySelector(".cl-header__settings").hidden = false;
    show(form);
    const choose = () => {
      const chosen = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
      apply(chosen);
      save(chosen);
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
})();
