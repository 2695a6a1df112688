// Calls to the API, typed by its OpenAPI document: the answer, or a problem document as an exception. Reads are tried again when
// the network failed; what changes something is sent once.
import createClient from 'openapi-fetch';
import type { paths } from '../generated/api';
import type { Problem } from './shapes';

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}
export class NetworkError extends Error {}

export const client = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin', fetch: (request) => globalThis.fetch(request) });

interface Answer<T> { data?: T; error?: unknown; response: Response }

async function once<T>(call: () => Promise<Answer<T>>, signal: AbortSignal | undefined): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call();
  } catch (error) {
    throw signal?.aborted ? error : new NetworkError();
  }
  if (answer.response.ok) return answer.data as T;
  const { status, statusText } = answer.response;
  const known = typeof answer.error === 'object' && answer.error ? (answer.error as Partial<Problem>) : {};  // else not ours: a proxy answered
  throw new ApiError({ type: 'about:blank', title: statusText, status, detail: '', ...known });
}
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function read<T>(call: () => Promise<Answer<T>>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; ++attempt) {
    try {
      return await once(call, signal);
    } catch (error) {
      const again = error instanceof NetworkError || (error instanceof ApiError && error.problem.status === 503);
      if (!again || attempt === 2 || signal?.aborted) throw error;
      await pause(250 * 4 ** attempt);
    }
  }
}
/** Never repeated by itself: whether the first one arrived is for the person, or an idempotency key, to say. */
export const write = <T>(call: () => Promise<Answer<T>>): Promise<T> => once(call, undefined);

/** An act, by its method and path: sent once, under a key that makes a second try harmless. */
export function perform(method: string, path: string, body: unknown, key: string): Promise<unknown> {
  const request = new Request(location.origin + path, { method, credentials: 'same-origin', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key }, body: JSON.stringify(body) });
  return once(async () => {
    const response = await globalThis.fetch(request);
    const text = await response.text();
    let parsed: unknown;
    try { parsed = text ? JSON.parse(text) : undefined; } catch { parsed = undefined; }
    return response.ok ? { data: parsed, response } : { error: parsed, response };
  }, undefined);
}
