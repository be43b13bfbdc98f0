// SPDX-License-Identifier: Apache-2.0
// The questions of a briefing: the current one is open, the others are lines.
import { el, t, both, kbd } from "./dom.js";
import { draft, keepDraft } from "./saving.js";

const isChoice = (question) => ["choice", "yes/no", "tags"].includes(question.kind);

/** Choices of a question; yes/no has its two. */
export function choices(question) {
  if (question.kind !== "yes/no" || question.choices.length) return question.choices;
  return [{ value: "yes", label: { en: "yes", ru: "да" } }, { value: "no", label: { en: "no", ru: "нет" } }];
}

/** The answer in words. */
export function answered(question) {
  if (question.state === "declined") return t("brief.declined");
  if (question.state === "other") return `${t("brief.other")}: ${question.value}`;
  if (question.state !== "answered") return "";
  const label = (value) => both(choices(question).find((choice) => choice.value === value)?.label) || value;
  const text = question.kind === "tags" ? question.value.split(",").map((one) => label(one.trim())).join(", ") : label(question.value);
  return question.unit ? `${text} ${question.unit}` : text;
}

function line(question, handlers) {
  const isOpen = question.state === "open";
  const note = !question.matters && isOpen ? el("span.note", {}, t("brief.unneeded")) : null;
  return el(`li.question${!question.matters && isOpen ? ".unneeded" : ""}`, { "data-fact": question.fact },
    el("button.head", { type: "button", onclick: () => handlers.move(question.fact), onfocus: (event) => event.target.matches(":focus-visible") && handlers.move(question.fact) },
      el("span.label", {}, both(question.label)), el("span.value", {}, answered(question), note)));
}

function choiceList(question, handlers) {
  const several = question.kind === "tags";
  const chosen = new Set(several ? handlers.tags(question) : [question.state === "answered" ? question.value : null]);
  return el("div.choices", { role: several ? "group" : "radiogroup", tabIndex: 0, "aria-label": both(question.ask), id: "control" },
    choices(question).map((choice, index) => el("button", {
      type: "button", tabIndex: -1, role: several ? "checkbox" : "radio", "aria-checked": chosen.has(choice.value) ? "true" : "false",
      onclick: () => handlers.choose(index),
    }, index < 9 ? kbd(String(index + 1)) : null, " ", both(choice.label))));
}

function field(question, lead, handlers) {
  const before = draft(lead, question.fact) || (question.state === "answered" ? question.value : "");
  const input = el("input", {
    id: "control", value: before, autocomplete: "off", "aria-label": both(question.ask), maxLength: 2000,
    inputMode: ["money", "number", "count", "days"].includes(question.kind) ? "decimal" : "text",
    oninput: (event) => keepDraft(lead, question.fact, event.target.value),
  });
  return el("form.answer", { onsubmit: (event) => { event.preventDefault(); handlers.type(input.value); } },
    input, question.unit ? el("span", {}, question.unit) : null, el("button", { tabIndex: -1 }, kbd("Enter"), " ", t("brief.save")));
}

function otherField(question, lead, handlers) {
  const key = `${question.fact}/other`;
  const input = el("input", {
    id: "control", value: draft(lead, key) || (question.state === "other" ? question.value : ""), autocomplete: "off", maxLength: 2000,
    "aria-label": t("brief.otherAsk"), oninput: (event) => keepDraft(lead, key, event.target.value),
  });
  return el("form", { onsubmit: (event) => { event.preventDefault(); keepDraft(lead, key, ""); handlers.say(input.value); } },
    el("label", { htmlFor: "control" }, t("brief.otherAsk")),
    el("div.answer", {}, input, el("button", { tabIndex: -1 }, kbd("Enter"), " ", t("brief.save"))));
}

function open(question, { lead, isOther, problem, handlers }) {
  const control = isOther ? otherField(question, lead, handlers) : isChoice(question) ? choiceList(question, handlers) : field(question, lead, handlers);
  const button = (key, text, action) => el("button", { type: "button", tabIndex: -1, onclick: action }, kbd(key), " ", text);
  return el(`li.question.current${question.next ? ".next" : ""}`, { "data-fact": question.fact },
    el("span.tag", {}, question.next ? t("brief.next") : question.matters || question.state !== "open" ? both(question.label) : `${both(question.label)} · ${t("brief.unneeded")}`),
    el("p.ask", {}, both(question.ask)), control,
    problem ? el("p.bad", { role: "alert" }, problem) : null,
    question.state !== "open" && !isOther ? el("p.quiet", {}, answered(question)) : null,
    el("div.extra", {}, button("0", t("brief.declined"), handlers.decline), isOther ? null : button("O", t("brief.other"), handlers.other),
      question.state === "open" ? null : button("Del", t("brief.clear"), handlers.clear),
      question.kind === "tags" ? el("span.quiet", {}, t("brief.tagsHint")) : null));
}

/** @param state {lead, current, isOther, problem, isReadOnly, handlers} */
export function questionList(questions, state) {
  return el("ol.questions", { "aria-label": t("brief.questions") },
    questions.map((question) => question.fact === state.current && !state.isReadOnly ? open(question, state) : line(question, state.handlers)));
}
