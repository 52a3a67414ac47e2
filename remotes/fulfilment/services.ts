export { shipping } from './carrier.ts';
export { inventory } from './warehouse.ts';
