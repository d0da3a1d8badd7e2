import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { chooseValidation, type UsedFiles } from "../../../../src/corpus/holdout.ts";
import { readUsedFiles } from "../../../../src/protocol/corpusReport.ts";
import { readSample } from "../../../../src/server/memory/tuningSample.ts";
import { corpusReport } from "../../../../src/trainer/text.ts";

/** Text of `lines` lines that says where it is from. */
const textOf = (path: string, lines: number): string => `line of ${path}\n`.repeat(lines);

function workspace(sizes: readonly number[]): Map<string, string> {
	return new Map(sizes.map((lines, k) => [`${k}.ts`, textOf(`${k}.ts`, lines)]));
}

/** What a training of these files writes down, and reads back. */
function usedBy(files: ReadonlyMap<string, string>, before: UsedFiles | null = null): UsedFiles {
	const corpus = [...files].map(([path, text]) => ({ path, text, bytes: text.length, masked: 0, modified: 1 }));
	const { validation, tail, isUnseen } = chooseValidation(corpus, before);
	const heldOut = { paths: new Set(validation.map(({ path }) => path)), tail, isUnseen };
	const report = corpusReport({ files: corpus, leftOut: [] } as unknown as Parameters<typeof corpusReport>[0], heldOut);
	return readUsedFiles(JSON.stringify(report)) as UsedFiles;
}

async function sample(files: ReadonlyMap<string, string>, used: UsedFiles | null) {
	const listed = [...files].map(([path, text]) => ({ path, absolutePath: `/ws/${path}`, length: text.length }));
	const read = async ({ path: name }: { readonly path: string }) => {
		const text = files.get(name);
		return text === undefined ? null : { name, text };
	};
	const { seen, unseen } = await readSample(listed, used, 64, read);
	const bodies = (documents: typeof seen) =>
		documents.map(({ bytes, skip }) => Buffer.from(bytes.subarray(skip, -1)).toString());
	return { seen: bodies(seen), unseen: bodies(unseen) };
}

describe("the text that an ensemble is tuned on", () => {
	it("takes for unseen what the training held out, although a choice among today's files would be another", async () => {
		const before = workspace(new Array(60).fill(100));
		const used = usedBy(before);
		const held = [...used].filter(([, { heldOut }]) => heldOut).map(([path]) => path);
		const today = workspace(Array.from({ length: 60 }, (_, k) => 60 + ((k * 7) % 90)));
		const { seen, unseen } = await sample(today, used);
		assert.deepEqual(unseen.sort(), held.map((path) => today.get(path)).sort());
		assert.equal(seen.length, 60 - held.length);
		assert.notDeepEqual((await sample(today, null)).unseen.sort(), unseen);
	});

	it("takes nothing for unseen where nothing is left of what was held out", async () => {
		const before = workspace(new Array(60).fill(100));
		const used = usedBy(before);
		const rest = new Map([...before].filter(([path]) => !used.get(path)?.heldOut));
		assert.deepEqual((await sample(rest, used)).unseen, []);
		// A further training has to hold something out that was learned before.
		const again = usedBy(rest, used);
		assert.ok([...again.values()].some(({ heldOut }) => heldOut));
		assert.deepEqual((await sample(rest, again)).unseen, []);
	});

	it("takes the tail that was held out, and none of it once the text before it has changed", async () => {
		const before = workspace([600, 3]);
		const used = usedBy(before);
		const from = used.get("0.ts")?.tail?.from as number;
		const text = before.get("0.ts") as string;
		assert.deepEqual((await sample(before, used)).unseen, [text.slice(from)]);
		const edited = new Map([...before, ["0.ts", `edited\n${text}`]]);
		assert.deepEqual((await sample(edited, used)).unseen, []);
	});
});
