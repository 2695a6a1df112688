// Who is signed in, and the organisation's zone. Read once, and again when somebody signs in.
import { client, read, ApiError } from '../api/request';
import { forget } from '../api/resource.svelte';
import { forgetLookups } from '../acts/lookups';
import { zone } from '../zone.svelte';

export interface Grant { role: string; area: string }
export const me = $state<{ known: boolean; signedIn: boolean; id: string; login: string; name: string; organisation: string; grants: Grant[] }>({ known: false, signedIn: false, id: '', login: '', name: '', organisation: '', grants: [] });

export async function whoAmI() {
  try {
    const answer = await read(() => client.GET('/api/v1/me'));
    if (me.id && answer.id !== me.id) {
      forget(); // what was read belongs to the person who read it
      forgetLookups();
    }
    Object.assign(me, { signedIn: true, id: answer.id, login: answer.login, name: answer.name, organisation: answer.organisation, grants: answer.grants });
    zone.name = answer.zone || 'UTC';
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) me.signedIn = false;
    else me.signedIn = true; // not known: the page itself says what is wrong
  }
  me.known = true;
}
export const holds = (...roles: string[]): boolean => me.grants.some((g) => roles.includes(g.role));
