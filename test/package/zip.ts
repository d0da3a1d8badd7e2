/** The names and sizes of the files in a ZIP archive, from its central directory (APPNOTE 4.3.12, 4.3.16). */
export function listZip(archive: Buffer): { readonly name: string; readonly bytes: number }[] {
	const end = archive.lastIndexOf("PK\x05\x06", undefined, "latin1");
	if (end < 0) throw new Error("not a ZIP archive");
	let at = archive.readUInt32LE(end + 16);
	return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
		const bytes = archive.readUInt32LE(at + 24);
		const nameLength = archive.readUInt16LE(at + 28);
		const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
		at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
		return { name, bytes };
	});
}
