const mend = () => {
  // Names for the two parts that Material leaves unnamed for screen readers.
  document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");
  document.querySelectorAll(".md-code__nav").forEach((nav, index) => {
    nav.setAttribute("aria-label", `Code actions ${index + 1}`);
  });
  // What scrolls must be within reach of the keyboard.
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((table) => {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
  });
  // A program is copied whole; Material would leave out the newline at its end.
  document.querySelectorAll(".snippet [data-clipboard-target]").forEach((button) => {
    const code = document.querySelector(button.dataset.clipboardTarget);
    if (code) button.dataset.clipboardText = code.textContent;
  });
};
// The theme adds these parts later, and again on every page that it loads in place.
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", mend);
mend();
