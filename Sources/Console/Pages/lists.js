// SPDX-License-Identifier: Apache-2.0
// The lists beside the briefing: calls now, callbacks due, dropped and waiting leads.
import { el, t, word, who, phone, clock, tone, statusTone, show } from "./dom.js";

const number = (lead) => lead.name || phone(lead.number) || t("caller.withheld");

function callItem(call, isCurrent, open) {
  const since = Date.parse(call.state === "talking" ? call.answered_at ?? call.started_at : call.started_at);
  const watch = call.ring?.watch ? ` (${t("call.watch")})` : "";
  const ring = call.ring ? `${word("then", call.ring.then)}${call.ring.reason ? `: ${word("reason", call.ring.reason)}` : ""}${watch}` : "";
  const time = call.state === "ended"
    ? el("span.clock", {}, word("outcome", call.outcome))
    : el("span.clock", { "data-since": String(since) }, clock((Date.now() - since) / 1000));
  return el(`button.item.${call.state}${isCurrent ? ".current" : ""}`, {
    type: "button", "data-call": call.id, "aria-current": isCurrent ? "true" : null, onclick: () => open(call),
  },
  el("span.row", {}, el("span.who", {}, call.caller.name || who(call.caller)), time),
  el("span.row.more", {}, el("span", {}, [call.caller.name ? who(call.caller) : "", call.line.name || call.line.number || "", call.agent || ""].filter(Boolean).join(" · "))),
  ring ? el("span.row.more", {}, el("span", {}, ring)) : null);
}

/** Calls in the order in which they are shown: those that ring, those that talk, those just over. */
export function ordered(calls) {
  const by = (state) => calls.filter((call) => call.state === state);
  const ended = by("ended").sort((a, b) => (a.ended_at ?? a.started_at) < (b.ended_at ?? b.started_at) ? 1 : -1).slice(0, 8);
  const live = (list) => list.sort((a, b) => (a.started_at < b.started_at ? -1 : 1));
  return [["ringing", live(by("ringing"))], ["talking", live(by("talking"))], ["ended", ended]];
}

export function showCalls(calls, currentID, open) {
  const groups = ordered(calls);
  const parts = groups.flatMap(([state, list]) => list.length
    ? [el("h2", {}, `${t(`calls.${state}`)} ${list.length}`), ...list.map((call) => callItem(call, call.id === currentID, open))] : []);
  if (!groups[0][1].length && !groups[1][1].length) parts.unshift(el("p.empty", {}, t("calls.none")));
  show("calls", parts);
}

/** Once a second: clocks of calls that go on. */
export function tick() {
  for (const span of document.querySelectorAll("[data-since]")) span.textContent = clock((Date.now() - Number(span.dataset.since)) / 1000);
}

const time = (iso) => new Date(iso).toLocaleString(document.documentElement.lang, { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });

export function showDue(leads, currentID, open) {
  show("due", leads.length ? leads.slice(0, 12).map((lead) => {
    const due = lead.callback_at ?? lead.act_by;
    const isLate = due && Date.parse(due) < Date.now();
    return el(`button.item${lead.id === currentID ? ".current" : ""}`, { type: "button", onclick: () => open(lead) },
      el("span.row", {}, el("span.who", {}, number(lead)), el(`span.clock${isLate ? ".bad" : ""}`, {}, due ? time(due) : "")),
      el("span.row.more", {}, el("span", {}, [isLate ? t("due.overdue") : due ? "" : t("due.noTime"), word("reason", lead.reason), lead.owner].filter(Boolean).join(" · "))));
  }) : el("p.empty", {}, t("due.none")));
}

export function showRecent(leads) {
  const list = leads.filter((lead) => !["NEW", "BRIEFING"].includes(lead.status)).slice(0, 10);
  show("recent", list.length ? list.map((lead) => el("a.item.button", { href: `/leads/${lead.id}` },
    el("span.row", {}, el("span.who", {}, number(lead)), el(`span.chip.${statusTone(lead.status)}`, {}, word("status", lead.status))),
    el("span.row.more", {}, el("span", {}, [word("reason", lead.reason), lead.rule].filter(Boolean).join(" · ") || lead.say || "")))) : el("p.empty", {}, t("recent.none")));
}

export { tone };
