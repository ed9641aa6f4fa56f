"use strict";
(() => {
  const form = document.querySelector("form");
  const rows = [...document.querySelectorAll(".list > li")].map((row) => (
    { row, text: row.textContent.toLowerCase().replace(/\s+/g, " ") }));
  const groups = [...document.querySelectorAll("main section")];
  const shown = document.getElementById("shown");
  const none = document.querySelector(".none");

  function apply() {
    const words = new FormData(form).get("text").toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { row, text } of rows) {
      const match = words.every((word) => text.includes(word));
      row.hidden = !match;
      count += match;
    }
    for (const group of groups) group.hidden = !group.querySelector(".list > li:not([hidden])");
    shown.textContent = `${count} of ${rows.length} shown`;
    none.style.display = count ? "" : "block";
  }

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
