import type { Scenario } from '../scenario.ts';
import { scenario as transfer } from './tcp-transfer.ts';

export {
  client,
  hopefulClient,
  pollServer,
  processServer,
  serveOne,
  server,
  threadServer,
} from './tcp-transfer.ts';

export const scenario: Scenario = {
  ...transfer,
  id: 'loss',
  title: 'A TCP transfer while packets get lost',
  teaches:
    'How TCP notices a loss and mends it: duplicate ACKs bring a fast retransmission, silence a timeout; and what the loss costs the call whose bytes had to wait.',
  lookFor: [],
  defaults: { ...transfer.defaults, size: 100_000, loss: 5 },
  variants: [
    '--seed 7 --loss 10 --size 60000',
    '--seed 3 --loss 2 --size 300000 --congestion reno',
    '--seed 4 --size 30000 --family ipv6 --loss 15',
    '--seed 5 --offload on --size 200000',
    '--loss 0',
  ],
};
