/** What runs models in a browser's host, loaded while storage opens. What keeps objects, syncs and sends them is the worker's own program. */
export { adoptRealm } from '../web-realm.ts';
export { runModels } from './run-models.ts';
