/** The clock of the system may be set back while a training runs. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { runLoop } from "../../../src/trainer/loop.ts";
import { Throughput } from "../../../src/trainer/throughput.ts";

describe("A clock that is set back by an hour", () => {
	const times = [
		...Array.from({ length: 10 }, (_, i) => 4e6 + i * 400),
		...Array.from({ length: 10 }, (_, i) => i * 400),
	];

	it("keeps no report waiting", async () => {
		let updates = 0;
		const reports: number[] = [];
		await runLoop({
			proceed: async () => true,
			end: () => (updates === times.length ? "budget" : undefined),
			update: async () => void updates++,
			afterUpdate: async () => undefined,
			report: () => void reports.push(updates),
			now: () => times[updates - 1] as number,
			reportSeconds: 1,
		});
		assert.deepEqual(reports, [1, 4, 7, 10, 11, 14, 17, 20]);
	});

	it("makes no speed negative", () => {
		let at = 0;
		const throughput = new Throughput(() => times[at] as number);
		for (; at < times.length; at++) {
			throughput.add(100);
			const speed = throughput.perSecond();
			assert.ok(speed === 0 || Math.abs(speed - 250) < 1e-6, `${speed}`);
		}
	});
});
