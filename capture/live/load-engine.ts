import type { CaptureEngine, EngineName } from './engine.ts';

/** Loads an engine by name. Throws a UserError when its library is not there. */
export async function loadEngine(name: EngineName): Promise<CaptureEngine> {
  switch (name) {
    case 'libpcap':
      return (await import('./libpcap.ts')).loadLibpcap();
    case 'cap':
      return (await import('./cap-engine.ts')).loadCap();
    default:
      throw new RangeError(`no engine ${name satisfies never}`);
  }
}
