import { loadWasm } from '@testudo/fabric/realm/wasm/wasm-contents';

import { bringPart } from './bring-part.ts';

bringPart<'realm-wasm'>({ loadWasm });
