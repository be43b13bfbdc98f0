// SPDX-License-Identifier: Apache-2.0
// Times come as UTC and are shown in the zone of the browser.
const lang = document.documentElement.lang;
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  time.title = time.dateTime;
  time.textContent = at.toLocaleString(lang, { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" });
}
