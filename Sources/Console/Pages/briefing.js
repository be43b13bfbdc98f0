// SPDX-License-Identifier: Apache-2.0
// The briefing that is open: what is known, the verdict so far, the questions. One at a time.
import * as api from "./api.js";
import { el, t, word, both, kbd, show, toast, who, phone, tone, statusTone } from "./dom.js";
import { questionList, choices } from "./questions.js";
import { save, waiting } from "./saving.js";
import { askOverride } from "./dialogs.js";

const desk = {
  call: null, leadID: null, lead: null, briefing: null, current: null, isOther: false, problem: null, tags: null, closing: false, heldBy: null,
};
let changed = () => {};
export const onChange = (callback) => { changed = callback; };
export const openedCall = () => desk.call?.id ?? null;
export const openedLead = () => desk.leadID;

/** Shows a call (with its lead) or, from the lists of callbacks, a lead alone. */
export async function open({ call = null, lead = null }) {
  const leadID = lead ?? call?.lead ?? null;
  Object.assign(desk, { call, leadID, lead: null, briefing: null, current: null, isOther: false, problem: null, tags: null, closing: false, heldBy: null });
  history.replaceState(null, "", call ? `#call=${call.id}` : `#lead=${leadID}`);
  changed();
  if (!leadID) return render();
  try {
    const [found, briefing] = await Promise.all([api.get(`/leads/${leadID}`), api.briefing(leadID)]);
    if (desk.leadID !== leadID) return;
    desk.lead = found;
    take(briefing);
  } catch (error) {
    toast(error.message);
  }
  render(true);
}

/** The lead or the call was changed by somebody or something: look again, leaving the focus where it is. */
export function refreshed({ call, lead }) {
  if (call && desk.call?.id === call.id) {
    const hadLead = desk.leadID;
    desk.call = call;
    if (!hadLead && call.lead) return open({ call });
    renderHead();
  }
  if (lead && desk.leadID === lead.id) {
    desk.lead = { ...desk.lead, ...lead };
    renderHead();
    if (desk.briefing && !waiting(lead.id).size) reload();
    else if (!desk.briefing) reload();
  }
}

async function reload() {
  const leadID = desk.leadID;
  const [briefing, lead] = await Promise.all([api.briefing(leadID), api.get(`/leads/${leadID}`)]).catch(() => [undefined]);
  if (briefing === undefined || desk.leadID !== leadID || waiting(leadID).size) return;
  desk.lead = lead;
  if (JSON.stringify(briefing) === JSON.stringify(desk.briefing)) return;
  const wasCurrent = desk.current;
  take(briefing);
  if (wasCurrent && desk.briefing?.state === "open") desk.current = wasCurrent;
  render(document.activeElement === document.body);
}

/** A briefing from the service, with answers still on their way laid over it. */
function take(briefing) {
  desk.briefing = briefing;
  desk.closing = false;
  desk.tags = null;
  if (!briefing) return;
  for (const [fact, body] of waiting(desk.leadID)) {
    const question = briefing.questions.find((one) => one.fact === fact);
    if (question) overlay(question, body);
  }
  desk.isOther = false;
  desk.current = briefing.state === "open" ? briefing.next : null;
}

function overlay(question, body) {
  question.state = body.clear ? "open" : body.declined ? "declined" : body.other !== undefined ? "other" : "answered";
  question.value = body.value ?? body.other ?? null;
}

export function saved({ lead, fact, briefing, problem }) {
  if (lead !== desk.leadID) return false;
  if (problem) {
    if (problem.status !== 422) { reload(); return false; }
    desk.problem = problem.message;
    desk.current = fact;
  } else {
    const moved = desk.current && desk.current !== fact ? desk.current : null;
    const isOther = desk.isOther;
    take(briefing);
    if (moved && briefing.state === "open") [desk.current, desk.isOther] = [moved, isOther];
    desk.problem = null;
  }
  render(true);
  return true;
}

const question = () => desk.briefing?.questions.find((one) => one.fact === desk.current);
const isOpen = () => desk.briefing?.state === "open";

