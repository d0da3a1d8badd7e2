/** Held-out bits per character of workspaces over CPU budgets, beside programs that compress. */
import { basename } from "node:path";
import * as Plot from "@observablehq/plot";
import type { Components } from "../src/cli/measure/components.ts";
import { decimals, table } from "../src/cli/terminal/format.ts";
import type { Option, Values } from "../src/cli/terminal/options.ts";
import { measureCompressors, type PeerFigures, peerNames } from "./compressors.ts";
import { describeMachine } from "./machine.ts";
import { facetScales, facetTitles, grid, svgOf } from "./plots.ts";
import { geometricMean, markdownTable, publish, resultOptions } from "./results.ts";
import { inkling, trainingArguments, workspaceOptions, workspacesOf } from "./workspaces.ts";

const defaultBudgets = [5, 15, 60, 300];

/** Comma-separated numbers. */
const budgets: Option<readonly number[]> = {
	placeholder: "S,S,…",
	help: `CPU-seconds (default: ${defaultBudgets.join(",")})`,
	parse(given) {
		const list = given.split(",").map(Number);
		if (!list.every((seconds) => seconds >= 0)) throw new Error(`is ${JSON.stringify(given)}, not seconds`);
		return list;
	},
};

export const qualityOptions = { budgets, ...workspaceOptions, ...resultOptions };

/** The part of `evaluate --json` that is used here. */
interface Evaluation {
	readonly characters: number;
	readonly files: number;
	readonly cpuSeconds: number;
	readonly frozen: Components;
	readonly prequential: Components;
}

interface Measurement {
	readonly workspace: string;
	readonly budgetSeconds: number;
	readonly evaluation: Evaluation;
}

export async function quality(values: Values<typeof qualityOptions>, given: readonly string[]): Promise<void> {
	const folders = await workspacesOf(values.workspaces, given);
	const budgets = values.budgets ?? defaultBudgets;
	const measurements: Measurement[] = [];
	const peers: Record<string, PeerFigures> = {};
	for (const folder of folders) {
		const workspace = basename(folder);
		process.stderr.write(`${workspace}, other programs\n`);
		peers[workspace] = await measureCompressors(folder);
		for (const budgetSeconds of budgets) {
			process.stderr.write(`${workspace}, ${budgetSeconds} CPU-seconds\n`);
			const plan = ["--holdout", "10", "--budget-seconds", String(budgetSeconds), ...trainingArguments(values)];
			const evaluation = await inkling<Evaluation>("evaluate", folder, ...plan);
			measurements.push({ workspace, budgetSeconds, evaluation });
		}
	}
	const result = new Quality(Object.keys(peers), budgets, measurements, peers);
	publish(
		"quality",
		await describeMachine(),
		{ threads: values.threads ?? 1, measurements, peers, ratios: result.ratios },
		result.tables.map(([title, rows]) => `${title}\n\n${table(rows)}`).join("\n"),
		values,
		{
			markdown: result.tables.map(([title, rows]) => `${title}\n\n${markdownTable(rows)}`).join("\n"),
			plots: { quality: result.plot },
		},
	);
}

type Part = keyof Components;
type Manner = "frozen" | "prequential";
type Rows = readonly (readonly string[])[];

class Quality {
	readonly #workspaces: readonly string[];
	readonly #budgets: readonly number[];
	readonly #measurements: readonly Measurement[];
	readonly #peers: Readonly<Record<string, PeerFigures>>;
	/** Names of the compressors that are installed. */
	readonly #installed: readonly string[];

	constructor(
		workspaces: readonly string[],
		budgets: readonly number[],
		measurements: readonly Measurement[],
		peers: Readonly<Record<string, PeerFigures>>,
	) {
		this.#workspaces = workspaces;
		this.#budgets = budgets;
		this.#measurements = measurements;
		this.#peers = peers;
		this.#installed = peerNames.filter((name) => Object.values(peers).some(({ bpc }) => bpc[name] !== null));
	}

	/** Geometric means over the workspaces of the mixture's figure by each peer's; by budget, then by peer. */
	get ratios(): Readonly<Record<string, Readonly<Record<string, number | null>>>> {
		const ratio = (workspace: string, seconds: number, peer: string): number | null => {
			const ours = this.#bpc(workspace, seconds, "prequential", "mixture");
			const theirs = this.#peer(workspace, peer);
			return ours === null || theirs === null ? null : ours / theirs;
		};
		const mean = (seconds: number, peer: string) =>
			geometricMean(this.#workspaces.map((workspace) => ratio(workspace, seconds, peer)));
		return Object.fromEntries(
			this.#budgets.map((seconds) => [
				String(seconds),
				Object.fromEntries(this.#installed.map((peer) => [peer, mean(seconds, peer)])),
			]),
		);
	}

