// Calls to the server that this page came from. Everything that goes wrong becomes an ApiError with a sentence for people.

const KEY = 'sightline.api-key';
let given = stored();

function stored() {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return ''; // storage is switched off
  }
}

export class ApiError extends Error {
  /** @param status of HTTP; 0: no answer came */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export function key() {
  return given;
}

/** Keeps the key in this tab; an empty one is forgotten. */
export function setKey(text) {
  given = text;
  try {
    if (text) {
      sessionStorage.setItem(KEY, text);
    } else {
      sessionStorage.removeItem(KEY);
    }
  } catch {
    // Storage is switched off: the key lives as long as this page.
  }
}

/**
 * The answer's JSON.
 *
 * @param path relative to this page, its segments encoded
 * @param query names and values; what is empty is left out
 */
export async function call(method, path, { query = {}, body = null, signal = null } = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    if (value !== '' && value !== null && value !== undefined) {
      url.searchParams.set(name, value);
    }
  }
  const headers = { Accept: 'application/json' };
  if (body) {
    headers['Content-Type'] = body.type || 'application/octet-stream';
  }
  if (key()) {
    headers.Authorization = `Bearer ${key()}`;
  }
  let answer;
  try {
    answer = await fetch(url, { method, headers, body, signal, cache: 'no-store', redirect: 'error' });
  } catch (e) {
    if (e.name === 'AbortError') {
      throw e;
    }
    throw new ApiError('The server can’t be reached. Is it still running?', 0);
  }
  const json = await answer.json().catch(() => null);
  if (!answer.ok || json === null) {
    throw new ApiError(sentence(answer.status, json?.err_msg), answer.status);
  }
  return json;
}

function sentence(status, said) {
  const why = said ? `: ${said}` : '.';
  switch (status) {
    case 401: return `The server wants an API key, or another one${why}`;
    case 403: return `This API key does not allow that${why}`;
    case 429: return `Too many requests with this key; try again in a moment${why}`;
    case 503: return `The server can’t do this now; try again in a moment${why}`;
    case 504: return `No answer came in time${why}`;
    default: return status >= 500 ? `The server failed on this (${status})${why}` : `The server did not accept this (${status})${why}`;
  }
}

export function gallery(name) {
  return `v1/galleries/${encodeURIComponent(name)}`;
}

export function entry(name, id) {
  return `${gallery(name)}/entries/${encodeURIComponent(id)}`;
}
