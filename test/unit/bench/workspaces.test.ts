import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { trainingArguments, workspacesOf } from "../../../bench/workspaces.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

describe("workspacesOf", () => {
	const path = useTemporaryFolder();

	it("finds the folders in a folder", async () => {
		for (const name of ["b", "a", ".unfinished"]) mkdirSync(path(name));
		writeFileSync(path("file"), "");
		assert.deepEqual(
			(await workspacesOf(path(), [])).map((folder) => basename(folder)),
			["a", "b"],
		);
	});

	it("takes those that are named, but not both", async () => {
		assert.deepEqual(await workspacesOf(undefined, ["x/y"]), ["x/y"]);
		await assert.rejects(workspacesOf(path(), ["x"]), /not both/);
		await assert.rejects(workspacesOf(path("none"), []), /There is no folder/);
	});
});

describe("trainingArguments", () => {
	const none = {
		from: undefined,
		engine: undefined,
		tensorflow: undefined,
		cell: undefined,
		optimizer: undefined,
		hidden: undefined,
		layers: undefined,
		batch: undefined,
		unroll: undefined,
	};

	it("passes on what is given, on one thread unless said otherwise", () => {
		const values = { ...none, workspaces: "x", threads: undefined, seed: 3 };
		assert.deepEqual(trainingArguments(values), ["--threads", "1", "--seed", "3"]);
		assert.deepEqual(trainingArguments({ ...values, threads: 2, from: "base" }).slice(0, 4), [
			...["--from", "base"],
			...["--threads", "2"],
		]);
	});
});
