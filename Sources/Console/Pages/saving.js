// SPDX-License-Identifier: Apache-2.0
// Answers on their way to the service. Each is written down here first and taken off only when the service has it, so
// neither a reload, a crash nor a restart of the service loses one. Half-typed texts are kept as drafts.
import { put, isPassing } from "./api.js";
import { t, toast } from "./dom.js";

const QUEUE = "callsieve.answers";
const read = () => JSON.parse(localStorage.getItem(QUEUE) ?? "[]");
const write = (list) => localStorage.setItem(QUEUE, JSON.stringify(list));

const draftKey = (lead, fact) => `callsieve.draft.${lead}.${fact}`;
export const draft = (lead, fact) => localStorage.getItem(draftKey(lead, fact)) ?? "";
export function keepDraft(lead, fact, text) {
  if (text) localStorage.setItem(draftKey(lead, fact), text);
  else localStorage.removeItem(draftKey(lead, fact));
}

let isRunning = false;
let listener = () => {};
/** Told of each briefing that comes back, and of each answer that was not taken; says whether it showed the problem. */
export const onSaved = (callback) => { listener = callback; };

/** Saves one answer; the last one to a question wins over those still waiting. */
export function save(lead, fact, body) {
  write([...read().filter((one) => one.lead !== lead || one.fact !== fact), { lead, fact, body }]);
  run();
}

/** What still waits for this lead, by fact: shown as if it were saved. */
export const waiting = (lead) => new Map(read().filter((one) => one.lead === lead).map((one) => [one.fact, one.body]));

function show(state) {
  const box = document.getElementById("saving");
  box.textContent = state ? t(`save.${state}`) : "";
  box.className = `state ${state === "failed" ? "off" : state === "done" ? "ok" : ""}`;
}

export async function run() {
  if (isRunning) return;
  isRunning = true;
  let pause = 500;
  try {
    for (let list = read(); list.length; list = read()) {
      const one = list[0];
      show("busy");
      try {
        const briefing = await put(`/leads/${one.lead}/briefing/answers/${encodeURIComponent(one.fact)}`, one.body);
        remove(one);
        keepDraft(one.lead, one.fact, "");
        show("done");
        listener({ lead: one.lead, fact: one.fact, briefing });
      } catch (error) {
        if (error.status === 401) return;
        if (isPassing(error)) {
          show("failed");
          await new Promise((resolve) => setTimeout(resolve, pause));
          pause = Math.min(pause * 2, 8000);
        } else {
          remove(one);
          show("");
          if (!listener({ lead: one.lead, fact: one.fact, problem: error })) toast(error.message);
        }
      }
    }
  } finally {
    isRunning = false;
  }
}

/** Only if it is still the answer that was sent: a newer one may have taken its place meanwhile. */
function remove(sent) {
  write(read().filter((one) => one.lead !== sent.lead || one.fact !== sent.fact || JSON.stringify(one.body) !== JSON.stringify(sent.body)));
}
