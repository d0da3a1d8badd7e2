import assert from "node:assert/strict";
import { interruptible } from "../../../../src/cli/terminal/interruption.ts";

describe("work that may be interrupted", () => {
	/** A terminal on which Ctrl+C is pressed by hand. */
	function keyboard() {
		const handlers = new Set<() => void>();
		return {
			handlers,
			press: () => [...handlers].map((handler) => handler()),
			onInterrupt(handler: () => void) {
				handlers.add(handler);
				return () => void handlers.delete(handler);
			},
		};
	}

	it("leaves signals to the system until there is something to keep, and again afterwards", async () => {
		const terminal = keyboard();
		await interruptible(terminal, async (goesOn) => {
			assert.equal(terminal.handlers.size, 0);
			assert.equal(await goesOn(), true);
			assert.equal(await goesOn(), true);
			assert.equal(terminal.handlers.size, 1);
			terminal.press();
			assert.equal(await goesOn(), false);
		});
		assert.equal(terminal.handlers.size, 0);
	});

	it("listens no more when it fails", async () => {
		const terminal = keyboard();
		const failing = interruptible(terminal, async (goesOn) => {
			await goesOn();
			throw new Error("no");
		});
		await assert.rejects(failing, /no/);
		assert.equal(terminal.handlers.size, 0);
	});
});
