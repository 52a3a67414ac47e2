/**
 * The public door of `@testudo/fabric`: everything that a remote's source may import, and nothing else.
 * Types, `defineModel` and the mixins that a build carries itself, so that it carries no code of the host.
 */
export { defineModel } from './spec/define-model.ts';
export { eventMask, freezeProperties, requireProperties, validateProperties } from './spec/mixins.ts';
export type { FieldRule, Mixin } from './spec/mixins.ts';
export type { Plain, PlainRecord, Disposable } from './plain.ts';
export type { Adapter, PortCall, PortSpec, ServiceFactory } from './spec/port-spec.ts';
export type {
  CommandSpec,
  DatasourceSpec,
  FactoryContext,
  ModelSpec,
  RelationSpec,
  ValidationContext,
} from './spec/model-spec.ts';
export type {
  HistoryEntry,
  ListenOptions,
  ModelObject,
  ObjectContext,
  ObjectDatasource,
} from './spec/model-object-api.ts';
export type { EventContext, EventFunction, EventHandlerSpec } from './spec/event-handler.ts';
export type { DomainEvent } from './spec/object-scope.ts';
export type { ModelReport } from './spec/model-report.ts';
export type { ServiceContext, ServiceRequest, ServiceResponse } from './spec/service-spec.ts';
export type { StandardSchema } from './spec/standard-schema.ts';
export type { ObjectState, DoneStep, DueStep, FlowState } from './record/object-state.ts';
export type { HistoryPage, HistoryQuery } from './host/history-page.ts';
export type { HostEvent, HostReport, RefusedWrite } from './host/host-api.ts';
export type { WireError, ErrorCode } from './error.ts';
export type { Catalog, CatalogRemote } from './catalog/catalog.ts';
export type {
  Application,
  AppProps,
  AppEvents,
  AppModels,
  AppObject,
  AppPlatform,
  AppShell,
  ModelClient,
  SyncState,
} from './application.ts';
export type { ObjectSync, StorageStanding, SyncStanding } from './app-sync.ts';
