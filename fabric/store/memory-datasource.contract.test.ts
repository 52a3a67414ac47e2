import { describeDatasource } from '../testing/datasource.contract.ts';
import { memoryDatasource } from './memory-datasource.ts';

describeDatasource('memory', async () => {
  const datasource = memoryDatasource();
  return { datasource, dispose: () => datasource.close() };
});
