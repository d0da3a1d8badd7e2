/** How fast the machine is on which a replay types. */
import { Buffer } from "node:buffer";
import { standardCalibration } from "../../../completion/calibration.ts";
import { completing } from "../../../completion/complete.ts";
import { Trie } from "../../../completion/trie.ts";
import type { Engine } from "../../../engines/engine.ts";
import type { Model } from "../../../model/checkpoint.ts";
import type { Context, LanguageModel } from "../../../model/languageModel.ts";
import { createMemory } from "../../../model/memory/index.ts";
import { createMixture } from "../../../model/mixture.ts";
import { createLoadedModel } from "../../../server/loader.ts";
import type { SessionHost } from "../../../server/session.ts";
import { choice } from "../../terminal/options.ts";
import { memoryMebibytes } from "../components.ts";
import { measureCosts, WorkClock, type WorkCosts } from "./workClock.ts";

export const machines = ["stopped", "1", "2", "4", "8"] as const;
export type MachineName = (typeof machines)[number];

export const machineOption = choice(
	machines,
	"clock: times slower than this machine (default: 1); stopped: no search is cut off",
);

/** What a session has of a machine. */
export interface MachineParts extends Pick<SessionHost, "mix" | "now"> {
	/** How many times as slow it is; null if no time goes by. */
	readonly factor: number | null;
	readonly costs: WorkCosts | null;
}

/** As people read it. */
export function machineText(factor: number | null): string {
	if (factor === null) return "no search cut off";
	return factor === 1 ? "at the speed of this machine" : `on a machine ${factor} times as slow as this one`;
}

/** Text that the costs are measured with. More would take longer, and the costs hardly depend on it. */
const mostTaught = 2 ** 20;
const leastTaught = 2 ** 14;

/** @param texts of the workspace */
export async function machineOf(
	name: MachineName,
	engine: Engine,
	model: Model,
	texts: readonly string[],
): Promise<MachineParts> {
	if (name === "stopped") return { factor: null, costs: null, mix: createMixture, now: () => 0 };
	const network = await createLoadedModel(engine, model);
	const sample = sampleOf(texts);
	const memory = await createMemory({ mebibytes: memoryMebibytes, expectedBytes: sample.length });
	memory.index(memory.start(), sample);
	const costs = measureCosts(createMixture(network.model, memory), sample, search);
	network.dispose();
	const factor = Number(name);
	const clock = new WorkClock(costs, factor);
	return {
		factor,
		costs,
		mix: (network, memory) => clock.counting(createMixture(network, memory)),
		now: () => clock.now(),
	};
}

function search(model: LanguageModel, context: Context): void {
	const trie = new Trie(model, context);
	const around = { before: "", after: "", previousLine: "", nextLine: "" };
	const wish = { explicit: false, count: 1, threshold: "balanced", forced: "" } as const;
	const steps = completing(trie, trie.root, around, wish, standardCalibration);
	while (!steps.next(false).done);
}

/** In a small workspace the same text comes again and again. */
function sampleOf(texts: readonly string[]): Uint8Array {
	const all = Buffer.from(texts.join("\n").slice(0, mostTaught) || "\n");
	return Buffer.concat(Array.from({ length: Math.ceil(leastTaught / all.length) }, () => all)).subarray(0, mostTaught);
}
