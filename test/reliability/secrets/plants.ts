/** Plants invented secrets in files, and says what of them would be learned. */
import { isNotebook, readNotebook } from "../../../src/corpus/content/notebook.ts";
import { findSecrets } from "../../../src/corpus/secrets/mask.ts";
import { isSecretPath } from "../../../src/corpus/secrets/paths.ts";
import { randomNumbers } from "../../unit/reference/random.ts";
import type { Kind } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { noun, pick, type Random } from "./values.ts";

export interface Plant {
	readonly kind: Kind;
	readonly path: string;
	/** Of the file. */
	readonly text: string;
	/** The secret; several parts if the text puts it together. Each stands in the text once. */
	readonly parts: readonly string[];
}

export type Learned = "nothing" | "part" | "whole";

/** Plants a secret of each kind, `count` of each. */
export function plantAll(seed: number, count: number): Plant[] {
	return kinds.flatMap((kind, row) => {
		const random = randomNumbers(seed * 10_007 + row);
		return Array.from({ length: count }, (_, number) => plant(kind, number, random));
	});
}

function plant(kind: Kind, number: number, random: Random): Plant {
	const template = kind.templates[number % kind.templates.length] as string;
	for (;;) {
		const secret = kind.value(random);
		const parts = template.includes("§1") ? cut(secret, random) : [secret];
		const body = template
			.replaceAll("¶", () => noun(random))
			.replaceAll(/§(\d)?/g, (_, part: string | undefined) => parts[Number(part ?? 1) - 1] ?? "");
		const text = fileAround(kind.path, body, random);
		// A short one may stand in the text around it, too.
		if (parts.every((part) => text.indexOf(part) === text.lastIndexOf(part)))
			return { kind, path: kind.path, text, parts };
	}
}

function cut(secret: string, random: Random): string[] {
	const at = Math.max(5, Math.min(secret.length - 5, Math.floor(secret.length * (0.35 + 0.3 * random()))));
	return [secret.slice(0, at), secret.slice(at)];
}

/** Lines that stand above and below, as in files of this kind. */
const surroundings: Readonly<Record<string, readonly (readonly [above: string, below: string])[]>> = {
	ts: [['import { open } from "./open.ts";\n\n', "\n\nexport function close(): void {\n\topen();\n}\n"]],
	js: [['const path = require("path");\n\n', "\nmodule.exports = { path };\n"]],
	py: [["import os\n\n\n", "\n\n\ndef main():\n    print(os.name)\n"]],
	php: [["<?php\n// settings\n", "\nrequire_once 'lib.php';\n"]],
	java: [["package app;\n\nclass Main {\n", "\n}\n"]],
	cs: [["using System;\n\n", "\n// end\n"]],
	rb: [["require 'json'\n\n", "\n\nputs 'done'\n"]],
	sh: [["#!/bin/sh\nset -e\n", "\necho done\n"]],
	sql: [["-- users of the application\n", "\nCOMMIT;\n"]],
	yml: [["# of the service\n", "\n"]],
	yaml: [["", "\n"]],
	md: [["# Setup\n\nRead this first.\n\n", "\n\nThen go on.\n"]],
	xml: [['<?xml version="1.0"?>\n<root>\n', "\n</root>\n"]],
};

function fileAround(path: string, body: string, random: Random): string {
	if (isNotebook(path)) return notebook(body);
	const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
	const [above, below] = pick(random, surroundings[extension] ?? [["", "\n"]]);
	return above + body + below;
}

function notebook(body: string): string {
	const output = body.startsWith("%output%") ? body.slice("%output%".length) : null;
	const cell = {
		cell_type: "code",
		execution_count: 1,
		metadata: {},
		source: output === null ? [body] : ["show()"],
		outputs: output === null ? [] : [{ output_type: "stream", name: "stdout", text: [`${output}\n`] }],
	};
	return JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1);
}

/** The text that is learned of a file before it is masked; null: none. */
export function readable({ path, text }: Pick<Plant, "path" | "text">): string | null {
	if (isSecretPath(path)) return null;
	return isNotebook(path) ? (readNotebook(text)?.text ?? null) : text;
}

/** What of the secret would be learned. */
export function learnedOf(plant: Plant): Learned {
	const text = readable(plant);
	if (text === null) return "nothing";
	const spans = findSecrets(text, plant.path);
	let all = 0;
	let open = 0;
	for (const part of plant.parts) {
		const start = text.indexOf(part);
		all += part.length;
		if (start < 0) continue;
		open += part.length;
		for (const span of spans)
			open -= Math.max(0, Math.min(span.end, start + part.length) - Math.max(span.start, start));
	}
	return open === 0 ? "nothing" : open === all ? "whole" : "part";
}
