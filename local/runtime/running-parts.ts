import type { RunningPart } from './contract.ts';

/** Parts that run together, and are closed together. */
export class RunningParts implements RunningPart {
  private readonly parts: RunningPart[] = [];
  private closing = false;

  /** Whether they are being closed, or are. */
  get isClosing(): boolean {
    return this.closing;
  }

  add<Part extends RunningPart>(part: Part): Part {
    this.parts.push(part);
    return part;
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.parts.map((part) => part.close()));
  }
}
