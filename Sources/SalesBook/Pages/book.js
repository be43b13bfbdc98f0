// SPDX-License-Identifier: Apache-2.0
// Keys for people who live in the book all day. Everything works without this file.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll(".cards tbody a")];
  const step = by => {
    const links = rows();
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    links[Math.min(Math.max(at + by, 0), links.length - 1)].focus();
  };
  const go = id => document.getElementById(id)?.focus();
  const keys = {
    j: () => step(1), k: () => step(-1), "/": () => go("find"), a: () => go("amount"), p: () => go("payment"),
    m: () => go("manager"), n: () => go("note"), b: () => document.getElementById("back")?.click(),
  };
  // Where the layout has no Latin letters, the place of the key counts.
  const pressed = event => event.key.charCodeAt(0) < 128 && event.key !== "." ? event.key
    : event.code === "Slash" ? "/" : event.code.replace(/^Key/, "").toLowerCase();
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const field = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && field) return field.blur();
    if (field) return;
    const move = /^[1-9]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (move) {
      event.preventDefault();
      move.focus();
      if (move.localName === "summary") move.click();
      return;
    }
    const act = keys[pressed(event)];
    if (act) { event.preventDefault(); act(); }
  });
  document.querySelectorAll(".filter select").forEach(select => select.addEventListener("change", () => select.form.requestSubmit()));
})();
