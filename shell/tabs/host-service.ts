import type { Result } from '@testudo/fabric/error';
import type { CallOutcome, CallRequest } from '@testudo/fabric/host/call-api';
import type {
  HeldWrite,
  HostReport,
  RefusedWrite,
  UnsentWrite,
  WriteOutcome,
  WriteRequest,
} from '@testudo/fabric/host/host-api';
import type { HistoryPage, HistoryRequest } from '@testudo/fabric/host/history-page';
import type { Query, QueryPage } from '@testudo/fabric/store/query-api';
import type { NotTaken } from '@testudo/fabric/sync/take-former';
import type { ObjectState } from '@testudo/fabric/record/object-state';

/** What was made in this browser before its user signed in, by a host that was alone. */
export interface FormerStanding {
  /** model -> objects that have not been taken over */
  readonly objects: { readonly [modelName: string]: number };
  /** those that could not even be recorded here, and why */
  readonly notTaken: readonly NotTaken[];
}

/**
 * What the host worker answers to the tabs of its user. Every method settles, so that errors keep their code on the
 * way; all but `ping` wait until the host has started.
 */
export interface HostService {
  /** The host's id, at once. */
  ping(): Promise<string>;
  /** Repeating a request with the same `requestId` gives the former outcome. */
  write(request: WriteRequest): Promise<Result<WriteOutcome>>;
  /** The same, of a port. */
  call(request: CallRequest): Promise<Result<CallOutcome>>;
  synced(modelName: string, opId: string): Promise<Result<ObjectState>>;
  find(modelName: string, id: string): Promise<Result<ObjectState>>;
  /** a page of the objects that the user may read and the query asks for */
  list(modelName: string, query: Query): Promise<Result<QueryPage>>;
  count(modelName: string, query: Pick<Query, 'where'>): Promise<Result<number>>;
  history(request: HistoryRequest): Promise<Result<HistoryPage>>;
  refused(): Promise<Result<readonly RefusedWrite[]>>;
  dismiss(modelName: string, opId: string): Promise<Result<null>>;
  unsent(): Promise<Result<readonly (UnsentWrite | HeldWrite)[]>>;
  report(): Promise<Result<HostReport>>;
  /** Looks what hosts without a server have left here under other names, or takes it over for this user. */
  former(act: 'look' | 'take'): Promise<Result<FormerStanding>>;
  /** of every other node that answers within two seconds */
  peerReports(): Promise<Result<readonly HostReport[]>>;
  /** Opens the mesh link, or closes it and keeps it closed. */
  setNetwork(connected: boolean): Promise<Result<null>>;
}
