import { releaseProxy, wrap } from 'comlink';
import type { Remote } from 'comlink';

import { TestudoError } from '@testudo/fabric/error';
import type { Platform } from '@testudo/fabric/platform';

import { openBroadcastEndpoint } from './broadcast-endpoint.ts';
import type { Attachment } from './host-client.ts';
import type { HostService } from './host-service.ts';
import { honestTimer } from './silence.ts';
import { outdatedTab, wireRevision, type DoorMessage } from './wire.ts';

export interface JoinOptions {
  readonly door: BroadcastChannel;
  /** a channel name that nobody else uses */
  readonly endpoint: string;
  readonly platform: Pick<Platform, 'now' | 'timer'>;
  readonly deadlineMs: number;
  readonly locks: LockManager;
  /** ends the asking, for instance because this tab leads by now */
  readonly signal: AbortSignal;
}

/** For how many deadlines a leading page may say that its host is on its way, before it counts as silent. */
const maxAsked = 8;

/**
 * Asks the leading host to serve this tab. `null` when its page says that it is missing.
 * @throws TestudoError `UNAVAILABLE` when nobody answers within the deadline, the host is of an older version than this
 * tab, or the asking was ended; `API_UNSUPPORTED` when it is of a newer one
 */
export async function joinHost(options: JoinOptions): Promise<Attachment | null> {
  const { endpoint, locks } = options;
  const channel = openBroadcastEndpoint(endpoint);
  // The host learns that this tab is gone by getting this lock.
  let leave = (): void => undefined;
  await new Promise<void>((held, failed) => {
    const stay = (): Promise<void> => {
      held();
      return new Promise((resolve) => {
        leave = resolve;
      });
    };
    locks.request(endpoint, stay).catch(failed);
  });
  let isJoined = false;
  const end = (): void => {
    channel.close();
    leave();
  };
  try {
    const host = await invited(options);
    if (host === null) return null;
    isJoined = true;
    return attachmentTo(host, wrap<HostService>(channel), end);
  } finally {
    if (!isJoined) end();
  }
}

function attachmentTo(host: string, service: Remote<HostService>, end: () => void): Attachment {
  const release = (): void => {
    service[releaseProxy]();
    end();
  };
  return { host, service: service as unknown as HostService, release };
}

async function invited(options: JoinOptions): Promise<string | null> {
  for (let asked = 0; asked < maxAsked && !options.signal.aborted; asked += 1) {
    const { host, wire = 0, isLeaderAlive } = await askOnce(options);
    if (host === null || wire === wireRevision) return host ?? null;
    if (wire > wireRevision) throw new TestudoError('API_UNSUPPORTED', outdatedTab);
    if (host !== undefined) break;
    if (!isLeaderAlive) break;
  }
  throw new TestudoError('UNAVAILABLE', `no host of this browser answered within ${options.deadlineMs} ms`);
}

interface Answer {
  /** the host that has answered; `null` when it is missing */
  readonly host?: string | null;
  /** its revision; absent: an earlier one */
  readonly wire?: number;
  readonly isLeaderAlive: boolean;
}

function askOnce({ door, endpoint, platform, deadlineMs, signal }: JoinOptions): Promise<Answer> {
  return new Promise((resolve) => {
    let isLeaderAlive = false;
    const ask = (): void => door.postMessage({ type: 'join', endpoint, wire: wireRevision } satisfies DoorMessage);
    const end = (answered: Pick<Answer, 'host' | 'wire'> = {}): void => {
      timer.dispose();
      signal.removeEventListener('abort', abandon);
      door.removeEventListener('message', answer);
      resolve({ ...answered, isLeaderAlive });
    };
    const abandon = (): void => end();
    const answer = ({ data }: MessageEvent<DoorMessage>): void => {
      if (data.type === 'up') ask();
      if (data.type === 'here' && data.endpoint === endpoint) isLeaderAlive = true;
      if (data.type === 'missing') end({ host: null });
      if (data.type === 'joined' && data.endpoint === endpoint) end(data);
    };
    const timer = honestTimer(platform, deadlineMs, (wasFrozen) => {
      isLeaderAlive ||= wasFrozen;
      end();
    });
    signal.addEventListener('abort', abandon, { once: true });
    door.addEventListener('message', answer);
    ask();
  });
}
