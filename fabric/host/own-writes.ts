import type { WireError } from '../error.ts';
import { opId, type Op } from '../record/op.ts';
import type { HeldWrite, RefusedWrite, UnsentWrite } from './host-api.ts';
import { isSuperseded } from './flow-runner-api.ts';
import type { Partition } from './partition.ts';

type Partitions = ReadonlyMap<string, Partition>;

/** What the authority refused, of every model, in the order in which it was made. What another host's work has overtaken is nobody's loss, and goes by itself. */
export function refusedWrites(partitions: Partitions): readonly RefusedWrite[] {
  return everyOf(partitions, ({ modelName, refused }) =>
    refused()
      .filter((each) => !isSuperseded(each))
      .map(({ op, error }) => stopped(modelName, op, error)),
  );
}

/** What is durable here and not yet decided by the authority, of every model, in the order in which it was made. */
export function unsentWrites(partitions: Partitions): readonly (UnsentWrite | HeldWrite)[] {
  return everyOf(partitions, ({ modelName, pending, held }) => {
    const error = held();
    if (error === null) return pending().map((op) => nameOf(modelName, op));
    return pending().map((op): HeldWrite => ({ ...stopped(modelName, op, error), isHeld: true }));
  });
}

function stopped(modelName: string, op: Op, error: WireError): RefusedWrite {
  return { ...nameOf(modelName, op), error, changes: op.patch.set, command: op.command, input: op.input };
}

function nameOf(modelName: string, op: Op): UnsentWrite {
  return { modelName, id: op.id, opId: opId(op), kind: op.kind };
}

function everyOf<T>(partitions: Partitions, read: (partition: Partition) => readonly T[]): readonly T[] {
  return Array.from(partitions.values()).reduce<readonly T[]>((all, partition) => all.concat(read(partition)), []);
}
