/**
 * The record of what is shipped, which the privacy report shows: of each file in dist/ and models/ that Inkling runs or reads its
 * digest, and of each program what in it could reach a network. A production build writes it.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ShippedRecords } from "../src/editor/privacy/packageFacts.ts";
import { networkUse } from "./networkUse.ts";

/** The files of these folders that are shipped, by the ends of their names. */
const shipped = { dist: /\.(?:cjs|js|css|wasm|aff|dic|license)$/, models: /\.(?:safetensors|prior)$/ } as const;

export function shippedRecords(root: string): ShippedRecords {
	const names = Object.entries(shipped).flatMap(([folder, pattern]) =>
		readdirSync(join(root, folder))
			.filter((name) => pattern.test(name))
			.map((name) => `${folder}/${name}`),
	);
	return Object.fromEntries(
		names.sort().map((name) => {
			const contents = readFileSync(join(root, name));
			const sha256 = createHash("sha256").update(contents).digest("hex");
			return [name, /\.c?js$/.test(name) ? { sha256, network: networkUse(contents.toString()) } : { sha256 }];
		}),
	);
}
