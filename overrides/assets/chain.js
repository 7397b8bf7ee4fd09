// The diagram of the chain: the box looked at, by pointer or focus, keeps its links and their other ends; the rest fades.

for (const diagram of document.querySelectorAll(".cl-value-chain__diagram")) {
  const boxes = [...diagram.querySelectorAll("[data-box]")];
  const flows = [...diagram.querySelectorAll("[data-from]")];

  function show(box) {
    const key = box?.dataset.box;
    const own = flows.filter(({ dataset }) => dataset.from === key || dataset.to === key);
    const near = new Set([key, ...own.flatMap(({ dataset }) => [dataset.from, dataset.to])]);
    for (const flow of flows) flow.classList.toggle("cl-value-chain__flow--far", Boolean(box) && !own.includes(flow));
    for (const one of boxes) one.classList.toggle("cl-value-chain__box--far", Boolean(box) && !near.has(one.dataset.box));
  }

  const find = ({ target }) => target.closest("[data-box]");
  diagram.addEventListener("pointerover", (event) => show(find(event) ?? find({ target: document.activeElement })));
  diagram.addEventListener("pointerleave", () => show(find({ target: document.activeElement })));
  diagram.addEventListener("focusin", (event) => show(find(event)));
  diagram.addEventListener("focusout", () => show());
}
