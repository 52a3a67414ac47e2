/** What runs models in a browser's host, loaded while storage opens. What keeps objects, syncs and sends them is the worker's own program. */
export { answerTabs } from './answer-tabs.ts';
export { runModels } from './run-models.ts';
export { serveFollowers } from './serve-followers.ts';
