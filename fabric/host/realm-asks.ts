import { TestudoError } from '../error.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Plain } from '../plain.ts';
import type { CallAsk } from '../realm/realm-ask.ts';
import { isRecord } from '../spec/is-record.ts';
import { isEffect } from '../spec/object-ask.ts';
import type { DomainEvent } from '../spec/object-scope.ts';
import type { Query } from '../store/query-api.ts';
import { demandAct } from './access-question.ts';
import { askAuthority, unknownModel } from './ask-authority.ts';
import type { Host, WriteRequest } from './host-api.ts';
import type { ModelRegistry } from './model-registry.ts';
import { maxHops, type RealmCall, type RealmCalls } from './realm-calls.ts';

/** What answers are made of. */
export interface AskContext {
  readonly host: Pick<Host, 'find' | 'list' | 'count' | 'write' | 'call' | 'synced' | 'history'>;
  readonly calls: RealmCalls;
  readonly registry: ModelRegistry;
  readonly mesh: Pick<MeshNode, 'request'>;
  readonly tenant: string;
  /** Fires an event, that so many others led to. @throws TestudoError `TOO_DEEP` */
  fire(event: DomainEvent): void;
  /** Has a model's realm told of events of that name. */
  listen(modelName: string, name: string): void;
}

type Asked<T extends CallAsk['type']> = CallAsk & { readonly type: T };

/**
 * Answers what code in a realm asks during a call, in the name that the host itself noted for that call. Nothing in the
 * question is believed. @throws TestudoError `FORBIDDEN` for another call's id, and for an effect that pure code asks
 * for; `BAD_REQUEST`; what the host's own doors throw
 */
export async function answerAsk(given: unknown, context: AskContext): Promise<Plain> {
  const checkedAsk = checked(given);
  const ask = { ...checkedAsk, modelName: context.registry.nameOf(checkedAsk.modelName) };
  const call = context.calls.get(ask.call);
  if (isEffect(ask) && !call.isLive)
    throw new TestudoError('FORBIDDEN', `code that decides a change may not ask for a ${ask.type}; return the change`);
  switch (ask.type) {
    case 'find':
      return find(ask, call, context);
    case 'list':
    case 'count':
      return read(ask, call, context);
    case 'write':
      return write(ask, call, context);
    case 'synced':
      return synced(ask, call, context);
    case 'history':
      return history(ask, call, context);
    case 'emit':
      return emit(ask, call, context);
    case 'listen':
      context.listen(ask.modelName, textOf(ask.name, 'name'));
      return null;
    case 'call':
      return callPort(ask, call, context);
  }
}

function checked(given: unknown): CallAsk {
  if (!isRecord(given)) throw new TestudoError('BAD_REQUEST', 'an ask must be a record with type, call and modelName');
  textOf(given['modelName'], 'modelName');
  if (given['id'] !== undefined) textOf(given['id'], 'id');
  const types: readonly unknown[] = ['find', 'list', 'count', 'write', 'synced', 'history', 'emit', 'listen', 'call'];
  if (types.includes(given['type'])) return given as unknown as CallAsk;
  throw new TestudoError('BAD_REQUEST', `an ask is one of ${types.join(', ')}`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= 200) return value;
  throw new TestudoError('BAD_REQUEST', `${what} must be a text of 1 to 200 characters`);
}

function runsHere({ registry }: AskContext, modelName: string): boolean {
  return registry.all().some((model) => model.modelName === modelName);
}

async function find({ modelName, id }: Asked<'find'>, { principal }: RealmCall, context: AskContext): Promise<Plain> {
  const key = textOf(id, 'id');
  if (!runsHere(context, modelName))
    return askAuthority(context.mesh, { ...context, modelName, principal, act: 'find', body: { id: key } });
  return (await context.host.find(modelName, key, principal)) as unknown as Plain;
}

async function read(ask: Asked<'list' | 'count'>, { principal }: RealmCall, context: AskContext): Promise<Plain> {
  const { type, modelName, query } = ask;
  if (!isRecord(query) || query['include'] !== undefined)
    throw new TestudoError('BAD_REQUEST', 'a query of model code is a record without include; call the relation');
  if (!runsHere(context, modelName))
    return askAuthority(context.mesh, { ...context, modelName, principal, act: type, body: { query } });
  if (type === 'count') return context.host.count(modelName, query as Query, principal);
  return (await context.host.list(modelName, query as Query, principal)) as unknown as Plain;
}

async function write(ask: Asked<'write'>, { principal, hops }: RealmCall, context: AskContext): Promise<Plain> {
  const { modelName, kind, id, input, command, ifVersion } = ask;
  if (!['create', 'update', 'delete', 'command'].includes(kind))
    throw new TestudoError('BAD_REQUEST', 'a write is one of create, update, delete, command');
  if (kind !== 'create') textOf(id, 'id');
  if (!runsHere(context, modelName)) throw unknownModel(modelName);
  if (hops >= maxHops)
    throw new TestudoError(
      'TOO_DEEP',
      `${maxHops} calls and events led to this change of a ${modelName}, one by the other; end that loop`,
    );
  const requestId = `live-${context.calls.uniqueName()}`;
  const request: WriteRequest = {
    modelName,
    kind,
    input,
    requestId,
    ...(id === undefined ? {} : { id }),
    ...(kind === 'command' ? { command: textOf(command, 'command') } : {}),
    ...(ifVersion === undefined ? {} : { ifVersion: Number(ifVersion) }),
  };
  const cause = `${principal.user}:${requestId}`;
  context.calls.causes(cause, hops + 1);
  try {
    return (await context.host.write(request, principal)) as unknown as Plain;
  } catch (error) {
    context.calls.forget(cause);
    throw error;
  }
}

/** An op's id can be guessed: what it led to is shown to those who may read it. */
async function synced(ask: Asked<'synced'>, { principal }: RealmCall, { host }: AskContext): Promise<Plain> {
  const { id } = await host.synced(ask.modelName, textOf(ask.opId, 'opId'));
  return (await host.find(ask.modelName, id, principal)) as unknown as Plain;
}

async function history(ask: Asked<'history'>, { principal }: RealmCall, context: AskContext): Promise<Plain> {
  const { modelName, limit } = ask;
  const page = await context.host.history({ modelName, id: textOf(ask.id, 'id'), limit }, principal);
  return page.entries as unknown as Plain;
}

/** Whoever may change an object may say that something happened to it. */
async function emit(ask: Asked<'emit'>, { principal, hops }: RealmCall, context: AskContext): Promise<Plain> {
  const { modelName, payload } = ask;
  const state = await context.host.find(modelName, textOf(ask.id, 'id'), principal);
  demandAct(context.registry.get(modelName), { kind: 'update', command: null, owner: state.owner }, principal);
  const name = textOf(ask.name, 'an event’s name');
  context.fire({ name, modelName, id: state.id, payload: payload ?? null, hops: hops + 1 });
  return null;
}

async function callPort(ask: Asked<'call'>, { principal, hops }: RealmCall, context: AskContext): Promise<Plain> {
  const { modelName, id, port, args } = ask;
  if (!Array.isArray(args)) throw new TestudoError('BAD_REQUEST', 'args must be a list');
  const request = { modelName, id: textOf(id, 'id'), port: textOf(port, 'port'), args };
  return (await context.host.call(request, principal, hops + 1)).result;
}
