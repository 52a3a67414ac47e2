/** What runs models in a browser's host, loaded while storage opens. What keeps objects, syncs and sends them is the worker's own program. */
export { adoptRealm } from '../web-realm.ts';
export { answerTabs } from './answer-tabs.ts';
export { runModels } from './run-models.ts';
