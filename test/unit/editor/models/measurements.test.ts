import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import fc from "fast-check";
import type { FilePerplexity } from "../../../../src/domain/perplexities.ts";
import { storageFiles } from "../../../../src/domain/storage.ts";
import { readMeasurements } from "../../../../src/protocol/perplexities.ts";
import "../fakeVscode.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

const { FileMeasurements } = await import("../../../../src/editor/models/measurements.ts");

describe("What was measured of files", () => {
	const path = useTemporaryFolder();
	const warnings: string[] = [];
	const measured = (network: number): FilePerplexity[] => [
		{ path: "a.ts", characters: 10, network, memory: 3, mixture: 1 },
	];
	const make = (storage: string | undefined = path()) =>
		new FileMeasurements({ storage, log: { warn: (text: string) => warnings.push(text) } });

	it("is kept for later windows, with that of the model before", async () => {
		const first = make();
		await first.load();
		assert.equal(first.measurements, null);
		await first.receive(measured(4), "base");
		await first.receive(measured(3), "trained");
		await first.receive(measured(2), "trained");
		const second = make();
		await second.load();
		const expected = {
			now: { trainedAt: "trained", files: measured(2) },
			before: { trainedAt: "base", files: measured(4) },
		};
		assert.deepEqual(second.measurements, expected);
		assert.deepEqual(first.measurements, expected);
	});

	it("is of a model that is there, and forgotten with it", async () => {
		const measurements = make();
		await measurements.receive(measured(4), undefined);
		await measurements.receive([], "trained");
		assert.equal(measurements.measurements, null);
		void measurements.receive(measured(4), "trained");
		await measurements.forget();
		assert.equal(measurements.measurements, null);
		await assert.rejects(readFile(path(storageFiles.perplexities)), "a deleted model leaves nothing behind");
	});

	it("is shown also where it cannot be kept", async () => {
		await writeFile(path("occupied"), "");
		for (const storage of [undefined, path("occupied", "storage")]) {
			const measurements = new FileMeasurements({ storage, log: { warn: (text: string) => warnings.push(text) } });
			await measurements.load();
			await measurements.receive(measured(4), "trained");
			assert.deepEqual(measurements.measurements?.now.files, measured(4));
		}
		assert.equal(warnings.length, 1);
	});

	it("is nothing where the file is broken", () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => assert.equal(readMeasurements(text), null)));
	});
});
