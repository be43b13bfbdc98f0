// SPDX-License-Identifier: Apache-2.0
// The service's JSON API (docs/api.md), as this page uses it.

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || String(status));
    this.status = status;
    this.body = body;
  }
}

/** No answer at all, or "try again": the same request may be sent again. */
export const isPassing = (error) => !(error instanceof Problem) || error.status === 503 || error.status === 408;

async function send(method, path, body) {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
    cache: "no-store",
  });
  if (response.status === 401) {
    location.assign("/login");
    throw new Problem(401, { title: "Not logged in" });
  }
  const json = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, json);
  return json;
}

export const get = (path) => send("GET", path);
export const post = (path, body = {}) => send("POST", path, body);
export const put = (path, body) => send("PUT", path, body);

/** The briefing of a lead, or null while nobody has taken it. */
export async function briefing(lead) {
  try {
    return await get(`/leads/${lead}/briefing`);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

/** Live changes; `opened` runs at every new connection, so that lists are read anew after a gap. */
export function listen({ opened, call, lead, state }) {
  const source = new EventSource("/api/v1/live");
  source.addEventListener("open", () => { state(true); opened(); });
  source.addEventListener("error", () => {
    state(false);
    // A refusal ends an EventSource for good; a break does not.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen({ opened, call, lead, state }), 2000);
  });
  source.addEventListener("call", (event) => call(JSON.parse(event.data)));
  source.addEventListener("lead", (event) => lead(JSON.parse(event.data)));
  addEventListener("pagehide", () => source.close());
}
