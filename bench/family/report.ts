/** The figures of several seeds together, and tables of them. */
import { count } from "../../src/cli/terminal/format.ts";
import { distances } from "./gradientReach.ts";
import type { GradientNorms, Measured } from "./measured.ts";
import { members, titleOf } from "./members.ts";

/** Of one model on one text: means over the seeds. */
export interface Row {
	readonly name: string;
	readonly text: string;
	readonly bpc: number;
	/** The standard deviation of a seed; null with one. */
	readonly deviation: number | null;
	/** Learned in a CPU-second. */
	readonly charactersPerSecond: number;
	readonly characters: number;
	readonly parameters: number;
	readonly stepMicroseconds: number;
	readonly gradientNormAtStart: GradientNorms;
	readonly gradientNorm: GradientNorms;
	readonly shape: object;
	readonly seeds: number;
}

type Table = readonly [title: string, rows: readonly (readonly string[])[]];

/** @param measured one a seed, at least one */
export function rowOf(name: string, text: string, measured: readonly Measured[]): Row {
	const [first] = measured;
	if (first === undefined) throw new Error(`${name} was not measured on ${text}`);
	const mean = (figure: (one: Measured) => number) =>
		measured.reduce((sum, one) => sum + figure(one), 0) / measured.length;
	const norms = (which: "gradientNorm" | "gradientNormAtStart") =>
		Object.fromEntries(Object.keys(first[which]).map((k) => [k, mean((one) => one[which][k] as number)]));
	const bpc = mean((one) => one.bpc);
	const squares = measured.reduce((sum, one) => sum + (one.bpc - bpc) ** 2, 0);
	return {
		name,
		text,
		bpc,
		deviation: measured.length === 1 ? null : Math.sqrt(squares / (measured.length - 1)),
		charactersPerSecond: mean((one) => one.characters) / mean((one) => one.cpuSeconds),
		characters: mean((one) => one.characters),
		parameters: first.parameters,
		stepMicroseconds: mean((one) => one.stepMicroseconds),
		gradientNormAtStart: norms("gradientNormAtStart"),
		gradientNorm: norms("gradientNorm"),
		shape: first.shape,
		seeds: measured.length,
	};
}

export function rowTitle({ name }: Pick<Row, "name">): string {
	const member = members[name];
	return member === undefined ? name : titleOf(member);
}

/** Shares of the gradient at the last state, by distance; null where there was no text to measure it on. */
export function reach(norms: GradientNorms): readonly { readonly distance: number; readonly share: number }[] {
	const last = norms["0"];
	if (last === undefined) return [];
	return distances.flatMap((distance) =>
		distance === 0 ? [] : [{ distance, share: (norms[String(distance)] as number) / last }],
	);
}

const eighths = "▁▂▃▄▅▆▇█";
/** Powers of ten that one eighth of a character's height stands for: the lowest is below 10⁻⁷. */
const DECADES = 1;

/** The reach as a row of bars with a logarithmic scale, from 1 (or more) down to 10⁻⁷ (or less). */
export function sparkline(norms: GradientNorms): string {
	return reach(norms)
		.map(({ share }) => {
			const height = eighths.length - 1 + Math.round(Math.log10(Math.max(share, Number.MIN_VALUE)) / DECADES);
			return eighths[Math.min(eighths.length - 1, Math.max(0, height))];
		})
		.join("");
}

export function tablesOf(rows: readonly Row[]): readonly Table[] {
	const texts = [...new Set(rows.map(({ text }) => text))];
	return texts.flatMap((text): readonly Table[] => {
		const own = rows.filter((row) => row.text === text);
		return [
			[
				`${text}: bits per character of text held out, speed and size`,
				[
					[
						"",
						"bits",
						"±",
						"learned, characters/s",
						"parameters",
						"one step, µs",
						"reach before",
						"and after training",
					],
					...own.map((row) => [
						rowTitle(row),
						row.bpc.toFixed(3),
						row.deviation?.toFixed(3) ?? "–",
						count(row.charactersPerSecond),
						count(row.parameters),
						row.stepMicroseconds.toFixed(row.stepMicroseconds < 100 ? 1 : 0),
						sparkline(row.gradientNormAtStart),
						sparkline(row.gradientNorm),
					]),
				],
			],
			...(["gradientNormAtStart", "gradientNorm"] as const).map(
				(which): Table => [
					`${text}: the gradient that reaches back so many steps, as a share of that at the last, ${which === "gradientNorm" ? "after" : "before"} training`,
					[
						["", ...distances.filter((distance) => distance > 0).map(String)],
						...own
							.filter((row) => reach(row[which]).length > 0)
							.map((row) => [rowTitle(row), ...reach(row[which]).map(({ share }) => shareText(share))]),
					],
				],
			),
		];
	});
}

function shareText(share: number): string {
	return share >= 0.001 && share < 1000 ? share.toPrecision(2) : share.toExponential(0);
}
