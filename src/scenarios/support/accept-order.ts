import { type Check, decide, fails, judging, untold } from '../check.ts';
import { incomplete, thirdStep } from '../checks/stream.ts';
import { tell } from '../checks/tools.ts';
import type { Evidence } from '../evidence.ts';
import { UNORDERED } from '../may-miss.ts';

/** Two ACKs on two CPUs are not captured in the order in which the kernel queues them, when they are so near (ms). */
const TOGETHER_MS = 0.1;

/** For servers that accept one connection after the other. */
export const ACCEPT_IN_ORDER: Check = {
  text: tell(
    'accept hands the connections out in the order in which their handshakes were completed.',
    'accept entrega las conexiones en el orden en que quedaron establecidas.',
    'accept lliura les connexions en l’ordre en què van quedar establertes.',
  ),
  test(run) {
    if (!run.complete) return incomplete(run);
    if (!run.ordered) return untold(UNORDERED);
    if (run.parameters.number('loss') > 0) return untold(LOSSY);
    if (isUnclear(run)) return untold(IGNORED);
    const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
    const steps = accepts.map(({ connection }) => thirdStep(run, connection));
    if (steps.some((step) => step === undefined)) return fails(IGNORED, accepts);
    const times = steps.map((step) => step?.time ?? 0);
    const inOrder = times.every((time, n) => n === 0 || time >= (times[n - 1] ?? 0) - TOGETHER_MS);
    const proof = steps.filter((step) => step !== undefined);
    return judging(accepts, () => decide(inOrder, '', accepts, proof));
  },
};

/** Where a final ACK came twice, or may have been ignored, the packet does not tell when the kernel took it. */
function isUnclear(run: Evidence): boolean {
  const untaken = run.packets({ from: 'client', flags: 'ACK !SYN' }).filter((each) => each.untaken !== null);
  if (untaken.some((each) => each.untaken === 'perhaps' || each.untaken === 'untold')) return true;
  const known = new Set(untaken.map(({ connection }) => connection));
  const again = run.packets({ reason: ['syn-ack-again', 'handshake-ack-again'] });
  return again.some(({ connection }) => !known.has(connection));
}

const IGNORED = tell(
  'an ACK of a handshake was ignored or came twice',
  'el ACK de un handshake se ignoró o llegó dos veces',
  'l’ACK d’un handshake es va ignorar o va arribar dos cops',
);
const LOSSY = tell(
  'the lab drops packets (--loss): which of them completed a handshake cannot be told for certain',
  'el laboratorio pierde paquetes (--loss): no se puede saber con certeza cuál estableció una conexión',
  'el laboratori perd paquets (--loss): no es pot saber amb certesa quin va establir una connexió',
);
