/** From a model file to a model that answers: the parameters are read, checked and handed to the engine. */
import type { Engine } from "../engines/engine.ts";
import { type Model, summarize } from "../model/checkpoint.ts";
import { createShippedNetwork, createTriedNetwork } from "../model/triedNetwork.ts";
import type { LoadedModel } from "./session.ts";

/** A search follows at most six hypotheses, seven candidates are compared by what follows them. */
const maxBatch = 8;

/**
 * Weights in int8: a third of the time of float32, at a hundredth of a bit per character.
 *
 * @throws {Failure} as `createTriedNetwork`
 */
export async function createLoadedModel(engine: Engine, model: Model): Promise<LoadedModel> {
	return { ...(await createTriedNetwork(engine, model, "int8", maxBatch)), summary: summarize(model) };
}

/**
 * Likewise of the base model.
 *
 * @throws {Failure} as `createShippedNetwork`
 */
export async function createShippedModel(engine: Engine, model: Model): Promise<LoadedModel> {
	return { ...(await createShippedNetwork(engine, model, "int8", maxBatch)), summary: summarize(model) };
}
