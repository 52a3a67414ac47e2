import type { AppObject, HostReport, ObjectState } from '@testudo/fabric';

import { newestOrder } from '../proof-state.ts';
import { getOrder, postDemo } from '../server-api.ts';
import { counted, textField } from './act.ts';
import type { Act } from './act.ts';

/** What was done while the network was cut, for the act that reconnects. */
export interface CutMemory {
  readonly edited: AppObject;
  readonly here: string;
  readonly device: string | null;
  readonly report: HostReport;
}

/** Cuts this browser off the mesh, then changes the same order here and on the second device. */
export function cutNetwork(remember: (memory: CutMemory) => void, hasDevice: boolean): Act {
  return async ({ app, state, typed, say }) => {
    const order = newestOrder(state());
    if (order === undefined)
      throw Object.assign(new Error('place an order first: there is nothing to edit'), { code: 'NOT_FOUND' });
    await app.shell.setNetwork(false);
    say('The network is cut. Editing on both sides …');
    const here = typed() || 'Changed here, without a network';
    const report = await app.shell.report();
    const edited = await app.models.get('order').update(order.id, { note: here });
    const device = hasDevice ? await editOnDevice(order) : null;
    remember({ edited, here, device, report });
    const there = device === null ? '' : ` The device wrote “${device}”, and the server has that.`;
    return `Cut. You wrote “${here}”, saved on this device.${there} Neither side knows of the other yet.`;
  };
}

async function editOnDevice({ id }: ObjectState): Promise<string> {
  const note = `Changed on the device at ${new Date().toLocaleTimeString()}`;
  await postDemo('device', { id, changes: { note } });
  return note;
}

/** Opens the way to the mesh again and says what was exchanged, and what became of the two edits. */
export function reconnectNetwork(recall: () => CutMemory | null): Act {
  return async ({ app, say }) => {
    const memory = recall();
    await app.shell.setNetwork(true);
    say('Connecting …');
    if (memory === null) return 'The way is open again. Nothing was edited while it was cut.';
    const merged = await memory.edited.synced();
    const [now, onServer] = await Promise.all([app.shell.report(), getOrder(merged.id)]);
    const sent = grown(memory.report, now, 'sent');
    const applied = grown(memory.report, now, 'applied');
    return `Sent ${counted(sent, 'change')}, applied ${applied}, each once. ${outcomeText(memory, merged, onServer)}`;
  };
}

/** By how much the counters of a report whose names end in a word have grown. */
export function grown(before: HostReport, after: HostReport, word: string): number {
  const total = ({ counters }: HostReport): number =>
    Object.keys(counters)
      .filter((name) => name.toLowerCase().endsWith(word))
      .reduce((sum, name) => sum + (counters[name] ?? 0), 0);
  return total(after) - total(before);
}

/** What became of two edits of one note. */
export function outcomeText(
  { here, device }: Pick<CutMemory, 'here' | 'device'>,
  merged: ObjectState,
  onServer: ObjectState,
): string {
  const note = textField(merged, 'note');
  const isEqual = note === textField(onServer, 'note');
  const where = isEqual ? 'here and on the server alike' : 'here; the server has gone on since';
  if (device === null) return `The note is “${note}”, ${where}.`;
  if (note === here) return `Both sides had changed the note: yours came later and stands, ${where}.`;
  if (note === device) return `Both sides had changed the note: the device's stands, ${where}.`;
  return `Both sides had changed the note: the order's own rule made “${note}” of them, ${where}.`;
}
