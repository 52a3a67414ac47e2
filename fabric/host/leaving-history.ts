import type { Changes, FieldChange } from '../record/change.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { HistoryEntry } from '../spec/model-object-api.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { HistoryPage } from './history-page.ts';
import type { Host } from './host-api.ts';

type Side = 'from' | 'to';

/**
 * Changes as they leave by a door: each value goes through its model's serializers, and a field that they leave out is
 * not told. Of a value that is told by its size they cannot be asked, so it is left out as well.
 * @param state the object as it is
 */
export async function leavingHistory(
  host: Pick<Host, 'present'>,
  { modelName, schemaVersion, serializes }: ModelReport,
  { page, state }: { readonly page: HistoryPage; readonly state: ObjectState },
): Promise<HistoryPage> {
  if (serializes !== true) return page;
  const sides = page.entries.reduce<readonly ObjectState[]>(
    (all, { changes }) => all.concat(sideOf('from', changes), sideOf('to', changes)),
    [],
  );
  const shown = await host.present(modelName, sides);
  const entries = page.entries.map((entry, index) =>
    leavingEntry(entry, { from: shown[2 * index]?.fields ?? {}, to: shown[2 * index + 1]?.fields ?? {} }),
  );
  return { ...page, entries };

  function sideOf(side: Side, changes: Changes): ObjectState {
    const fields: { [field: string]: Plain } = {};
    for (const field of Object.keys(changes)) {
      const value = changes[field]?.[side];
      if (value !== undefined) fields[field] = value;
    }
    return { ...state, schemaVersion, fields };
  }
}

function leavingEntry(entry: HistoryEntry, { from, to }: { readonly [side in Side]: PlainRecord }): HistoryEntry {
  const changes: { [field: string]: FieldChange } = {};
  for (const field of Object.keys(entry.changes)) {
    const [was, is] = [from[field], to[field]];
    if (was === undefined && is === undefined) continue;
    changes[field] = { ...(was === undefined ? {} : { from: was }), ...(is === undefined ? {} : { to: is }) };
  }
  return { ...entry, changes, conflicts: entry.conflicts.filter((field) => Object.keys(changes).includes(field)) };
}
