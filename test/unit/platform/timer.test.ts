import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "mocha";
import type { Workspace } from "../../../src/domain/memory.ts";
import { systemClock } from "../../../src/editor/processes/clock.ts";
import { Renewal } from "../../../src/server/memory/renewal.ts";
import { processHost } from "../../../src/server/processHost.ts";

describe("A timer", () => {
	const clocks = { "the completion process": processHost, "the extension host": systemClock };
	for (const [of, clock] of Object.entries(clocks)) {
		it(`of ${of} for longer than a month does not end at once`, async () => {
			let ended = false;
			const cancel = clock.after(2 ** 31, () => {
				ended = true;
			});
			await sleep(20);
			cancel();
			assert.equal(ended, false);
		});
	}

	it("of a large workspace with little to forget leaves the process at rest", async () => {
		let wakes = 0;
		let cancel = (): void => {};
		const renewal = new Renewal({
			...processHost,
			after(milliseconds, task) {
				cancel = processHost.after(milliseconds, task);
				return cancel;
			},
			wake: () => wakes++,
			log: () => {},
		});
		const present = 64 * 2 ** 20;
		renewal.work({ learned: present + 100, present }, {} as Workspace, present, () => true);
		await sleep(20);
		cancel();
		assert.equal(wakes, 0);
	});
});
