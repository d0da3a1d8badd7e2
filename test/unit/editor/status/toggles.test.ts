import assert from "node:assert/strict";
import type { OnOff } from "../../../../src/editor/settings/onOff.ts";
import * as fake from "../fakeVscode.ts";
import { on } from "./inputs.ts";

const { toggleEnabled, toggleLanguage } = await import("../../../../src/editor/status/toggles.ts");

describe("Turning suggestions off and on", () => {
	let ran: string[];
	let after: OnOff;
	let isForcedOff: boolean;
	const settings = {
		isForcedOff: () => isForcedOff,
		onOff: () => after,
		toggle: async () => void ran.push("toggle"),
		toggleLanguage: async () => void ran.push("toggleLanguage"),
	};
	const off = { layer: "user", forLanguage: false } as const;
	const forLanguage = { layer: "user", forLanguage: true } as const;

	beforeEach(() => {
		ran = [];
		isForcedOff = false;
		fake.messages.length = 0;
		fake.window.activeTextEditor = { document: { languageId: "plaintext" } } as never;
	});
	afterEach(() => {
		fake.window.activeTextEditor = undefined;
		fake.assertReadable();
	});

	const cases: readonly [run: () => Promise<void>, after: OnOff, said: string][] = [
		[() => toggleEnabled(settings), on, "Inkling's suggestions are on."],
		[() => toggleEnabled(settings), { enabled: false, decidedBy: "everywhere" }, "Inkling's suggestions are off."],
		[() => toggleEnabled(settings), { enabled: false, decidedBy: off }, "Inkling's suggestions are off."],
		[
			() => toggleEnabled(settings),
			{ enabled: false, decidedBy: forLanguage },
			"Inkling's suggestions are off for Plain Text.",
		],
		[() => toggleLanguage(settings), on, "Inkling's suggestions are on for Plain Text."],
		[
			() => toggleLanguage(settings),
			{ enabled: false, decidedBy: forLanguage },
			"Inkling's suggestions are off for Plain Text.",
		],
	];
	for (const [run, state, said] of cases)
		it(`says in a message what came of it: ${said} (${JSON.stringify(state)})`, async () => {
			after = state;
			await run();
			assert.equal(ran.length, 1);
			assert.deepEqual(
				fake.messages.map(({ text }) => text),
				[said],
			);
		});

	it("changes nothing where the machine's policy has turned Inkling off, and says so", async () => {
		isForcedOff = true;
		await toggleEnabled(settings);
		await toggleLanguage(settings);
		assert.deepEqual(ran, []);
		assert.equal(fake.messages.length, 2);
		assert.match(fake.messages[0]?.text ?? "", /inkling\.policy\.forceOff/);
	});
});
