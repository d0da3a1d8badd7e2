/** The charts, drawn in the colours of the editor's theme. What they show also stands in a table, so they are one picture each. */
import { axisX, axisY, barX, gridX, gridY, line, plot, ruleX, text } from "@observablehq/plot";
import type { CurvePoint } from "../domain/curve.ts";
import type { BarChart, ChartLine, LineChart, ViewWords } from "../protocol/view.ts";

export type Axis = "time" | "characters";

/** Colours of themes, which high contrast has, too; what they tell apart is also told by dashes and by words. */
const newestColor = "var(--vscode-charts-blue)";
const heldOutColor = "var(--vscode-charts-green)";
const earlierColor = "var(--vscode-descriptionForeground)";
/** Faint in every theme. */
const gridLines = { stroke: "currentColor", strokeOpacity: 0.12 };

const lineHeight = 280;
const barHeight = 22;

/** Room for the names of the lines, right of them. */
const namesWidth = 130;

export function lineChart(
	{ label, unit, lines }: LineChart,
	axis: Axis,
	words: Pick<ViewWords, "seconds" | "minutes" | "characters">,
	width: number,
	document: Document,
): Element {
	const drawn = lines.filter(({ points }) => points.length > 0);
	const longest = Math.max(0, ...drawn.map(({ points }) => points.at(-1)?.seconds ?? 0));
	const { title, x } = horizontal(axis, words, longest);
	const newest = drawn.filter(({ isNewest }) => isNewest);
	const highest = newest.toSorted((one, other) => endOf(other) - endOf(one))[0];
	const last = (one: ChartLine): CurvePoint[] => one.points.slice(-1);
	return picture(
		plot({
			document,
			width,
			height: lineHeight,
			marginRight: namesWidth,
			marginLeft: 48,
			marginBottom: 36,
			// Room for the name of a line that ends at the bottom.
			insetBottom: 14,
			ariaLabel: label,
			x: { nice: true, zero: true },
			y: { nice: true },
			marks: [
				gridY(gridLines),
				axisX({ label: title, labelAnchor: "center", labelArrow: "none", ticks: width / 90, tickFormat: "~s" }),
				axisY({ label: unit, labelArrow: "none", ticks: 6 }),
				...drawn.map((one) =>
					line([...one.points], {
						x,
						y: "bpc",
						stroke: colorOf(one),
						strokeWidth: one.isNewest ? 2 : 1,
						strokeDasharray: one.isHeldOut ? "5,3" : "none",
						marker: one.isHeldOut && one.points.length < 40 ? "dot" : "none",
					}),
				),
				...newest.map((one) =>
					text(last(one), {
						// The names of two lines that end together stand one above the other.
						dy: one === highest ? -7 : 7,
						x,
						y: "bpc",
						text: () => one.name,
						textAnchor: "start",
						dx: 8,
						fill: colorOf(one),
						lineWidth: 12,
					}),
				),
			],
		}),
	);
}

/** A training of hours is not read in seconds. */
const mostSeconds = 600;

function horizontal(axis: Axis, words: Pick<ViewWords, "seconds" | "minutes" | "characters">, longest: number) {
	if (axis === "characters") return { title: words.characters, x: ({ characters }: CurvePoint) => characters };
	if (longest <= mostSeconds) return { title: words.seconds, x: ({ seconds }: CurvePoint) => seconds };
	return { title: words.minutes, x: ({ seconds }: CurvePoint) => seconds / 60 };
}

export function barChart({ label, unit, bars }: BarChart, width: number, document: Document): Element {
	const groups = new Set(bars.map(({ group }) => group));
	const longest = Math.max(0, ...bars.map(({ name }) => name.length));
	// A character of this font takes some six pixels.
	const marginLeft = Math.min(width / 3, 16 + 6 * longest);
	return picture(
		plot({
			document,
			width,
			height: 48 + barHeight * bars.length + 12 * groups.size,
			marginLeft,
			marginRight: 110,
			ariaLabel: label,
			x: { zero: true, nice: true },
			y: { label: null, domain: [...new Set(bars.map(({ name }) => name))] },
			fy: { label: null, domain: [...groups] },
			marks: [
				gridX(gridLines),
				axisX({ anchor: "bottom", label: unit, labelArrow: "none", labelAnchor: "right", ticks: width / 120 }),
				barX([...bars], {
					x: "value",
					y: "name",
					...(groups.size > 1 ? { fy: "group" } : {}),
					fill: newestColor,
					insetTop: 2,
					insetBottom: 2,
				}),
				ruleX([0], { stroke: "currentColor" }),
			],
		}),
	);
}

function endOf({ points }: ChartLine): number {
	return points.at(-1)?.bpc ?? 0;
}

function colorOf({ isHeldOut, isNewest }: ChartLine): string {
	return isNewest ? (isHeldOut ? heldOutColor : newestColor) : earlierColor;
}

/** A screen reader reads the chart's label, and the numbers in the table. */
function picture(chart: Element): Element {
	chart.setAttribute("role", "img");
	for (const child of chart.children) child.setAttribute("aria-hidden", "true");
	// The page's policy allows no styles in the text; view.css has what Plot puts there.
	for (const style of chart.querySelectorAll("style")) style.remove();
	chart.setAttribute("class", "chart");
	return chart;
}