function answer(body) {
  const one = question();
  if (!one || !isOpen()) return;
  overlay(one, body);
  [desk.isOther, desk.problem, desk.tags] = [false, null, null];
  save(desk.leadID, one.fact, body);
  render(true);
}

/** What keys and clicks do. Each returns whether it had something to do. */
export const actions = {
  choose(index) {
    const one = question();
    const choice = one && !desk.isOther ? choices(one)[index] : null;
    if (!choice || !isOpen()) return false;
    if (one.kind !== "tags") answer({ value: choice.value });
    else toggle(one, choice.value);
    return true;
  },
  /** Enter outside of a field: several chosen words are saved together. */
  confirm() {
    const one = question();
    if (one?.kind !== "tags" || !desk.tags) return false;
    answer({ value: [...desk.tags].join(", ") });
    return true;
  },
  decline() { if (question()) answer({ declined: true }); return !!question(); },
  other() { if (!question() || !isOpen()) return false; desk.isOther = true; render(true); return true; },
  clear() { if (question()) answer({ clear: true }); return !!question(); },
  move(step) {
    const list = desk.briefing?.questions ?? [];
    if (!list.length || !isOpen()) return false;
    const at = list.findIndex((one) => one.fact === desk.current);
    go(list[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : list.length - 1) : at + step, 0), list.length - 1)].fact);
    return true;
  },
  next() { if (desk.briefing?.next) go(desk.briefing.next); return true; },
  leaveField() { desk.isOther = false; render(false); document.activeElement?.blur(); return true; },
  take: () => perform(async () => {
    const held = desk.briefing?.state === "read-only" || desk.heldBy;
    const body = held ? { take_over: true } : {};
    const path = desk.call?.lead ? `/calls/${desk.call.id}/briefing` : `/leads/${desk.leadID}/briefing`;
    try {
      take(await api.post(path, body));
      desk.heldBy = null;
    } catch (error) {
      if (error.body?.held_by) desk.heldBy = error.body.held_by;
      else throw error;
    }
  }),
  close: () => perform(async () => {
    if (!isOpen()) return;
    if (!desk.briefing.preview.decided && !desk.closing) {
      desk.closing = true;
      return toast(t("brief.closeAnyway"));
    }
    if (waiting(desk.leadID).size) return toast(t("save.failed"));
    take(await api.post(`/leads/${desk.leadID}/briefing/close`));
    desk.lead = await api.get(`/leads/${desk.leadID}`);
  }),
  override: () => perform(async () => {
    if (!isOpen()) return;
    const input = await askOverride(desk.briefing.preview);
    if (!input) return;
    take(await api.post(`/leads/${desk.leadID}/briefing/override`, input));
    desk.lead = await api.get(`/leads/${desk.leadID}`);
  }),
};

function go(fact) {
  if (desk.current === fact && !desk.isOther) return;
  [desk.current, desk.isOther, desk.problem, desk.tags] = [fact, false, null, null];
  render(true);
}

function toggle(one, value) {
  desk.tags ??= new Set(tags(one));
  if (!desk.tags.delete(value)) desk.tags.add(value);
  render(true);
}

const tags = (one) => desk.tags ? [...desk.tags] : one.state === "answered" ? one.value.split(",").map((part) => part.trim()) : [];

async function perform(work) {
  if (!desk.leadID) return false;
  try { await work(); } catch (error) { toast(error.message); }
  render(true);
  return true;
}

// What is shown.

const handlers = {
  choose: (index) => actions.choose(index), decline: () => actions.decline(), other: () => actions.other(), clear: () => actions.clear(),
  move: go, tags, type: (text) => text.trim() ? answer({ value: text.trim() }) : null, say: (text) => text.trim() ? answer({ other: text.trim() }) : null,
};

function head() {
  const { call, lead } = desk;
  const number = call ? who(call.caller) : phone(lead?.number) || t("caller.withheld");
  const name = lead?.name || call?.caller.name;
  const line = call?.line.name || call?.line.number || lead?.line;
  return el("div.who-line", { id: "head" }, el("h1", {}, name || number), name ? el("span", {}, number) : null,
    lead ? el(`span.chip.${statusTone(lead.status)}`, {}, word("status", lead.status)) : null,
    el("span.quiet", {}, [line, call?.agent, lead?.repeats ? `${t("call.repeats")}: ${lead.repeats}` : "",
      call?.incomplete?.length ? `${t("call.incomplete")}: ${call.incomplete.join(", ")}` : ""].filter(Boolean).join(" · ")));
}

