export { inventory } from './warehouse.ts';
