// Calls to the API: JSON in, JSON out, a problem document as an exception. Reads are tried again when the network failed.
import type { Problem } from './shapes';

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}
export class NetworkError extends Error {}

async function once<T>(method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: 'application/json' }, credentials: 'same-origin' };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, 'Content-Type': 'application/json' };
  }
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NetworkError();
  }
  const text = await answer.text();
  if (answer.ok) return (text ? JSON.parse(text) : undefined) as T;
  const fallback: Problem = { title: answer.statusText, status: answer.status, detail: '' };
  let problem = fallback;
  try {
    problem = { ...fallback, ...(JSON.parse(text) as Problem) };
  } catch { /* not ours: a proxy answered */ }
  throw new ApiError(problem);
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; ++attempt) {
    try {
      return await once<T>('GET', path, undefined, signal);
    } catch (error) {
      const again = error instanceof NetworkError || (error instanceof ApiError && error.problem.status === 503);
      if (!again || attempt === 2 || signal?.aborted) throw error;
      await pause(250 * 4 ** attempt);
    }
  }
}
/** Never repeated by itself: whether the first one arrived is for the person, or an idempotency key, to say. */
export const write = <T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => once<T>(method, path, body, undefined);
