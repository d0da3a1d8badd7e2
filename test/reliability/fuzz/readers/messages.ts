/** Readers of JSON: messages between processes, settings, and the small files in the storage folder. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { standardCalibration, toEdits } from "../../../../src/completion/calibration.ts";
import type { TrainingProgress } from "../../../../src/domain/training.ts";
import { checkSetting } from "../../../../src/editor/settings/check.ts";
import { type SettingName, settings } from "../../../../src/editor/settings/names.ts";
import { readCorpusReport } from "../../../../src/protocol/corpusReport.ts";
import { curvesJson, readCurves } from "../../../../src/protocol/curves.ts";
import { readMeasurements } from "../../../../src/protocol/perplexities.ts";
import { serverMessages, serverRequests } from "../../../../src/protocol/serverShapes.ts";
import { trainerMessages, trainerRequests } from "../../../../src/protocol/trainerShapes.ts";
import { viewMessages, viewRequests } from "../../../../src/protocol/viewShapes.ts";
import { ExperienceStore } from "../../../../src/server/experienceStore.ts";
import { CurveRecorder } from "../../../../src/trainer/curve/recorder.ts";
import { Experience } from "../../../../src/tuning/experience.ts";
import {
	serverMessageSamples,
	serverRequestSamples,
	trainerMessageSamples,
	trainerRequestSamples,
	viewMessageSamples,
	viewRequestSamples,
} from "../../../unit/protocol/samples.ts";
import { damagedJson } from "../mutations.ts";
import { holding } from "./models.ts";
import type { Reader } from "./reader.ts";

/**
 * A parser makes up to sixty bytes of the three of `{},`, and a small file is mostly that in the worst case; how large a file of each kind
 * may be is limited instead.
 */
const jsonAllocation = 64;

function json(value: unknown): Buffer {
	return Buffer.from(JSON.stringify(value));
}

/** Neither a value nor anything in it is a number that is none. */
function assertNumbers(value: unknown): void {
	if (typeof value === "number") assert.ok(Number.isFinite(value), `the number ${value}`);
	else if (typeof value === "object" && value !== null) for (const one of Object.values(value)) assertNumbers(one);
}

const progress: TrainingProgress = {
	...trainerMessageSamples.progress.progress,
	elapsedSeconds: 5,
	trainBpc: 2,
	measuredBpc: 3,
};

const point = { seconds: 1, characters: 2, bpc: 3 };
const usedFile = { path: "a.ts", bytes: 1, heldOut: true, digest: "d", masked: 0 };
const measurement = {
	trainedAt: "2026-01-01T00:00:00Z",
	files: [{ path: "a.ts", characters: 10, network: 2, memory: 3, mixture: 1.5 }],
};

/** As the completion process reads it; returns whether it recalls outcomes. */
async function recall(file: Buffer): Promise<boolean> {
	const experience = new Experience(toEdits);
	const complaints: string[] = [];
	const store = new ExperienceStore(experience, {
		fileSystem: holding(file) as never,
		now: () => 0,
		log: (_, message) => complaints.push(message),
	});
	store.use("network");
	store.keepIn("storage");
	await store.close();
	// Anything but these is an error that nobody meant.
	for (const complaint of complaints) assert.match(complaint, /it is (?:of another kind|too large)$/);
	const { outcomes } = experience;
	assertNumbers(outcomes);
	const calibrated = experience.calibration(standardCalibration).calibrated(0.5);
	assert.ok(calibrated >= 0 && calibrated <= 1, `the probability ${calibrated}`);
	return outcomes.length > 0;
}

const messageSamples = [
	serverRequestSamples,
	serverMessageSamples,
	trainerRequestSamples,
	trainerMessageSamples,
	viewRequestSamples,
	viewMessageSamples,
].flatMap((of) => Object.entries(of).map(([type, fields]) => json({ type, ...(fields as object) })));

export const messageReaders: readonly Reader[] = [
	{
		name: "message",
		share: 4,
		seeds: messageSamples,
		allocation: jsonAllocation,
		damage: damagedJson,
		read(file) {
			let value: unknown;
			try {
				// The channel parses it, and drops what is no JSON.
				value = JSON.parse(file.toString());
			} catch {
				return false;
			}
			let isTaken = false;
			const take = (): void => {
				isTaken = true;
			};
			for (const messages of [
				serverRequests,
				serverMessages,
				trainerRequests,
				trainerMessages,
				viewRequests,
				viewMessages,
			])
				messages.receive(value, take, () => undefined);
			return isTaken;
		},
	},
	{
		name: "setting",
		share: 2,
		seeds: Object.keys(settings).flatMap((name) => [
			json([name, { a: true, "**/b": false }]),
			json([name, 3]),
			json([name, "text"]),
		]),
		allocation: jsonAllocation,
		damage: damagedJson,
		read(file) {
			let value: unknown;
			try {
				value = JSON.parse(file.toString());
			} catch {
				return false;
			}
			const [name, found] = Array.isArray(value) ? value : [];
			if (typeof name !== "string" || !Object.hasOwn(settings, name)) return false;
			const checked = checkSetting(name as SettingName, found);
			assertNumbers(checked.value);
			return checked.fault === undefined;
		},
	},
	{
		name: "experience",
		share: 1,
		seeds: [
			json({
				network: "network",
				outcomes: [
					[0.5, 1],
					[0.25, 0],
				],
			}),
			json({ network: "network", outcomes: Array.from({ length: 40 }, (_, i) => [i / 40, i % 2]) }),
		],
		allocation: jsonAllocation,
		damage: damagedJson,
		read: recall,
	},
	{
		name: "learning curves",
		share: 1,
		seeds: [
			Buffer.from(
				curvesJson([
					{ begunAt: "2026-01-01", end: "stopped", train: [point, { ...point, seconds: 2 }], heldOut: [point] },
					{ begunAt: "2026-01-02", end: null, train: [point], heldOut: [] },
				]),
			),
		],
		allocation: jsonAllocation,
		damage: damagedJson,
		read(file) {
			const last = readCurves(file.toString()).at(-1);
			// As a training that goes on with the last one.
			const recorder = new CurveRecorder("2026-01-03", last);
			for (let step = 0; step < 3; step++)
				recorder.add({ ...progress, elapsedSeconds: 5 * step, measuredBpc: 3 - step / 10 });
			assertNumbers(recorder.curve);
			return last !== undefined;
		},
	},
	{
		name: "measurements",
		share: 0.5,
		seeds: [json({ now: measurement, before: null }), json({ now: measurement, before: measurement })],
		allocation: jsonAllocation,
		damage: damagedJson,
		read(file) {
			const measurements = readMeasurements(file.toString());
			for (const { characters, network, memory, mixture } of measurements?.now.files ?? [])
				assertNumbers([characters, network, memory, mixture]);
			return measurements !== null;
		},
	},
	{
		name: "corpus report",
		share: 0.5,
		seeds: [
			json({
				used: [usedFile, { ...usedFile, tail: { from: 3, headDigest: "d" }, heldOut: false, seenBefore: true }],
				leftOut: [{ path: "b.bin", reason: "binary" }],
			}),
		],
		allocation: jsonAllocation,
		damage: damagedJson,
		read(file) {
			return readCorpusReport(file.toString()) !== undefined;
		},
	},
];
