/** What a session uses of the process that it runs in. */
import * as fileSystem from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { standardCalibration, toEdits } from "../completion/calibration.ts";
import { createMemory, roomForMemory } from "../model/memory/index.ts";
import { createMixture } from "../model/mixture.ts";
import { after } from "../platform/timer.ts";
import { shippedLexicon } from "../spelling/shipped.ts";
import type { SessionHost } from "./session.ts";

export const processHost: Omit<SessionHost, "send" | "load"> = {
	createMemory,
	roomForMemory,
	loadLexicon: shippedLexicon,
	mix: createMixture,
	calibration: standardCalibration,
	toEdits,
	fileSystem,
	now: () => performance.now(),
	usedBytes: () => process.memoryUsage.rss(),
	defer: setImmediate,
	after,
};
