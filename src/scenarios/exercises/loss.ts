import { lossChecks } from '../checks/loss.ts';
import { lossQuestions } from '../questions/flow.ts';
import type { Scenario } from '../scenario.ts';
import { INTERNET } from '../support/parameter-lists.ts';
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
  title: {
    en: 'A TCP transfer while packets get lost',
    es: 'Una transferencia TCP mientras se pierden paquetes',
    ca: 'Una transferència TCP mentre es perden paquets',
  },
  teaches: {
    en: 'How TCP notices a loss and mends it: duplicate ACKs bring a fast retransmission, silence a timeout; and what the loss costs the call whose bytes had to wait.',
    es: 'Cómo TCP nota una pérdida y la repara: los ACK duplicados traen una retransmisión rápida, el silencio una por tiempo; y qué le cuesta la pérdida a la llamada cuyos bytes tuvieron que esperar.',
    ca: 'Com TCP nota una pèrdua i la repara: els ACK duplicats porten una retransmissió ràpida, el silenci una per temps; i què li costa la pèrdua a la crida els bytes de la qual van haver d’esperar.',
  },
  lookFor: (parameters) => [...transfer.lookFor(parameters), ...lossChecks(parameters)],
  questions: lossQuestions,
  narrow: { ...transfer.narrow, family: { choices: INTERNET } },
  defaults: { ...transfer.defaults, size: 100_000, loss: 5 },
  variants: [
    {
      options: '--seed 7 --loss 10 --size 60000',
      shows: {
        en: 'Every tenth packet gone: retransmissions are lost as well.',
        es: 'Se pierde uno de cada diez paquetes: también retransmisiones.',
        ca: 'Es perd un de cada deu paquets: també retransmissions.',
      },
    },
    {
      options: '--seed 3 --loss 2 --size 300000 --congestion reno',
      shows: {
        en: 'Few losses in a long transfer: most are told by duplicate ACKs.',
        es: 'Pocas pérdidas en una transferencia larga: de la mayoría avisan los ACK duplicados.',
        ca: 'Poques pèrdues en una transferència llarga: de la majoria n’avisen els ACK duplicats.',
      },
    },
    {
      options: '--seed 4 --size 30000 --family ipv6 --loss 15',
      shows: {
        en: 'Many losses in a short one: silence has to tell.',
        es: 'Muchas pérdidas en una corta: tiene que decirlo el silencio.',
        ca: 'Moltes pèrdues en una de curta: ho ha de dir el silenci.',
      },
    },
    {
      options: '--seed 5 --offload on --size 200000',
      shows: {
        en: 'Large segments: a loss takes many bytes with it.',
        es: 'Segmentos grandes: una pérdida se lleva muchos bytes.',
        ca: 'Segments grossos: una pèrdua s’emporta molts bytes.',
      },
    },
    {
      options: '--loss 0',
      shows: {
        en: 'Nothing lost, and nothing sent again.',
        es: 'Nada se pierde y nada se repite.',
        ca: 'Res no es perd i res no es repeteix.',
      },
    },
  ],
};
