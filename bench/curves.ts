/** Plots of what suggestions save over how many of them are right, and of how often they are right beside what they state. */
import * as Plot from "@observablehq/plot";
import type { Baseline } from "../src/cli/measure/edits/editTyping.ts";
import type { ReliabilityBin } from "../src/cli/measure/replay/reliability.ts";
import type { Figures } from "../src/cli/measure/replay/tally.ts";
import { type Threshold, thresholds } from "../src/domain/suggestions.ts";
import { facetScales, facetTitles, grid, svgOf } from "./plots.ts";

type Way = Threshold | Baseline;

/** Curves that share a colour and a name. */
const series: Readonly<Record<string, readonly Way[]>> = {
	Inkling: thresholds,
	"copying the longest match": ["match6", "match12"],
	"completing words": ["words"],
};

/** A plot for each workspace. */
export function curvesPlot(
	workspaces: readonly string[],
	figuresOf: (workspace: string, way: Way) => Pick<Figures, "acceptance" | "keystrokeSavings">,
): string {
	const place = grid(workspaces);
	const points = workspaces.flatMap((workspace) =>
		Object.entries(series).flatMap(([name, members]) =>
			members.map((way) => {
				const { acceptance, keystrokeSavings: saved } = figuresOf(workspace, way);
				return { ...place(workspace), name, isFirst: way === members[0], acceptance, saved };
			}),
		),
	);
	const facet = { fx: "column", fy: "row", x: "acceptance", y: "saved" } as const;
	return svgOf({
		...facetScales,
		width: 1080,
		height: 640,
		grid: true,
		x: { label: "accepted, % of what is shown", percent: true, domain: [0, 100] },
		y: { label: "keys saved, %", percent: true, domain: [0, 100] },
		color: { domain: Object.keys(series), range: ["#d62728", "#4269d0", "#3ca951"] },
		marks: [
			Plot.frame(),
			Plot.line(points, { ...facet, stroke: "name", marker: "dot" }),
			Plot.text(
				points.filter(({ isFirst }) => isFirst),
				{ ...facet, text: "name", fill: "name", textAnchor: "start", dx: 6, dy: -6 },
			),
			facetTitles(workspaces),
		],
	});
}

export function reliabilityPlot(binsOf: (threshold: Threshold) => readonly ReliabilityBin[]): string {
	const points = thresholds.flatMap((threshold) => binsOf(threshold).map((bin) => ({ ...bin, threshold })));
	const perfect = [0, 1].map((probability) => ({ probability, right: probability }));
	const ends = points.filter(({ threshold }, index) => points[index + 1]?.threshold !== threshold);
	return svgOf({
		width: 520,
		height: 520,
		marginRight: 90,
		grid: true,
		x: { label: "stated probability that all of it is right, mean", domain: [0, 1] },
		y: { label: "share that is", domain: [0, 1] },
		marks: [
			Plot.frame(),
			Plot.line(perfect, { x: "probability", y: "right", stroke: "#999", strokeDasharray: "3 3" }),
			Plot.line(points, { x: "meanProbability", y: "right", stroke: "threshold", marker: "dot" }),
			// Labels below one another, as the curves end together.
			...ends.map((end, index) =>
				Plot.text([end], {
					x: "meanProbability",
					y: "right",
					text: "threshold",
					fill: "threshold",
					textAnchor: "start",
					dx: 26,
					dy: 14 * (index - 1),
				}),
			),
		],
	});
}
