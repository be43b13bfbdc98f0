// SPDX-License-Identifier: Apache-2.0
// Elements are built, never parsed from text: what a caller says stays text (Trusted Types are on).

const texts = window.callsieveTexts ?? {};

export const lang = document.documentElement.lang === "ru" ? "ru" : "en";
export const t = (key) => texts[key] ?? key;
/** The word of a vocabulary, or the code itself where the vocabulary was extended. */
export const word = (kind, code) => (code ? texts[`${kind}.${code}`] ?? code : "");
export const both = (pair) => (pair ? pair[lang] || pair.en || "" : "");

/** el("button.main", {type: "button", onclick: f}, "text", child, …); null children are left out. */
export function el(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const kbd = (key) => el("kbd", {}, key);
export const show = (id, ...children) => document.getElementById(id).replaceChildren(...children.flat().filter(Boolean));

let toastTimer;
export function toast(message) {
  const box = document.getElementById("toast");
  box.textContent = message;
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), 5000);
}

/** +7 916 123-45-67 for Russian numbers; others as they are. */
export function phone(number) {
  const part = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(number ?? "");
  return part ? `+7 ${part[1]} ${part[2]}-${part[3]}-${part[4]}` : number ?? "";
}

export function who(caller) {
  if (caller.withheld) return t("caller.withheld");
  return phone(caller.number) || t("caller.unknown");
}

export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:${two(Math.floor(whole / 60) % 60)}` : Math.floor(whole / 60)}:${two(whole % 60)}`;
};

export const tone = (then) => (then === "qualify" ? "good" : ["callback", "defer"].includes(then) ? "wait" : then ? "stop" : "");
export const statusTone = (status) =>
  ["NEEDS_CALLBACK", "DEFERRED", "RETURNED", "NEW", "BRIEFING"].includes(status) ? "wait"
    : ["NOT_QUALIFIED", "NOT_A_LEAD", "DUPLICATE", "LOST"].includes(status) ? "stop" : "good";
