/** The languages of the training text: their files, how much text is taken of each, and how often it is read. */

interface Language {
	/** Endings of file names, with the dot, or whole names. */
	readonly files: readonly string[];
	/** Most text taken, MB. */
	readonly megabytes: number;
	/** Share of the training, relative to the others. */
	readonly weight: number;
}

/**
 * Languages that more people write are read more often. Languages with little good text are read less, so that none of it is
 * learned by heart. No language has more than 15 % of the bytes.
 */
export const languages = {
	typescript: { files: [".ts", ".tsx", ".mts", ".cts"], megabytes: 26, weight: 11 },
	javascript: { files: [".js", ".jsx", ".mjs", ".cjs"], megabytes: 24, weight: 10 },
	python: { files: [".py", ".pyi"], megabytes: 26, weight: 11 },
	go: { files: [".go"], megabytes: 20, weight: 8 },
	rust: { files: [".rs"], megabytes: 20, weight: 8 },
	java: { files: [".java"], megabytes: 20, weight: 8 },
	c: { files: [".c", ".h"], megabytes: 16, weight: 6 },
	cpp: { files: [".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".ipp"], megabytes: 18, weight: 6.5 },
	csharp: { files: [".cs"], megabytes: 12, weight: 4 },
	ruby: { files: [".rb", ".rake", ".gemspec", ".ru", "Rakefile", "Gemfile"], megabytes: 10, weight: 3 },
	php: { files: [".php", ".phpt"], megabytes: 10, weight: 3 },
	shell: { files: [".sh", ".bash", ".zsh", ".bats"], megabytes: 6, weight: 2 },
	css: { files: [".css", ".scss", ".sass", ".less"], megabytes: 7, weight: 2.5 },
	html: {
		files: [".html", ".htm", ".vue", ".svelte", ".erb", ".ejs", ".twig", ".njk", ".hbs"],
		megabytes: 7,
		weight: 2.5,
	},
	config: {
		files: [
			".json",
			".jsonc",
			".yaml",
			".yml",
			".toml",
			".ini",
			".cfg",
			".conf",
			"Dockerfile",
			"Makefile",
			"CMakeLists.txt",
		],
		megabytes: 8,
		weight: 2.5,
	},
	markdown: { files: [".md", ".mdx", ".markdown"], megabytes: 14, weight: 5 },
	prose: { files: [".rst", ".txt", ".adoc", ".asciidoc", ".sgml", ".pod", ".rdoc"], megabytes: 18, weight: 7 },
} as const satisfies Readonly<Record<string, Language>>;

export type LanguageName = keyof typeof languages;

export const languageNames = Object.keys(languages) as readonly LanguageName[];

const byFile = new Map<string, LanguageName>(
	languageNames.flatMap((name) => languages[name].files.map((file): [string, LanguageName] => [file, name])),
);

/** The language of a file, by its name alone; a header counts as C. */
export function languageOf(path: string): LanguageName | undefined {
	const name = path.slice(path.lastIndexOf("/") + 1);
	const [, ending = ""] = /.(\.\w+)$/.exec(name) ?? [];
	return byFile.get(name) ?? byFile.get(ending.toLowerCase());
}

/** Whether the language is prose. */
export function isWriting(name: LanguageName | undefined): boolean {
	return name === "markdown" || name === "prose";
}

/** Shares of the training of the languages that have text; they sum to 1. */
export function weights(names: readonly LanguageName[]): ReadonlyMap<LanguageName, number> {
	const sum = names.reduce((total, name) => total + languages[name].weight, 0);
	return new Map(names.map((name) => [name, languages[name].weight / sum]));
}
