// A note as it stands now, for whoever finds at saving that somebody else saved first.
import { client, read } from '../api/request';
import type { NoteView } from '../api/shapes';

export async function freshNote(release: string, audience: NoteView['audience']) {
  const note = (await read(() => client.GET('/api/v1/releases/{release}/notes', { params: { path: { release } } }))).find((n) => n.audience === audience)!;
  return { values: { body: note.body }, seen: { seen_hash: note.body_hash } };
}
