// SPDX-License-Identifier: Apache-2.0
// Questions to the operator: the name, a decision against the rules, the keys. Escape always leaves.
import { el, t, word, kbd } from "./dom.js";

const box = () => document.getElementById("dialog");

/** Shows `content`; resolves with what `value` gives when it is sent, or null. */
function ask(content, value) {
  return new Promise((resolve) => {
    const dialog = box();
    const form = el("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); const result = value(); if (result) { resolve(result); dialog.close(); } } }, content);
    dialog.replaceChildren(form);
    dialog.onclose = () => resolve(null);
    dialog.showModal();
    form.querySelector("input, select")?.focus();
  });
}

const buttons = (save) => el("div.buttons", {}, el("button", { type: "button", onclick: () => box().close() }, kbd("Esc"), " ", t("cancel")),
  el("button.main", {}, kbd("Enter"), " ", save));

export async function askName(before) {
  const input = el("input", { id: "name", value: before, maxLength: 80, required: true, autocomplete: "name" });
  const name = await ask([el("h1", {}, t("operator.ask")), el("p.quiet", {}, t("operator.why")), input, buttons(t("operator.save"))], () => input.value.trim());
  if (name) document.cookie = `operator=${encodeURIComponent(name)}; Path=/; Max-Age=31536000; SameSite=Lax`;
  return name;
}

const option = (value, text, isChosen) => el("option", { value, selected: isChosen }, text);

export function askOverride(preview) {
  const { actions, reasons, groups } = window.callsieveChoices;
  const then = el("select", { id: "then" }, actions.map((one) => option(one, word("then", one), one === (preview.then === "qualify" ? "drop" : "qualify"))));
  const reason = el("select", { id: "reason" });
  const fill = () => reason.replaceChildren(...(reasons[then.value] ?? []).map((code) => option(code, `${word("reason", code)} (${code})`)));
  then.addEventListener("change", fill);
  fill();
  const group = el("select", { id: "group" }, option("", t("over.none")), groups.map((one) => option(one, one, one === preview.group)));
  const note = el("input", { id: "note", required: true, maxLength: 1000, autocomplete: "off" });
  const row = (id, text, control) => [el("label", { htmlFor: id }, text), control];
  return ask([el("h1", {}, t("over.title")), row("then", t("over.then"), then), row("reason", t("over.reason"), reason),
    groups.length ? row("group", t("over.group"), group) : null, row("note", t("over.note"), note), buttons(t("over.save"))].flat(),
  () => note.value.trim() ? { then: then.value, reason: reason.value || null, group: group.value || null, note: note.value.trim() } : null);
}

export function showKeys(rows) {
  return ask([el("h1", {}, t("keys.title")),
    el("table", {}, rows.map(([names, text]) => el("tr", {}, el("td", {}, names.flatMap((name) => [kbd(name), " "])), el("td", {}, t(`keys.${text}`))))),
    el("div.buttons", {}, el("button.main", { type: "submit", autofocus: true }, kbd("Esc"), " ", t("back")))], () => true);
}
