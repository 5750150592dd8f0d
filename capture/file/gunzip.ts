import { createGunzip, type Gunzip } from 'node:zlib';

const CHUNK = 256 * 1024;

/** Inflates gzip members into `take`, piece by piece, and says at which piece they turn out to be damaged. */
export class Inflater {
  /** What zlib says is wrong; null as long as nothing is. */
  damage: string | null = null;
  /** Inflated bytes that have been taken. */
  taken = 0;
  private thrown: { readonly error: unknown } | null = null;
  private readonly gunzip: Gunzip = createGunzip({ chunkSize: CHUNK });
  private readonly over: Promise<void>;

  constructor(take: (chunk: Uint8Array) => void) {
    // Taken as 'data' events, not by iterating: a stream that fails drops what it holds for an iterator.
    this.gunzip.on('data', (chunk: Uint8Array) => {
      if (this.thrown !== null) return;
      this.taken += chunk.length;
      try {
        take(chunk);
      } catch (error) {
        this.thrown = { error };
      }
    });
    this.over = new Promise((resolve) => {
      this.gunzip.on('end', resolve);
      this.gunzip.on('error', (error) => {
        this.damage = error.message;
        resolve();
      });
    });
  }

  /** Inflates the next piece; false where it is damaged: of what stands before the damage in this piece, nothing is taken. */
  async write(piece: Uint8Array): Promise<boolean> {
    const written = new Promise<void>((resolve) => this.gunzip.write(piece, () => resolve()));
    return this.isSound(Promise.race([written, this.over]));
  }

  /** Says that no more comes; false where a member is not whole. */
  async end(): Promise<boolean> {
    this.gunzip.end();
    return this.isSound(this.over);
  }

  close(): void {
    this.gunzip.destroy();
  }

  /** Errors of `take` are thrown. */
  private async isSound(step: Promise<void>): Promise<boolean> {
    await step;
    if (this.thrown !== null) throw this.thrown.error;
    return this.damage === null;
  }
}
