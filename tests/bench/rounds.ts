/**
 * Takes every measurement once a round, so that what disturbs the machine
 * disturbs them alike; every other round goes backwards.
 *
 * @param warmUps rounds before the first that counts
 * @returns the values of each measurement, one a round
 */
export async function interleaved<Name extends string>(
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
  measurements: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(measurements) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUps; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const value = await measurements[name]();
      if (round >= 0) values[name].push(value);
    }
  }
  return values;
}

/** What two measurements of the same rounds make, round by round. */
export function paired(
  a: readonly number[],
  b: readonly number[],
  combine: (a: number, b: number) => number = (a, b) => a / b,
): number[] {
  return a.map((value, round) => combine(value, b[round] ?? Number.NaN));
}
