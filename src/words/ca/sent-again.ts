import type { Issue } from '../../diagnosis/check/report.ts';
import { n } from '../issue-parts.ts';
import { percent, size } from '../units.ts';
import { counted } from './plural.ts';

/** How much was sent again; a segment may be sent more than once, so that the times are no share, and a packet may carry several. */
export function sentAgain(issue: Issue): string {
  const [count, segments, distinct] = [n(issue, 'again'), n(issue, 'segments'), n(issue, 'distinct')];
  const bytes = size(n(issue, 'bytes'));
  if (distinct >= count)
    return `ha tornat a enviar ${distinct} de ${counted(segments, 'segment')}${distinct > count ? ` en ${counted(count, 'paquet')}` : ''} (${percent(distinct, segments)}, ${bytes})`;
  if (distinct === 1)
    return `ha tornat a enviar 1 segment, ${counted(count, 'vegada', 'vegades')} (${bytes})`;
  return `ha fet ${count} retransmissions de ${counted(distinct, 'segment')} (${bytes})`;
}
