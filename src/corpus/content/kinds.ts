/** Recognises text that nobody wrote by hand: lock files, compiler output, minified code, data in very long lines. */
import { isMachineText } from "./machineText.ts";

const lockFiles = new Set([
	"package-lock.json",
	"npm-shrinkwrap.json",
	"pnpm-lock.yaml",
	"bun.lockb",
	"go.sum",
	"go.work.sum",
	"gradle.lockfile",
	"buildscript-gradle.lockfile",
	"packages.lock.json",
	"package.resolved",
	"cartfile.resolved",
	"conda-lock.yml",
	"cabal.project.freeze",
	".terraform.lock.hcl",
]);

/** `path` with "/". */
export function isLockFile(path: string): boolean {
	const name = lastPart(path);
	return name.endsWith(".lock") || lockFiles.has(name);
}

/** Names that tools give to the files that they write. */
const generatedName =
	/(?:[.-]min\.(?:js|mjs|cjs|css|html)|\.(?:js|mjs|cjs|css|ts)\.map|\.bundle\.js|\.chunk\.(?:js|css)|\.pb\.(?:go|cc|h|rs)|_pb2(?:_grpc)?\.pyi?|_pb\.(?:js|d\.ts)|\.(?:g|freezed|gr|mocks)\.dart|\.designer\.cs|\.g(?:\.i)?\.cs|\.generated\.[a-z]+|\.tsbuildinfo|\.snap)$/;

/** `path` with "/". */
export function isGeneratedName(path: string): boolean {
	return generatedName.test(lastPart(path));
}

/** Whether a program wrote the text: it says so, it is minified, or only programs read its form. */
export function isProgramsWork(text: string): boolean {
	return isMarkedGenerated(text) || isMinified(text) || isMachineText(text);
}

/** Markers stand within this many characters of the beginning, in a comment that is not indented. */
const markedCharacters = 2000;
const commentLine = /^(?:\/\/|\/\*| ?\*|#|--|;|<!--|%|"""|'|REM\b)(.*)$/gm;
const markers = [
	/(?:^|[\s*])@generated\b/,
	/\bDO NOT (?:EDIT|MODIFY)\b/,
	/\b(?:file|code|module|script|document|header) (?:is|was|has been) (?:auto-?|automatically )?generated\b/i,
	/\bauto(?:-|matically )?generated (?:by|from|using|with|via|file|code)\b/i,
];
/** Compiled code names its source map within as many characters of its end. */
const mapLink = /^[ \t]*(?:\/\/|\/\*)[#@] ?sourceMappingURL=/m;

/** Whether the text says that a program wrote it. */
export function isMarkedGenerated(text: string): boolean {
	const beginning = text.slice(0, markedCharacters);
	for (const [, comment = ""] of beginning.matchAll(commentLine)) {
		if (markers.some((marker) => marker.test(comment))) return true;
	}
	return mapLink.test(text.slice(-markedCharacters));
}

/** A longer line is unreadable unless it is prose: some paragraphs are written in one line. */
const longLine = 500;
/** Least share of blanks in a line of prose: words of eleven letters have this many. */
const leastBlanks = 0.08;
/** Least share of letters in a line of prose. Rows of numbers and encoded data with blanks between them have fewer. */
const leastLetters = 0.5;

/** Whether more than half of the text stands in long lines that nobody would read: minified code, encoded data. */
export function isMinified(text: string): boolean {
	let unreadable = 0;
	for (let start = 0; start < text.length; ) {
		const newline = text.indexOf("\n", start);
		const end = newline < 0 ? text.length : newline;
		if (end - start > longLine && !isProse(text, start, end)) unreadable += end - start;
		start = end + 1;
	}
	return unreadable > text.length / 2;
}

function isProse(text: string, start: number, end: number): boolean {
	let blanks = 0;
	let letters = 0;
	let wide = 0;
	for (let i = start; i < end; i++) {
		const code = text.charCodeAt(i);
		if (code === 0x20 || code === 0x09) blanks++;
		else if (code >= 0x2e80) wide++;
		else if (code >= 0xaa || isAsciiLetter(code)) letters++;
	}
	const length = end - start;
	// Chinese and Japanese are written without blanks between words.
	return letters + wide > leastLetters * length && (blanks > leastBlanks * length || wide > length / 2);
}

function isAsciiLetter(code: number): boolean {
	const lower = code | 0x20;
	return lower >= 0x61 && lower <= 0x7a;
}

function lastPart(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}