function renderHead() { document.getElementById("head")?.replaceWith(head()); }

/** What was decided: the last decision about the lead, which a person may have made against the rules. */
function decided(preview) {
  const last = desk.lead?.decisions?.find((one) => one.moment !== "ring");
  if (!last) return { ...preview, why: both(preview.why) };
  const by = last.overridden_by;
  return { ...last, rule: by ? null : last.rule, why: by ? `${t("lead.overridden")} ${by}: ${last.note ?? ""}` : both(last.explanation.why) };
}

function verdict({ preview, state }) {
  const isFinal = state === "closed";
  const shown = isFinal ? decided(preview) : { ...preview, why: preview.decided ? both(preview.why) : "" };
  const say = [word("then", shown.then), word("reason", shown.reason), shown.group].filter(Boolean).join(" · ");
  const title = isFinal ? t("brief.closed") : preview.decided ? t("brief.decided") : t("brief.undecided");
  return el(`div.verdict${preview.decided || isFinal ? `.decided.${tone(shown.then)}` : ""}`, { id: "verdict", tabIndex: -1, role: "status" },
    el("b", {}, preview.decided || isFinal ? `${title}: ${say}` : title), shown.rule ? el("span.quiet", {}, ` ${t("brief.rule")} ${shown.rule}`) : null,
    shown.why ? el("div", {}, shown.why) : null, preview.decided && !isFinal ? el("div.quiet", {}, t("brief.closeNow")) : null);
}

const button = (key, text, action, isMain) => el(`button${isMain ? ".main" : ""}`, { type: "button", onclick: action }, kbd(key), " ", text);

/** Statuses in which a closed briefing is taken up again with its answers. */
const AGAIN = ["NEEDS_CALLBACK", "DEFERRED", "RETURNED"];

function untaken() {
  const held = desk.heldBy ? el("p", {}, `${t("brief.heldBy")} ${desk.heldBy}.`) : el("p.quiet", {}, t("brief.takeHint"));
  return [held, el("p", {}, button("T", desk.heldBy ? t("brief.takeOver") : t("brief.take"), actions.take, true))];
}

function body() {
  const { briefing } = desk;
  if (!desk.leadID) return [desk.call?.ring ? el("div.verdict", {}, `${word("then", desk.call.ring.then)} ${word("reason", desk.call.ring.reason)}`) : null,
    el("p.empty", {}, t("call.noLead"))];
  if (!briefing) return untaken();
  const isReadOnly = briefing.state !== "open";
  const known = el("ul.known", { "aria-label": t("brief.known") }, briefing.known.map((one) => el("li", {}, el("span.quiet", {}, `${both(one.label)}: `), both(one.words))));
  const list = questionList(briefing.questions, { lead: desk.leadID, current: desk.current, isOther: desk.isOther, problem: desk.problem, isReadOnly, handlers });
  const foot = briefing.state === "read-only"
    ? [el("span", {}, `${t("brief.heldBy")} ${briefing.operator}.`), button("T", t("brief.takeOver"), actions.take, true)]
    : briefing.state === "open"
      ? [button("C", t("brief.close"), actions.close, briefing.preview.decided), button("V", t("brief.override"), actions.override)]
      : AGAIN.includes(desk.lead?.status) ? [button("T", t("lead.open"), actions.take, true)] : [];
  return [known, verdict(briefing), list, foot.length ? el("div.actions", {}, foot) : null];
}

/** @param focuses whether the focus goes to what is to be done next. */
function render(focuses = false) {
  show("briefing", head(), body());
  if (!focuses || document.querySelector("dialog[open]")) return;
  const control = document.getElementById("control") ?? document.getElementById("verdict");
  control?.focus({ preventScroll: true });
  document.querySelector(".question.current")?.scrollIntoView({ block: "nearest" });
  if (control instanceof HTMLInputElement) control.select();
}
