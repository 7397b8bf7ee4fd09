// Buttons that copy the quotation above them as plain text.

for (const box of document.querySelectorAll(".cl-copy-button")) {
  const quotation = box.previousElementSibling;
  const state = box.querySelector("[role=status]");
  box.querySelector("button").addEventListener("click", async () => {
    const paragraphs = [...quotation.querySelectorAll("p, li")].map((part) => part.innerText.replaceAll("\u00a0", " ").replace(/[\u00ad\u200b]/g, ""));
    try {
      await navigator.clipboard.writeText(paragraphs.join("\n\n"));
      state.textContent = state.dataset.copied;
    } catch {
      getSelection().selectAllChildren(quotation); // no permission, or no https: the visitor copies what is selected
      state.textContent = state.dataset.selected;
    }
  });
}
