import { TestudoError } from '../../error.ts';
import type { PlainRecord } from '../../plain.ts';
import type { DueStep } from '../../record/object-state.ts';
import { opId, type Op } from '../../record/op.ts';
import type { Judge } from '../../sync/judge.ts';
import type { SimWorld } from './sim-world.ts';

/**
 * The model's rules in the simulation: a value `bad` is invalid, `add` adds, `cancel` has taken back what was done; and
 * a thing with a flow is picked and booked at once, shipped and (by the authority) paid once it was picked, and tracked
 * once it was shipped, which nothing takes back.
 */
export function simJudge(world: SimWorld): Judge {
  const { kit, time } = world;
  const random = world.stream('judge');
  return async (op, current) => {
    await time.wait(random.between(0, 2));
    if (world.goesWrong(random, 'lostRealms')) {
      world.count('realmLost');
      throw new TestudoError(random.chance(0.5) ? 'REALM_LOST' : 'INTERNAL', 'the simulated realm has gone');
    }
    const fields = current === undefined ? {} : current.fields;
    const rebased = op.command === 'add' ? added(fields, op, kit.diff) : kit.rebase(fields, op.patch);
    if (Object.values(rebased.fields).includes('bad')) throw new TestudoError('VALIDATION', `${op.id} would be bad`);
    return { ...rebased, schemaVersion: 1, flow: { due: dueSteps(op), compensates: op.command === 'cancel' } };
  };
}

type Rebased = { fields: PlainRecord; patch: Op['patch']; conflicts: readonly string[] };

function added(fields: PlainRecord, op: Op, diff: SimWorld['kit']['diff']): Rebased {
  const after = { ...fields, n: Number(fields['n'] ?? 0) + Number(op.input) };
  return { fields: after, patch: diff(fields, after), conflicts: [] };
}

function dueSteps(op: Op): readonly DueStep[] {
  const step = (port: string, event: string): DueStep => ({ port, event, key: `${op.id}/${port}/${opId(op)}` });
  const undoable = (port: string, event: string): DueStep => ({ ...step(port, event), undoable: true });
  if (op.kind === 'create' && op.patch.set['flow'] === true)
    return [undoable('pick', 'created'), undoable('book', 'created')];
  if (op.step?.status !== 'done') return [];
  if (op.step.port === 'pick') return [{ ...undoable('pay', 'picked'), host: 'authority' }, undoable('ship', 'picked')];
  return op.step.port === 'ship' ? [step('track', 'shipped')] : [];
}
