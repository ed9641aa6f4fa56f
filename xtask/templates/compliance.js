"use strict";
(() => {
  const form = document.querySelector("form");
  const rows = [...document.querySelectorAll(".list > li")].map((row) => ({
    row, text: row.textContent.toLowerCase().replace(/\s+/g, " "),
    status: row.dataset.status, level: row.dataset.level, role: row.dataset.role,
  }));
  const groups = [...document.querySelectorAll("main section")].reverse();
  const shown = document.getElementById("shown");
  const none = document.querySelector(".none");

  function apply() {
    const data = new FormData(form);
    const words = data.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    const statuses = new Set(data.getAll("status"));
    const level = data.get("level"), role = data.get("role");
    let count = 0;
    for (const { row, text, status, ...is } of rows) {
      const match = (!statuses.size || statuses.has(status)) && (!level || is.level === level)
        && (!role || is.role === role) && words.every((word) => text.includes(word));
      row.hidden = !match;
      count += match;
    }
    for (const group of groups) group.hidden = !group.querySelector(".list > li:not([hidden])");
    shown.textContent = `${count} of ${rows.length} shown`;
    none.style.display = count ? "" : "block";
    const query = new URLSearchParams([...data].filter(([, value]) => value));
    try { history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`); } catch { /* a page from a file may not */ }
  }

  for (const [name, value] of new URLSearchParams(location.search)) {
    for (const field of form.querySelectorAll("[name]")) {
      if (field.name !== name) continue;
      if (field.type !== "checkbox") field.value = value;
      else if (field.value === value) field.checked = true;
    }
  }
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
})();
