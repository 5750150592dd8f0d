import { describe, expect, it } from 'vitest';
import { LatestSpans } from '../../src/diagnosis/check/latest-spans.ts';

describe('spans that were sent once more', () => {
  it('gives the latest that shares bytes, and each once', () => {
    const spans = new LatestSpans();
    spans.add(100, 200, 'again');
    spans.add(150, 250, 'twice');
    expect(spans.take(200, 201)).toBe('twice');
    expect(spans.take(200, 201)).toBeNull();
    expect(spans.take(150, 300)).toBe('again');
    expect(spans.take(0, 1000)).toBeNull();
  });

  it('takes borders for what they are: the end is behind the last byte', () => {
    const spans = new LatestSpans();
    spans.add(100, 200, 'probe');
    expect(spans.take(200, 300)).toBeNull();
    expect(spans.take(0, 100)).toBeNull();
    expect(spans.take(199, 300)).toBe('probe');
  });

  it('compares numbers that begin again', () => {
    const spans = new LatestSpans();
    spans.add(-10, 10, 'again');
    expect(spans.take(5, 20)).toBe('again');
    spans.add(0x7fff_fff0, (0x7fff_fff0 + 0x20) | 0, 'again');
    expect(spans.take((0x7fff_fff0 + 0x18) | 0, (0x7fff_fff0 + 0x30) | 0)).toBe('again');
  });

  it('forgets all but the latest 32', () => {
    const spans = new LatestSpans();
    for (let index = 0; index < 100; index++) spans.add(index * 10, index * 10 + 10, 'again');
    expect(spans.take(670, 680)).toBeNull();
    expect(spans.take(680, 690)).toBe('again');
    expect(spans.take(990, 1000)).toBe('again');
  });
});
