// SPDX-License-Identifier: Apache-2.0
// The keyboard. Keys are taken by their place (`code`), so they are the same in the Russian and the English layout.

/** For the help: names of keys, and the text that says what they do. */
export const help = [
  [["1", "…", "9"], "choose"], [["Enter"], "enter"], [["0", "F4"], "decline"], [["O", "F8"], "other"], [["Del"], "clear"],
  [["↑", "↓", "Tab"], "move"], [["N"], "next"], [["PgUp", "PgDn"], "calls"], [["T", "F2"], "take"], [["C", "F9"], "close"], [["V", "⇧F9"], "override"],
  [["Esc"], "escape"], [["L"], "leads"], [["G"], "language"], [["?"], "help"],
];

/** Work everywhere, also inside a field. */
const everywhere = { F2: "take", F4: "decline", F8: "other", F9: "close", PageUp: "previousCall", PageDown: "nextCall" };
/** Work outside of a field. */
const outside = {
  Digit0: "decline", Numpad0: "decline", KeyO: "other", Delete: "clear", Backspace: "clear", KeyN: "next", KeyT: "take", KeyC: "close", KeyV: "override",
  KeyL: "leads", KeyG: "language", Enter: "confirm",
};

const isField = (element) => element instanceof HTMLElement && (element.matches("input, select, textarea") || element.isContentEditable);

function commandOf(event) {
  if (event.code === "F9" && event.shiftKey) return ["override"];
  if (everywhere[event.code]) return [everywhere[event.code]];
  if (event.key === "ArrowDown") return ["move", 1];
  if (event.key === "ArrowUp") return ["move", -1];
  if (isField(event.target)) return event.key === "Escape" ? ["leaveField"] : null;
  if (event.key === "?") return ["help"];
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit && !event.shiftKey) return ["choose", Number(digit[1]) - 1];
  // Enter and Space on a button press the button.
  if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.matches("button, a")) return null;
  return outside[event.code] ? [outside[event.code]] : null;
}

export function listenToKeys(commands) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const command = commandOf(event);
    if (!command || !commands[command[0]]) return;
    event.preventDefault();
    if (!event.repeat || command[0] === "move") commands[command[0]](command[1]);
  });
}
