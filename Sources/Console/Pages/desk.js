// SPDX-License-Identifier: Apache-2.0
// The operator's page: calls on the left, the briefing in the middle, who waits on the right.
import * as api from "./api.js";
import { t, toast } from "./dom.js";
import { showCalls, showDue, showRecent, ordered, tick } from "./lists.js";
import * as briefing from "./briefing.js";
import { onSaved, run } from "./saving.js";
import { askName, showKeys } from "./dialogs.js";
import { listenToKeys, help } from "./keys.js";

const calls = new Map();
/** Ended calls are kept for a while, so that a briefing can still be opened; more would only hide the new ones. */
const CALLS_MAX = 60;

const openCall = (call) => briefing.open({ call });
const drawCalls = () => showCalls([...calls.values()], briefing.openedCall(), openCall);

async function readCalls() {
  const [live, all] = await Promise.all([api.get("/calls?state=live&limit=200"), api.get("/calls?state=all&limit=20")]);
  calls.clear();
  for (const call of [...all.items, ...live.items]) calls.set(call.id, call);
  drawCalls();
}

let sideTimer;
async function readSide() {
  const [due, recent] = await Promise.all([
    api.get("/callbacks?limit=12"),
    api.get("/leads?status=NEEDS_CALLBACK,DEFERRED,NOT_QUALIFIED,NOT_A_LEAD,DUPLICATE,RETURNED,LOST&limit=10"),
  ]);
  showDue(due.items, briefing.openedLead(), (lead) => briefing.open({ lead: lead.id }));
  showRecent(recent.items);
}
/** Many leads may change at once: the lists are read once for all of them. */
const readSideSoon = () => { clearTimeout(sideTimer); sideTimer = setTimeout(() => readSide().catch(failed), 300); };
const failed = (error) => { if (error.status !== 401) toast(error.message); };

function callChanged(call) {
  calls.delete(call.id);
  calls.set(call.id, call);
  for (const [id, one] of calls) { if (calls.size <= CALLS_MAX) break; if (one.state === "ended" && id !== briefing.openedCall()) calls.delete(id); }
  drawCalls();
  briefing.refreshed({ call });
}

/** What the address asks for: `#call=…` or `#lead=…`; so a reload opens the same again. */
async function openAddressed() {
  const [kind, id] = location.hash.slice(1).split("=");
  if (kind === "call" && id) return openCall(calls.get(id) ?? await api.get(`/calls/${id}`));
  if (kind === "lead" && id) return briefing.open({ lead: id });
}

function stepCall(step) {
  const list = ordered([...calls.values()]).flatMap(([, some]) => some);
  const at = list.findIndex((call) => call.id === briefing.openedCall());
  const call = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1)];
  if (call) openCall(call);
}

const nameButton = document.getElementById("operator");
async function name() {
  const given = await askName(nameButton.textContent);
  if (given) nameButton.textContent = given;
}

listenToKeys({
  ...briefing.actions, nextCall: () => stepCall(1), previousCall: () => stepCall(-1), help: () => showKeys(help),
  leads: () => location.assign("/leads"), language: () => document.getElementById("language").click(),
});
// Without a page of its own in between, so that the open call stays in the address.
document.getElementById("language").addEventListener("click", (event) => {
  event.preventDefault();
  document.cookie = `lang=${event.currentTarget.hreflang}; Path=/; Max-Age=31536000; SameSite=Lax`;
  location.reload();
});
nameButton.addEventListener("click", name);
document.getElementById("help").addEventListener("click", () => showKeys(help));
addEventListener("hashchange", () => openAddressed().catch(failed));
briefing.onChange(() => drawCalls());
onSaved(briefing.saved);
setInterval(tick, 1000);

const live = document.getElementById("live");
const showLive = (isOn) => { live.textContent = t(isOn ? "live.on" : "live.off"); live.className = `state ${isOn ? "ok" : "off"}`; };
api.listen({
  opened: () => { readCalls().catch(failed); readSide().catch(failed); run(); }, call: callChanged,
  lead: (lead) => { briefing.refreshed({ lead }); readSideSoon(); }, state: showLive,
});

if (!nameButton.textContent.trim()) await name();
await readCalls().catch(failed);
await openAddressed().catch(failed);
document.documentElement.dataset.ready = "true";
