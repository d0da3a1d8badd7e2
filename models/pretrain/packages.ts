/** The pinned list of what the base model reads, and which licences it may have. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LanguageName } from "./languages.ts";

export const registries = ["npm", "pypi", "crates", "go", "maven", "debian"] as const;

export type Registry = (typeof registries)[number];

export interface Package {
	readonly registry: Registry;
	/** As the registry's tool takes it; `group:artifact` for Maven, the name of the source package for Debian. */
	readonly name: string;
	readonly version: string;
	/** SPDX expression. */
	readonly licence: string;
	/** The language that it was chosen for. Each of its files counts for its own language. */
	readonly language: LanguageName;
}

/** Licences that allow any use and ask for no licence of derived work. */
const permissive = new Set([
	"0BSD",
	"Apache-2.0",
	"Apache-2.0 WITH LLVM-exception",
	"BlueOak-1.0.0",
	"BSD-2-Clause",
	"BSD-3-Clause",
	"BSL-1.0",
	"CC0-1.0",
	"curl",
	"ISC",
	"libpng-2.0",
	"LicenseRef-public-domain",
	"MIT",
	"MIT-0",
	"MirOS",
	"PostgreSQL",
	"PSF-2.0",
	"Unicode-3.0",
	"Unicode-DFS-2016",
	"Unlicense",
	"Zlib",
]);

/** Whether an SPDX expression allows a choice in which every licence is permissive. */
export function isPermissive(licence: string): boolean {
	return licence
		.replaceAll(/[()]/g, "")
		.split(" OR ")
		.some((choice) => choice.split(" AND ").every((one) => permissive.has(one)));
}

/** The identifier of one version of one package. */
export function idOf({ registry, name, version }: Package): string {
	return `${registry}:${name}@${version}`;
}

/** As in packages.json: licences by registry, language, and name with version. */
type PackageList = Readonly<Record<Registry, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

export function readPackages(): readonly Package[] {
	const list = JSON.parse(readFileSync(join(import.meta.dirname, "packages.json"), "utf8")) as PackageList;
	return registries.flatMap((registry) =>
		Object.entries(list[registry]).flatMap(([language, packages]) =>
			Object.entries(packages).map(([key, licence]) => {
				const at = key.lastIndexOf("@");
				const [name, version] = [key.slice(0, at), key.slice(at + 1)];
				return { registry, name, version, licence, language: language as LanguageName };
			}),
		),
	);
}

export const digestsFile = join(import.meta.dirname, "digests.json");

/** SHA-256 of the archives, in hexadecimal digits, by `idOf`. */
export type Digests = Readonly<Record<string, string>>;

export function readDigests(): Digests {
	return JSON.parse(readFileSync(digestsFile, "utf8")) as Digests;
}
