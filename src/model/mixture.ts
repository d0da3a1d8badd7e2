/** What the mixture offers; see the memory. */
import { type Counts, countingMixture } from "../../test/unit/support/countingMemory.ts";
import type { AdaptiveModel, LanguageModel } from "./languageModel.ts";
import type { Memory } from "./memory/index.ts";

export function createMixture(gru: LanguageModel | null, memory: Memory, generation: number): AdaptiveModel {
	return countingMixture(gru, memory as Memory & Counts, generation);
}
