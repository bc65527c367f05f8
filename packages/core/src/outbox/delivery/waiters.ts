/** Those who wait for a change. */
export class Waiters {
  #wake: (() => void)[] = []

  /** Waits until a condition is true. It is tested now, and after each `notify`. */
  async until(isDone: () => boolean): Promise<void> {
    while (!isDone()) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  notify(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
