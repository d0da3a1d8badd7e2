/** A short soak: a window is worked in for a while. It needs dist/, and is skipped where a process cannot be looked into. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { plotSoak } from "./plot.ts";
import { type Sample, soak, summaryOf } from "./soak.ts";

/** Descriptors, threads and timers of what is just going on. */
const slack = 4;
/** What both processes take together in the long run, MiB, with room for another machine's heap. */
const most = 600;

describe("a window that is worked in", () => {
	it("takes no more descriptors, threads and timers the longer it is used", async function () {
		if (!existsSync("/proc/self/fd")) {
			console.log("    Skipped: this system does not say what a process takes.");
			return this.skip();
		}
		const complaints: string[] = [];
		const samples = await soak({ seed: 1, samples: 6, actions: 30, isOver: () => false }, (line) => {
			if (!line.startsWith("{")) complaints.push(line);
		});
		assert.deepEqual(complaints, []);
		const [first, last] = [samples[1], samples.at(-1)] as [Sample, Sample];
		for (const name of ["serverDescriptors", "serverThreads", "hostDescriptors", "hostTimers"] as const)
			assert.ok(last[name] <= first[name] + slack, `${name}: ${first[name]}, then ${last[name]}`);
		assert.ok(last.hostMiB + last.serverMiB < most, JSON.stringify(last));
		assert.ok(last.typed > 1000);
		for (const name of ["cpuP95", "bytesP95", "cpuPerByte"] as const) assert.ok(last[name] > 0, JSON.stringify(last));
		assert.match(plotSoak(samples), /^<svg.*serverMiB/s);
	});
});

describe("the summary of a soak", () => {
	const sample: Sample = {
		minutes: 0,
		typed: 1,
		hostMiB: 100,
		serverMiB: 100,
		serverDescriptors: 20,
		serverThreads: 11,
		hostDescriptors: 20,
		hostTimers: 2,
		diskMiB: 10,
		p50: 2,
		p95: 10,
		cpuP50: 2,
		cpuP95: 6,
		bytesP95: 100,
		cpuPerByte: 40,
	};
	const growing = (name: keyof Sample, growth: number) =>
		Array.from({ length: 40 }, (_, index) => ({ ...sample, [name]: sample[name] * (1 + (growth * index) / 40) }));

	it("says of what stays the same that it is flat", () => {
		assert.ok(summaryOf(growing("p95", 0.1)).isFlat);
		assert.ok(!summaryOf([]).isFlat);
	});

	for (const name of Object.keys(sample).filter((one) => one !== "minutes" && one !== "typed") as (keyof Sample)[])
		it(`says of what grows that it does: ${name}`, () => {
			assert.ok(!summaryOf(growing(name, 3)).isFlat);
		});
});
