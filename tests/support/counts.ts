/** How often there was each of some things. */
export class Counts extends Map<string, number> {
  add(what: string, times = 1): void {
    this.set(what, this.of(what) + times);
  }

  of(what: string): number {
    return this.get(what) ?? 0;
  }
}
