/** Text that programs keep in small files for one another, told by its form: nobody types it, whatever its file is called. */

/** Whether a program wrote the text for programs to read. */
export function isMachineText(text: string): boolean {
	return isPointer(text) || isSourceMap(text) || isStartOfMachineText(text) || isEncoded(text);
}

/** Larger than any pointer. */
const mostPointerUnits = 4096;

/** Whether the text stands for data that is kept elsewhere: by git LFS, git-annex or DVC. */
function isPointer(text: string): boolean {
	if (text.length > mostPointerUnits) return false;
	const lines = text.trimEnd().split("\n");
	const [first = ""] = lines;
	if (lfsVersion.test(first)) return lines.every((line) => lfsLine.test(line));
	if (first.startsWith("/annex/objects/")) return lines.every((line) => line.startsWith("/annex/"));
	// A link where the file system has none.
	if (lines.length === 1 && annexLink.test(first)) return true;
	return (
		lines.includes("outs:") && lines.some((line) => dvcHash.test(line)) && lines.every((line) => dvcLine.test(line))
	);
}

const lfsVersion = /^version https:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v\d+$/;
const lfsLine = /^[a-z0-9.-]+ \S+$/;
const annexLink = /^(?:\.\.\/)*\.git\/annex\/objects\/\S+$/;
const dvcHash = /^(?:- | {2})(?:md5|etag|checksum|version_id): \S/;
const dvcLine = /^(?:outs|deps|md5|frozen|wdir|desc|meta):|^(?:- | {2})[a-z0-9_]+: /;

/** Source maps (https://tc39.es/ecma426/) of any name. */
function isSourceMap(text: string): boolean {
	if (!/^(?:\)\]\}')?\s{0,9}\{/.test(text)) return false;
	const at = text.indexOf('"mappings"');
	return at >= 0 && mappings.test(text.slice(at, at + 80)) && version.test(text) && text.includes('"sources"');
}

const mappings = /^"mappings"\s{0,9}:\s{0,9}"[A-Za-z0-9+/;,]*(?:"|$)/;
const version = /"version"\s{0,9}:\s{0,9}3\b/;

/** How files of some programs begin that say in no comment that they are generated. */
const starts = [
	"// !$*UTF8*$!", // Xcode's project.pbxproj
	"%YAML 1.1\n%TAG !u! tag:unity3d.com", // Unity's scenes and assets
	"// Jest Snapshot v",
	"// Vitest Snapshot v",
	"TN:\nSF:", // Coverage as lcov keeps it
];

function isStartOfMachineText(text: string): boolean {
	return starts.some((start) => text.startsWith(start));
}

const hashLine = /^\\?(?:[0-9a-fA-F]{32,128} [ *]\S|[A-Z0-9-]{2,12} ?\(.{1,400}\) = [0-9a-f]{32,128}$)/;
const encodedLine = /^[A-Za-z0-9+/]{56,}={0,2}$/;

/** Whether more than half of the text stands in lines of encoded data, or of hashes and the names of files. */
function isEncoded(text: string): boolean {
	let encoded = 0;
	for (let start = 0; start < text.length; ) {
		const newline = text.indexOf("\n", start);
		const end = newline < 0 ? text.length : newline;
		if (end - start > 32) {
			const line = text.slice(start, Math.min(end, start + 512));
			const isData = hashLine.test(line) || (encodedLine.test(line) && /\d/.test(line) && /[a-z]/i.test(line));
			if (isData) encoded += end - start;
		}
		start = end + 1;
	}
	return encoded > text.length / 2;
}
