import type { Views } from '../src/commands/views.ts';
import { safe } from './escape.ts';
import { printLadder } from './text/print-ladder.ts';

export const views: Views = {
  texts: { progress: (role, done, total) => `${role} ${done} of ${total}`, escape: safe },
  ladder: printLadder,
  json: () => [],
  verification: () => [],
  scenario: (s) => [s.id],
  scenarioList: (all) => all.map((s) => s.id),
  doctor: (probes) => probes.map((p) => `${p.name} ${p.ok} ${p.found} ${p.mend ?? ''}`),
};
