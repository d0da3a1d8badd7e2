import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import fc from "fast-check";
import type { TrainingCurve } from "../../../../src/domain/curve.ts";
import type { TrainingProgress } from "../../../../src/domain/training.ts";
import { curvesJson, readCurves } from "../../../../src/protocol/curves.ts";
import { CurveFile, mostCurves } from "../../../../src/trainer/curve/file.ts";
import { CurveRecorder } from "../../../../src/trainer/curve/recorder.ts";
import { mostPoints, Series } from "../../../../src/trainer/curve/series.ts";
import { notTraining } from "../../../../src/trainer/run.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

function progress(elapsedSeconds: number, changes: Partial<TrainingProgress> = {}): TrainingProgress {
	return { ...notTraining("training"), elapsedSeconds, characters: elapsedSeconds * 1000, trainBpc: 2, ...changes };
}

describe("A series of points", () => {
	it("stays small and shows its whole course, however long it grows", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0.1, max: 100, noNaN: true }), (count, step) => {
				const series = new Series();
				for (let i = 0; i < count; i++) series.add({ seconds: i * step, characters: i, bpc: 1 });
				const { points } = series;
				assert.ok(points.length <= mostPoints);
				assert.ok(points.length >= Math.min(count, mostPoints / 4), `${points.length} of ${count}`);
				const last = points.at(-1)?.seconds ?? 0;
				assert.ok(last >= (count - 1) * step * 0.97, "up to now");
				assert.ok((points[0]?.seconds ?? Infinity) <= count * step * 0.05, "from the beginning");
			}),
		);
	});
});

describe("The learning curve of a training", () => {
	it("has a point a second while it is short, and each measurement on held-out text", () => {
		const recorder = new CurveRecorder("2026-01-01T00:00:00Z");
		const added = [
			recorder.add(progress(0, { trainBpc: null, measuredBpc: 3 })),
			recorder.add(progress(0.5, { measuredBpc: 3 })),
			recorder.add(progress(1, { measuredBpc: 3 })),
			recorder.add(progress(1.6, { trainBpc: 1.7, measuredBpc: 3 })),
			recorder.add(progress(1.7, { measuredBpc: 2.5 })),
			recorder.add(progress(9, { measuredBpc: 2.75 })),
		];
		assert.deepEqual(added, [true, true, false, true, true, true]);
		recorder.end("budget");
		assert.deepEqual(recorder.curve, {
			begunAt: "2026-01-01T00:00:00Z",
			end: "budget",
			train: [
				{ seconds: 0.5, characters: 500, bpc: 2 },
				{ seconds: 1.6, characters: 1600, bpc: 1.7 },
				{ seconds: 9, characters: 9000, bpc: 2 },
			],
			heldOut: [
				{ seconds: 0, characters: 0, bpc: 3 },
				{ seconds: 1.7, characters: 1700, bpc: 2.5 },
				{ seconds: 9, characters: 9000, bpc: 2.75 },
			],
		});
	});
});

describe("The file of learning curves", () => {
	const path = useTemporaryFolder();
	const warnings: string[] = [];
	let told: TrainingCurve[];

	beforeEach(() => {
		warnings.length = 0;
		told = [];
	});

	const begin = (file: string, isContinued = false, now?: Date): Promise<CurveFile> =>
		CurveFile.begin(
			{ file, changed: (curve) => told.push(curve), log: (_level, message) => warnings.push(message) },
			isContinued,
			now,
		);
	const curves = async (file: string) => readCurves(await readFile(file, "utf8"));
	const curve: TrainingCurve = {
		begunAt: "2025-01-01T00:00:00Z",
		end: "budget",
		train: [{ seconds: 5, characters: 10, bpc: 2 }],
		heldOut: [],
	};

	it("keeps the curves of trainings one after the other, and tells each new point", async () => {
		const file = path("new", "curves.json");
		const first = await begin(file, false, new Date("2026-01-01"));
		await first.write();
		await assert.rejects(stat(file), "nothing was learned yet");
		first.add(progress(1));
		await first.end("converged");
		const second = await begin(file, false, new Date("2026-02-01"));
		second.add(progress(2));
		await second.write();
		assert.deepEqual(
			(await curves(file)).map(({ begunAt, end, train }) => [begunAt, end, train.length]),
			[
				["2026-01-01T00:00:00.000Z", "converged", 1],
				["2026-02-01T00:00:00.000Z", null, 1],
			],
		);
		assert.deepEqual(
			told.map(({ end, train }) => [end, train.length]),
			[
				[null, 1],
				["converged", 1],
				[null, 1],
			],
		);
	});

	it("goes on with the curve of a training that was stopped or cut short, and with no other", async () => {
		for (const [end, count] of [
			["stopped", 1],
			[null, 1],
			["budget", 2],
		] as const) {
			const file = path(`${end}.json`);
			await writeFile(file, curvesJson([{ ...curve, end }]));
			const continued = await begin(file, true);
			continued.add(progress(7));
			await continued.write();
			const found = await curves(file);
			assert.equal(found.length, count, `${end}`);
			assert.deepEqual(
				found.flatMap(({ train }) => train.map(({ seconds }) => seconds)),
				[5, 7],
			);
		}
	});

	it("forgets the oldest", async () => {
		const file = path("curves.json");
		await writeFile(file, curvesJson(Array.from({ length: mostCurves }, (_, i) => ({ ...curve, begunAt: `${i}` }))));
		const next = await begin(file);
		next.add(progress(1));
		await next.write();
		const found = await curves(file);
		assert.equal(found.length, mostCurves);
		assert.equal(found[0]?.begunAt, "1");
	});

	it("reads what is sound of a broken file, and nothing of one that is no JSON", () => {
		assert.deepEqual(readCurves(JSON.stringify({ curves: [1, curve, { ...curve, train: [{}] }] })), [curve]);
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				assert.deepEqual(readCurves(text), []);
			}),
		);
		assert.deepEqual(readCurves(curvesJson([curve]).slice(0, -5)), []);
	});

	it("says once that it cannot be written, and lets the training go on", async () => {
		await writeFile(path("occupied"), "");
		const file = await begin(path("occupied", "curves.json"));
		file.add(progress(1));
		await file.write();
		await file.end("budget");
		assert.equal(warnings.length, 1);
	});
});
