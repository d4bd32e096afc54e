/** What is to be done later, unless it is called off before. */
export class Timers {
  private readonly waiting = new Set<NodeJS.Timeout>();

  after(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.waiting.delete(timer);
      act();
    }, milliseconds);
    this.waiting.add(timer);
  }

  every(milliseconds: number, act: () => void): void {
    this.waiting.add(setInterval(act, milliseconds));
  }

  callOff(): void {
    for (const timer of this.waiting) clearTimeout(timer);
    this.waiting.clear();
  }
}
