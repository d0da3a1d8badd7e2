import type { RoomForSnapshot } from "../../../src/server/memory/memoryFile.ts";

/** Room outside any memory. */
export const ownRoom: RoomForSnapshot = async (_, length) => new Uint8Array(length);
