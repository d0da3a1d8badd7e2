import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Trie } from "../../../src/completion/trie.ts";
import { ngramModel } from "../support/ngramModel.ts";

const text = "const answer = 42;\nconst question = answer;\n";

describe("the trie of typed and generated text", () => {
	it("asks the model nothing twice, neither walking down nor up", () => {
		const model = ngramModel(text);
		const trie = new Trie(model, model.start());
		const node = trie.walk(trie.root, Buffer.from("const a"));
		trie.contextAt(node);
		assert.deepEqual(model.work, { batches: 0, steps: 0, read: 7 });
		trie.contextAt(trie.walk(trie.root, Buffer.from("const a")));
		assert.equal(model.work.read, 7, "the same again");
		trie.contextAt(trie.child(node, "n".charCodeAt(0)));
		assert.equal(model.work.read, 8, "one typed character");
		trie.contextAt(node);
		assert.equal(model.work.read, 8, "one deleted character");
	});

	it("gives each node the context that reading the text gives", () => {
		const model = ngramModel(text);
		const trie = new Trie(model, model.start());
		const nodes = ["co", "an"].map((bytes) => trie.walk(trie.root, Buffer.from(bytes)));
		trie.evaluate(nodes);
		for (const [i, bytes] of ["co", "an"].entries()) {
			assert.deepEqual(nodes[i]?.context, model.read(model.start(), Buffer.from(bytes)));
		}
	});

	it("evaluates what is missing in one batch", () => {
		const model = ngramModel(text);
		const trie = new Trie(model, model.start());
		const nodes = [..."abc"].map((letter) => trie.child(trie.root, letter.charCodeAt(0)));
		trie.evaluate(nodes.slice(0, 1));
		trie.evaluate(nodes);
		trie.evaluate(nodes);
		assert.deepEqual(model.work, { batches: 2, steps: 3, read: 0 });
	});

	it("multiplies the probabilities along a path", () => {
		const model = ngramModel(text);
		const trie = new Trie(model, model.start());
		const bytes = Buffer.from("answer");
		let expected = 0;
		let context = model.start();
		for (const byte of bytes) {
			expected += context.logProbabilities[byte] as number;
			context = model.read(context, Uint8Array.of(byte));
		}
		const [together, other] = trie.logProbabilities([trie.root, trie.walk(trie.root, Buffer.from("an"))], bytes);
		assert.equal(together, expected);
		assert.notEqual(other, expected);
	});

	it("keeps the typed path when pruned, and counts its nodes", () => {
		const model = ngramModel(text);
		const trie = new Trie(model, model.start());
		const kept = trie.walk(trie.root, Buffer.from("const"));
		trie.walk(kept, Buffer.from(" answer"));
		trie.walk(trie.root, Buffer.from("let"));
		assert.equal(trie.size, 1 + 5 + 7 + 3);
		trie.contextAt(kept);
		trie.prune(kept);
		assert.equal(trie.size, 6);
		assert.equal(trie.walk(trie.root, Buffer.from("const")), kept);
		assert.equal(kept.children, null);
	});

	it("begins anew at a node, with all that is known below it", () => {
		const model = ngramModel(text);
		const trie = new Trie(model, model.start());
		const node = trie.walk(trie.root, Buffer.from("const"));
		const below = trie.walk(node, Buffer.from(" answer"));
		trie.walk(trie.root, Buffer.from("let"));
		assert.throws(() => new Trie(model, node), TypeError);
		trie.contextAt(below);
		trie.contextAt(node);
		const { read } = model.work;
		const rest = new Trie(model, node);
		assert.deepEqual([rest.root, rest.size], [node, 1 + 7]);
		assert.equal(rest.contextAt(rest.walk(rest.root, Buffer.from(" answer"))), below.context);
		assert.equal(model.work.read, read);
		rest.prune(below);
		assert.equal(rest.size, 1 + 7);
	});
});