	get tables(): readonly (readonly [title: string, rows: Rows])[] {
		const longest = this.#budgets.at(-1) as number;
		const beside: Rows = [
			["", "memory", ...this.#budgets.map((seconds) => `mixture, ${seconds} s`), ...this.#installed],
			...this.#workspaces.map((workspace) => [
				workspace,
				decimals(this.#bpc(workspace, longest, "prequential", "memory")),
				...this.#budgets.map((seconds) => decimals(this.#bpc(workspace, seconds, "prequential", "mixture"))),
				...this.#installed.map((peer) => decimals(this.#peer(workspace, peer))),
			]),
		];
		const { ratios } = this;
		const means: Rows = [
			["", ...this.#installed],
			...this.#budgets.map((seconds) => [
				`${seconds} s`,
				...this.#installed.map((peer) => decimals(ratios[String(seconds)]?.[peer] ?? null)),
			]),
		];
		return [
			["Bits per character on held-out files, prequential, by CPU-seconds", beside],
			...(this.#installed.length === 0
				? []
				: [["The mixture's by that of each other program, geometric mean over the workspaces", means] as const]),
			["The GRU alone, frozen", this.#byBudget("frozen", "gru")],
			["The mixture, frozen", this.#byBudget("frozen", "mixture")],
		];
	}

	/** A curve for each part of the model, a line for each peer. */
	get plot(): string {
		const place = grid(this.#workspaces);
		/** `shift`: of the label, so that neighbours do not cover each other. */
		const series: readonly [name: string, manner: Manner, part: Part, shift: number][] = [
			["GRU, frozen", "frozen", "gru", -8],
			["memory", "prequential", "memory", -8],
			["mixture", "prequential", "mixture", 9],
		];
		// A logarithmic axis cannot show a budget of zero.
		const trained = this.#measurements.filter(({ budgetSeconds }) => budgetSeconds > 0);
		const budgets = this.#budgets.filter((seconds) => seconds > 0);
		const points = trained.flatMap(({ workspace, budgetSeconds: seconds }) =>
			series.map(([name, manner, part]) => ({
				...place(workspace),
				seconds,
				name,
				bpc: this.#bpc(workspace, seconds, manner, part),
			})),
		);
		const lines = this.#workspaces.flatMap((workspace) =>
			this.#installed.map((name) => ({ ...place(workspace), name, bpc: this.#peer(workspace, name) })),
		);
		const facet = { fx: "column", fy: "row" } as const;
		const drawn = [...points, ...lines].flatMap(({ bpc }) => (bpc === null ? [] : [bpc]));
		// Room for labels.
		const domain = [0.93 * Math.min(...drawn), 1.1 * Math.max(...drawn)];
		const first = budgets[0] as number;
		const last = budgets.at(-1) as number;
		return svgOf({
			width: 1080,
			height: 640,
			marginRight: 20,
			...facetScales,
			grid: true,
			x: { type: "log", label: "CPU-seconds", ticks: budgets, tickFormat: "d" },
			y: { type: "log", domain, label: "bits per character", ticks: [0.5, 0.7, 1, 1.4, 2, 2.8], tickFormat: ".1f" },
			color: { domain: series.map(([name]) => name), range: ["#4269d0", "#3ca951", "#d62728"] },
			marks: [
				Plot.frame(),
				Plot.ruleY(lines, { ...facet, y: "bpc", stroke: "#999", strokeDasharray: "3 3" }),
				Plot.text(lines, {
					...facet,
					x: first,
					y: "bpc",
					text: "name",
					textAnchor: "start",
					dx: 3,
					dy: -5,
					fontSize: 8,
					fill: "#666",
				}),
				Plot.line(points, { ...facet, x: "seconds", y: "bpc", stroke: "name", marker: "dot" }),
				...series.map(([series, , , shift]) =>
					Plot.text(
						points.filter(({ seconds, name }) => seconds === last && name === series),
						{ ...facet, x: "seconds", y: "bpc", text: "name", fill: "name", textAnchor: "end", dx: -4, dy: shift },
					),
				),
				facetTitles(this.#workspaces),
			],
		});
	}

	#byBudget(manner: Manner, part: Part): Rows {
		return [
			["", ...this.#budgets.map((seconds) => `${seconds} s`)],
			...this.#workspaces.map((workspace) => [
				workspace,
				...this.#budgets.map((seconds) => decimals(this.#bpc(workspace, seconds, manner, part))),
			]),
		];
	}

	#bpc(workspace: string, seconds: number, manner: Manner, part: Part): number | null {
		const found = this.#measurements.find((one) => one.workspace === workspace && one.budgetSeconds === seconds);
		return found?.evaluation[manner][part] ?? null;
	}

	#peer(workspace: string, name: string): number | null {
		return this.#peers[workspace]?.bpc[name] ?? null;
	}
}
