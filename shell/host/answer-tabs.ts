import type { Principal } from '@testudo/fabric/access/principal';
import { settle, TestudoError } from '@testudo/fabric/error';
import type { HistoryPage, HistoryRequest } from '@testudo/fabric/host/history-page';
import { leaving, leavingDone, leavingPage } from '@testudo/fabric/host/leaving';
import type { StorageTrouble } from '@testudo/fabric/host/host-api';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import type { ObjectState } from '@testudo/fabric/record/object-state';

import type { HostService } from '../tabs/host-service.ts';
import type { BrowserHost } from './browser-host.ts';

/** The host's answers to the tabs of its user. @param ready the host, once objects can be used */
export function answerTabs(id: string, principal: Principal, ready: Promise<BrowserHost>): HostService {
  const withHost = <T>(ask: (browser: BrowserHost) => T | Promise<T>): ReturnType<typeof settle<T>> =>
    settle(async () => ask(await ready));
  const withModel = <T>(modelName: string, ask: (host: RunningHost) => Promise<T>) =>
    withHost(({ host }) => {
      if (host.models().some((model) => model.modelName === modelName && model.internal))
        throw new TestudoError('NOT_FOUND', `${modelName} is an internal model; its remote's own models use it`);
      return ask(host);
    });
  type Done = { readonly state: ObjectState };
  const done = async <T extends Done>(host: RunningHost, modelName: string, outcome: Promise<T>) =>
    leavingDone(host, modelName, await outcome);
  const nothing = async (work: Promise<unknown> | void): Promise<null> => {
    await work;
    return null;
  };
  return {
    ping: async () => id,
    write: (request) =>
      withModel(request.modelName, (host) => done(host, request.modelName, host.write(request, principal))),
    call: (request) =>
      withModel(request.modelName, (host) => done(host, request.modelName, host.call(request, principal))),
    synced: (modelName, opId) =>
      withModel(modelName, async (host) => {
        const state = await host.synced(modelName, opId);
        return (await leavingDone(host, modelName, { state })).state;
      }),
    find: (modelName, objectId) =>
      withModel(modelName, async (host) => {
        const state = await host.find(modelName, objectId, principal);
        return (await leaving(host, modelName, { state })).state;
      }),
    list: (modelName, query) => withModel(modelName, (host) => leavingPage(host, { modelName, query }, principal)),
    count: (modelName, query) => withModel(modelName, (host) => host.count(modelName, query, principal)),
    history: (request) => withModel(request.modelName, (host) => readHistory(host, request, principal)),
    refused: () => withHost(({ host }) => host.refused(principal)),
    dismiss: (modelName, opId) => withHost(({ host }) => nothing(host.dismiss(modelName, opId, principal))),
    unsent: () => withHost(({ host }) => host.unsent(principal)),
    report: () =>
      withHost(async ({ host, troubles }) => {
        const report = await host.inspect();
        return { ...report, user: principal.user, troubles: eachOnce([...(report.troubles ?? []), ...troubles()]) };
      }),
    peerReports: () =>
      withHost(async ({ host }) => {
        const program = await import(/* webpackChunkName: "inspect" */ './peer-reports.ts');
        return program.peerReports(host);
      }),
    former: (act) =>
      withHost(async ({ host }) => {
        const program = await import(/* webpackChunkName: "hand-over" */ './former-objects.ts');
        return program.formerObjects(act, host, principal);
      }),
    setNetwork: (connected) => withHost(({ setNetwork }) => nothing(setNetwork(connected))),
  };
}

/** An object's changes as they leave by a door. */
async function readHistory(host: RunningHost, request: HistoryRequest, principal: Principal): Promise<HistoryPage> {
  const { modelName, id } = request;
  const { leavingHistory } = await import(/* webpackChunkName: "include" */ '@testudo/fabric/host/leaving-history');
  const state = await host.find(modelName, id, principal);
  const page = await host.history(request, principal);
  const model = host.models().find((each) => each.modelName === modelName);
  return model === undefined ? page : leavingHistory(host, model, { page, state });
}

/** Of troubles with the same place the last one, which says what it means for the user. */
function eachOnce(troubles: readonly StorageTrouble[]): readonly StorageTrouble[] {
  return [...new Map(troubles.map((trouble) => [trouble.place, trouble])).values()];
}
