import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import type { VNode } from "preact";
import type { WatchActivityResponse } from "../../../../proto/gen/hash_name/v1/activity_pb.ts";
import { isCurve, pointsOf, type RateSample, withSample } from "../../store/rate-samples.ts";
import { words } from "../parts/language.ts";

const width = 120;
const height = 24;

interface SparklineProps {
  readonly activity: ReadonlySignal<WatchActivityResponse | undefined>;
}

/** The server's hashes a second over the last minute. */
export function sparkline(activity: SparklineProps["activity"]): VNode {
  return <Sparkline activity={activity} />;
}

function Sparkline({ activity }: SparklineProps) {
  const samples = useSignal<readonly RateSample[]>([]);
  useSignalEffect(() => {
    const perSecond = activity.value?.hashesPerSecond;
    if (perSecond === undefined) return;
    samples.value = withSample(samples.peek(), { at: performance.now(), perSecond });
  });
  const rates = samples.value.map(({ perSecond }) => perSecond);
  const newest = rates[rates.length - 1] ?? 0;
  const text = words.value.kept.spark(newest, Math.min(newest, ...rates), Math.max(newest, ...rates));
  // Room for half the line's width at the edges.
  return (
    <svg viewBox={`-1 -2 ${width + 2} ${height + 4}`} preserveAspectRatio="none" role="img" aria-label={text}>
      <title>{text}</title>
      <line x1={0} x2={width} y1={height} y2={height} />
      {isCurve(samples.value) && <polyline points={pointsOf(samples.value, width, height)} />}
    </svg>
  );
}
