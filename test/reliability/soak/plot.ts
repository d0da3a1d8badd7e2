/** The plot of a soak. */
import * as Plot from "@observablehq/plot";
import { facetScales, facetTitles, grid, svgOf } from "../../../bench/plots.ts";
import type { Sample } from "./soak.ts";

const lines: Readonly<Record<string, readonly (keyof Sample)[]>> = {
	"memory, MiB": ["serverMiB", "hostMiB"],
	"answers by the clock, ms": ["p95", "p50"],
	"CPU time of an answer, ms": ["cpuP95", "cpuP50"],
	"bytes read for an answer": ["bytesP95"],
	"CPU time for a byte, µs": ["cpuPerByte"],
	"disk, MiB": ["diskMiB"],
	"descriptors and threads": ["serverDescriptors", "hostDescriptors", "serverThreads"],
	"timers of the host": ["hostTimers"],
};

/** Each figure over the minutes, as SVG. The figures of a facet share an axis, which begins at 0. */
export function plotSoak(samples: readonly Sample[]): string {
	const names = Object.keys(lines);
	const place = grid(names, 1);
	const points = names.flatMap((facet) =>
		(lines[facet] ?? []).flatMap((figure) => {
			const greatest = Math.max(
				...samples.flatMap((sample) => (lines[facet] ?? []).map((name) => sample[name])),
				Number.EPSILON,
			);
			return samples.map((sample) => ({
				minutes: sample.minutes,
				share: sample[figure] / greatest,
				value: sample[figure],
				figure,
				...place(facet),
			}));
		}),
	);
	return svgOf({
		width: 720,
		height: 120 * names.length,
		marginLeft: 90,
		...facetScales,
		x: { label: "minutes" },
		y: { label: null, ticks: 0, domain: [0, 1.15] },
		marks: [
			Plot.ruleY([0]),
			Plot.line(points, { x: "minutes", y: "share", z: "figure", fx: "column", fy: "row", stroke: "figure" }),
			Plot.text(
				points,
				Plot.selectLast({
					x: "minutes",
					y: "share",
					z: "figure",
					fx: "column",
					fy: "row",
					text: (point: (typeof points)[number]) => `${point.figure} ${point.value}`,
					textAnchor: "end",
					dy: -7,
				}),
			),
			facetTitles(names),
		],
	});
}
