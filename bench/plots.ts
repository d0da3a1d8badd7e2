/** Plots as SVG, without a browser. */
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";

/** Data of marks that are facetted by `column` and `row`. */
export function svgOf(options: Plot.PlotOptions): string {
	const document = new DOMParser().parseFromString("<html><body></body></html>", "text/html");
	const svg = Plot.plot({ ...options, document });
	svg.setAttribute("style", "background: white; color: black");
	svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
	return `${svg.outerHTML}\n`;
}

/** Arranges facets in a grid: the position of each name. */
export function grid(names: readonly string[], columns = 3): (name: string) => { column: number; row: number } {
	return (name) => {
		const index = names.indexOf(name);
		return { column: index % columns, row: Math.floor(index / columns) };
	};
}

/** Hides the grid positions, and writes the name into each facet. */
export function facetTitles(names: readonly string[]): Plot.Markish {
	const place = grid(names);
	const titles = names.map((name) => ({ name, ...place(name) }));
	return Plot.text(titles, {
		fx: "column",
		fy: "row",
		text: "name",
		frameAnchor: "top-right",
		dx: -4,
		dy: 4,
		fontWeight: "bold",
	});
}

export const facetScales = {
	fx: { axis: null, padding: 0.08 },
	fy: { axis: null, padding: 0.08 },
} as const;
