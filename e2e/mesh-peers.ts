import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { WebSocket } from 'ws';

import type { AttackName, AttackOutcome } from './mesh-attacker.ts';
import { frame } from './mesh-frames.ts';

/** Where and as whom a peer connects. */
export interface PeerAddress {
  /** of the server, `http:` */
  readonly url: string;
  readonly cookie: string;
}

/** A peer in this process, with everything that it heard. */
export interface Peer {
  readonly socket: WebSocket;
  /** Resolves with the close code; rejects when it is not closed within 30 s of the call. */
  closed(): Promise<number>;
  readonly heard: string[];
  /** Asks and gives the answer's text, which counts from the server alone, as at every node; rejects after 30 s. */
  ask(subject: string, body: unknown): Promise<string>;
}

/** What of an envelope says whom it is from and what it answers. */
interface Heard {
  readonly kind: string;
  readonly src: string;
  readonly hops: number;
  readonly reply?: string;
}

export const meshUrl = (url: string, node: string): string => `${url.replace('http', 'ws')}/api/mesh?node=${node}`;

/** Connects a peer that says nothing by itself. Resolves also when it was closed at once. */
export async function connectPeer({ url, cookie }: PeerAddress, node: string): Promise<Peer> {
  const socket = new WebSocket(meshUrl(url, node), 'testudo.v1', { headers: { cookie, origin: url } });
  const heard: string[] = [];
  const asked = new Map<string, (answer: string) => void>();
  let server: string | undefined;
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    heard.push(text);
    const { kind, src, hops, reply } = JSON.parse(text) as Heard;
    // What others sent has at least one hop behind it.
    if (kind === 'hello' && hops === 0) server = src;
    if (src === server) asked.get(reply ?? '')?.(text);
  });
  const closing = new Promise<number>((resolve) => socket.once('close', resolve));
  // The door may end a socket in the middle of our writing; the close tells.
  socket.on('error', (error) => heard.push(`error: ${error.message}`));
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closing]);
  return {
    socket,
    heard,
    closed: () => within(30_000, `${node} to be closed`, closing),
    ask(subject, body) {
      const id = `ask-${asked.size}`;
      const answer = new Promise<string>((resolve) => asked.set(id, resolve));
      socket.send(frame({ id, subject, body }));
      return within(30_000, `an answer to ${node}`, answer);
    },
  };
}

/** What comes in time. */
function within<T>(timeoutMs: number, what: string, coming: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${timeoutMs} ms for ${what}`)), timeoutMs);
  });
  return Promise.race([coming, late]).finally(() => clearTimeout(timer));
}

/** An attack in a process of its own. */
export interface Attack {
  readonly child: ChildProcess;
  readonly outcome: Promise<AttackOutcome>;
  /** The child says that it has come to its point. */
  readonly reached: Promise<void>;
}

/** Starts an attacker's process. */
export function startAttack(
  attack: AttackName,
  { url, cookie }: PeerAddress,
  node = `bad-${attack.toLowerCase()}`,
): Attack {
  const order = JSON.stringify({ attack, url: meshUrl(url, node), headers: { Cookie: cookie, Origin: url } });
  const child = fork(join(import.meta.dirname, 'mesh-attacker.ts'), [order]);
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const outcome = new Promise<AttackOutcome>((resolve, reject) => {
    child.on('message', (told) => (typeof told === 'string' ? reach() : resolve(told as AttackOutcome)));
    child.once('exit', (code, signal) => reject(new Error(`${attack} ended with ${code ?? signal}`)));
  });
  // One that is stopped for good is never asked for its outcome.
  outcome.catch(() => undefined);
  return { child, outcome, reached };
}

/** Resident memory of a process, in MiB. */
export function residentMiB(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) / 1024;
}
