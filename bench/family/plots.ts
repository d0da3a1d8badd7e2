/** Plots of the family: how far gradients reach, and bits per character. */
import * as Plot from "@observablehq/plot";
import { facetScales, svgOf } from "../plots.ts";
import { distances } from "./gradientReach.ts";
import { type Row, reach, rowTitle } from "./report.ts";

const colors = ["#d62728", "#4269d0", "#efb118", "#3ca951", "#9467bd", "#17becf", "#8c564b", "#7f7f7f", "#e377c2"];

/** Smaller shares are drawn as this one, at the lower edge. */
const LEAST_SHARE = 1e-12;
/** Between two labels, in powers of ten. */
const LABEL_GAP = 0.75;

/** A row of facets for each text: before training and after. */
export function reachPlot(rows: readonly Row[]): string {
	const titles = [...new Set(rows.map(rowTitle))];
	const moments = [
		["before training", "gradientNormAtStart"],
		["after training", "gradientNorm"],
	] as const;
	const points = rows.flatMap((row) =>
		moments.flatMap(([moment, which]) =>
			reach(row[which]).map(({ distance, share }) => ({
				moment,
				text: row.text,
				title: rowTitle(row),
				distance,
				share: Math.max(LEAST_SHARE, share),
			})),
		),
	);
	const last = Math.max(...distances);
	const texts = [...new Set(rows.map(({ text }) => text))];
	const labels = texts.flatMap((text) =>
		moments.flatMap(([moment]) =>
			apart(points.filter((point) => point.text === text && point.moment === moment && point.distance === last)),
		),
	);
	const facet = { fx: "moment", fy: "text" } as const;
	return svgOf({
		width: 1000,
		height: 60 + 340 * texts.length,
		marginLeft: 60,
		marginRight: 130,
		fx: { ...facetScales.fx, axis: "top", label: null, padding: 0.32, domain: moments.map(([moment]) => moment) },
		fy: { ...facetScales.fy, domain: texts },
		marginTop: 48,
		grid: true,
		x: { type: "log", label: "steps back", ticks: distances.filter((distance) => distance > 0), tickFormat: "d" },
		y: { type: "log", label: "norm of the gradient, by that at the last step", tickFormat: ".0e", ticks: 7 },
		color: { domain: titles, range: colors.slice(0, titles.length) },
		marks: [
			Plot.frame(),
			Plot.line(points, { ...facet, x: "distance", y: "share", z: "title", stroke: "title", marker: "dot" }),
			Plot.text(texts, {
				fy: (text: string) => text,
				text: (text: string) => text,
				frameAnchor: "bottom-left",
				dx: 6,
				dy: -6,
				fontWeight: "bold",
			}),
			Plot.text(labels, {
				...facet,
				x: "distance",
				y: "height",
				text: "title",
				fill: "title",
				textAnchor: "start",
				dx: 8,
			}),
		],
	});
}

/** Moves the labels of lines that end close together apart. */
function apart<T extends { readonly share: number }>(ends: readonly T[]): readonly (T & { readonly height: number })[] {
	const sorted = ends.toSorted((a, b) => b.share - a.share);
	let above = Number.POSITIVE_INFINITY;
	return sorted.map((end) => {
		above = Math.min(Math.log10(end.share), above - LABEL_GAP);
		return { ...end, height: 10 ** above };
	});
}

/** Bits per character, with a deviation to either side. */
export function bitsPlot(rows: readonly Row[]): string {
	const points = rows.map((row) => ({ ...row, title: rowTitle(row) }));
	const texts = [...new Set(rows.map(({ text }) => text))];
	const titles = [...new Set(points.map(({ title }) => title))];
	const facet = { fx: "text", y: "title" } as const;
	return svgOf({
		width: 1000,
		height: 70 + 26 * titles.length,
		marginLeft: 200,
		fx: { ...facetScales.fx, axis: "top", label: null, domain: texts },
		grid: true,
		x: { label: "bits per character of text held out", zero: false, nice: true },
		y: { label: null, domain: titles },
		marks: [
			Plot.frame(),
			Plot.ruleY(
				points.filter(({ deviation }) => deviation !== null),
				{
					...facet,
					x1: ({ bpc, deviation }: Row) => bpc - (deviation ?? 0),
					x2: ({ bpc, deviation }: Row) => bpc + (deviation ?? 0),
					stroke: "#4269d0",
				},
			),
			Plot.dot(points, { ...facet, x: "bpc", fill: "#4269d0" }),
			Plot.text(points, { ...facet, x: "bpc", text: ({ bpc }: Row) => bpc.toFixed(2), dy: -9, fontSize: 9 }),
		],
	});
}
