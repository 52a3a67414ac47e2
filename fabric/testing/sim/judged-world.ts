import type { Plain } from '../../plain.ts';
import { markOf } from './op-mark.ts';
import type { JudgedDevice, JudgedObject, JudgedWorld } from './oracle.ts';
import type { SimAuthority } from './sim-authority.ts';
import type { SimDevice } from './sim-device.ts';
import type { SimDecision } from './sim-ledger.ts';
import type { SimRight, SimRights } from './sim-rights.ts';

/** A run at rest. */
export interface RestedSim {
  readonly authority: SimAuthority;
  readonly devices: readonly SimDevice[];
  /** `<opId>@<seq>` of every acceptance that a client was told of */
  readonly promised: ReadonlySet<string>;
  readonly rights: SimRights;
}

/** What the oracle judges: plain data. */
export function judgedWorld({ authority, devices, promised, rights }: RestedSim): JudgedWorld {
  const { ledger } = authority;
  return {
    decided: withAnswers(ledger.decided),
    lost: ledger.lost,
    log: ledger.entries,
    keptLog: ledger.keptSeqs,
    floor: authority.authority?.floor ?? 0,
    objects: objectsOf(authority.authority?.list()),
    promised: [...promised],
    lostObjects: [...authority.lostObjects],
    unreadable: [...authority.unreadable],
    devices: devices.map((device) => judgedDevice(device, rights.of(device.name))),
  };
}

/** A decision with the mark, the end and the seq of an earlier one is that one, told again under another id. */
function withAnswers(decided: readonly SimDecision[]): JudgedWorld['decided'] {
  const known = new Set<string>();
  return decided.map((each) => {
    const { counter: _counter, ...end } = each.result;
    const told = JSON.stringify([each.mark, end]);
    const isAnswer = known.has(told);
    known.add(told);
    return { ...each, isAnswer };
  });
}

function judgedDevice({ label, acknowledged, forgiven, replica }: SimDevice, right: SimRight): JudgedDevice {
  return {
    label,
    right,
    acknowledged: [...acknowledged.keys()],
    forgiven: [...forgiven],
    pending: (replica?.pending() ?? []).map(markOf),
    refused: (replica?.refused() ?? []).map(({ op }) => markOf(op)),
    objects: objectsOf(replica?.list()),
  };
}

function objectsOf(list: readonly object[] = []): readonly JudgedObject[] {
  return list as readonly (JudgedObject & Plain)[];
}
